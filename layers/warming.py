"""Warming: what compiles the kernels, so that making the caches does it once and nobody waits for a compiler at the page."""

from collections.abc import Callable
from importlib import import_module

#: "module:function" of each warm-up; the function takes nothing and runs its kernels on next to nothing.
WARM_UPS = (
    "layers.trends:warm_up",
    "layers.stability:warm_up",
    "layers.kernels_near_repeat:warm_up",
    "layers.scan:warm_up",
    "layers.page_warming:warm_up",
    "layers.columns.warm_up:warm_up",
    "layers.siting.compiling:warm_up",
)


def warm_ups() -> tuple[Callable[[], None], ...]:
    """The functions themselves; their modules are imported only now."""
    return tuple(getattr(import_module(module), name) for module, name in (entry.split(":") for entry in WARM_UPS))

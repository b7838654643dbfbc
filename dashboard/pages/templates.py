"""The pages that have HTML of their own: their templates, filled in. Whatever is no markup of ours is escaped."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

PAGES = Path(__file__).parent


def filled(template: str, **values: Any) -> str:
    """A template of this folder with its values."""
    return _templates().get_template(template).render(**values)


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True)

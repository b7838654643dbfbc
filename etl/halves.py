"""Halves: long lists of distinct texts are worked on by two processes, for old laptops have two cores and files a million rows."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

#: Below this a second process costs more (it imports pandas anew, about a second) than it saves.
WORTH_TWO = 100_000

Answer = TypeVar("Answer")


def in_two(work: Callable[..., list[Answer]], texts: list[str], *told: object, worth: int | None = None) -> list[Answer]:
    """``work(texts, *told)``, a function of a module that gives a list for a list of texts, each for itself; in their order.

    Where a second process cannot be had everything is done here. Raises what ``work`` raises.
    """
    if len(texts) < (WORTH_TWO if worth is None else worth) or (os.cpu_count() or 1) < 2:
        return work(texts, *told)
    half = len(texts) // 2
    try:
        # spawn, on every system: a fork would carry the store's open connection along.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
            later = other.submit(work, texts[half:], *told)
            return work(texts[:half], *told) + later.result()
    except (BrokenProcessPool, OSError):
        return work(texts, *told)

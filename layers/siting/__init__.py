"""Where sites should stand: models of location, each answered with a plan and what proves it."""

from layers.siting.centre import p_centre
from layers.siting.cover import max_coverage, set_coverage
from layers.siting.errors import SitingError
from layers.siting.median import p_median
from layers.siting.plan import Plan

__all__ = ["Plan", "SitingError", "max_coverage", "p_centre", "p_median", "set_coverage"]

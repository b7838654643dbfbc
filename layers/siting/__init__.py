"""Where sites should stand: models of location, each answered with a plan and what proves it."""

from layers.siting.alternatives import NearPlan, Step, curve, near_best
from layers.siting.backup import backup_coverage
from layers.siting.budget import budget_coverage
from layers.siting.capacity import capacitated_coverage
from layers.siting.centre import p_centre
from layers.siting.cover import max_coverage, set_coverage
from layers.siting.errors import SitingError
from layers.siting.median import p_median
from layers.siting.plan import Plan
from layers.siting.two_sided import two_sided_coverage

__all__ = [
    "NearPlan",
    "Plan",
    "SitingError",
    "Step",
    "backup_coverage",
    "budget_coverage",
    "capacitated_coverage",
    "curve",
    "max_coverage",
    "near_best",
    "p_centre",
    "p_median",
    "set_coverage",
    "two_sided_coverage",
]

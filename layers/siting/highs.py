"""One door to HiGHS: a linear program, some variables whole, and a clock. One thread, one seed: the same question, the same answer."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.siting.plan import Clock

_LEAST_SECONDS = 0.05
#: HiGHS looks at its clock between its steps only; in programs of more numbers than these a second, one step alone overran the limit.
NUMBERS_A_SECOND = 50_000


@dataclass(frozen=True)
class Program:
    """max gain . x (or min, see ``is_maximum``),  row_low <= rows x <= row_high,  low <= x <= high,  x whole where is_whole."""

    gain: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    is_whole: NDArray[np.bool_]
    rows: csr_array
    row_low: NDArray[np.float64]
    row_high: NDArray[np.float64]
    is_maximum: bool = True


@dataclass(frozen=True)
class Answer:
    """values: the best x that was found, None where none was. bound: no x is better. is_impossible: there is no x at all."""

    values: NDArray[np.float64] | None
    bound: float
    is_proven: bool
    is_impossible: bool


def solve(
    program: Program,
    clock: Clock,
    start: NDArray[np.float64] | None = None,
    *,
    is_relaxed: bool = False,
    target: float | None = None,
    has_good_start: bool = False,
    nodes: int | None = None,
    is_tight: bool = False,
) -> Answer:
    """Solve it, in the time the clock has left. start: an x to begin from. is_relaxed: no variable needs to be whole.

    target: an x that reaches this objective is good enough; then is_proven says only that the target was reached or the best was found.
    has_good_start: start is as good as it gets; no time goes into looking for a better one.
    nodes: it ends after so many, proven or not. is_tight: numbers of very different size stand in the rows; the usual tolerances let
    HiGHS call possible programs impossible.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("time_limit", max(clock.left, _LEAST_SECONDS))
    for name, value in (_NO_SEARCH if has_good_start else {}).items():
        solver.setOptionValue(name, value)
    if is_tight:
        solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    if target is not None:
        solver.setOptionValue("objective_target", float(target))
    factor = _factor(program.gain)
    solver.passModel(_model(program, factor, is_relaxed))
    if start is not None and not is_relaxed:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start.astype(np.float64))
    solver.run()
    return _answer(solver, program, factor, is_relaxed)


_OPTIONS = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 1e-9, "mip_abs_gap": 1e-6}
#: Where the plan is as good as known, looking for others and starting over only cost time: 5 s in place of 42 were measured for a cover.
_NO_SEARCH = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_allow_restart": False,
}


def may_suffice(numbers: int, clock: Clock) -> bool:
    """Whether HiGHS would come back in time from a program with so many numbers in its rows; ask where a plan is known already."""
    return numbers < NUMBERS_A_SECOND * clock.left


def _factor(gain: NDArray[np.float64]) -> float:
    """Gains that are not whole numbers are brought to a size that suits the solver's tolerances; whole ones prove more as they are."""
    total = float(np.abs(gain).sum())
    return 1.0 if total == 0 or ((gain == np.rint(gain)).all() and total < 1e9) else 1e5 / total


def _model(program: Program, factor: float, is_relaxed: bool) -> highspy.HighsLp:
    model, rows = highspy.HighsLp(), program.rows
    model.num_col_, model.num_row_ = len(program.gain), rows.shape[0]
    model.sense_ = highspy.ObjSense.kMaximize if program.is_maximum else highspy.ObjSense.kMinimize
    model.col_cost_ = program.gain * factor
    model.col_lower_, model.col_upper_ = program.low, program.high
    model.row_lower_, model.row_upper_ = program.row_low, program.row_high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    if not is_relaxed:
        kinds = np.array([highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger])
        model.integrality_ = kinds[program.is_whole.astype(int)].tolist()
    return model


def _answer(solver: highspy.Highs, program: Program, factor: float, is_relaxed: bool) -> Answer:
    status, info, kinds = solver.getModelStatus(), solver.getInfo(), highspy.HighsModelStatus
    impossible = status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible)
    proven = status in (kinds.kOptimal, kinds.kModelEmpty)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible or status == kinds.kModelEmpty
    has_whole = not is_relaxed and bool(program.is_whole.any())
    bound = info.mip_dual_bound if has_whole else info.objective_function_value if proven else np.inf * (1 if program.is_maximum else -1)
    reached = status == kinds.kObjectiveTarget
    values = np.asarray(solver.getSolution().col_value) if found and not impossible else None
    return Answer(values, float(bound) / factor, proven or reached, impossible)

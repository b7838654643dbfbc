"""Gaps: need and support of each section of the border on one scale, so that much need with little support stands out, and the other way.

Both are ranks among the sections, 0 (least) to 1 (most), ties in the middle: need by recorded events per kilometre and year, drawn towards
the neighbours (`layers.line_rates`), support by what stands within reach. A rank says who has more, not how much more; so no money and no
events are ever put on one axis as amounts.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

#: A difference of ranks from which on a section is called a gap or an overlap: a third of the line.
APART = 1 / 3
#: Fewer known sections than this are not ranked: among three, one is always the last.
FEWEST = 5
GAP, OVERLAP, BALANCED, UNKNOWN = "gap", "overlap", "balanced", "unknown"


def need_and_support(section_ids: ArrayLike, need: ArrayLike, support: ArrayLike) -> pd.DataFrame:
    """[section_id, need, support, need_rank, support_rank, difference, kind], one row a section in the order given.

    need: events per km and year, float (s,), NaN where nobody reported: not known is not zero. support: offices and works within reach,
    or their money in one currency and year, float (s,), 0 for none. difference: need_rank - support_rank. kind: gap, overlap, balanced,
    unknown, which all are where fewer than `FEWEST` are known. Nothing recorded is never a gap and no support never an overlap, whatever
    the ranks.
    """
    needed, given = np.asarray(need, float), np.asarray(support, float)
    known = np.isfinite(needed)
    if known.sum() < FEWEST:
        known = np.zeros(len(needed), bool)
    need_rank, support_rank = np.full(len(needed), np.nan), np.full(len(needed), np.nan)
    need_rank[known], support_rank[known] = _ranks(needed[known]), _ranks(given[known])
    difference = need_rank - support_rank
    is_gap, is_overlap = (difference >= APART) & (needed > 0), (difference <= -APART) & (given > 0)
    kind = np.select([~known, is_gap, is_overlap], [UNKNOWN, GAP, OVERLAP], BALANCED)
    ids = np.asarray(section_ids, object)
    columns = {"section_id": ids, "need": needed, "support": given, "need_rank": need_rank, "support_rank": support_rank}
    return pd.DataFrame(columns | {"difference": difference, "kind": kind})


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((rankdata(values) - 1) / max(len(values) - 1, 1), float)

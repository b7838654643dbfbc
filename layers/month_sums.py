"""Month sums: what key figures add up, by month and by what rows say (`profile`), and who reported when: no question reads all rows."""

import numpy as np
from numpy.typing import NDArray

from layers.columns.table import Columns

#: A table of months x profiles with more cells than this is not made: every question then looks at the rows themselves.
MOST_CELLS = 4_000_000


class MonthSums:
    """Of one version: m months from `base` (since year 0), k profiles.

    n, n_bound, others, placed: int32 (m, k); kg, apart: float64 (m, k); see `layers.kernels_months.by_month_and_profile`.
    rest: rows that are in none of these, int32, ascending: of events of several rows, and without a month of their own.
    """

    def __init__(self, columns: Columns, at_least: int) -> None:
        from layers.kernels_months import by_month_and_profile

        self.columns = columns
        month = columns["month"]
        known = month[month >= 0]
        self.base, self.n_months = (int(known.min()), int(known.max()) - int(known.min()) + 1) if len(known) else (0, 0)
        k = len(columns["profile_drug"])
        is_small = self.n_months * k <= MOST_CELLS
        shape = (self.n_months, k) if is_small else (0, k)
        self.n, self.n_bound, self.others, self.placed = (np.zeros(shape, np.int32) for _ in range(4))
        self.kg, self.apart = np.zeros(shape), np.zeros(shape)
        self.rest = np.arange(columns.n, dtype=np.int32)
        if is_small:
            found = by_month_and_profile(
                self.base, columns["profile"], columns["several"], month, columns["kg"], columns["weight_kg"], columns["has_quantity"],
                columns["weight_bound"], at_least, columns["lon"], columns["lat"], self.n, self.kg, self.n_bound, self.others,
                self.placed, self.apart, self.rest,
            )  # fmt: skip
            self.rest = self.rest[:found].copy()

    def over(self, start: int, end: int, ok: NDArray[np.bool_]) -> tuple[int, float, bool, int, int, NDArray[np.float64]]:
        """Over months (since year 0; end < start: all) and profiles: n, kg, is a weight a lower bound, others, placed, apart by profile."""
        some = slice(None) if end < start else slice(max(start - self.base, 0), max(end + 1 - self.base, 0))
        n, bound, others, placed, kg, apart = (
            table[some].sum(axis=0) for table in (self.n, self.n_bound, self.others, self.placed, self.kg, self.apart)
        )
        counts = (int(table[ok].sum()) for table in (n, others, placed))
        n_events, n_others, n_placed = counts
        return n_events, float(kg[ok].sum()), bool(bound[ok].any()), n_others, n_placed, np.where(ok, apart, 0.0)


class WhoReported:
    """Which months hold rows of each source, by country and agency: all that says who reported.

    seen: bool (sources, m + 1, combinations), the last month is none; alone: bool (sources, m, combinations), events of one row.
    """

    def __init__(self, columns: Columns, base: int, n_months: int) -> None:
        from layers.kernels_months import who_reported

        pairs = columns["profile_country_iso3"].astype(np.int64) * len(columns.words["agency"]) + columns["profile_agency"]
        distinct, who = np.unique(pairs, return_inverse=True)
        self.of_profile = who.astype(np.int32)
        self.seen = np.zeros((len(columns["source_feed"]), n_months + 1, len(distinct)), bool)
        self.alone = np.zeros((len(self.seen), n_months, len(distinct)), bool)
        who_reported(
            base, self.of_profile, columns["profile"], columns["source"], columns["several"], columns["month"], self.seen, self.alone
        )

    def of(self, ok: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """For each combination of country and agency, whether a selection by these two (ok, by profile) wants it."""
        wanted = np.zeros(self.alone.shape[2], bool)
        wanted[self.of_profile[ok]] = True
        return wanted

"""What still works n years after it was handed over: survival curves of assets by donor and kind, empty until somebody checks."""

import math

import numpy as np
import pandas as pd

from geodata.errors import WrongTable
from geodata.places.files import records
from layers.register.as_of import first_day

DAYS_A_YEAR = 365.25
Z_95 = 1.959963984540054
_COLUMNS = ["years", "at_risk", "failed", "left", "works", "low", "high"]


def kaplan_meier(years: np.ndarray, failed: np.ndarray) -> pd.DataFrame:
    """The product-limit estimate: one row a time of failure, [years, at_risk, failed, left, works, low, high].

    years: float (n,), until the failure was seen or the last look; failed: bool (n,). left: looked at for the last time since the row
    before. works: share that still works just after `years`; low, high: 95 % by the log-log transform of Greenwood's variance, NaN
    where nothing is left. Sources: Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452; Kalbfleisch and Prentice 2002, 1.4.
    """
    years, failed = np.asarray(years, float), np.asarray(failed, bool)
    rows, works, variance, before = [], 1.0, 0.0, -math.inf
    for time in np.unique(years[failed]):
        at_risk, fails = int((years >= time).sum()), int((failed & (years == time)).sum())
        left = int((~failed & (years >= before) & (years < time)).sum())
        works *= 1 - fails / at_risk
        variance += fails / (at_risk * (at_risk - fails)) if at_risk > fails else math.inf
        low, high = _interval(works, variance)
        rows.append((float(time), at_risk, fails, left, works, low, high))
        before = time
    return pd.DataFrame(rows, columns=_COLUMNS)


def _interval(works: float, variance: float) -> tuple[float, float]:
    if not 0 < works < 1 or math.isinf(variance):
        return math.nan, math.nan
    width = Z_95 * math.sqrt(variance) / abs(math.log(works))
    return works ** math.exp(width), works ** math.exp(-width)


def lifetimes(assets: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """One row a piece that was ever checked: [asset_id, donor, kind, years, failed].

    assets, checks: the register's tables. A piece failed when a check first found fewer working than before; it is counted at that
    check, which is later than the failure itself. What works again afterwards is not raised from the dead. Pieces seen at no check
    and assets without a day of hand-over are not in it. Raises WrongTable: more working than seen, a check before the hand-over.
    """
    rows: list[tuple[object, ...]] = []
    of_asset = {asset["id"]: asset for _, asset in assets.iterrows()}
    for asset_id, looked in checks.assign(day=checks["checked_on"].map(first_day)).sort_values("day").groupby("asset_id", sort=True):
        asset = of_asset[asset_id]
        if not isinstance(asset["handed_over"], str):
            continue
        start, alive, years = first_day(asset["handed_over"]), int(looked["seen"].iloc[0]), 0.0
        for check in records(looked):
            years = (check.day - start).days / DAYS_A_YEAR
            if years < 0 or check.working > check.seen:
                raise WrongTable(
                    f"{asset_id}, check of {check.checked_on}: {check.working} of {check.seen} working came after {asset['handed_over']}; "
                    "no more than were seen, and no day before the hand-over, were wanted."
                )
            broken = max(alive - int(check.working), 0)
            rows += [(asset_id, asset["donor"], asset["kind"], years, True)] * broken
            alive -= broken
        rows += [(asset_id, asset["donor"], asset["kind"], years, False)] * alive
    table = pd.DataFrame(rows, columns=["asset_id", "donor", "kind", "years", "failed"])
    return table.astype({"years": "float64", "failed": "bool"})


def curves(assets: pd.DataFrame, checks: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """(donor, kind) -> its curve (`kaplan_meier`). Nobody checked anything: an empty dict, not a curve at 100 %."""
    pieces = lifetimes(assets, checks)
    groups = pieces.groupby(["donor", "kind"], sort=True)
    return {(str(donor), str(kind)): kaplan_meier(group["years"].to_numpy(), group["failed"].to_numpy()) for (donor, kind), group in groups}

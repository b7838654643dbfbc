"""Hotspots: Gi*, Local Moran, the conditional tail of counts, and which of many p stand after Benjamini-Hochberg.

z is for comparing and drawing. The p of counts never comes from the normal: where events are few it finds hotspots on empty maps.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.special import betainc, ndtr

from geodata.errors import WrongTable
from layers.neighbourhoods import with_itself, without_itself
from layers.plain_numbers import plain, unit_free

Floats = NDArray[np.float64]
#: Below this share of the largest value a spread is the noise of adding up, and the map is flat.
FLAT = 1e-12
TINY = np.finfo(float).tiny


class Tail(NamedTuple):
    """One-sided p of each neighbourhood, (n,): `upper` that chance alone reaches so much, `lower` that it stays so low. NaN: not known."""

    upper: Floats
    lower: Floats

    @property
    def both(self) -> Floats:
        """Two-sided p: twice the smaller one, at most 1."""
        return np.asarray(np.minimum(1.0, 2 * np.minimum(self.upper, self.lower)))


class LocalMoran(NamedTuple):
    """n local statistics: I, its z and two-sided normal p, and the quadrant ("High-High", "Low-Low", "High-Low", "Low-High")."""

    statistic: Floats
    z: Floats
    p: Floats
    quadrant: NDArray[np.str_]


def gi_star(values: ArrayLike, neighbours: object) -> Floats:
    """Getis-Ord Gi* of each of n cells, as a z, float (n,).

    values: (n,). neighbours: (n, n) scipy sparse, binary, the diagonal set (a missing one is set: Gi* counts the cell itself).
        z_i = (sum_j w_ij x_j - m W_i) / (s sqrt((n S_i - W_i^2) / (n - 1))),   W_i = sum_j w_ij, S_i = sum_j w_ij^2,
    m and s the mean and the standard deviation (divided by n) of all values. Multiplying a row of w changes nothing.
    A value that is not finite is not known: it is left out of everything and its z is NaN. 0 where there is nothing to compare: a
    flat map, one cell, a neighbourhood that is the whole map. Under a normal null z is compared two-sided; see `count_tail` for counts.
    Source: Ord & Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x, eq. 14.
    """
    x = _one_row(values)
    weights = with_itself(neighbours, len(x))
    known = np.isfinite(x)
    if not known.all():
        z = np.full(len(x), np.nan)
        z[known] = gi_star(x[known], csr_array(weights[known][:, known]))
        return z
    centred = _centred(x)
    if centred is None:
        return np.zeros(len(x))
    n = len(x)
    total = weights.sum(axis=1)
    squares = weights.multiply(weights).sum(axis=1)
    room = n * squares - total**2
    spread = np.sqrt(np.where(room > FLAT * n * squares, room, 0.0) / (n - 1)) * np.sqrt(np.mean(centred**2))
    return np.asarray(np.divide(weights @ centred, spread, out=np.zeros(n), where=spread > 0))


def local_moran(values: ArrayLike, neighbours: object) -> LocalMoran:
    """Local Moran's I of n cells with row-standardised neighbours, its z under conditional randomisation, two-sided normal p.

    values: (n,). neighbours: (n, n) scipy sparse; the diagonal is not used, rows are standardised here. With d = x - mean, m = mean(d^2):
        I_i = d_i / m sum_j w_ij d_j,   E_i = -d_i^2 W_i / ((n - 1) m),
        V_i = (d_i / m)^2 n / (n - 2) (S_i - W_i^2 / (n - 1)) (m - d_i^2 / (n - 1)),   W_i = sum_j w_ij, S_i = sum_j w_ij^2.
    Values that are not finite are left out; theirs are NaN and an empty quadrant. No neighbours, a flat map: I 0, z 0, p 1.
    Source: Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x; conditional moments Sokal, Oden & Thomson 1998,
    doi:10.1111/j.1538-4632.1998.tb00406.x, eq. A7 and A8 (as `spdep::localmoran`).
    """
    x = _one_row(values)
    weights = without_itself(neighbours, len(x))
    known = np.isfinite(x)
    if not known.all():
        part = local_moran(x[known], csr_array(weights[known][:, known]))
        i, z, p, quadrant = part
        return LocalMoran(_over(known, i, np.nan), _over(known, z, np.nan), _over(known, p, np.nan), _over(known, quadrant, ""))
    n, d = len(x), _centred(x)
    if d is None:
        return LocalMoran(np.zeros(n), np.zeros(n), np.ones(n), np.full(n, "", "<U9"))
    total = weights.sum(axis=1)
    weights = csr_array(weights.multiply(np.divide(1.0, total, out=np.zeros(n), where=total > 0)[:, None]))
    total, squares = (total > 0).astype(float), weights.multiply(weights).sum(axis=1)
    m = np.mean(d**2)
    around = weights @ d
    statistic = d / m * around
    expected = -(d**2) * total / ((n - 1) * m)
    room = (squares - total**2 / (n - 1)) * (m - d**2 / (n - 1))
    variance = (d / m) ** 2 * (n / max(n - 2, 1)) * np.where(room > FLAT * m, room, 0.0)
    z = np.divide(statistic - expected, np.sqrt(variance), out=np.zeros(n), where=variance > 0)
    quadrant = np.char.add(np.where(d > 0, "High-", "Low-"), np.where(around > 0, "High", "Low"))
    return LocalMoran(statistic, z, 2 * ndtr(-np.abs(z)), np.where(total > 0, quadrant, "").astype("<U9"))


def count_tail(counts: ArrayLike, neighbours: object, exposure: ArrayLike | None = None) -> Tail:
    """How easily chance alone would bring so many, or so few, events into each neighbourhood, given how many there are in all.

    counts: (n,), events per cell; fractions where an event is spread over cells. neighbours: (n, n), binary. exposure: (n,), what the
    expected count is in proportion to (km of line, months watched); 1 for each cell if not given; a cell with exposure 0 is left out.
    Were there no hotspot, each of the N events would fall into a cell by its exposure alone, so the neighbourhood's sum k is binomial
    (N, share of the exposure q):
        upper = P(X >= k) = I_q(k, N - k + 1),   lower = P(X <= k) = 1 - I_q(k + 1, N - k),
    I being the regularised incomplete beta function, which carries both to a real-valued k. An event that is spread over cells adds a
    sum of smaller parts, whose tail is thinner than a binomial's: then both are on the safe side. Exact, no seed.
    NaN counts are left out, and NaN p comes back for them. Without events, upper is 1 and lower is 1.
    Source: Przyborowski & Wilenski 1940, doi:10.1093/biomet/31.3-4.313 (conditioning on the total); NIST DLMF 8.17.5.
    """
    k, share, n_events, known = _sums(counts, neighbours, exposure)
    return Tail(*(_over(known, part, np.nan) for part in binomial_tail(k, n_events, share)))


def binomial_tail(k: Floats, n_events: Floats | float, share: Floats) -> Tail:
    """P(X >= k) and P(X <= k) of X binomial (n_events, share), real-valued k in 0..n_events, any one shape; see `count_tail`."""
    return Tail(upper_tail(k, n_events, share), lower_tail(k, n_events, share))


def upper_tail(k: Floats, n_events: Floats | float, share: Floats) -> Floats:
    """P(X >= k); 1 at k = 0, where a parameter of the beta function is 0 and the tail is certain."""
    return np.asarray(np.where(k > 0, betainc(np.maximum(k, TINY), n_events - k + 1, share), 1.0))


def lower_tail(k: Floats, n_events: Floats | float, share: Floats) -> Floats:
    """P(X <= k); 1 at k = n_events. Said as I_(1-q)(N - k, k + 1): the complement costs ten times as much."""
    return np.asarray(np.where(k < n_events, betainc(np.maximum(n_events - k, TINY), k + 1, 1 - share), 1.0))


def discoveries(p: ArrayLike, alpha: float) -> NDArray[np.bool_]:
    """Which of n p stand when the share of false ones among them is kept at ``alpha``: Benjamini-Hochberg, bool (n,).

    p: (n,) or any shape. A p that is not known (NaN) is no test and no discovery. Raises WrongTable for a p outside 0..1.
    Source: Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    # p n / i may come out a unit in the last place above alpha where p = alpha i / n was meant.
    return np.asarray(q_values(p) <= alpha * (1 + FLAT), np.bool_)


def q_values(p: ArrayLike) -> Floats:
    """The smallest alpha at which each p would be a discovery, the shape of ``p``, NaN where p is; see `discoveries`."""
    p = plain(p, "shares of chance")
    flat = p.ravel()
    tested = np.flatnonzero(~np.isnan(flat))
    if ((flat[tested] < 0) | (flat[tested] > 1)).any():
        raise WrongTable("A p outside 0 to 1 came: shares of chance were wanted.")
    order = tested[np.argsort(flat[tested], kind="stable")]
    q = np.full(flat.shape, np.nan)
    if len(order):
        scaled = flat[order] * len(order) / np.arange(1, len(order) + 1)
        q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q.reshape(p.shape)


def _sums(counts: ArrayLike, neighbours: object, exposure: ArrayLike | None) -> tuple[Floats, Floats, float, NDArray[np.bool_]]:
    """Of the cells that are known: sum of the neighbourhood, its share of the exposure; the total; and which cells those are."""
    x = _one_row(counts)
    weights = with_itself(neighbours, len(x))
    watched = np.ones(len(x)) if exposure is None else _one_row(exposure)
    if len(watched) != len(x):
        raise WrongTable(f"{len(watched)} exposures came for {len(x)} counts: one for each was wanted.")
    if (watched < 0).any() or (x < 0).any():
        raise WrongTable("A count or an exposure below 0 came: numbers of events, and what they are in proportion to, were wanted.")
    known = np.isfinite(x) & np.isfinite(watched) & (watched > 0)
    x, watched = x[known], unit_free(watched[known])
    # Only who is a neighbour matters here, not how much: a row-standardised matrix means the same.
    inside = csr_array(weights[known][:, known])
    inside.data = np.ones_like(inside.data)
    k, total = inside @ x, float(x.sum())
    share = inside @ watched / watched.sum() if len(x) else np.zeros(0)
    return np.minimum(k, total), np.minimum(share, 1.0), total, known


def _one_row(values: ArrayLike) -> Floats:
    """Values as float (n,); masked and missing ones are NaN. Raises WrongTable when they are no row of numbers."""
    x = plain(values, "one number for each cell")
    if x.ndim != 1:
        raise WrongTable(f"Values came in the shape {x.shape}: one number for each cell was wanted.")
    return x


def _over(known: NDArray[np.bool_], part: NDArray[Any], elsewhere: object) -> NDArray[Any]:
    """The answers of the known cells in their places, something else in the others."""
    whole = np.full(len(known), elsewhere, part.dtype)
    whole[known] = part
    return whole


def _centred(x: Floats) -> Floats | None:
    """x less its mean, in a unit near its own size; None where all are equal but for the noise of adding up, or there is none."""
    if len(x) == 0:
        return None
    x = unit_free(x)
    d = x - x.mean()
    return d if np.abs(d).max() > FLAT * max(np.abs(x).max(), TINY) else None

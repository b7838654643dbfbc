"""The interval of a share that few cases were counted for."""

import math

#: Two-sided 95 %.
Z = 1.959963984540054


def share_interval(good: int, n: int) -> tuple[float, float]:
    """Lower and upper bound of the share ``good`` / ``n``, 95 %, two-sided; (0, 1) where nothing was counted.

    Wilson 1927, doi:10.1080/01621459.1927.10502953: p~ +- z sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n), p~ = (p + z^2/2n) / (1 + z^2/n).
    """
    if n <= 0:
        return 0.0, 1.0
    share, wide = good / n, 1 + Z * Z / n
    middle = (share + Z * Z / (2 * n)) / wide
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / wide
    return max(middle - half, 0.0), min(middle + half, 1.0)

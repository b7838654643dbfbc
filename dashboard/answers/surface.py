"""The smooth heatmap of a period as shades of an image, coloured only where it stands out from chance."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.maps.payload import pack
from layers import steps
from layers.density import surface, to_image_grid
from layers.material import Material
from layers.period_days import in_days, month_days
from layers.significance import chance

#: Width in pixels; finer than this nothing shows through a bandwidth of kilometres.
WIDTH = 720
#: Degrees as far as the picture reaches around the events.
MARGIN = 1.5


def answer(material: Material, watched: NDArray[np.bool_], first: str | None, last: str | None, bandwidth_km: int) -> bytes:
    """Shades 1..255 of an image, 0 where chance alone brings as much, packed for the browser.

    watched: cells in which those who report had reports in the period, bool (c,): where the events might as well have fallen.
    first, last: the chosen months, both included; without them all time.
    Header: threshold (per 100 km2), maps, alpha, seed, stands_out (is anything coloured at all), n, breaks, corners.
    """
    happenings = material.happenings
    which = in_days(happenings, *month_days(first, last)) if first and last else np.arange(len(happenings))
    which = which[(happenings.footprint[which] >= 0) & np.isfinite(happenings.lon[which]) & np.isfinite(happenings.lat[which])]
    kg = material.measure == "weight"
    weight = np.nan_to_num(happenings.kg[which], nan=0.0) if kg else np.ones(len(which))
    bandwidth = bandwidth_km * 1000.0
    header: dict[str, Any] = {
        "measure": "kg" if kg else "n", "bandwidth_m": bandwidth_km * 1000, "width": 0, "height": 0, "breaks": [],
        "n": len(which), "stands_out": False,
    }  # fmt: skip
    if not weight.sum() > 0:
        return pack(header, {"shade": np.zeros(0, np.uint8)})
    lon, lat = happenings.lon[which], happenings.lat[which]
    unsure = np.nan_to_num(happenings.uncertainty_m[which], nan=0.0)
    extent = (lon.min() - MARGIN, lat.min() - MARGIN, lon.max() + MARGIN, lat.max() + MARGIN)
    image = to_image_grid(surface(lon, lat, weight, bandwidth, bandwidth / 4, unsure, extent), WIDTH)
    expected = chance(material.cells[watched] if watched.any() else material.cells, weight, unsure, bandwidth)
    most = float(image.values.max())
    lower = steps.limits(most)
    low, high = np.log(lower[0]), np.log(max(most, lower[-1] * 1.000001))
    with np.errstate(divide="ignore"):
        place = (np.log(image.values) - low) / (high - low)
    out = image.values > expected.threshold
    shade = np.where(out, np.clip(np.round(1 + 254 * place), 1, 255), 0).astype(np.uint8)
    header |= {
        "width": shade.shape[1], "height": shade.shape[0], "corners": image.corners, "breaks": lower, "stands_out": bool(out.any()),
        "threshold": expected.threshold, "maps": len(expected.highest), "alpha": expected.alpha, "seed": expected.seed,
    }  # fmt: skip
    return pack(header, {"shade": shade.ravel()})

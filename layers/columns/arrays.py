"""Arrays: the kinds of arrays that compiled code takes of columns, by what they hold."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Numbers of rows, places, events; -1 for none.
Rows = NDArray[np.int32]
#: Months since year 0, -1 without.
Months = NDArray[np.int16]
#: Codes of a dictionary, numbers of profiles.
Codes = NDArray[np.unsignedinteger[Any]]
Flags = NDArray[np.bool_]
Amount = NDArray[np.float64]

"""Marks that would lie on each other are moved apart; a line leads from each to its place."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDS = 200


def apart(places: ArrayLike, gap: float) -> NDArray[np.float64]:
    """(n, 2) places on a plane, moved as little as it takes that no two are nearer than ``gap``; the same places give the same answer.

    Each round moves every two that are too near half the lack away from each other, along the line between them; two on the same place part
    sideways. Crowds may need more than ROUNDS: then they are nearly apart.
    """
    at = np.array(places, np.float64).reshape(-1, 2)
    for _ in range(ROUNDS):
        is_done = True
        for one in range(len(at)):
            for other in range(one + 1, len(at)):
                way = at[other] - at[one]
                far = float(np.hypot(*way))
                if far >= gap - 1e-6:
                    continue
                is_done = False
                push = (way / far if far > 1e-9 else np.array([1.0, 0.0])) * (gap - far) / 2
                at[one] -= push
                at[other] += push
        if is_done:
            break
    return at

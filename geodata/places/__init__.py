"""Places: outlines, the border line and its sections, posts, corridors, districts, and the names of all of them."""

"""Travel: hours on the road graph under a scenario, ways, the nearest site, isochrones, and what a closure costs. Pure numbers."""

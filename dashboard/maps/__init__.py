"""Layers drawn together: the style of the ground and the bytes that the browser paints."""

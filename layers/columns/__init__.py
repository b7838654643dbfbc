"""Columns: all events of one version of the store as memory-mapped arrays, so that ten million of them need no table in memory."""

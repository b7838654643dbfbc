"""Pairing: which rows may tell of one happening. Pure arrays in, scored pairs out; `etl.pairs` is the door."""

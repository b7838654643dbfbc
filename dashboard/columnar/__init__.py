"""Columnar: the insiders' snapshot of a store of millions, answered from memory-mapped columns instead of a table in memory."""

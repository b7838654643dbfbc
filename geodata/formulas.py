"""Formulas: what a spreadsheet would run when it opens a file of ours stays text."""

#: Characters with which a spreadsheet begins a formula, and the invisible ones that it skips before looking.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_text(cell: str) -> str:
    """A cell of a CSV file that a spreadsheet takes for text: an apostrophe stands before what begins a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell

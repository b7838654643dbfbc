"""A finished table, as it stands in docs/methods.md."""


def markdown(title: str, head: list[str], rows: list[list[str]]) -> str:
    """Title, head and rows of cells as Markdown."""
    lines = [f"**{title}**", "", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])

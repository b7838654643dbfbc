"""Matching: the words of a report -> the place that they name, across scripts and misspellings. Pure: the gazetteer comes in as a table."""

"""National totals that the press reported, compiled by this project: the same columns as UNODC's, with their basis and note."""

from etl.feeds.unodc_annual import OPTIONAL, REQUIRED, parse

__all__ = ["NAME", "OPTIONAL", "REQUIRED", "parse"]

NAME = "national_seizures"

"""IATI: activities of any publisher, versions 1.01 to 2.03, read one by one and safely."""

NAME = "iati"

"""Demonstration data: generated events, shaped like real reports and marked as generated wherever they are shown."""

from etl.demo.run import run

__all__ = ["run"]

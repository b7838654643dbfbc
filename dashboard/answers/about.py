"""What every page and file says of the store."""

from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """data_version: same content, same version. is_generated: a demonstration. has_events: there is anything to show this viewer."""

    data_version: str
    is_generated: bool
    has_events: bool

"""What siting refuses to do, in one sentence that names the row."""

from geodata.errors import PanjError


class SitingError(PanjError, ValueError):
    """A question about sites that has no answer, or a number in it that cannot be used."""

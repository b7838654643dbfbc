"""One tree of errors. Each says what came, what was wanted and what to do, in one sentence a user can read."""


class PanjError(Exception):
    """Anything Panj refuses to do; its text is shown to the user as it is. Exit code 2 on the command line."""


class WrongSetting(PanjError):
    """A value in the environment that cannot be used."""


class WrongTable(PanjError):
    """A table that does not have the columns, types or values that its model asks for."""


class WrongCrs(PanjError):
    """Positions in another coordinate system than EPSG:4326."""

    def __init__(self, wanted: str, got: object) -> None:
        super().__init__(f"The positions came in {got}, {wanted} was wanted: reproject the table first.")


class BadFile(PanjError):
    """An input file that cannot be used at all (a single bad row is a rejection, not an error)."""


class BadReference(PanjError):
    """A row of the project's own tables that is wrong: names file, line and column."""

    def __init__(self, file: str, line: int, column: str, got: object, wanted: str) -> None:
        self.file, self.line, self.column = file, line, column
        super().__init__(f"{file}, line {line}, column {column}: came {got!r}, wanted {wanted}. Correct the row and start again.")


class StoreProblem(PanjError):
    """The store cannot be read or written: locked, corrupt, full disk, wrong version."""


class NoNetwork(PanjError):
    """A source was asked for and the network did not answer."""


class NotAllowed(PanjError):
    """The viewer's role may not see what was asked for."""

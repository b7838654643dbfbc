"""Settings: typed, read once from the environment, handed on as a value. Documented in .env.example."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from geodata.errors import WrongSetting

Role = Literal["command", "planner", "donor", "public"]
ROLES: tuple[Role, ...] = get_args(Role)

#: The six countries whose reports are placed on the map unless PANJ_REGION says otherwise.
DEFAULT_REGION = ("TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM")
#: Countries that a region may hold: those of `places/files/countries.csv`.
KNOWN_COUNTRIES = frozenset(
    ("TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM", "CHN", "PAK", "IRN", "RUS", "IND", "NPL", "MNG", "AZE", "ARM", "GEO", "IRQ")
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Settings:
    """Where the data lies, where the page listens, who looks at it."""

    data: Path
    database_url: str
    host: str
    port: int
    role: Role
    region: tuple[str, ...]

    @property
    def raw(self) -> Path:
        """Folder of the bytes that came in, one file per SHA-256."""
        return self.data / "raw"

    @property
    def cache(self) -> Path:
        """Folder of everything that can be made again: outlines, border line, towns, map ground."""
        return self.data / "cache"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from ``environment`` (default: the process's). Raises WrongSetting, naming the variable."""
        env = os.environ if environment is None else environment
        data = Path(env.get("PANJ_DATA") or "data").expanduser().resolve()
        return cls(
            data=data,
            database_url=env.get("DATABASE_URL") or f"sqlite:///{(data / 'panj.sqlite').as_posix()}",
            host=_host(env.get("PANJ_HOST") or "127.0.0.1"),
            port=_port(env.get("PANJ_PORT") or "8050"),
            role=_role(env.get("PANJ_ROLE") or "command"),
            region=_region(env.get("PANJ_REGION") or ",".join(DEFAULT_REGION)),
        )


def _host(text: str) -> str:
    if text not in LOOPBACK:
        raise WrongSetting(
            f"PANJ_HOST is {text!r}: Panj has no sign-in yet and listens only on this machine ({', '.join(LOOPBACK)}). "
            "Leave PANJ_HOST empty, and reach it from elsewhere through an SSH tunnel."
        )
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise WrongSetting(f"PANJ_PORT is {text!r}, a number from 1 to 65535 was wanted.")
    return int(text)


def _role(text: str) -> Role:
    if text not in ROLES:
        raise WrongSetting(f"PANJ_ROLE is {text!r}, one of {', '.join(ROLES)} was wanted.")
    return text


def _region(text: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))
    wrong = [code for code in codes if not (len(code) == 3 and code.isascii() and code.isalpha())]
    if wrong or not codes:
        raise WrongSetting(f"PANJ_REGION is {text!r}: three-letter country codes with commas were wanted, as in TJK,AFG,UZB.")
    unknown = [code for code in codes if code not in KNOWN_COUNTRIES]
    if unknown:
        raise WrongSetting(f"PANJ_REGION names {unknown[0]!r}: some of {', '.join(sorted(KNOWN_COUNTRIES))} were wanted.")
    return codes

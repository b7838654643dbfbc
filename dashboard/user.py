"""Who looks at the page: a role, and the language of this request."""

from dataclasses import dataclass

from flask import current_app, request

from dashboard.language import LANGUAGES, Language, language
from geodata.settings import Role


@dataclass(frozen=True)
class User:
    """The viewer. Until there is a sign-in the role is the setting PANJ_ROLE."""

    role: Role
    say: Language

    @property
    def is_insider(self) -> bool:
        """May see single events; everybody else is answered from the suppressed table alone."""
        return self.role in ("command", "planner")


def current_user() -> User:
    """The viewer of the request that is being answered."""
    code = request.script_root.strip("/")
    return User(current_app.config["PANJ_ROLE"], language(code if code in LANGUAGES else "en"))

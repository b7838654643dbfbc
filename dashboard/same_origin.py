"""Only this page may change anything: another site's form or script, sent by the viewer's own browser, is refused."""

from urllib.parse import urlsplit

from flask import request

from dashboard.user import User
from geodata.errors import NotAllowed

#: A header that a form cannot set, and a script of another site only after asking; nobody here says yes to that.
MARK = "X-Panj"


def require_own_page(user: User) -> None:
    """Refuse a request that changes something unless our own page sent it for an insider. Raises NotAllowed.

    Sec-Fetch-Site is set by every present browser and by no script; Origin covers the older ones.
    """
    if not user.is_insider:
        raise NotAllowed(user.say("data.not_allowed"))
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = request.headers.get(MARK) == "1"
    own &= site in (None, "same-origin")
    own &= origin is None or (origin != "null" and urlsplit(origin).netloc == request.host)
    if not own:
        raise NotAllowed(user.say("data.other_site"))

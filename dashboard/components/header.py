"""The bar above the map: name, period, share, save, language, light and dark."""

from dash import html

from dashboard.language import LANGUAGES, NAMES, SHORT
from dashboard.user import User

#: The river as a mark: two banks and what crosses between them.
MARK = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='7' fill='%230f766e'/><path d='M4 20c5-9 9-9 12-4s7 5 12-4' fill='none' stroke='white' "
    "stroke-width='3.2' stroke-linecap='round'/><circle cx='16' cy='16' r='2.6' fill='%23f8cf97'/></svg>"
)


def header(user: User, *, is_generated: bool) -> html.Header:
    """The header for one viewer; `is_generated` puts the demonstration mark into it."""
    say = user.say
    return html.Header(
        [
            _fold("☰", "filters", user),
            html.Img(src=MARK, alt="", className="mark"),
            html.B("Panj", className="name"),
            _pages(user),
            html.Span(say("generated.badge"), className="generated-badge", title=say("generated.banner")) if is_generated else None,
            html.Span(className="spring"),
            html.Span("\u2007", id="period-shown", className="period-shown", **{"aria-live": "polite"}),
            html.Span(className="spring"),
            brief_link(user, "quiet only-wide"),
            share_button(user, "quiet only-wide"),
            save_map_button(user, "quiet only-wide"),
            html.Nav(
                [_language(code, user) for code in LANGUAGES],
                className="languages",
                **{"aria-label": say("panel.language")},
            ),
            html.Button("◐", id="theme", className="icon", title=say("button.theme"), **{"aria-label": say("button.theme")}),
            _fold("☷", "figures", user),
        ],
        className="bar",
    )


def _pages(user: User) -> html.Nav:
    """The pages of an insider; an outsider has two."""
    say = user.say
    if not user.is_insider:
        here = html.A(say("page.command"), href=f"/{say.code}/", className="current", **{"aria-current": "page"})
        covered = html.A(say("coverage.link"), href=f"/{say.code}/coverage", id="to-coverage")
        return html.Nav([here, covered], className="pages", **{"aria-label": say("data.pages")})
    return html.Nav(
        [
            html.A(say("page.command"), href=f"/{say.code}/", className="current", **{"aria-current": "page"}),
            html.A(say("page.compare"), href=f"/{say.code}/compare", id="to-compare"),
            html.A(say("page.data"), href=f"/{say.code}/data", id="to-data"),
            html.A(say("plan.link"), href=f"/{say.code}/plan", id="to-plans", className="only-wide"),
            html.A(say("coverage.link"), href=f"/{say.code}/coverage", id="to-coverage", className="only-wide"),
        ],
        className="pages",
        **{"aria-label": say("data.pages")},
    )


def _fold(sign: str, panel: str, user: User) -> html.Button:
    name = user.say(f"panel.{panel}")
    return html.Button(sign, className="icon only-wide", title=name, **{"data-folds": panel, "aria-label": name})


def share_button(user: User, looks: str) -> html.Button:
    """Copies the address, which holds the whole view."""
    return html.Button(user.say("button.share"), className=looks, **{"data-shares": "address"})


def save_map_button(user: User, looks: str) -> html.Button | None:
    """The file holds single events: only those who may see them are offered it."""
    if not user.is_insider:
        return None
    title = user.say("button.save_map_help")
    return html.Button(user.say("button.save_map"), className=looks, title=title, **{"data-saves": "map.html"})


def brief_link(user: User, looks: str) -> html.A | None:
    """One page to print of what is on the screen; assets/panel.js gives it the view's address."""
    if not user.is_insider:
        return None
    href, title = f"/{user.say.code}/brief", user.say("brief.link_help")
    return html.A(user.say("brief.link"), href=href, className=f"button {looks}", target="_blank", title=title, **{"data-brief": "view"})


def _language(code: str, user: User) -> html.A:
    current = {"aria-current": "true"} if code == user.say.code else {}
    mark = "current" if current else ""
    return html.A(
        SHORT[code],
        href=f"/{code}/",
        lang=code,
        title=NAMES[code],
        className=mark,
        **{"data-language": code, "aria-label": NAMES[code], **current},
    )

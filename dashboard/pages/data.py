"""The Data page: files in, uncertain places, pairs, completeness, runs. Its own HTML and script, no Dash: every key answers at once.

The frame stands here; `data_routes` answers it, `assets/desk/*.js` draw and work it.
"""

import json
from html import escape
from pathlib import Path

from dashboard.components.header import MARK
from dashboard.language import LANGUAGES, NAMES, SHORT
from dashboard.user import User
from geodata.settings import KNOWN_COUNTRIES

DESK = Path(__file__).resolve().parent.parent / "assets" / "desk"
TABS = ("files", "places", "pairs", "grid", "runs")
#: Words that the page's script may need, by the first part of their key.
WORDS = (
    "data", "reason", "drug", "kind", "transport", "precision", "date_precision", "country", "column", "feed", "bound", "button", "js",
    "agency", "concealment", "place_kind", "reliability", "accuracy", "export.rule", "pair_reason", "field",
)  # fmt: skip
SCRIPTS = ("elements", "core", "jobs", "files", "preview", "closing", "map", "places", "pin", "pairs", "grid", "runs", "grades", "keys")

PAGE = """<!DOCTYPE html>
<html lang="{lang}" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="referrer" content="same-origin">
<title>{title}</title>
<link rel="icon" href="/assets/favicon.svg">
<script>
  try {{
    document.documentElement.dataset.theme =
      localStorage.getItem("panj-theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }} catch (refused) {{}}
</script>
<link rel="stylesheet" href="/assets/style.css?{version}">
<link rel="stylesheet" href="/assets/style_phone.css?{version}">
<link rel="stylesheet" href="/assets/desk/desk.css?{version}">
</head>
<body class="desk insider">
<script type="application/json" id="words">{words}</script>
<script type="application/json" id="facts">{facts}</script>
<header class="bar">
<a class="home" href="/{lang}/"><img src="{mark}" alt="" class="mark"><b class="name">Panj</b></a>
<nav class="pages" aria-label="{pages}">
<a href="/{lang}/">{command}</a><a href="/{lang}/compare" class="only-wide">{compare}</a>
<a href="/{lang}/data" class="current" aria-current="page">{data}</a>
<a href="/{lang}/plan" class="only-wide">{plans}</a><a href="/{lang}/coverage" class="only-wide">{coverage}</a>
</nav>
{badge}<span class="spring"></span>
<label class="who"><span>{who}</span><input id="who" maxlength="12" autocomplete="off" spellcheck="false" placeholder="{who_empty}"></label>
<button class="icon" id="keys-open" title="{keys}" aria-label="{keys}">?</button>
<nav class="languages" aria-label="{languages_label}">{languages}</nav>
<button class="icon" id="theme" title="{theme}" aria-label="{theme}">◐</button>
</header>
{banner}
<nav class="tabs" id="tabs" aria-label="{data}">{tabs}</nav>
<main id="desk" class="desk-main">{sections}</main>
<footer class="small-print"><span>{attribution}</span><span>{disclaimer}</span></footer>
<div id="problem" class="problem" role="alert" hidden><p></p><button id="problem-close" class="quiet">{close}</button></div>
<div id="said" class="said" role="status" aria-live="polite"></div>
<dialog id="keys" class="keys"></dialog>
<noscript>{noscript}</noscript>
{scripts}
</body>
</html>"""


def page(user: User, *, is_generated: bool) -> str:
    """The frame for one viewer, in their language."""
    say, code = user.say, user.say.code
    version = str(max(int(file.stat().st_mtime) for file in DESK.iterdir()))
    words = {key: text for key, text in say.words.items() if key.startswith(tuple(f"{first}." for first in WORDS))}
    languages = "".join(
        f'<a href="/{other}/data" data-language="{other}" lang="{other}" title="{NAMES[other]}" aria-label="{NAMES[other]}"'
        f"{' class=current aria-current=true' if other == code else ''}>{SHORT[other]}</a>"
        for other in LANGUAGES
    )
    tabs = "".join(
        f'<a href="#{name}" data-tab="{name}"><span>{escape(str(say(f"data.tab.{name}")))}</span><b id="count-{name}" hidden></b></a>'
        for name in TABS
    )
    sections = "".join(f'<section id="tab-{name}" class="tab" hidden></section>' for name in TABS)
    countries = sorted(((iso, str(say(f"country.{iso}"))) for iso in KNOWN_COUNTRIES if say.has(f"country.{iso}")), key=lambda c: c[1])
    texts = {
        "title": say("data.title"), "mark": MARK, "pages": say("data.pages"), "command": say("page.command"), "data": say("page.data"),
        "compare": say("page.compare"), "plans": say("plan.link"), "coverage": say("coverage.link"),
        "who": say("data.who"), "who_empty": say("data.who_empty"), "keys": say("data.keys"), "theme": say("button.theme"),
        "languages_label": say("panel.language"), "attribution": say("attribution.short"), "disclaimer": say("disclaimer.boundaries"),
        "close": say("button.close"), "noscript": say("app.noscript"),
    }  # fmt: skip
    return PAGE.format(
        **{name: escape(str(text)) for name, text in texts.items()},
        lang=code,
        version=version,
        badge=f'<span class="generated-badge">{escape(str(say("generated.badge")))}</span>' if is_generated else "",
        banner=f'<div class="generated" role="note">{escape(str(say("generated.banner")))}</div>' if is_generated else "",
        languages=languages,
        tabs=tabs,
        sections=sections,
        words=_script_safe(words),
        facts=_script_safe({"code": code, "countries": countries}),
        scripts="\n".join(f'<script src="/assets/desk/{name}.js?{version}"></script>' for name in SCRIPTS),
    )


def _script_safe(value: object) -> str:
    """JSON inside a script element: a "</script>" in a text must not end it."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")

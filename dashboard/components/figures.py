"""Key figures, what changed, the doors to what is not on the map, and the ranked list."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from dash import html

from dashboard.language import Language
from dashboard.user import User
from dashboard.view_state import ViewState
from layers.coverage_share import COMPARED, NONE_HELD, CoverageShare
from layers.key_figures import Change, KeyFigures

#: Longer than this the list is no list any more; the rest stands in the events table.
MOST_RANKED = 12
MOST_SHARES = 14


class Outside(NamedTuple):
    """What outsiders are told: how many published cells the choice has, and how many of their events belong to a whole country."""

    cells: int
    unplaced: int


def skeleton() -> list[html.Div]:
    """Grey lines of the size of what is coming."""
    return [html.Div(className="skeleton") for _ in range(3)]


class Unassigned(NamedTuple):
    """Events that may lie in the viewer's sector or elsewhere: known to the country alone, so that they are in no sector's numbers."""

    n: int = 0
    country: str = ""


NONE_UNASSIGNED = Unassigned()


def body(
    told: KeyFigures | Outside,
    lacking: Sequence[tuple[str, Sequence[str]]],
    n_outside: int,
    user: User,
    apart: Unassigned = NONE_UNASSIGNED,
) -> list[Any]:
    """What stands under the two large numbers. lacking: feeds whose copy does not hold these drugs.
    n_outside: events of other countries, kept and not shown."""
    say = user.say
    if isinstance(told, Outside):
        return [
            html.P(say("figures.published", n=told.cells), className="muted"),
            html.P(say("caveat.published_totals"), className="muted"),
        ]
    lines = []
    if apart.n:
        lines.append(_line("?", say("sector.unassigned", n=apart.n, country=apart.country)))
    lines.append(_change(told.change_n, "change.events", user))
    if not told.change_kg.reason:  # else the line above has said why already
        lines.append(_change(told.change_kg, "change.kg", user, " " + say("unit.kg")))
    if not told.change_n.reason and told.change_n.is_uneven:
        lines.append(_line("!", say("change.uneven")))
    if told.months_with_reports < told.months:
        lines.append(_line("▨", say("figures.gaps", n=told.months - told.months_with_reports, of=told.months)))
    if told.months_incomplete:
        lines.append(_line("▨", say("figures.incomplete", n=told.months_incomplete, of=told.months)))
    if told.is_at_least:
        lines.append(_line("≥", say("figures.at_least")))
    if told.n_other_units:
        lines.append(_line("+", say("figures.other_units", n=told.n_other_units)))
    lines += [_line("+", say("figures.apart", drug=say(f"drug.{drug}"), kg=say.number(kg))) for drug, kg in told.kg_apart.items()]
    for feed, drugs in lacking:
        words = ", ".join(say(f"drug.{drug}") for drug in drugs)
        lines.append(_line("?", say("figures.not_in_file", feed=say(f"feed.{feed}"), drugs=words)))
    if n_outside:
        lines.append(_line("·", say("figures.outside", n=n_outside)))
    doors = [
        ("unassigned", apart.n),
        ("undated", told.n_undated),
        ("unplaced", told.n_without_point),
        ("vague", told.n_overlapping),
    ]
    return [
        html.Ul(lines, className="changes"),
        html.Div([_door(name, n, user) for name, n in doors if n], className="doors"),
        html.Details([html.Summary(say("share.title")), html.Div(_share(told.coverage, user), className="group")]),
    ]


def _door(name: str, n: int, user: User) -> html.Button:
    """Opens the events that are not on the map or not in a month."""
    return html.Button(user.say(f"door.{name}_n", n=n), className="quiet", **{"data-picks": f"door:{name}", "data-opens": "events"})


def _line(sign: str, text: str) -> html.Li:
    return html.Li([html.Span(sign, className="sign", **{"aria-hidden": "true"}), html.Span(text)])


def _change(change: Change, key: str, user: User, unit: str = "") -> html.Li:
    say = user.say
    if change.difference is None or change.before is None:
        return _line("·", say(change.reason))
    sign = "▲" if change.difference > 0 else "▼" if change.difference < 0 else "="
    by = ("+" if change.difference > 0 else "−" if change.difference < 0 else "±") + say.number(abs(change.difference)) + unit
    return _line(sign, say(key, n=abs(change.difference), by=by, before=say.number(change.before) + unit))


def _share(coverage: CoverageShare, user: User) -> list[Any]:
    """Single records against national totals; a sentence where there is nothing to compare."""
    say = user.say
    if coverage.share is None and not len(coverage.rows):
        return [html.P(say(coverage.reason), className="muted")]
    # The country of the border first, then the largest totals.
    home = (coverage.rows["country_iso3"] == "TJK").to_numpy()
    rows = coverage.rows.assign(home=home).sort_values(["home", "national_kg"], ascending=False, kind="stable")
    hidden = max(0, len(rows) - MOST_SHARES)
    rows = rows.head(MOST_SHARES)
    cells = [_share_row(row, user) for row in rows.to_dict("records")]
    if coverage.share is None:
        head = say(coverage.reason)
    else:
        amounts = {"single": say.number(coverage.single_kg, 0), "national": say.number(coverage.national_kg, 0)}
        head = say("share.sentence", share=say.number(100 * coverage.share, 0), **amounts)
    table = html.Div(html.Table(html.Tbody(cells), className="shares"), className="shares-frame")
    return [html.P(head), table, html.P(say("share.more", n=hidden), className="muted") if hidden else None]


def _share_row(row: Mapping[Any, Any], user: User) -> html.Tr:
    say = user.say
    known = pd.notna(row["share"]) and row["status"] != NONE_HELD
    country, drug = (_word(say, "country", row["country_iso3"]), _word(say, "drug", row["drug"]))
    amounts = say("share.of", single=say.number(row["single_kg"]), national=say.number(row["national_kg"])) if known else "–"
    share = [say.number(100 * row["share"], 0) + "\u00a0%"] if known else []
    note = [html.Small(say(row["status"]))] if row["status"] != COMPARED else []
    return html.Tr([html.Td(f"{country} {row['year']}"), html.Td(drug), html.Td(amounts), html.Td(share + note)])


def _word(say: Language, prefix: str, code: str) -> str:
    """The word for a code, or the code where there is none."""
    return say(f"{prefix}.{code}") if say.has(f"{prefix}.{code}") else code


def ranking(table: pd.DataFrame, state: ViewState, user: User, *, silent: bool = False) -> list[Any]:
    """One button per place: order, name, amount, a bar whose hatched part may belong elsewhere, and what changed.

    table: kind, id, name, rank, n, weight_kg, share_unsure, change_n, change_kg; most first. silent: no report at all in the period.
    """
    say = user.say
    if table.empty:
        return [html.P(say("ranking.silent" if silent else "ranking.none"), className="muted")]
    kg = state.measure == "kg"
    amounts = table["weight_kg" if kg else "n"].astype(float)
    most = max(float(amounts.max()), 1e-9)
    return [
        _ranked(row, float(amount), most, kg, state, user)
        for row, amount in zip(table.head(MOST_RANKED).to_dict("records"), amounts, strict=False)
    ]


def _ranked(row: Mapping[Any, Any], amount: float, most: float, kg: bool, state: ViewState, user: User) -> html.Button:
    say = user.say
    key = f"{row['kind']}:{row['id']}"
    unsure = float(row.get("share_unsure") or 0.0) if pd.notna(row.get("share_unsure")) else 0.0
    width = 100 * amount / most
    change = row.get("change_kg" if kg else "change_n")
    notes = []
    if pd.notna(change) and change:
        notes.append(say("ranking.change", by=("+" if change > 0 else "−") + say.number(abs(float(change)))))
    if unsure > 0:
        notes.append(say("ranking.unsure", share=say.number(100 * unsure, 0)))
    icon = html.Span(**{"data-icon": row["icon"]}, className="rank-icon") if row.get("icon") else None
    sure, maybe = f"{width * (1 - unsure):.1f}%", f"{width * unsure:.1f}%"
    return html.Button(
        [
            html.Span(str(int(row["rank"])), className="order"),
            html.Span([icon, row["name"]], className="place", title=row["name"]),
            html.Span(say.number(amount) + ("\u00a0" + say("unit.kg") if kg else ""), className="amount"),
            html.Span(
                [html.Span(className="sure", style={"width": sure}), html.Span(className="unsure", style={"width": maybe})],
                className="track",
            ),
            html.Span(" · ".join(notes), className="note") if notes else None,
        ],
        className="rank is-picked" if state.picked == key else "rank",
        **{"data-picks": key} if row["kind"] != "area" else {"disabled": True},
    )

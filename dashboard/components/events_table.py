"""The events behind the view, as a grid that can be sorted and filtered, with a link to each source."""

from typing import Any, NamedTuple

import dash_ag_grid as dag
from dash import html

from dashboard.user import User

COLUMNS = {
    "date": 112, "kind": 190, "drug": 140, "weight_kg": 112, "amount": 150, "country": 120, "place": 220, "section": 180, "how_sure": 180,
    "agency": 180, "transport": 110, "concealment": 170, "repeat": 110, "note": 240, "source": 110, "feed": 150,
}  # fmt: skip
OUTSIDER_COLUMNS = {"quarter": 110, "country": 150, "province": 200, "district": 200, "drug": 160, "n": 110, "weight_kg": 120}


class Rows(NamedTuple):
    """rows: what the grid shows. n_events: distinct events behind them. n_more: rows that only the downloads hold.
    picked: name of what they belong to. whose: the sector that they are limited to, in words."""

    rows: list[dict[str, Any]]
    n_events: int
    n_more: int
    picked: str = ""
    whose: str = ""


def drawer(user: User) -> html.Div:
    """The drawer, closed; its grid stands still and only its rows change."""
    say = user.say
    columns = COLUMNS if user.is_insider else OUTSIDER_COLUMNS
    grid = dag.AgGrid(
        id="events",
        columnDefs=[_column(name, width, user) for name, width in columns.items()],
        rowData=[],
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "floatingFilter": False},
        dashGridOptions={
            "rowHeight": 30,
            "headerHeight": 34,
            "animateRows": False,
            "enableCellTextSelection": True,
            "localeText": {key.removeprefix("grid."): text for key, text in say.words.items() if key.startswith("grid.")},
        },
        className="ag-theme-quartz",
        style={"height": "100%", "width": "100%"},
    )
    head = [
        html.H2(say("events.title"), id="events-title"),
        html.Span(id="events-note", className="muted"),
        html.Button(say("button.csv"), className="quiet", **{"data-saves": "events.csv"}),
        html.Button(say("button.xlsx"), className="quiet", **{"data-saves": "events.xlsx"}),
        html.Button("×", className="icon", title=say("button.close"), **{"data-opens": "events", "aria-label": say("button.close")}),
    ]
    return html.Div(
        html.Section(
            [html.Div(head, className="drawer-head"), html.Div(grid, className="grid-frame")],
            className="drawer",
            **{"aria-label": say("events.title")},
        ),
        className="drawer-place",
    )


def content(found: Rows, user: User) -> tuple[list[dict[str, Any]], str, str]:
    """Rows, title and note for one view."""
    say = user.say
    title = say("events.title_n", n=found.n_events) if user.is_insider else say("events.title_cells", n=len(found.rows))
    notes = [text for text in (found.picked, found.whose) if text]
    if found.n_more:
        notes.append(say("events.more", n=found.n_more))
    if not found.rows:
        notes.append(say("events.none"))
    return found.rows, title, " · ".join(notes)


def _column(name: str, width: int, user: User) -> dict[str, Any]:
    # Said, not guessed: from "2018-07-25" in the first row AG Grid would take "2018-07" in the next for a broken date.
    column: dict[str, Any] = {"field": name, "headerName": user.say(f"column.{name}"), "width": width, "cellDataType": "text"}
    if name in ("weight_kg", "n"):
        # Numbers arrive as numbers, so that they sort; the words are made in the browser.
        mark = "(params.data && params.data.bound || '')" if name == "weight_kg" else "''"
        column |= {
            "type": "rightAligned",
            "cellDataType": "number",
            "filter": "agNumberColumnFilter",
            "valueFormatter": {"function": f"params.value == null ? '' : {mark} + panj.number(params.value)"},
        }
    if name == "source":
        column |= {"cellRenderer": "SourceLink", "filter": False, "sortable": False}
    if name in ("place", "note"):
        column["tooltipField"] = name
    return column

"""The left panel: what, where, who, how, and the switches of the layers. What colours an insider's map stands in `map_bar`."""

from collections.abc import Mapping, Sequence

from dash import dcc, html

from dashboard.user import User
from dashboard.view_state import BANDWIDTHS_KM, LAYERS

Options = Sequence[Mapping[str, str]]


def filters(user: User, options: Mapping[str, Options]) -> html.Aside:
    """Filters and layer switches. options: per filter the values that the store holds, most frequent first."""
    say = user.say
    groups = [
        _group(say("filter.when"), [_period(user)], True),
        _group(say("filter.what"), [_pills("f-drugs", say("filter.drugs"), options["drugs"])], True),
        _group(say("filter.where"), [_choice("f-countries", user, "countries", options)], True),
    ]
    if user.is_insider:
        groups[1].children[1].children.append(_pills("f-kinds", say("filter.kinds"), options["kinds"]))
        groups += [
            _group(say("filter.who"), [_choice("f-agencies", user, "agencies", options), *_grades(user, options)]),
            _group(say("filter.how"), [_pills("f-transports", say("filter.transports"), options["transports"])]),
        ]
    else:
        # The page's wiring names these filters; for outsiders they hold nothing and are not shown.
        hidden = ("f-kinds", "f-agencies", "f-transports", "f-reliabilities", "f-accuracies")
        groups.append(html.Details([dcc.Checklist(id=name, options=[], value=[]) for name in hidden], hidden=True))
    return html.Aside(
        [
            html.Div(
                [
                    html.H2(say("panel.filters")),
                    html.Button(say("button.clear"), id="clear", className="link"),
                    _close(say("button.close"), "filters"),
                ],
                className="panel-head",
            ),
            html.Div(
                [
                    *groups,
                    _group(
                        say("filter.measure"),
                        [_radio("f-measure", say("filter.measure"), [("n", say("measure.n")), ("kg", say("measure.kg"))])],
                        True,
                    ),
                    _group(say("panel.layers"), [*_heatmap(user), _layers(user)], True),
                ],
                className="panel-body",
            ),
        ],
        id="filters",
        className="panel left",
        **{"aria-label": say("panel.filters")},
    )


def _period(user: User) -> html.Div:
    """The same period that the brush holds, for typing it (assets/brush.js fills it) and for the two most wanted ones."""
    say = user.say
    buttons = [html.Button(say(f"period.{name}"), className="quiet", **{"data-period": name}) for name in ("opening", "all")]
    return html.Div([html.Div(id="period-typed", className="period-typed"), html.Div(buttons, className="doors")])


def _heatmap(user: User) -> list:
    say = user.say
    widths = _radio("f-bandwidth", say("heatmap.bandwidth"), [(str(km), say("unit.km", km=km)) for km in BANDWIDTHS_KM])
    width = html.Div([html.Span(say("heatmap.bandwidth"), className="label"), widths], className="bandwidths")
    if user.is_insider:
        return [width]
    radio = _radio("f-heatmap", say("heatmap.title"), [("cells", say("heatmap.areas")), ("off", say("heatmap.off"))])
    return [html.Div([html.Span(say("heatmap.title"), className="label"), radio]), width]


def _layers(user: User) -> dcc.Checklist:
    say = user.say
    shown = LAYERS if user.is_insider else tuple(name for name in LAYERS if name not in ("seizures", "incidents"))
    return dcc.Checklist(
        id="f-layers",
        options=[{"label": say(f"layer.{name}"), "value": name} for name in shown],
        value=list(shown),
        className="switches",
    )


def _grades(user: User, options: Mapping[str, Options]) -> list[html.Div]:
    """Reliability and accuracy (4x4), by letter; nothing is shown while no report has a grade."""
    say = user.say
    pills = []
    for id, name, prefix in (("f-reliabilities", "reliabilities", "reliability"), ("f-accuracies", "accuracies", "accuracy")):
        shown = [{**one, "label": f"{one['value']} · {one['label']}"} for one in sorted(options[name], key=lambda one: one["value"])]
        pill = _pills(id, say(f"data.{prefix}"), shown)
        pill.hidden = not shown
        pills.append(pill)
    return pills


def _group(title: str, children: list, is_open: bool = False) -> html.Details:
    return html.Details([html.Summary(title), html.Div(children, className="group")], open=is_open)


def _pills(id: str, label: str, options: Options) -> html.Div:
    return html.Div(
        [html.Span(label, className="label"), dcc.Checklist(id=id, options=list(options), value=[], className="pills", inline=True)],
        role="group",
        **{"aria-label": label},
    )


def _radio(id: str, label: str, options: list[tuple[str, str]]) -> html.Div:
    items = [{"value": value, "label": text} for value, text in options]
    return html.Div(
        dcc.RadioItems(id=id, options=items, value=options[0][0], className="segments", inline=True), role="group", **{"aria-label": label}
    )


def _choice(id: str, user: User, name: str, options: Mapping[str, Options]) -> html.Div:
    say = user.say
    # Dash writes its own English into the open list unless told otherwise.
    words = {key.removeprefix("choice."): text for key, text in say.words.items() if key.startswith("choice.")}
    choice = dcc.Dropdown(
        id=id, options=list(options[name]), value=[], multi=True, placeholder=say(f"filter.all_{name}"), labels=words, closeOnSelect=False
    )
    return html.Div([html.Span(say(f"filter.{name}"), className="label"), choice])


def _close(label: str, sheet: str) -> html.Button:
    return html.Button("×", className="icon only-phone", title=label, **{"data-opens": sheet, "aria-label": label})

"""Donors and the public ask every address and every callback for single events, and get none."""

import gzip
import json
import re
from urllib.parse import quote

import numpy as np
import pytest

from dashboard.maps.payload import unpack
from geodata.store import reading
from geodata.store.engine import open_store

OUTSIDERS = ("donor", "public")
#: Questions that would single something out, if anybody listened.
SHARP = (
    "", "k=armed_clash", "a=MIA", "t=rail", "p=2024-03..2024-03", "p=2024-03-05..2024-03-05", "p=2024Q1..2024Q1", "d=heroin&c=TJK",
    "h=surface&b=10", "m=kg", "s=door:undated", "s=door:unplaced", "s=door:vague", "s=post:bcp-panji-poyon", "s=section:sec-07-panj",
    "l=seizures,incidents", "d=heroin&k=seizure&c=TJK&a=MIA&t=road&p=2024-03..2024-03&m=kg",
)  # fmt: skip
DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


def body(answer) -> bytes:
    return gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data


def callbacks(app):
    """(output, inputs, state) of every callback that runs on the server."""
    for told in app.server.test_client().get("/en/_dash-dependencies").get_json():
        if not told["clientside_function"]:
            yield told


def ask_callback(app, told, values: dict[str, object]):
    """Call one callback the way the browser does, with values of our own."""

    def filled(parts):
        return [{"id": part["id"], "property": part["property"], "value": values.get(part["id"], "")} for part in parts]

    output = told["output"]
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs = [dict(zip(("id", "property"), name.split("@")[0].rsplit(".", 1), strict=True)) for name in names]
    call = {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": filled(told["inputs"]),
        "state": filled(told["state"]),
        "changedPropIds": [f"{part['id']}.{part['property']}" for part in told["inputs"]],
    }
    return app.server.test_client().post("/en/_dash-update-component", json=call)


@pytest.fixture(scope="module")
def secrets(generated_events):
    """Texts that only single events carry."""
    found = set(generated_events["report_id"]) | set(generated_events["event_id"])
    for column in ("note", "concealment", "installation", "routing", "source_url"):
        found |= {text for text in generated_events[column].dropna().unique() if len(text) > 12}
    return found


def betrays(text: str, secrets: set[str]) -> list[str]:
    # Our own words may stand in a report too, as a name of a place does: what counts is a report's number or its own sentence.
    return [secret for secret in secrets if secret in text][:3]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_address_gives_an_outsider_a_single_event(client, generated, generated_events, secrets, role):
    app = client(generated, role)
    web = app.server.test_client()
    picks = [f"s=place:{lon:.5f},{lat:.5f}" for lon, lat in generated_events[["lon", "lat"]].dropna().head(5).to_numpy()]
    asked = 0
    for rule in app.server.url_map.iter_rules():
        if rule.endpoint in ("static",) or "fingerprinted_path" in rule.arguments or rule.rule.startswith(("/assets", "/_dash-update")):
            continue
        fills = {
            "name": ("land", "line", "posts", "corridors", "areas", "events"),
            "kind": ("csv", "xlsx", "json"),
            "ending": ("pdf", "gpkg", "toml"),
            "path": ("", "data/events"),
            "alert_id": ("1",),
            "what": (
                "state",
                "places",
                "names",
                "pairs",
                "rejected",
                "runs",
                "grid",
                "job",
                "place",
                "pair",
                "undo",
                "gap",
                "grade",
            ),
        }
        paths = [rule.rule]
        for argument in rule.arguments:
            paths = [re.sub(rf"<(\w+:)?{argument}>", value, path) for path in paths for value in fills[argument]]
        for path in paths:
            for question in (*SHARP, *picks):
                for answer in (web.get(f"/en{path}?{question}"), web.post(f"/en{path}?{question}", json=list(secrets)[:50])):
                    asked += 1
                    assert answer.status_code < 500 or answer.status_code == 503, (path, question)
                    assert not betrays(body(answer).decode("utf-8", "replace"), secrets), (path, question)
    assert asked > 500


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_callback_gives_an_outsider_a_single_event(client, generated, generated_events, secrets, role):
    app = client(generated, role)
    lon, lat = generated_events[["lon", "lat"]].dropna().iloc[0]
    questions = [*SHARP, f"s=place:{lon:.5f},{lat:.5f}", "s=cell:8528308ffffffff"]
    asked = 0
    for told in callbacks(app):
        for question in questions:
            picked = question.split("s=")[1] if "s=" in question else ""
            answer = ask_callback(app, told, {"view": question, "picked": picked})
            asked += 1
            assert answer.status_code in (200, 204, 400, 403), (told["output"], question, answer.data[:200])
            assert not betrays(answer.get_data(as_text=True), secrets), (told["output"], question)
            # A post's card tells since when it is open: that stands in our own table.
            # What was asked comes back as the name of the question; no other day may.
            days = set(DAY.findall(answer.get_data(as_text=True))) - set(DAY.findall(question))
            assert "card" in told["output"] or not days, (told["output"], question, days)
    assert asked >= 3 * len(questions)


@pytest.mark.parametrize("role", OUTSIDERS)
def test_the_payload_of_an_outsider_holds_the_published_table_and_nothing_finer(client, generated, role):
    app = client(generated, role)
    engine = open_store(generated, create=False)
    table = reading.aggregates(engine, role=role)
    engine.dispose()
    shown = table[~table["suppressed"].astype(bool)]
    header, arrays = unpack(body(app.server.test_client().get("/en/data/view")))
    assert header["step_kind"] == "quarter" and header["n_groups"] == 0 and header["group_names"] == []
    assert all(re.fullmatch(r"\d{4}Q[1-4]", step) for step in header["steps"])
    assert all(len(arrays[name]) == 0 for name in arrays if name.startswith("group_"))
    # Every number is one of the published ones, in its own quarter and area.
    known = {}
    for row in shown.itertuples():
        area = row.district_id if isinstance(row.district_id, str) else row.province_id
        known.setdefault((row.quarter, area), []).append(int(row.n))
    for step, cell, n in zip(arrays["cell_step"], arrays["cell_index"], arrays["cell_n"], strict=True):
        at = (header["steps"][step], header["cell_ids"][cell])
        assert int(n) in known.get(at, []), at
    assert not np.any(arrays["step_n"] < 0)
    assert arrays["step_n"].sum() <= shown["n"].sum()


@pytest.mark.parametrize("role", OUTSIDERS)
def test_what_an_outsider_may_not_filter_by_changes_nothing(client, generated, role):
    web = client(generated, role).server.test_client()
    for path in ("data/view", "download/events.csv", "data/surface"):
        plain = body(web.get(f"/en/{path}"))
        for question in ("k=armed_clash", "a=MIA", "t=rail", "s=post:bcp-panji-poyon", "p=2024-03..2024-03", "p=2024-03-05..2024-03-06"):
            assert body(web.get(f"/en/{path}?{question}")) == plain, (path, question)


@pytest.mark.parametrize("role", OUTSIDERS)
def test_loads_along_corridors_and_counts_at_posts_are_not_told_to_outsiders(client, generated, role):
    web = client(generated, role).server.test_client()
    header, _ = unpack(body(web.get("/en/data/view")))
    assert not header.get("corridor_loads")
    told = {}
    for name in ("posts", "corridors"):
        inside = body(client(generated, "command").server.test_client().get(f"/en/data/things/{name}.json"))
        told[name] = body(web.get(f"/en/data/things/{name}.json"))
        assert told[name] == inside, "the tables of posts and corridors are the same for everybody: nothing recorded is in them"


@pytest.mark.parametrize("role", OUTSIDERS)
def test_an_outsider_is_refused_the_map_file_with_a_sentence(client, generated, role):
    for code in ("en", "ru", "tg"):
        answer = client(generated, role).server.test_client().get(f"/{code}/download/map.html")
        assert answer.status_code == 403
        said = answer.get_data(as_text=True)
        assert 30 < len(said) < 400 and "<" not in said
        assert code == "en" or re.search("[а-я]", said)


@pytest.mark.parametrize("role", OUTSIDERS)
def test_the_layout_of_an_outsider_names_no_agency(client, generated, generated_events, role):
    layout = client(generated, role).server.test_client().get("/en/_dash-layout").get_data(as_text=True)
    agencies = {name.strip() for text in generated_events["agency"].dropna().unique() for name in text.split(";")}
    assert not [name for name in agencies if f'"{name}"' in layout]


def test_insiders_do_get_their_events(client, generated, generated_events):
    for role in ("command", "planner"):
        web = client(generated, role).server.test_client()
        header, _ = unpack(body(web.get("/en/data/view")))
        assert header["n_groups"] > 0 and header["step_kind"] == "month"
        page = web.get("/en/download/events.csv?p=1990-01..2026-12").get_data(as_text=True)
        assert all(number in page for number in generated_events["report_id"].head(20))


NONSENSE = (
    "s=cell:zz", "s=place:a,b", "s=place:1,2,3", "s=post:", "s=post:nobody", "s=" + "x" * 500, "p=0000-00..9999-99", "d=\x00", "a=%FF",
    "l=&l=&m=&h=", "p=2030-01..2031-01", "p=1901-01..1902-01", "s=section:none&m=kg",
)  # fmt: skip


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("role", ["command", "donor"])
def test_nonsense_in_an_address_is_no_error(client, generated, nonsense, role):
    web = client(generated, role).server.test_client()
    question = quote(nonsense, safe="=&,:%")
    for path in ("data/view", "data/surface", "download/events.csv", "download/events.xlsx"):
        assert web.get(f"/en/{path}?{question}").status_code == 200, path
    for told in callbacks(client(generated, role)):
        picked = nonsense.split("s=")[1] if "s=" in nonsense else ""
        assert ask_callback(client(generated, role), told, {"view": nonsense, "picked": picked}).status_code in (200, 204), told["output"]


@pytest.mark.parametrize("sent", [b"{", b'{"a": 1}', b"[1, 2]", b'"text"'])
def test_a_list_of_rows_that_is_none_is_refused_not_crashed_on(client, generated, sent):
    answer = client(generated, "command").server.test_client().post("/en/download/events.csv", data=sent, content_type="application/json")
    assert answer.status_code in (200, 400)


def test_the_language_of_a_callback_is_that_of_its_address(client, real):
    app = client(real, "command")
    told = next(told for told in callbacks(app) if "figures-body" in told["output"])
    answer = json.loads(ask_callback(app, told, {"view": ""}).data)
    assert "events" in json.dumps(answer)

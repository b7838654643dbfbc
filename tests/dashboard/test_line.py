"""What the profile, the night and season and the smooth surface say, against a slow recount of the same rows; and to whom."""

import gzip
import json

import numpy as np
import pytest

from dashboard.maps.payload import unpack
from geodata.places.sections import load_section_table

APART = ("alcohol", "precursor")
YEAR = "p=2018-01..2018-12"


def asked(client, settings, path, role="command", language="en"):
    return client(settings, role).server.test_client().get(f"/{language}/data/{path}")


def of_year(events, year="2018"):
    """Rows all of whose possible days lie in the year, one row each event first."""
    return [
        row
        for row in events.itertuples()
        if isinstance(row.happened_from, str) and f"{year}-01-01" <= row.happened_from and row.happened_to <= f"{year}-12-31"
    ]


@pytest.mark.parametrize("measure", ["n", "kg"])
def test_every_section_holds_what_a_recount_finds_there(client, generated, generated_events, measure):
    told = json.loads(asked(client, generated, f"profile?{YEAR}&m={measure}").data)
    first_rows, kg = {}, {}
    for row in of_year(generated_events):
        first_rows.setdefault(row.event_id, row)
        weight = row.weight_kg if row.weight_kg == row.weight_kg and row.drug not in APART else 0.0
        kg[row.event_id] = kg.get(row.event_id, 0.0) + weight
    on = [(row.section_id, kg[row.event_id]) for row in first_rows.values() if isinstance(row.section_id, str)]
    assert sum(section["n"] for section in told["sections"]) == told["n"] == len(on) > 20
    months = {
        row.happened_from[:7]
        for row in of_year(generated_events)
        if row.date_precision in ("day", "month") and row.happened_from[:7] == row.happened_to[:7]
    }
    assert told["years"] == pytest.approx(len(months) / 12, abs=1e-3)
    for section in told["sections"]:
        here = [weight for id, weight in on if id == section["id"]]
        assert section["n"] == len(here) and section["kg"] == pytest.approx(sum(here), abs=1e-3)
        exposure = (section["to_km"] - section["from_km"]) * told["years"]
        assert section["rate"] == pytest.approx(len(here) / exposure, rel=0.01)
        assert section["low"] <= section["shrunk"] <= section["high"]
        assert section["class"] in range(8) and section["is_few"] == (0 < len(here) < 5)
        if measure == "kg":
            assert section["shown"] == pytest.approx(sum(here) / exposure, rel=0.01)


@pytest.mark.parametrize("measure", ["n", "kg"])
def test_sections_outside_a_sector_are_its_surroundings_and_in_no_sum(client, generated, measure):
    whole = json.loads(asked(client, generated, f"profile?{YEAR}&m={measure}").data)
    told = json.loads(asked(client, generated, f"profile?{YEAR}&m={measure}&o=tj-khatlon").data)
    own = [section for section in told["sections"] if not section["is_around"]]
    assert 0 < len(own) < len(whole["sections"]) and "Numbers: Khatlon" in told["lead"]
    assert told["n"] == sum(section["n"] for section in own) < whole["n"]
    for one, other in zip(told["sections"], whole["sections"], strict=True):
        assert not other["is_around"] and one["shown"] == other["shown"] and one["n"] == other["n"]
        assert one["words"] == other["words"] + (" · outside the sector" if one["is_around"] else "")
    inland = json.loads(asked(client, generated, f"profile?{YEAR}&o=tj-sughd").data)
    assert inland["n"] == 0 and all(section["is_around"] for section in inland["sections"])


def test_the_sections_join_up_to_the_whole_line_and_the_axis_holds_all_bars(client, generated, places_cache):
    told = json.loads(asked(client, generated, f"profile?{YEAR}").data)
    table = load_section_table(places_cache)
    assert [section["id"] for section in told["sections"]] == table["section_id"].tolist()
    assert told["districts"][0]["from_km"] == 0 and told["districts"][-1]["to_km"] == told["length_km"]
    for here, there in zip(told["districts"], told["districts"][1:], strict=False):
        assert here["to_km"] == there["from_km"] and here["id"] != there["id"]
    assert told["ticks"][-1]["at"] >= max(section["shown"] for section in told["sections"])
    assert told["ticks"][0]["at"] == 0 and 2 <= len(told["ticks"]) <= 5


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
@pytest.mark.parametrize("question", [YEAR, f"{YEAR}&m=kg", "d=heroin", "c=KAZ", "p=1999-01..1999-02"])
def test_every_sentence_is_finished_in_every_language(client, generated, language, question):
    told = json.loads(asked(client, generated, f"profile?{question}", language=language).data)
    texts = [told["title"], told["unit"], told["lead"], told["rule"], *told["caveats"], *(section["words"] for section in told["sections"])]
    for text in texts:
        assert text and "{" not in text and "profile." not in text and "nan" not in text.lower() and "None" not in text
    if language != "en":
        assert not any("events" in text for text in texts)


def test_a_store_of_few_reports_has_a_profile_whose_intervals_say_so(client, real):
    told = json.loads(asked(client, real, "profile?p=2018-01..2026-12").data)
    few = [section for section in told["sections"] if section["is_few"]]
    assert few and all("fewer than 5" in section["words"] and section["high"] > 2 * section["shrunk"] for section in few)
    assert any("hold no reports" in text or "holds no reports" in text for text in told["caveats"])


@pytest.mark.parametrize("path", ["profile", "rhythm?s=section:sec-30-khorog"])
@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_are_told_a_sentence_and_no_number(client, generated, path, role):
    answer = asked(client, generated, path, role)
    assert answer.status_code == 403 and "section" not in answer.text and len(answer.text.split()) > 5


def test_the_rhythm_of_a_section_counts_its_hours_and_hides_what_is_too_little(client, generated, generated_events):
    rows = generated_events.drop_duplicates("event_id")
    by_section = rows.groupby("section_id")["event_id"].count().sort_values()
    busy, quiet = by_section.index[-1], by_section.index[0]
    assert by_section.iloc[-1] >= 40 and by_section.iloc[0] < 10
    last = max(day[:7] for day in rows["happened_to"].dropna())
    told = json.loads(asked(client, generated, f"rhythm?p=2011-01..{last}&s=section:{busy}").data)
    here = rows[(rows["section_id"] == busy) & rows["happened_from"].notna()]
    hours = here["hour"].dropna().astype(int)
    assert told["hours"]["counts"] == np.bincount(hours, minlength=24).tolist() and told["hours"]["n"] == len(hours)
    known = here[here["date_precision"].isin(["day", "month"]) & (here["happened_from"].str[:7] == here["happened_to"].str[:7])]
    assert told["months"]["counts"] == np.bincount(known["happened_from"].str[5:7].astype(int) - 1, minlength=12).tolist()
    at_night = hours.isin([20, 21, 22, 23, 0, 1, 2, 3, 4]).mean()
    assert told["hours"]["lead"].startswith(f"{100 * at_night:.0f} %")
    hidden = json.loads(asked(client, generated, f"rhythm?s=section:{quiet}").data)
    assert "Hidden" in hidden["hidden"] and hidden["hours"] is None and hidden["months"] is None
    nothing = json.loads(asked(client, generated, "rhythm").data)
    assert "Pick" in nothing["hidden"]


@pytest.mark.parametrize("store", ["real", "generated"])
def test_the_smooth_surface_is_coloured_only_above_what_chance_brings(request, client, store):
    header, arrays = unpack(gzip.decompress(asked(client, request.getfixturevalue(store), "surface?h=surface&p=2018-01..2025-12").data))
    assert header["maps"] == 99 and header["alpha"] == 0.05 and header["threshold"] > 0 and header["width"] == 720
    # A shade is the logarithm of the density between the lowest and the highest of the legend.
    coloured = arrays["shade"][arrays["shade"] > 0]
    assert header["stands_out"] == bool(len(coloured)) and 0 < len(coloured) < 0.2 * len(arrays["shade"])
    assert coloured.max() == 255 and (coloured.min() > 1) == (header["threshold"] > header["breaks"][0])

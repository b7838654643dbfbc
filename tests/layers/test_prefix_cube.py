import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.columns.file import read, write
from layers.columns.table import Columns
from layers.cube_rows import MOST_MIXTURES
from layers.happenings import one_row_each
from layers.prefix_cube import MOST_SMALL, PrefixCube, build
from tests.layers.columns.rows import ROWS, SPANS, columns_of, table

PLACES = 5
EPOCH = dt.date(1970, 1, 1)
DAYS = st.dates(dt.date(2017, 12, 1), dt.date(2019, 4, 1))
#: Days on which a month, a quarter or a year begins or ends come more often than chance would bring them.
EDGES = st.sampled_from([dt.date(2018, 1, 1), dt.date(2018, 4, 1), dt.date(2018, 5, 1), dt.date(2018, 6, 30), dt.date(2018, 12, 31)])
DRUGS = st.sampled_from([(), ("heroin",), ("opium", "hashish"), ("heroin", "opium", "hashish", "alcohol"), ("khat",)])


def cube_of(columns):
    return PrefixCube(columns, columns["place"], build(columns, columns["place"], PLACES))


def slowly(events, first, last, drugs):
    """Rows wholly inside the days, of these drugs; one row an event; by place."""
    there = events[events["in_region"] & (events["drug"].isin(drugs) if drugs else True)]
    inside = there[(there["happened_from"] >= first.isoformat()) & (there["happened_to"] <= last.isoformat())]
    happenings = one_row_each(inside)
    place = np.where(happenings["place"] < 0, PLACES, happenings["place"]).astype(int)
    return np.bincount(place, minlength=PLACES + 1), np.bincount(place, happenings["weight_kg"], minlength=PLACES + 1)


@settings(max_examples=120)
@given(ROWS, st.one_of(EDGES, DAYS), st.one_of(EDGES, DAYS), DRUGS)
def test_any_days_and_any_drugs_are_counted_as_the_tables_count_them(given_rows, one, other, drugs):
    first, last = min(one, other), max(one, other)
    events = table(given_rows)
    columns = columns_of(events)
    cube = cube_of(columns)
    n, kg = cube.over((first - EPOCH).days, (last - EPOCH).days, drugs)
    expected_n, expected_kg = slowly(events, first, last, drugs)
    np.testing.assert_array_equal(n, expected_n)
    np.testing.assert_allclose(kg, expected_kg, rtol=1e-12, atol=1e-12)


@settings(max_examples=120)
@given(ROWS, st.one_of(EDGES, DAYS), st.one_of(EDGES, DAYS), DRUGS)
def test_events_of_several_drugs_on_one_day_and_place_are_counted_once(given_rows, one, other, drugs):
    first, last = min(one, other), max(one, other)
    for row in given_rows:
        # All rows of an event agree, as they mostly do.
        number = sum(row["event_id"].encode())
        row |= {"span": SPANS[number % len(SPANS)], "place": number % PLACES, "in_region": True}
    events = table(given_rows)
    columns = columns_of(events)
    cube = cube_of(columns)
    assert not len(cube.sums["odd"]) or (columns["day_to"] - columns["day"])[cube.sums["odd"]].min() == 1
    n, kg = cube.over((first - EPOCH).days, (last - EPOCH).days, drugs)
    expected_n, expected_kg = slowly(events, first, last, drugs)
    np.testing.assert_array_equal(n, expected_n)
    np.testing.assert_allclose(kg, expected_kg, rtol=1e-12, atol=1e-12)


def test_the_sums_answer_the_same_from_a_file(tmp_path):
    rng = np.random.default_rng(5)
    events = table(plain_rows(rng, 3000))
    columns = columns_of(events, portion=1000)
    sums = build(columns, columns["place"], PLACES)
    write(tmp_path / "events.panjcols", columns)
    write(tmp_path / "sums.panjcols", sums)
    again = read(tmp_path / "events.panjcols")
    mapped = PrefixCube(again, again["place"], read(tmp_path / "sums.panjcols"))
    for first, last in ((dt.date(2018, 2, 11), dt.date(2018, 11, 3)), (dt.date(2018, 5, 3), dt.date(2018, 5, 20))):
        days = (first - EPOCH).days, (last - EPOCH).days
        for drugs in ((), ("opium",), ("opium", "heroin")):
            for ours, other, slow in zip(
                PrefixCube(columns, columns["place"], sums).over(*days, drugs),
                mapped.over(*days, drugs),
                slowly(events, first, last, drugs),
                strict=True,
            ):
                np.testing.assert_allclose(ours, other)
                np.testing.assert_allclose(ours, slow)


def plain_rows(rng, n):
    """Rows of about n / 2 events, spread over 2018."""
    days = [(dt.date(2018, 1, 1) + dt.timedelta(int(day))).isoformat() for day in rng.integers(0, 365, n)]
    return [
        {
            "event_id": f"{rng.integers(0, n):032x}",
            "drug": str(rng.choice(["heroin", "opium", "hashish"])),
            "weight_kg": float(rng.integers(1, 99)),
            "kind": "seizure",
            "country_iso3": "TJK",
            "agency": None,
            "section_id": None,
            "span": (days[i], days[i], "day") if i % 9 else ("2018-01-01", "2018-12-31", "year"),
            "hour": None,
            "place": int(rng.integers(-1, PLACES)),
            "in_region": True,
        }
        for i in range(n)
    ]


def test_mixtures_on_every_day_of_a_year_are_counted_once_whatever_days_are_asked_for():
    rng = np.random.default_rng(7)
    rows = plain_rows(rng, 1600)
    for i, row in enumerate(rows):
        # Two rows an event, one event on each day and the odd day twice: the first day of a quarter is as full as any.
        day = (dt.date(2018, 1, 1) + dt.timedelta(i // 2 % 365)).isoformat()
        row |= {"event_id": f"{i // 2:032x}", "span": (day, day, "day"), "place": i // 2 % 4}
    events = table(rows)
    columns = columns_of(events, portion=1000)
    cube = cube_of(columns)
    assert not len(cube.sums["odd"])
    assert len(cube.sums["mixtures"]) == 3
    starts = [dt.date(2018, month, day) for month, day in ((1, 1), (1, 31), (2, 1), (3, 15), (4, 1), (4, 2), (6, 30))]
    ends = [dt.date(2018, month, day) for month, day in ((4, 1), (6, 30), (7, 1), (8, 31), (9, 29), (10, 1), (12, 31))]
    for first in starts:
        for last in ends:
            for drugs in (("opium",), ("opium", "heroin"), ("khat",)):
                n, kg = cube.over((first - EPOCH).days, (last - EPOCH).days, drugs)
                expected_n, expected_kg = slowly(events, first, last, drugs)
                np.testing.assert_array_equal(n, expected_n)
                np.testing.assert_allclose(kg, expected_kg, rtol=1e-10)


def dated_rows(rng, n):
    """Rows of about n / 2 events over three years, dated to a day, some days, a month, a quarter or a year."""
    rows = plain_rows(rng, n)
    for row in rows:
        # An event agrees with itself: one in three has rows of several drugs.
        mine = np.random.default_rng(int(row["event_id"], 16) // 2)
        day = dt.date(2017, 1, 1) + dt.timedelta(int(mine.integers(0, 1095)))
        months = int(mine.choice([0, 0, 0, 0, 1, 3, 12]))
        if months:
            first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
            after = (first + dt.timedelta(31 * months)).replace(day=1)
            row["span"] = (first.isoformat(), (after - dt.timedelta(1)).isoformat(), {1: "month", 3: "quarter", 12: "year"}[months])
        else:
            # Few days, which may reach into the next month.
            row["span"] = (day.isoformat(), (day + dt.timedelta(int(mine.choice([0, 0, 0, 2])))).isoformat(), "day")
        row |= {"event_id": f"{int(row['event_id'], 16) // 2:032x}", "place": int(mine.integers(-1, PLACES))}
    return rows


@pytest.mark.parametrize(("seed", "most_small"), [(11, MOST_SMALL), (12, 0)], ids=["counts of two bytes", "of four"])
def test_any_days_of_many_vague_rows_are_counted_as_one_by_one(seed, most_small):
    rng = np.random.default_rng(seed)
    events = table(dated_rows(rng, 3000))
    columns = columns_of(events, portion=1000)
    cube = PrefixCube(columns, columns["place"], build(columns, columns["place"], PLACES, most_small))
    assert cube.sums["n"].dtype == (np.uint16 if most_small else np.uint32)
    day, day_to, kg = columns["day"], columns["day_to"], columns["kg"]
    drug = np.array(columns.words["drug"])[columns["drug"]]
    event = np.unique(columns["event"], axis=0, return_inverse=True)[1].ravel()
    place = np.where(columns["place"] < 0, PLACES, columns["place"])
    starts = np.arange("2017-01", "2020-03", dtype="datetime64[M]").astype("datetime64[D]").astype(int)
    for number in range(700):
        first, last = np.sort(rng.integers(starts[0] - 5, starts[-1], 2)).tolist()
        if number % 3 == 0:
            first, last = (int(rng.choice(starts) + rng.integers(-2, 3)) for _ in range(2))
        if number % 4 == 0:
            last = first + int(rng.integers(0, 50))
        drugs = tuple(map(str, rng.choice(["heroin", "opium", "hashish"], rng.integers(0, 4), replace=False)))
        n, amounts = cube.over(first, last, drugs)
        inside = (day >= first) & (day_to <= last) & (day_to >= 0) & (np.isin(drug, drugs) if drugs else True)
        pairs = np.unique(np.column_stack([event[inside], place[inside]]), axis=0)
        said = np.datetime64(first, "D"), np.datetime64(last, "D"), drugs
        np.testing.assert_array_equal(n, np.bincount(pairs[:, 1], minlength=PLACES + 1), str(said))
        np.testing.assert_allclose(amounts, np.bincount(place[inside], kg[inside], PLACES + 1), rtol=1e-9, atol=1e-9, err_msg=str(said))


def test_nothing_at_all_is_nothing_everywhere():
    columns = columns_of(table([]))
    n, kg = cube_of(columns).over(0, 20_000)
    assert (n.tolist(), kg.tolist()) == ([0] * 6, [0.0] * 6)


def test_rare_mixtures_of_drugs_are_counted_too(monkeypatch):
    assert MOST_MIXTURES > 1
    monkeypatch.setattr("layers.cube_rows.MOST_MIXTURES", 1)
    rows = plain_rows(np.random.default_rng(2), 200)
    for i, row in enumerate(rows):
        row |= {"event_id": f"{i // 3:032x}", "span": ("2018-05-03", "2018-05-03", "day"), "place": i // 3 % 4}
    events = table(rows)
    columns = columns_of(events)
    sums = build(columns, columns["place"], PLACES)
    assert len(sums["odd"])
    for drugs in (("heroin",), ("heroin", "opium")):
        n, _ = PrefixCube(columns, columns["place"], sums).over(17_000, 18_000, drugs)
        assert n.tolist() == slowly(events, dt.date(2018, 1, 1), dt.date(2018, 12, 31), drugs)[0].tolist()


def test_more_drugs_than_a_set_can_hold_are_refused():
    columns = columns_of(table([]))
    many = Columns(columns.arrays, {**columns.words, "drug": tuple(map(str, range(65)))}, columns.about)
    with pytest.raises(ValueError, match="at most 64"):
        build(many, many["place"], PLACES)

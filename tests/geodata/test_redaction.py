"""What outsiders may see, and what somebody with everything that was ever published can work out from it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geodata import redaction
from geodata.errors import NotAllowed, WrongTable
from geodata.model import AGGREGATE, LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, check, empty
from geodata.redaction import AUDIENCES, RELEASE_COLUMNS, RULES, aggregate, clean_rejected, clean_totals, release, suppress
from geodata.settings import ROLES

LATE = dt.date(2030, 1, 1)
DISTRICTS = {"panj": "khatlon", "hamadoni": "khatlon", "shohin": "khatlon", "darvoz": "gbao", "murghob": "gbao", "zafarobod": "sughd"}


def located(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Located events from what differs; the rest is a weighed heroin seizure of the DCA in Panj district on 5 May 2018."""
    plain = {
        "feed": "press_reports", "file_sha256": "f" * 64, "repeat_number": 1, "kind": "seizure", "happened_from": "2018-05-05",
        "date_precision": "day", "country_iso3": "TJK", "drug": "heroin", "weight_kg": 1.5, "agency": "DCA", "in_region": True,
        "precision_level": "district", "locate_rule": "exact_name_district", "district_id": "panj",
    }  # fmt: skip
    full = []
    for number, row in enumerate(rows):
        row = {**plain, "report_id": f"r{number}", "event_id": f"e{number}", "row_number": number + 2, **row}
        row.setdefault("happened_to", row["happened_from"])
        row.setdefault("province_id", DISTRICTS.get(str(row["district_id"])))
        full.append(row)
    if not full:
        return empty(LOCATED_EVENT)
    table = empty(LOCATED_EVENT).reindex(range(len(full)))
    given_columns = pd.DataFrame(full)
    return table.assign(**{name: given_columns[name].to_numpy() for name in given_columns})


def shown(table: pd.DataFrame) -> dict[tuple[str, str, str, str], tuple[int, float | None]]:
    """(province, district, quarter, drug) -> (n, kg); empty ids as "-"."""
    keys = table[["province_id", "district_id", "quarter", "drug"]].astype(object).fillna("-")
    weights = [None if pd.isna(weight) else float(weight) for weight in table["weight_kg"]]
    return {tuple(key): (int(n), kg) for key, n, kg in zip(keys.to_numpy(), table["n"], weights, strict=True)}


# --- who may see what -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["events", "rejected", "runs", "files"])
@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_are_refused_everything_that_holds_single_events_or_counts_them(role, what):
    with pytest.raises(NotAllowed, match=f"The role {role} may not see {what}"):
        redaction.require(role, what)
    assert not redaction.may_see_events(role)


@pytest.mark.parametrize("what", ["events", "rejected", "runs", "files", "aggregates", "national_totals", "facts"])
@pytest.mark.parametrize("role", ["command", "planner"])
def test_insiders_may_see_every_table(role, what):
    redaction.require(role, what)


@pytest.mark.parametrize("role", ["", "admin", "Command", None])
@pytest.mark.parametrize("what", ["events", "aggregates", "facts"])
def test_a_role_that_nobody_defined_sees_nothing(role, what):
    with pytest.raises(NotAllowed, match="unknown"):
        redaction.require(role, what)


def test_outsiders_see_their_own_aggregates_and_insiders_both():
    assert [redaction.audiences_of(role) for role in ROLES] == [AUDIENCES, AUDIENCES, ("donor",), ("public",)]


def test_planners_see_why_a_row_was_rejected_but_not_the_raw_row():
    table = pd.DataFrame({"feed": ["f"], "file_sha256": ["a"], "row_number": [2], "reason": ["weight"], "detail": ["x"], "content": ["{}"]})
    assert clean_rejected(table, "command").equals(table)
    cleaned = clean_rejected(table, "planner")
    check(cleaned, REJECTED)
    assert cleaned["reason"].tolist() == ["weight"]
    assert cleaned["content"].tolist() == [""]
    assert cleaned["detail"].isna().all()


# --- what the suppressed table holds ----------------------------------------------------------------------------------------------------


def test_three_events_of_a_district_are_shown_to_donors_and_two_are_not():
    assert shown(suppress(located([{}] * 3), "donor", LATE)) == {("khatlon", "panj", "2018Q2", "heroin"): (3, 4.5)}
    assert suppress(located([{}] * 2), "donor", LATE).empty


def test_the_public_needs_five_events_and_two_sources():
    two_sources = [{}] * 4 + [{"agency": "MIA"}]
    assert shown(suppress(located(two_sources), "public", LATE)) == {("khatlon", "panj", "2018Q2", "heroin"): (5, 7.5)}
    assert suppress(located(two_sources[1:]), "public", LATE).empty
    assert suppress(located([{}] * 9), "public", LATE).empty


@pytest.mark.parametrize("other", ["dca", " DCA ; dca", "", None])
def test_another_spelling_of_the_agency_or_none_is_no_second_source(other):
    assert suppress(located([{}] * 5 + [{"agency": other}]), "public", LATE).empty


def test_two_feeds_are_two_sources_even_when_neither_names_an_agency():
    rows = [{"agency": None}] * 4 + [{"agency": None, "feed": "unodc_ids"}]
    assert len(suppress(located(rows), "public", LATE)) == 1


def test_drugs_of_one_event_are_counted_in_their_own_cells_and_rows_of_one_event_once():
    rows = [{"event_id": f"e{event}", "drug": drug} for event in range(3) for drug in ("heroin", "opium", "opium", "alcohol")]
    table = shown(suppress(located(rows), "donor", LATE))
    assert {key[-1]: value for key, value in table.items()} == {"heroin": (3, 4.5), "opium": (3, 9.0), "alcohol": (3, 4.5)}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"happened_from": None, "date_precision": "unknown"}, "undated"),
        ({"happened_from": "2018-01-01", "happened_to": "2018-12-31", "date_precision": "year"}, "only the year is known"),
        ({"happened_from": "2018-06-20", "happened_to": "2018-07-02"}, "either of two quarters"),
        ({"drug": None}, "no drug"),
        ({"in_region": False}, "outside the region"),
    ],
)
def test_events_without_quarter_drug_or_region_are_in_no_cell(row, why):
    assert suppress(located([row] * 9), "donor", LATE).empty, why


def test_events_known_by_month_or_quarter_are_in_the_cells():
    rows = [{"happened_from": "2018-05-01", "happened_to": "2018-05-31", "date_precision": "month"}] * 2
    rows += [{"happened_from": "2018-04-01", "happened_to": "2018-06-30", "date_precision": "quarter"}]
    assert shown(suppress(located(rows), "donor", LATE)) == {("khatlon", "panj", "2018Q2", "heroin"): (3, 4.5)}


@pytest.mark.parametrize(("audience", "day"), [("donor", dt.date(2018, 7, 30)), ("public", dt.date(2018, 9, 28))])
def test_a_quarter_appears_whole_when_the_delay_after_its_last_day_is_over(audience, day):
    rows = [{"happened_from": "2018-04-01"}] * 5 + [{"happened_from": "2018-06-30", "agency": "MIA"}] * 5
    assert suppress(located(rows), audience, day - dt.timedelta(days=1)).empty
    assert shown(suppress(located(rows), audience, day)) == {("khatlon", "panj", "2018Q2", "heroin"): (10, 15.0)}


def test_districts_with_too_few_go_together_into_the_rest_of_the_province_then_of_the_country():
    rows = [{}] * 4 + [{"district_id": "hamadoni"}] * 2 + [{"district_id": "shohin"}]
    rows += [{"district_id": "darvoz"}] * 2 + [{"district_id": None}]
    assert {key[:2]: value[0] for key, value in shown(suppress(located(rows), "donor", LATE)).items()} == {
        ("khatlon", "panj"): 4,
        ("khatlon", "-"): 3,
        ("-", "-"): 3,
    }


def test_a_rest_that_is_too_small_leaves_no_trace():
    visible = [{}] * 4
    without = suppress(located(visible), "donor", LATE)
    for hidden in (1, 2):
        rows = visible + [{"district_id": "darvoz", "drug": "opium"}] * hidden
        assert suppress(located(rows), "donor", LATE).equals(without)


def test_kilograms_of_fewer_weighed_events_than_the_rule_asks_for_are_not_shown():
    rows = [{}, {}, {"weight_kg": None}]
    assert shown(suppress(located(rows), "donor", LATE)) == {("khatlon", "panj", "2018Q2", "heroin"): (3, None)}


def test_one_hidden_event_of_a_year_hides_the_kilograms_of_the_smallest_cell_of_that_year_too():
    rows = [{}] * 5 + [{"district_id": "darvoz"}] * 4 + [{"happened_from": "2018-09-01"}]
    table = shown(suppress(located(rows), "donor", LATE))
    assert table == {("khatlon", "panj", "2018Q2", "heroin"): (5, 7.5), ("gbao", "darvoz", "2018Q2", "heroin"): (4, None)}


def test_precise_events_of_no_row_at_all_give_an_empty_table_that_fits_the_model():
    for audience in AUDIENCES:
        check(suppress(located([]), audience, LATE), AGGREGATE)


def test_a_table_that_is_not_of_located_events_is_refused():
    with pytest.raises(WrongTable, match="report_id"):
        suppress(pd.DataFrame({"a": [1]}), "donor", LATE)


# --- national totals --------------------------------------------------------------------------------------------------------------------


def totals(rows: list[tuple[str, int, str, str | None]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["country_iso3", "year", "drug", "period"])
    fixed = {"weight_kg": 5.0, "basis": "published", "note": None, "source_url": None, "feed": "unodc_annual", "file_sha256": "a"}
    table = table.assign(**fixed)
    check(table, NATIONAL_TOTAL)
    return table


def test_outsiders_do_not_get_a_total_that_gives_hidden_events_away_and_insiders_do():
    table = totals([("TJK", 2018, "heroin", None), ("TJK", 2018, "opium", None), ("TJK", 2018, "all", None), ("UZB", 2018, "all", None)])
    held = pd.DataFrame({"country_iso3": ["TJK"], "year": [2018], "drug": ["heroin"]})
    assert clean_totals(table, held, "command").equals(table)
    assert clean_totals(table, held, "donor")[["country_iso3", "drug"]].values.tolist() == [["TJK", "opium"], ["UZB", "all"]]
    assert clean_totals(table, held.iloc[:0], "public").equals(table)


def test_outsiders_get_totals_of_whole_years_only():
    table = totals([("TJK", 2018, "heroin", "2018"), ("TJK", 2018, "heroin", "Jan-Jun"), ("TJK", 2018, "opium", None)])
    held = pd.DataFrame({"country_iso3": [], "year": [], "drug": []})
    assert clean_totals(table, held, "public")["period"].tolist()[:1] == ["2018"]
    assert len(clean_totals(table, held, "public")) == 2


# --- the attacker -----------------------------------------------------------------------------------------------------------------------

#: Crowded, so that cells fill up, are split between audiences and grow from file to file.
ROW = st.fixed_dictionaries(
    {
        "district_id": st.sampled_from(["panj", "panj", "panj", "hamadoni", "shohin", "darvoz", None]),
        "happened_from": st.sampled_from(["2018-05-05", "2018-05-05", "2018-06-30", "2018-11-11"]),
        "drug": st.sampled_from(["heroin", "heroin", "heroin", "opium"]),
        "agency": st.sampled_from(["DCA", "MIA", None]),
        "weight_kg": st.sampled_from([None, 1.0, 2.0, 4.0]),
        "event_id": st.integers(0, 20).map(lambda number: f"e{number}"),
    }
)
#: Files that come in one after the other, and the day of each.
FILES = st.lists(st.tuples(st.lists(ROW, max_size=40) | st.lists(ROW, max_size=6), st.integers(0, 200)), min_size=1, max_size=4)


class Version:
    """The store after one file: every row that came so far, with what is visible of it, and the published tables."""

    def __init__(self, rows: pd.DataFrame, held: pd.DataFrame) -> None:
        self.table = rows
        self.rows = list(rows.astype(object).where(rows.notna(), None).itertuples(index=False))
        self.held = set(zip(held["audience"], held["drug"], strict=True))
        self.published = {audience: shown(aggregate(rows, audience)) for audience in AUDIENCES}


def versions(files: list[tuple[list[dict[str, object]], int]]) -> Iterator[Version]:
    """Publish again after every file."""
    rows, day = located([]).assign(**dict.fromkeys(RELEASE_COLUMNS, 0)), dt.date(2018, 6, 1)
    for number, (new, days) in enumerate(files):
        day += dt.timedelta(days=days)
        table = located(new).assign(**dict.fromkeys(RELEASE_COLUMNS, 0))
        table = table.assign(report_id=[f"{number}-{i}" for i in range(len(table))])
        rows = pd.concat([rows, table], ignore_index=True) if len(rows) else table
        released = release(rows, day)
        rows = rows.assign(**dict(released.levels))
        yield Version(rows, released.held)


def cell_of(row: Any, audience: str) -> tuple[str, str, str, str] | None:
    """The published cell in which a row is, worked out afresh from its level."""
    level = getattr(row, f"{audience}_level")
    if not level:
        return None
    quarter = f"{row.happened_from[:4]}Q{(int(row.happened_from[5:7]) + 2) // 3}"
    return row.province_id if level <= 2 else "-", row.district_id if level == 1 else "-", quarter, row.drug


def sums_of(history: list[Version], audience: str, *, kilograms: bool) -> list[frozenset[int]]:
    """What somebody has who kept every publication for the audience (a donor reads the public ones as well): sets of summed rows."""
    sums = []
    for version in history:
        for reader in ("public",) if audience == "public" else AUDIENCES:
            cells = defaultdict(set)
            for number, row in enumerate(version.rows):
                if cell_of(row, reader):
                    cells[cell_of(row, reader)].add(number)
            assert cells.keys() == version.published[reader].keys()
            for cell, (n, kg) in version.published[reader].items():
                weighed = {i for i in cells[cell] if getattr(version.rows[i], f"{reader}_weight") and version.rows[i].weight_kg is not None}
                assert n == len({version.rows[i].event_id for i in cells[cell]})
                assert (kg or 0.0) == pytest.approx(sum(version.rows[i].weight_kg for i in weighed))
                sums.append(frozenset(weighed if kilograms else cells[cell]))
    return sums


def totals_of(version: Version, audience: str) -> list[frozenset[int]]:
    """The national totals that are not held back from the audience, as if the store held every seizure of the country."""
    weighed = [(number, row) for number, row in enumerate(version.rows) if row.weight_kg is not None]
    drugs = [drug for drug in ("heroin", "opium") if (audience, drug) not in version.held]
    return [frozenset(number for number, row in weighed if row.drug == drug) for drug in drugs]


def atoms(sums: list[frozenset[int]]) -> list[set[int]]:
    """The smallest sets of rows that any combination of the sums can tell from the others.

    A linear combination of sums weighs two rows alike when the same sums hold them. So the sum over a set of rows can be worked
    out only if the set is made of such atoms: if each is large, no small set, and so no small cell, can.
    """
    marks: dict[tuple[bool, ...], set[int]] = defaultdict(set)
    for number in frozenset().union(*sums):
        marks[tuple(number in one for one in sums)].add(number)
    return list(marks.values())


def too_small(sums: list[frozenset[int]], version: Version, audience: str) -> list[set[int]]:
    """Atoms that hold less than the rule of the audience asks for."""
    rule = RULES[audience]

    def fits(atom: set[int]) -> bool:
        rows = [version.rows[number] for number in atom]
        sources = len({row.agency for row in rows} - {None}) or 1
        return len({row.event_id for row in rows}) >= rule.min_events and sources >= rule.min_sources

    return [atom for atom in atoms(sums) if not fits(atom)]


@settings(max_examples=60, deadline=None)
@given(FILES)
def test_who_keeps_every_publication_and_knows_the_national_totals_works_out_nothing_below_the_threshold(files):
    history = list(versions(files))
    for audience in AUDIENCES:
        assert not too_small(sums_of(history, audience, kilograms=False), history[-1], audience)
        assert not too_small(sums_of(history, audience, kilograms=True), history[-1], audience)
        # A total is what the store holds on the day on which it is set against the cells.
        for version in history:
            sums = sums_of([version], audience, kilograms=True) + totals_of(version, audience)
            assert not too_small(sums, version, audience)


@settings(max_examples=40, deadline=None)
@given(FILES)
def test_a_published_count_never_grows_by_fewer_events_than_the_threshold(files):
    before = {audience: {} for audience in AUDIENCES}
    for version in versions(files):
        for audience, cells in version.published.items():
            for cell, (n, _) in cells.items():
                grown = n - before[audience].get(cell, (0, None))[0]
                assert grown == 0 or grown >= RULES[audience].min_events
        before = version.published


@settings(max_examples=25, deadline=None)
@given(FILES)
def test_linear_algebra_over_all_published_cells_determines_no_single_event_and_no_small_cell(files):
    """The same without the argument of atoms: is a target in the row space of everything that was published?"""
    history = list(versions(files))
    rows, sums = history[-1].rows, set(sums_of(history, "donor", kilograms=True))
    if not sums:
        return
    system = np.array([[float(number in one) for number in range(len(rows))] for one in sums])
    rank = np.linalg.matrix_rank(system)
    cells = defaultdict(set)
    for number, row in enumerate(rows):
        if row.weight_kg is not None:
            cells[row.district_id, row.happened_from[:7], row.drug].add(number)
            cells[number] = {number}
    for target in cells.values():
        if len({rows[number].event_id for number in target}) < RULES["donor"].min_events:
            indicator = [float(number in target) for number in range(len(rows))]
            assert np.linalg.matrix_rank(np.vstack([system, indicator])) > rank


@settings(max_examples=15, deadline=None)
@given(FILES)
def test_bounds_from_the_published_counts_leave_a_hidden_district_anywhere_from_none_to_just_below_the_threshold(files):
    """Linear programming over what the published rows allow: a district's events are in its own row, in a rest, or hidden.

    What is known only to the province or the country is possible everywhere; how much of it there is, nobody is told.
    """
    *_, last = versions(files)
    for audience in AUDIENCES:
        below, table = RULES[audience].min_events - 1, last.published[audience]
        for quarter, drug in {key[2:] for key in table} | {("2018Q1", "heroin")}:
            visible = {key[:2]: n for key, (n, _) in table.items() if key[2:] == (quarter, drug)}
            places = [*DISTRICTS.items(), *((None, province) for province in {*DISTRICTS.values()}), (None, None)]
            # Unknowns of a place: events in the rest of its province, in the rest of the country, hidden.
            size = 3 * len(places)
            wanted, limits = [], []
            for province in {*DISTRICTS.values()}:
                wanted.append(np.array([float(part == 0 and home == province) for _, home in places for part in range(3)]))
                limits.append(visible.get((province, "-"), 0))
            wanted.append(np.array([float(part == 1) for _ in places for part in range(3)]))
            limits.append(visible.get(("-", "-"), 0))
            bounds = [(0, below if part == 2 and name else None) for name, _ in places for part in range(3)]
            for number, (name, province) in enumerate(places[: len(DISTRICTS)]):
                if (province, name) not in visible:
                    target = np.zeros(size)
                    target[3 * number : 3 * number + 3] = 1
                    low = linprog(target, A_eq=wanted, b_eq=limits, bounds=bounds)
                    high = linprog(-target, A_eq=wanted, b_eq=limits, bounds=bounds)
                    assert low.fun <= 1e-9
                    assert -high.fun >= below - 1e-9


@settings(max_examples=25, deadline=None)
@given(FILES)
def test_what_was_shown_once_is_never_taken_back(files):
    before = None
    for version in versions(files):
        if before is not None:
            old = version.table.iloc[: len(before)]
            for name in RELEASE_COLUMNS:
                assert (old[name][before[name] > 0] == before[name][before[name] > 0]).all()
        before = version.table


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, max_size=60), st.randoms())
def test_the_order_of_rows_in_a_file_changes_nothing(rows, random):
    mixed = [*rows]
    random.shuffle(mixed)
    for audience in AUDIENCES:
        assert suppress(located(rows), audience, LATE).equals(suppress(located(mixed), audience, LATE))


# --- planted faults: each of them must be found, or the properties above prove nothing --------------------------------------------------


def publish_everything(files: list[tuple[list[dict[str, object]], int]], rule: Callable[[pd.DataFrame], pd.DataFrame]) -> list[Version]:
    """A history as a careless author would have written it: ``rule`` sets the levels anew from all rows after every file."""
    rows, history = located([]), []
    for new, _ in files:
        rows = pd.concat([rows, located(new)], ignore_index=True) if len(rows) else located(new)
        levels = rule(rows)
        history.append(Version(rows.assign(**dict(levels)), pd.DataFrame(columns=["audience", "country_iso3", "year", "drug"])))
    return history


def by_district(rows: pd.DataFrame, donor: int, public: int) -> pd.DataFrame:
    n = rows.groupby(["district_id", "drug"])["event_id"].transform("nunique")
    level = {"donor_level": n >= donor, "donor_weight": n >= donor, "public_level": n >= public, "public_weight": n >= public}
    return pd.DataFrame(level).astype(int)


def test_planted_thresholds_on_the_running_total_are_caught_as_the_difference_of_two_versions():
    history = publish_everything([([{}] * 4, 0), ([{"event_id": "late"}], 0)], lambda rows: by_district(rows, 3, 5))
    assert [len(atom) for atom in too_small(sums_of(history, "donor", kilograms=False), history[-1], "donor")] == [1]


def test_planted_public_rest_rows_made_without_regard_to_donor_cells_are_caught():
    def careless(rows: pd.DataFrame) -> pd.DataFrame:
        levels = by_district(rows, 3, 99)
        return levels.assign(public_level=2, public_weight=1)

    history = publish_everything([([{}] * 4 + [{"district_id": "hamadoni"}] * 2, 0)], careless)
    assert [len(atom) for atom in too_small(sums_of(history, "donor", kilograms=True), history[-1], "donor")] == [2]


def test_planted_absence_of_complementary_suppression_is_caught_through_the_national_total():
    history = publish_everything([([{}] * 4 + [{"district_id": "hamadoni"}], 0)], lambda rows: by_district(rows, 3, 5))
    sums = sums_of(history, "donor", kilograms=True) + totals_of(history[-1], "donor")
    assert [len(atom) for atom in too_small(sums, history[-1], "donor")] == [1]


def test_a_late_report_stays_hidden_until_it_has_company_and_then_joins_the_cell():
    files = [([{"event_id": event} for event in events], 60) for events in ("abcd", "e", "fg")]
    cell = ("khatlon", "panj", "2018Q2", "heroin")
    assert [version.published["donor"] for version in versions(files)] == [{cell: (n, 1.5 * n)} for n in (4, 4, 7)]


def test_new_rows_of_events_that_are_visible_already_are_no_company_for_a_new_event():
    files = [([{"event_id": event} for event in events], 60) for events in ("abc", "abcd")]
    assert [[n for n, _ in version.published["donor"].values()] for version in versions(files)] == [[3], [3]]

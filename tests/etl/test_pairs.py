"""Pairs: what is found, what is never done by itself, and that nothing depends on the order of files."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.pairing import candidates
from etl.pairing.evidence import score, weigh
from etl.pairing.rates import daily_rates
from etl.pairing.rows import rows_of, significant_digits
from etl.pairs import PAIRS, PROPOSE, components, find_pairs, reach
from geodata.model import LOCATED_EVENT, columns
from tests.etl.pair_sample import Sample, sample

PLAIN = {
    "feed": "one", "file_sha256": "a" * 64, "row_number": 2, "repeat_number": 1, "kind": "seizure", "date_precision": "day",
    "happened_from": "2011-01-09", "country_iso3": "KAZ", "drug": "heroin", "drug_text": "Heroin", "weight_bound": "exact",
    "in_region": True, "precision_level": "country", "locate_rule": "no_place_named",
}  # fmt: skip


def located(*rows: dict[str, object]) -> pd.DataFrame:
    full = [PLAIN | {"report_id": f"{n:032x}"} | row for n, row in enumerate(rows)]
    full = [{"event_id": row["report_id"], "happened_to": row["happened_from"]} | row for row in full]
    table = pd.DataFrame(full, columns=columns(LOCATED_EVENT), dtype="object")
    for column in LOCATED_EVENT:
        if column.kind == "number" or column.name == "hour":
            table[column.name] = table[column.name].astype("float64")
        elif column.kind == "integer":
            table[column.name] = table[column.name].astype("Int64")
        else:
            table[column.name] = table[column.name].astype("bool" if column.kind == "flag" else "str")
    return table


def kilograms(kg: float, place: str = "", **more: object) -> dict[str, object]:
    return {"quantity": kg, "unit": "Kilogram", "weight_kg": kg, "place_text": place or None} | more


def grams(g: float, place: str = "", **more: object) -> dict[str, object]:
    return {"quantity": g, "unit": "Gram", "weight_kg": g * 0.001, "place_text": place or None} | more


def one_file(*rows: dict[str, object]) -> pd.DataFrame:
    table = located(*rows)
    return find_pairs(table, table.iloc[:0])


def codes(pairs: pd.DataFrame) -> set[str]:
    return {reason["code"] for reason in json.loads(pairs["reasons"].iloc[0])}


def test_one_unit_in_two_scripts_is_no_difference():
    assert "units_differ" not in codes(one_file(kilograms(3.2, "Ош"), kilograms(3.2, "Ош", unit="кг")))
    assert "units_differ" in codes(one_file(kilograms(3.2, "Ош"), grams(3200, "Ош")))


@pytest.fixture(scope="module")
def known() -> Sample:
    return sample(5, each=25, background=500)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (kilograms(0.152, ", South Kazakhstan"), grams(152, "Южно-115ская область"), "same_weight"),
        (kilograms(0.86525, "Beyneu, Mangustau"), grams(865.25, 'железнодорожный пункт пропуска "Бейнеу"'), "same_weight"),
        (kilograms(20.3, "Ishkashim"), kilograms(203, "Ишкашим"), "decimal_point"),
        (kilograms(3.914, 'BCP "Merke"'), kilograms(3.9, "Мерке"), "weight_rounded"),
        (kilograms(1.99), grams(1995.3), "weight_rounded"),  # on two sides of an edge between keys
        (grams(2041, 'пост "Таты"'), kilograms(2.014, "Merki district"), "digits_swapped"),
    ],
)
def test_one_seizure_in_two_forms_is_found_with_its_reason_and_only_proposed_inside_one_file(first, second, why):
    said = {"transport": "road", "country_destination": "RUS"}
    pairs = one_file(first | said, second | said)
    assert len(pairs) == 1 and pairs["verdict"].tolist() == ["unsure"] and pairs["same_file"].all()
    assert {"same_day", "same_drug", why} <= codes(pairs)


def test_the_same_two_reports_in_two_files_are_sure_and_two_agencies_or_two_countries_are_a_mirror():
    first, second = kilograms(3.53362, "Panj"), grams(3533.62, "Panj", file_sha256="b" * 64)
    assert find_pairs(located(first, second), located())["verdict"].tolist() == ["sure"]
    agencies = located(first | {"agency": "DCA"}, second | {"agency": "MIA; Customs"})
    assert find_pairs(agencies, located())["verdict"].tolist() == ["mirror"]
    shared = located(first | {"agency": "DCA; MIA"}, second | {"agency": "mia"})
    assert find_pairs(shared, located())["verdict"].tolist() == ["sure"]
    near = {"lon": 68.6, "lat": 37.2, "uncertainty_m": 3_000.0, "precision_level": "place"}
    countries = located(first | near | {"country_iso3": "TJK"}, second | near | {"country_iso3": "AFG", "lat": 37.15})
    pairs = find_pairs(countries, located())
    assert pairs["verdict"].tolist() == ["mirror"] and "two_countries" in codes(pairs)


def test_a_common_amount_is_no_proof_where_such_rows_come_every_day():
    busy = [kilograms(1.0, "Kabul", country_iso3="AFG", happened_from=f"2014-03-{day:02d}") for day in range(1, 29) for _ in range(4)]
    assert one_file(*busy).empty
    rare = [
        kilograms(1.0, "Murghob", country_iso3="TJK", happened_from="2014-03-05"),
        kilograms(1.0, "Murghob", country_iso3="TJK", happened_from="2014-03-05"),
    ]
    assert len(one_file(*rare)) == 1


def test_the_same_row_again_in_one_file_is_always_shown_each_beside_the_first():
    rows = [kilograms(1.0, "Kabul", country_iso3="AFG", repeat_number=n + 1) for n in range(40)]
    pairs = one_file(*rows)
    assert len(pairs) == 39 and set(pairs["report_a"]) == {f"{0:032x}"}
    assert (pairs["verdict"] == "unsure").all() and (pairs["score"] >= PROPOSE).all() and "same_row_again" in codes(pairs)


@pytest.mark.parametrize(
    "other",
    [
        {"happened_from": "2011-03-20"},
        {"drug": "opium", "weight_kg": 7.1, "quantity": 7.1},
        {"weight_kg": 3.36, "quantity": 3.36},
        {"kind": "armed_clash"},
        {"in_region": False},
        {"event_id": f"{0:032x}"},
    ],
)
def test_another_day_amount_kind_region_or_a_further_drug_of_one_event_is_no_pair(other):
    first = kilograms(
        1.53, "Panj", happened_from="2011-02-01", lon=69.1, lat=37.2, uncertainty_m=3e3, precision_level="place", place_id="panj"
    )
    assert one_file(first, first | other).empty


def test_day_and_month_that_changed_places_are_seen_through():
    pairs = one_file(kilograms(3.914, 'BCP "Merke"', happened_from="2011-03-06"), grams(3914, 'BCP "Merke"', happened_from="2011-06-03"))
    assert len(pairs) == 1 and "day_month_swapped" in codes(pairs)


def test_a_file_against_the_store_and_the_store_against_the_file_give_the_same_pairs(known):
    one, other = (known.rows[known.rows["feed"] == feed] for feed in ("national", "second"))
    inside = [find_pairs(table, table.iloc[:0]) for table in (one, other)]
    for new, stored, again in ((one, other, inside[1]), (other, one, inside[0])):
        found = pd.concat([find_pairs(new, stored), again]).sort_values(["report_a", "report_b"], ignore_index=True)
        whole = find_pairs(known.rows, known.rows.iloc[:0]).sort_values(["report_a", "report_b"], ignore_index=True)
        pd.testing.assert_frame_equal(found, whole, check_dtype=False)


def test_stored_rows_within_reach_are_all_that_a_score_depends_on(known):
    one, other = (known.rows[known.rows["feed"] == feed] for feed in ("national", "second"))
    new = one[one["happened_from"].between("2015-12-01", "2015-12-31")]
    first, last = reach(new)
    within = other[(other["happened_to"] >= first) & (other["happened_from"] <= last)]
    pd.testing.assert_frame_equal(find_pairs(new, within), find_pairs(new, other))
    assert reach(located()) is None
    slip = located(kilograms(3.917, "Panj", happened_from="2012-01-03"), kilograms(3.917, "Panj", happened_from="2011-01-03"))
    first, last = reach(slip.iloc[:1])
    assert first <= "2011-01-03" <= last and "year_differs" in codes(find_pairs(slip.iloc[:1], slip.iloc[1:]))


def test_between_two_files_a_row_is_the_double_of_one_row_only():
    first = [kilograms(2.517, "Panj"), kilograms(2.517, "Panj", repeat_number=2)]
    second = [row | {"file_sha256": "b" * 64} for row in first]
    pairs = find_pairs(located(*first, *second), located())
    sure = pairs[pairs["verdict"] == "sure"]
    assert sorted(zip(sure["report_a"], sure["report_b"], strict=True)) == [(f"{0:032x}", f"{2:032x}"), (f"{1:032x}", f"{3:032x}")]
    assert len(find_pairs(located(*first, second[0]), located()).query("verdict == 'sure'")) == 1


def test_the_keys_miss_no_pair_that_comparing_every_row_with_every_other_finds(known):
    rows = rows_of(known.rows.iloc[:700].reset_index(drop=True))
    a, b = np.triu_indices(len(rows), 1)
    kept = candidates._worth_a_look(rows, a, b)
    a, b = a[kept], b[kept]
    likely = score(weigh(rows, daily_rates(rows), a, b).bits) >= PROPOSE
    slow = set(zip(a[likely].tolist(), b[likely].tolist(), strict=True))
    found = candidates.find_candidates(rows, np.ones(len(rows), bool))
    quick = set(zip(found.a.tolist(), found.b.tolist(), strict=True))
    assert len(slow) > 50 and slow <= quick


def test_a_crowded_day_is_cut_off_and_said_and_stays_linear():
    n = 4_000
    crowd = located(*[kilograms(1.0, "Kabul", country_iso3="AFG", province_id="kabul", district_id="kabul") for _ in range(n)])
    rows = rows_of(crowd)
    found = candidates.find_candidates(rows, np.ones(n, bool))
    assert found.bounded == n and len(found.a) <= n * candidates.MOST_IN_BLOCK
    assert find_pairs(crowd.iloc[:300], crowd.iloc[:0]).attrs["bounded"] == 300


TEXT = st.none() | st.sampled_from(["Panj", "Пяндж", "panj", "", "=1+1", "<b>", "\u0000"]) | st.text(max_size=8)
NUMBER = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, 1e-300, 1e300, 5.0, 5.0004])
ROW = st.fixed_dictionaries(
    {
        "file_sha256": st.sampled_from(["a", "b"]),
        "happened_from": st.none() | st.sampled_from(["2011-03-06", "2011-06-03", "0001-01-01", "9999-12-31", "2012-02-29"]),
        "place_text": TEXT,
        "unit": TEXT,
        "agency": TEXT,
        "quantity": NUMBER,
        "weight_kg": NUMBER,
        "drug": st.none() | st.sampled_from(["heroin", "opium", "unspecified"]),
        "transport": TEXT,
        "hour": st.none() | st.integers(0, 23),
        "repeat_number": st.integers(1, 3),
        "lon": st.none() | st.floats(60, 80),
        "lat": st.none() | st.floats(35, 45),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, max_size=8))
def test_any_rows_at_all_give_pairs_in_order_of_the_model(rows):
    table = located(*rows)
    pairs = find_pairs(table, table.iloc[:0])
    assert list(pairs.columns) == list(PAIRS)
    assert (pairs["report_a"] < pairs["report_b"]).all() and not pairs.duplicated(["report_a", "report_b"]).any()
    assert pairs["score"].between(0, 1).all() and (pairs["verdict"] != "sure")[pairs["same_file"]].all()
    for text in pairs["reasons"]:
        assert all("code" in reason for reason in json.loads(text))


@given(st.integers(1, 6), st.integers(1, 999_999), st.integers(-4, 4))
def test_digits_that_say_something_are_counted_as_on_paper(digits, whole, power):
    text = str(whole)[:digits].rstrip("0")
    assert significant_digits(np.array([float(f"{text}e{power}")])).tolist() == [len(text)]


# ---- joining -------------------------------------------------------------------------------------------------------------


def pairs_of(*pairs: tuple[int, int, float]) -> pd.DataFrame:
    return pd.DataFrame([(f"{a:032x}", f"{b:032x}", s) for a, b, s in pairs], columns=["report_a", "report_b", "score"])


def doubles(joined: pd.DataFrame) -> list[str | None]:
    return [None if pd.isna(report) else str(report) for report in joined["duplicate_of"]]


def test_the_sharper_date_counts_then_the_sharper_place_then_the_smaller_report():
    month = {"date_precision": "month", "precision_level": "point", "uncertainty_m": 10.0}
    rows = located(month, {"file_sha256": "b"}, {"file_sha256": "c", "precision_level": "place", "uncertainty_m": 900.0})
    joined = components(pairs_of((0, 1, 0.99), (1, 2, 0.98)), rows)
    assert doubles(joined) == [f"{2:032x}", f"{2:032x}", None]
    assert joined["event_id"].nunique() == 1 and joined["report_id"].tolist() == rows["report_id"].tolist()
    alike = located({}, {"file_sha256": "b"})
    assert doubles(components(pairs_of((0, 1, 0.99)), alike)) == [None, f"{0:032x}"]


def test_the_further_drugs_of_both_events_are_one_event_and_still_count():
    rows = located(
        {"event_id": "one"},
        {"event_id": "one", "drug": "opium"},
        {"event_id": "two", "file_sha256": "b"},
        {"event_id": "two", "drug": "hashish", "file_sha256": "b"},
    )
    joined = components(pairs_of((0, 2, 0.99)), rows)
    assert joined["event_id"].tolist() == ["one"] * 4 and doubles(joined) == [None, None, f"{0:032x}", None]


def test_two_rows_of_one_file_are_joined_by_a_person_and_never_by_way_of_a_third():
    rows = located({}, {}, {"file_sha256": "b"})
    joined = components(pairs_of((0, 2, 0.98), (1, 2, 0.99)), rows)
    assert doubles(joined) == [None, None, f"{1:032x}"]
    assert doubles(components(pairs_of((0, 1, 0.7)), rows)) == [None, f"{0:032x}", None]
    said = pairs_of((0, 2, 0.98), (1, 2, 0.99)).assign(by_person=[True, True])
    assert doubles(components(said, rows)) == [None, f"{0:032x}", f"{0:032x}"]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([0.97, 0.98, 0.99])), max_size=12), st.randoms())
def test_what_counts_depends_on_the_rows_and_not_on_their_order_or_that_of_the_pairs(drawn, random):
    rows = located(*[{"file_sha256": "abc"[n % 3], "event_id": f"e{n // 2}", "uncertainty_m": 100.0 * (n % 4)} for n in range(8)])
    pairs = pairs_of(*[(min(a, b), max(a, b), s) for a, b, s in drawn if a != b]).drop_duplicates(["report_a", "report_b"])
    told = components(pairs, rows).set_index("report_id").sort_index()
    turned = pairs.sample(frac=1, random_state=random.randrange(2**31)).rename(columns={"report_a": "report_b", "report_b": "report_a"})
    again = components(turned, rows.sample(frac=1, random_state=random.randrange(2**31))).set_index("report_id").sort_index()
    pd.testing.assert_frame_equal(told, again)
    # A row counts or joins one that counts; the same content is in as many sums as there are groups.
    counted = told["duplicate_of"].dropna()
    assert told.loc[counted, "duplicate_of"].isna().all()
    for report, double_of in counted.items():
        assert told.loc[report, "event_id"] == told.loc[double_of, "event_id"]
    assert told["event_id"].map(lambda event: event in set(rows["event_id"])).all()


def test_without_pairs_every_row_counts():
    rows = located({}, {})
    joined = components(pairs_of(), rows)
    assert joined["duplicate_of"].isna().all() and joined["event_id"].tolist() == rows["event_id"].tolist()
    assert components(pairs_of((0, 9, 0.99)), rows)["duplicate_of"].isna().all()


def test_reports_of_one_pair_are_told_with_the_same_words_wherever_they_stand():
    first, second = kilograms(3.5, "Panj"), grams(3500, "Panj", file_sha256="b" * 64)
    found = [find_pairs(located(first, second).iloc[list(order)], located()) for order in itertools.permutations((0, 1))]
    pd.testing.assert_frame_equal(*found)

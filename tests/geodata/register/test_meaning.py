"""What the register answers: the acceptance tests of registers, claims, money and memberships."""

import datetime as dt
import itertools
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import WrongTable
from geodata.places.districts import load_provinces
from geodata.register.loading import load_register
from layers.register import agencies, as_of, blo_index, capacity, claims, links, membership, money, operations, published, survival, units

DAY = dt.date


@pytest.fixture(scope="module")
def register():
    return load_register()


def by_id(reconciled):
    return {each.claim["id"]: each for each in reconciled}


# Claims


def test_the_14_posts_and_the_12_9_3_both_stand_with_the_itemised_list_and_what_is_missing(register):
    told = by_id(claims.reconcile(register, "us-border-posts"))
    assert [told[claim].said for claim in ("inl-14-posts", "us-12-outposts", "us-9-checkpoints", "us-3-training-centres")] == [
        "14",
        "12",
        "9",
        "3",
    ]
    posts = told["inl-14-posts"]
    listed = posts.items[posts.items["standing"] == "listed"]
    assert set(listed["item_id"]) == {"w-shurobod", "w-yakhchi-pun", "w-takhti-sangin", "w-ushturmullo", "w-okultun", "w-shahrituz-2021"}
    assert listed["sources"].map(len).gt(0).all() and listed["name"].notna().all()
    assert (posts.itemised, posts.missing, posts.missing_at_least) == (6, 8, 3), "Halqayar, Ayvoj, Chaldovar, Sayod, Ribhoz may be meant"
    assert told["us-9-checkpoints"].items["item_id"].tolist() == ["w-bratstvo"] and told["us-9-checkpoints"].missing == 8
    assert told["us-155m-posts"].missing is None, "nobody itemised it: nothing is made up for it"
    assert told["us-3-training-centres"].missing == 2


def test_the_13_itemised_liaison_offices_stand_beside_the_claims_of_19_and_24(register):
    told = by_id(claims.reconcile(register, "blo-offices"))
    assert told["blo-24"].said == "24" and told["blo-24"].itemised == 13 and told["blo-24"].missing == 11
    assert told["blo-24"].missing_at_least == 6, "five crossings are named by texts as having an office"
    assert told["blo-19"].said == "19" and told["blo-19"].itemised == 11, "Alat and Osh opened after that claim"
    later = told["blo-19"].items.query("standing == 'after_the_claim'")
    assert set(later["item_id"]) == {"blo-alat", "bms-osh", "blo-at-kainda"}


def test_more_than_100_is_stored_and_shown_as_more_than_100(register):
    told = by_id(claims.reconcile(register, "caricc-results"))["caricc-heroin-2008"]
    assert told.said == ">100" and told.claim["operator"] == ">" and told.is_lower_bound


def test_32_and_49_stand_in_the_national_view_and_provinces_without_a_list_are_not_itemised(register):
    provinces = load_provinces()
    of_tajikistan = provinces[provinces["country_iso3"] == "TJK"]
    for kind, claimed in (("cppt", "32"), ("cpc", "49")):
        table = units.by_province(register["units"], kind, of_tajikistan, claimed).set_index("province_id")
        assert table.loc["national", "said"] == claimed and table.loc["national", "itemised"] < int(claimed)
        assert table.loc["tj-dushanbe", "said"] == "not itemised" and pd.isna(table.loc["tj-dushanbe", "itemised"])
        assert table["itemised"].iloc[1:].sum() == table.loc["national", "itemised"]
    placed = register["units"][register["units"]["kind"].isin(("cppt", "cpc"))]
    assert placed["post_id"].isna().all(), "a district is named, no dot is invented in it"


@given(st.floats(1, 1e9), st.integers(0, 12))
def test_what_is_missing_and_what_is_listed_add_up_to_the_claim_or_more(value, n):
    register = {
        "claims": pd.DataFrame(
            [("c", "s", "m", "=", value, "posts", None, None, None, "x", None, None, ["S0"])],
            columns="id subject measure operator value unit period_from period_to area said_by said_on note sources".split(),
        ),
        "claim_items": pd.DataFrame(
            [("s", "m", "works", f"w{i}", "listed", "") for i in range(n)], columns="subject measure item_table item_id fit why".split()
        ),
        "works": pd.DataFrame([(f"w{i}", "x", None, ["S0"]) for i in range(n)], columns="id name handed_over sources".split()),
    }
    (told,) = claims.reconcile(register, "s")
    if n == 0:
        assert told.missing is None
    else:
        assert told.missing + told.itemised - told.surplus == pytest.approx(value) and min(told.missing, told.surplus) == 0


def test_every_claim_has_a_line_with_who_said_it_and_its_sources(register):
    table = claims.all_reconciled(register)
    assert len(table) == len(register["claims"]) and table["said_by"].notna().all() and table["sources"].map(len).gt(0).all()
    both = table[table["subject"] == "tjk-h1-2024"]
    assert set(both["said"]) == {"3096.611", "3096.616"}, "two outlets, two figures, both kept"


# Memberships


def test_at_the_2008_view_turkmenistan_had_ratified_and_russia_had_not_signed(register):
    now = membership.memberships_on(register["memberships"], "caricc", DAY(2008, 5, 22)).set_index("party")["status"]
    assert now["TKM"] == "ratified" and now["RUS"] == "not_signed"
    assert set(now[now == "in_ratification"].index) == {"UZB", "AZE", "KGZ", "TJK"} and "KAZ" not in now


def test_at_the_2024_view_caricc_has_seven_members(register):
    now = membership.memberships_on(register["memberships"], "caricc", DAY(2024, 12, 31))
    assert set(now.loc[now["status"] == "member", "party"]) == {"AZE", "KAZ", "KGZ", "RUS", "TJK", "TKM", "UZB"}


def test_three_of_four_ratifications_are_a_pilot_and_the_fourth_flips_the_state_on_its_date(register):
    pilot = membership.threshold_on(register["memberships"], "caricc", 4, DAY(2008, 5, 22))
    assert pilot.ratified == ("TKM",) and not pilot.is_operational
    days = ["2008-01-01", "2008-03-01", "2008-09-09", "2009-03-22"]
    rows = [("b", country, "ratified", day, None) for country, day in zip(("A", "B", "C", "D"), days, strict=True)]
    table = pd.DataFrame(rows, columns=["body", "party", "status", "valid_from", "valid_to"])
    assert not membership.threshold_on(table, "b", 4, DAY(2009, 3, 21)).is_operational
    assert membership.threshold_on(table, "b", 4, DAY(2009, 3, 22)).is_operational


def test_in_2008_liaison_officers_of_three_states_are_present_and_the_others_a_gap(register):
    seen = membership.liaison_on(register["liaison"], "caricc", ["TJK", "KGZ", "TKM", "KAZ", "UZB", "RUS", "AZE"], DAY(2008, 5, 22))
    assert set(seen[seen == "present"].index) == {"TJK", "KGZ", "TKM"} and (seen == "gap").sum() == 4


def test_a_planned_agreement_is_never_drawn_as_a_live_link(register):
    live = membership.live_agreements(register["agreements"], DAY(2008, 6, 1))
    assert set(live["b"]) == {"interpol", "wco"} and "planned" not in set(live["stage"])


def test_an_expired_presence_leaves_the_map_on_its_end_date():
    table = pd.DataFrame({"valid_from": ["2009", "2009"], "valid_to": ["2015-06-30", "2015-06"]})
    assert len(as_of.holding(table, DAY(2015, 6, 29))) == 2
    assert len(as_of.holding(table, DAY(2015, 6, 30))) == 0


# Agencies


def test_a_record_of_an_abolished_agency_still_opens_and_names_its_successor(register):
    organisations = register["organisations"]
    assert "kg-ssdc" in set(organisations["id"])
    assert agencies.successors_of(organisations, "kg-ssdc", DAY(2015, 1, 1)) == ["kg-ssdc"]
    assert agencies.successors_of(organisations, "kg-ssdc", DAY(2020, 1, 1)) == ["kg-mia", "kg-mh", "kg-sscec"]
    assert agencies.successors_of(organisations, "kg-sdcc", DAY(2020, 1, 1)) == ["kg-mia"], "through the agency in between"
    assert agencies.successors_of(organisations, "ru-fskn", DAY(2017, 1, 1)) == ["ru-gunk"]


# Money


def test_the_three_sums_load_approximately_is_kept_and_the_total_never_adds_dod_to_inl_silently(register):
    sums = register["funding"].set_index("id").loc[["caci-2012", "inl-bilateral", "dod-cn"]]
    assert sums["amount"].tolist() == [4.2e6, 14e6, 101e6] and sums["operator"].tolist() == ["=", "~", "="]
    rows = sums.reset_index()
    with pytest.raises(money.MixedMoney, match="donor: us-dod, us-inl"):
        money.total(rows)
    told = money.groups(rows)
    assert len(told) == 3 and told.loc[told["amount"] == 14e6, "is_about"].tolist() == [True]
    both = money.groups(rows, across=("donor", "year", "stage"))
    assert both["amount"].tolist() == [119.2e6] and both["label"].str.contains("donor: us-dod, us-inl").all() and both["is_about"].all()


def test_two_currencies_are_never_added(register):
    funding = register["funding"]
    with pytest.raises(money.MixedMoney, match="rate"):
        money.groups(funding, across=("currency",))
    assert set(money.groups(funding, across=("donor", "year", "stage"))["currency"]) == {"USD", "EUR"}


def test_national_and_regional_money_is_listed_apart_and_has_no_place(register):
    apart = money.not_pinned(register["funding"])
    assert {"caci-2012", "inl-bilateral", "dod-cn"} <= set(apart["id"]) and apart["place_id"].isna().all()


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["USD", "EUR"]), st.sampled_from([2012, 2013]), st.integers(0, 10**9)), max_size=12
    )
)
def test_groups_lose_no_money_and_never_mix(rows):
    table = pd.DataFrame(rows, columns=["donor", "currency", "year_from", "amount"])
    table = table.assign(year_to=pd.NA, operator="=", stage="granted", amount=table["amount"].astype(float))
    told = money.groups(table)
    assert told["amount"].sum() == table["amount"].sum() and told["n"].sum() == len(table) and not told["mixed"].map(len).any()
    assert len(told) == len(table.drop_duplicates(["donor", "currency", "year_from"]))
    if len(told) > 1:
        with pytest.raises(money.MixedMoney):
            money.total(table)


def test_published_money_obeys_the_same_law_of_sums():
    nobody, ministry = ["", "", "", "", ""], ["", "XM-9", "Ministry", "", ""]
    activities = pd.DataFrame({"identifier": ["a", "b"], "countries": ['[["","TJ",null,""]]', "[]"]})
    organisations = pd.DataFrame(
        [("a", "1", "", "Donor"), ("b", "1", "", "One"), ("b", "1", "", "Two"), ("b", "4", "", "Implementer")],
        columns=["identifier", "role", "ref", "name"],
    )
    rows = [
        ("a", "2", "2012-01-01", "USD", 100.0, nobody), ("a", "3", "2012-05-01", "USD", 60.0, ministry),
        ("a", "1", "2012-01-01", "USD", 100.0, nobody),
        ("b", "3", "2013-01-01", "EUR", 7.0, nobody), ("b", "3", "", "", 1.0, nobody), ("b", "3", "2013-01-01", "EUR", None, nobody),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["identifier", "type", "date", "currency", "amount", "provider"])
    told = published.published_funding(
        activities, organisations, table.assign(kind="transaction", provider=table["provider"].map(json.dumps))
    )
    assert told["donor"].tolist() == ["Donor", "Ministry", "not named", "not named"], "of two funders nobody can say whose it is"
    assert told["amount"].sum() == 168 and told["scope"].tolist() == ["national", "national", "regional", "regional"]
    sums = money.groups(told)
    assert len(sums) == 4 and set(sums["year"]) == {"2012", "2013", "not stated"} and "not named" in set(sums["currency"])
    with pytest.raises(money.MixedMoney):
        money.total(told, across=("donor", "year", "stage"))


# Units


def test_the_bridges_over_the_panj_are_dated_and_both_claims_of_them_stand(register):
    bridges = register["works"].query("kind == 'bridge'")
    opened = {
        day: int(bridges["handed_over"].map(lambda text, day=day: as_of.is_reached(text, day)).sum())
        for day in (DAY(2006, 12, 31), DAY(2016, 12, 31))
    }
    assert opened == {DAY(2006, 12, 31): 3, DAY(2016, 12, 31): 5}, "the sixth of 2016 is named by no text"
    told = by_id(claims.reconcile(register, "panj-bridges"))
    assert (told["panj-bridges-3"].said, told["panj-bridges-6"].said) == ("3", "6") and told["panj-bridges-6"].missing == 1


def test_the_funnel_of_a_unit_runs_from_arrests_to_convictions_and_holds_counts_only():
    rows = [("u", "convictions", 2), ("u", "arrests", 9), ("u", "cases", 5), ("u", "arrests", 1), ("v", "cases", 4)]
    told = units.figures(pd.DataFrame(rows, columns=["unit_id", "measure", "value"]), "u")
    assert list(told.items()) == [("arrests", 10), ("cases", 5), ("convictions", 2)]


def test_five_states_have_a_task_force_and_one_without_a_law_is_never_shown_as_operational(register):
    forces = register["units"][register["units"]["kind"] == "task_force"]
    assert set(forces["country_iso3"]) == {"KAZ", "KGZ", "TJK", "TKM", "UZB"}
    today = DAY(2026, 11, 22)
    assert {units.state_of(row, today) for _, row in forces.iterrows()} == {"planned"}, "no text says that any works"
    lawless = forces.iloc[0].copy()
    lawless["legal_status"], lawless["stage"] = "none", "operating"
    assert units.state_of(lawless, today) == "no_legal_basis"


def test_the_filter_law_not_adopted_lists_the_right_states(register):
    milestones = register["milestones"]
    assert links.not_adopted(milestones, "task_force_law", DAY(2026, 1, 1)) == ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
    adopted = pd.concat([milestones, milestones.head(1).assign(id="x", country_iso3="TJK", stage="adopted", reached_on="2013-02")])
    assert links.not_adopted(adopted, "task_force_law", DAY(2013, 1, 31)) == ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
    assert links.not_adopted(adopted, "task_force_law", DAY(2013, 2, 1)) == ["KAZ", "KGZ", "TKM", "UZB"]


def test_the_hit_rate_is_seized_over_examined_and_hidden_below_ten():
    table = pd.DataFrame(
        [("p", "examined", 9), ("p", "seized", 3), ("q", "examined", 10), ("q", "seized", 3)], columns=["unit_id", "measure", "value"]
    )
    assert units.hit_rate(table, "p") == (None, 9) and units.hit_rate(table, "q") == (0.3, 10)


def test_a_lapsed_certificate_removes_the_team_from_effort(register):
    team = register["units"].query("kind == 'dog_team'").assign(stage="operating", certified_to="2024-06-30")
    assert len(units.in_effort(team, DAY(2024, 6, 30))) == 1 and len(units.in_effort(team, DAY(2024, 7, 1))) == 0
    assert len(units.in_effort(register["units"], DAY(2024, 6, 30))) == 0, "no certificate is known, so nothing counts"


def test_a_pair_with_one_side_closed_shows_as_broken(register):
    table = register["units"].copy()
    assert set(units.pairs(table, DAY(2024, 1, 1))["state"]) == {"working"}
    assert len(units.pairs(table, DAY(2024, 1, 1))) == 5
    table.loc[table["id"] == "blo-oybek", "closed"] = "2023-12-31"
    told = units.pairs(table, DAY(2024, 1, 1)).set_index("unit_a")["state"]
    assert told["blo-fotehobod"] == "broken" and (told == "broken").sum() == 1


def test_the_matrix_shows_which_agency_pairs_exchange_nothing():
    table = pd.DataFrame([("a", "b", "vpn", "2024-01-01", "works")], columns="agency_a agency_b channel last_test result".split())
    told = links.matrix(table, ["a", "b", "customs"], DAY(2024, 1, 20))
    assert told.loc["b", "a"] == "green" and told.loc["customs", "b"] == "gap" and told.loc["a", "customs"] == "gap"


def test_a_link_not_tested_for_30_days_turns_amber():
    assert links.state_of("2024-01-01", "works", DAY(2024, 1, 31)) == "green"
    assert links.state_of("2024-01-01", "works", DAY(2024, 2, 1)) == "amber"
    assert links.state_of(None, None, DAY(2024, 2, 1)) == "amber" and links.state_of("2024-01-31", "fails", DAY(2024, 2, 1)) == "red"


def test_an_overdue_action_is_listed(register):
    assert links.overdue(register["actions"], DAY(2012, 12, 31)).empty
    assert links.overdue(register["actions"], DAY(2013, 1, 1))["id"].tolist() == ["us-eu-6-1c"]


def test_the_share_trained_and_still_in_post_is_of_courses_that_say_so():
    table = pd.DataFrame({"n": [20, 30, pd.NA], "n_women": [5, pd.NA, pd.NA], "n_in_post": [10, 20, 3]}, dtype="Int64")
    told = units.share_in_post(table)
    assert told["n_women"] == (0.25, 20) and told["n_in_post"] == (0.6, 50)


# Operations and capacity


def test_the_kilograms_of_an_operation_are_not_counted_twice_with_the_seizure_records(register):
    table = operations.cards(register["operations"], DAY(2026, 1, 1))
    assert table.select_dtypes("number").empty, "no column of an operation can be added to a sum of seizures"
    assert table.set_index("id").loc["op-karachi-precursor", "result"] == "15.8 tonnes of acetic anhydride"


@given(st.lists(st.tuples(st.sampled_from(["joint_operation", "controlled_delivery"]), st.none() | st.integers(2010, 2030)), max_size=8))
def test_before_the_embargo_no_list_and_no_count_changes(rows):
    table = pd.DataFrame(rows, columns=["kind", "embargo_until"]).assign(held_from="2011-02", id=range(len(rows)))
    table["embargo_until"] = table["embargo_until"].map(lambda year: None if pd.isna(year) else str(int(year)))
    day = DAY(2020, 6, 1)
    without = table[table["embargo_until"].isna() | (table["embargo_until"] <= "2020")]
    for ask in (operations.told, operations.cards, lambda some, day: operations.counts(some, "controlled_delivery", day)):
        assert ask(table, day).equals(ask(without, day))
    assert "controlled_delivery" not in set(operations.cards(table, day)["kind"])


def test_controlled_deliveries_are_counted_by_quarter():
    table = pd.DataFrame({"kind": "controlled_delivery", "held_from": ["2024-02-03", "2024-03", "2024", None], "embargo_until": None})
    assert operations.counts(table, "controlled_delivery", DAY(2026, 1, 1)).to_dict() == {"2024": 1, "2024-Q1": 2, "not dated": 1}


def test_the_score_of_a_section_falls_when_an_asset_is_reported_broken():
    assets = pd.DataFrame({"id": ["a", "b", "c"], "post_id": ["p", "q", None]})
    checks = pd.DataFrame([("a", "2020-01", 2, 2), ("b", "2020-01", 2, 2), ("c", "2020-01", 9, 0), ("a", "2021-01", 2, 1)],
                          columns=["asset_id", "checked_on", "seen", "working"])  # fmt: skip
    before, after = (capacity.working_by_post(assets, checks, DAY(year, 12, 31)) for year in (2020, 2021))
    section = {"p": "s", "q": "s"}
    assert capacity.working_by_section(before, section)["s"] == 1 and capacity.working_by_section(after, section)["s"] == 0.75
    assert set(after["post_id"]) == {"p", "q"}, "what stands at no post counts for none"
    assert capacity.working_by_post(assets, checks.iloc[:0], DAY(2021, 1, 1)).empty, "nobody looked: not known is not broken"


def test_a_laboratory_out_of_service_turns_its_purities_grey_after_its_last_day(register):
    laboratory = register["units"].query("kind == 'laboratory'").iloc[0].copy()
    assert capacity.could_measure(laboratory, DAY(2020, 1, 1))
    laboratory["closed"] = "2019-06-30"
    assert capacity.could_measure(laboratory, DAY(2019, 6, 30)) and not capacity.could_measure(laboratory, DAY(2019, 7, 1))


# The index of an office


def answers(*rows):
    return pd.DataFrame(rows, columns="unit_id kind area item points max_points answered_on".split())


def test_the_score_recomputes_from_its_answers_and_keeps_its_history():
    first = [("o", "answer", "equipment", "computer", 6.0, 12.0, "2018-01"), ("o", "answer", "staff", "trained", 4.0, 8.0, "2018-01")]
    later = ("o", "answer", "equipment", "computer", 12.0, 12.0, "2019-06-01")
    aim = ("o", "target", "equipment", "computer", 12.0, 12.0, "2018-01")
    table = answers(*first, later, aim)
    now = blo_index.index_on(table, "o", DAY(2020, 1, 1)).set_index("area")
    assert now.loc["equipment", ["points", "baseline", "target", "share"]].tolist() == [12, 6, 12, 1] and pd.isna(
        now.loc["staff", "target"]
    )
    assert blo_index.score_on(table, "o", DAY(2020, 1, 1)) == 16 / 20 and blo_index.score_on(table, "o", DAY(2018, 6, 1)) == 10 / 20
    assert blo_index.history(table, "o")["score"].tolist() == [0.5, 0.8]
    assert np.isnan(blo_index.score_on(table, "o", DAY(2017, 1, 1)))


def test_partial_points_are_given_and_more_than_the_item_has_are_refused():
    assert blo_index.score_on(answers(("o", "answer", "a", "computer", 6.0, 12.0, "2018")), "o", DAY(2019, 1, 1)) == 0.5
    with pytest.raises(WrongTable, match="13 points came, at most 12"):
        blo_index.score_on(answers(("o", "answer", "a", "computer", 13.0, 12.0, "2018")), "o", DAY(2019, 1, 1))


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("xyz"), st.floats(0, 5), st.integers(2010, 2025)), min_size=1, max_size=8)
)
def test_answers_added_later_never_change_an_earlier_score(rows):
    table = answers(*(("o", "answer", area, item, points, 5.0, str(year)) for area, item, points, year in rows))
    for row in blo_index.history(table, "o").itertuples():
        day = DAY.fromisoformat(row.day)
        known = table[table["answered_on"].astype(int) <= day.year]
        assert blo_index.score_on(known, "o", day) == row.score and 0 <= row.score <= 1


# What still works


def test_nobody_checked_anything_gives_no_curve_rather_than_one_at_100_percent(register):
    assert survival.curves(register["assets"], register["asset_checks"]) == {}


def test_the_curve_equals_the_published_one_of_the_leukaemia_trial():
    """6-MP arm of Freireich et al. 1963, the textbook example: S(6) = 0.857, S(10) = 0.753, S(13) = 0.690, S(23) = 0.448."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    failed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    told = survival.kaplan_meier(np.array(weeks), np.array(failed, bool)).set_index("years")
    assert told["works"].round(3).to_dict() == {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert told["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert told.loc[6, ["low", "high"]].round(3).tolist() == [0.620, 0.952], "as printed by R's survival, conf.type log-log"


@given(st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=1, max_size=12))
def test_the_curve_equals_one_reckoned_by_hand(pieces):
    years, failed = np.array([year for year, _ in pieces], float), np.array([is_failed for _, is_failed in pieces])
    works = 1.0
    for row in survival.kaplan_meier(years, failed).itertuples():
        still = sum(year >= row.years for year, _ in pieces)
        works *= (still - sum(year == row.years and is_failed for year, is_failed in pieces)) / still
        assert row.works == pytest.approx(works) and (np.isnan(row.low) or row.low <= row.works <= row.high)


def test_a_piece_fails_at_the_check_that_found_it_and_the_others_are_looked_at_until_the_last():
    assets = pd.DataFrame(
        [("a", "japan", "radio", "2010-01-01"), ("b", "japan", "radio", None)], columns="id donor kind handed_over".split()
    )
    checks = pd.DataFrame([("a", "2012-01-01", 4, 4), ("a", "2014-01-01", 4, 3), ("a", "2015-01-01", 4, 4), ("b", "2014-01-01", 2, 1)],
                          columns="asset_id checked_on seen working".split())  # fmt: skip
    pieces = survival.lifetimes(assets, checks)
    assert len(pieces) == 4 and pieces["failed"].sum() == 1 and pieces.loc[pieces["failed"], "years"].round().tolist() == [4]
    assert pieces.loc[~pieces["failed"], "years"].round().tolist() == [5, 5, 5]
    ((key, curve),) = survival.curves(assets, checks).items()
    assert key == ("japan", "radio") and curve["works"].tolist() == [0.75]
    with pytest.raises(WrongTable, match="5 of 4 working"):
        survival.lifetimes(assets, checks.assign(working=5))


# Dates


@given(st.dates(DAY(1990, 1, 1), DAY(2100, 12, 31)), st.sampled_from([4, 7, 10]))
def test_a_date_is_as_sharp_as_its_source(day, length):
    text = day.isoformat()[:length]
    assert as_of.first_day(text) <= day <= as_of.last_day(text)
    outside = itertools.chain((as_of.first_day(text) - dt.timedelta(days=1),), (as_of.last_day(text) + dt.timedelta(days=1),))
    assert all(not other.isoformat().startswith(text) for other in outside)

"""The register as it ships: every system of the seeds is in it with what the seed says, and a wrong row is refused by name."""

import shutil

import pandas as pd
import pytest

from etl.__main__ import main
from geodata.errors import BadReference
from geodata.register.fields import TABLES
from geodata.register.loading import FOLDER, load_register

#: What a table of persons would be called; the register has counts only.
OF_A_PERSON = ("first_name", "surname", "person", "phone", "passport", "plate", "nationality", "birth", "address", "email", "rank_holder")


@pytest.fixture(scope="module")
def register():
    return load_register()


def test_every_system_of_the_five_seeds_is_in_the_register(register):
    systems = register["seed_systems"]
    assert set(systems["seed"]) == {"S0", "S1", "S2", "S3", "S4"}
    for system in systems.itertuples():
        table = register[system.item_table]
        rows = table[table["code" if system.item_table == "programmes" else "id"].isin(system.item_ids)]
        assert len(rows) == len(system.item_ids), system.system
        if "sources" in rows and system.item_table != "organisations":
            assert rows["sources"].map(lambda sources, seed=system.seed: seed in sources).any(), system.system


def test_the_programmes_that_the_issue_names_are_there(register):
    wanted = "CACI INL-BILAT DOD-CN CARICC-RER/H22 RER/F23 KGZ/K50 TAJ/H03 TKM/X57 GLO/G80 XAC/K22 TAJ/E24 NRWG INL-TJK".split()
    assert set(wanted) <= set(register["programmes"]["code"]) and len(register["programmes"]) == 29


def test_every_row_names_its_sources(register):
    for name, table in register.items():
        if "sources" in table:
            assert table["sources"].map(len).gt(0).all(), name


def test_every_fact_table_has_a_date_or_period_column():
    """Facts have a from and to, a day, or a year; lists of what something is made of have none."""
    for name, spec in TABLES.items():
        names = {field.name for field in spec}
        dated = any(
            part in column for column in names for part in ("valid_from", "_on", "year_from", "period_from", "held_from", "opened", "test")
        )
        assert dated or name in ("claim_items", "seed_systems", "works", "assets"), name
    assert {"handed_over"} <= {field.name for field in TABLES["works"]} & {field.name for field in TABLES["assets"]}


def test_no_person_level_row_can_be_stored():
    for name, spec in TABLES.items():
        for field in spec:
            assert not any(word in field.name for word in OF_A_PERSON), (name, field.name)
    counts = {field.name: field.kind for field in TABLES["unit_figures"]}
    assert counts["value"] == "integer", "arrests, cases and convictions are counts of a unit and a period, and nothing else"


def test_liaison_officers_have_no_names():
    assert [field.name for field in TABLES["liaison"]] == [
        "body", "country_iso3", "agency", "rank_band", "valid_from", "valid_to", "note", "sources",
    ]  # fmt: skip


def test_tagnob_is_the_eighth_outpost_after_seven_named_ones(register):
    items = register["claim_items"]
    named = items.loc[items["subject"] == "unodc-outposts", "item_id"].tolist()
    assert len(named) == 8 and named[-1] == "w-tagnob"
    works = register["works"].set_index("id")
    assert works.loc["w-tagnob", "donor"] == "japan" and works.loc["w-tagnob", "handed_over"] == "2018-05-05"


def test_oybek_and_fotehobod_are_a_pair_and_the_rail_offices_are_typed_rail(register):
    units = register["units"].set_index("id")
    assert units.loc["blo-oybek", "pair_id"] == "blo-fotehobod" and units.loc["blo-fotehobod", "pair_id"] == "blo-oybek"
    assert units.loc[["blo-pakhtaobod", "blo-kudukli"], "mode"].tolist() == ["rail", "rail"]
    assert units.loc["blo-pakhtaobod", "pair_id"] == "blo-kudukli"


def test_japans_grants_of_2012_and_2020_are_two_and_not_one(register):
    grants = register["funding"].set_index("id").loc[["k22-japan-2012", "blo-japan-2020"]]
    assert grants["amount"].tolist() == [1_270_007, 4_500_000] and grants["year_from"].tolist() == [2012, 2020]


def test_acetic_anhydride_is_a_chemical_by_its_own_unit_and_never_kilograms_of_a_drug(register):
    claims = register["claims"].set_index("id")
    assert claims.loc["karachi-precursor", ["value", "unit"]].tolist() == [15_800, "kg of acetic anhydride"]
    of_heroin = claims[claims["measure"].str.contains("heroin") & (claims["unit"] == "kg")]
    assert "precursor-seizures" not in set(of_heroin["subject"])


def test_the_bulgarian_seizure_stands_at_country_level(register):
    claim = register["claims"].set_index("id").loc["bulgaria-precursor"]
    assert claim["area"] == "BGR" and "country only" in claim["note"]


def test_a_second_region_loads_without_a_change_of_code(tmp_path):
    """SECI/SELEC: the tables of another region are rows of one's own."""
    _own(tmp_path, "organisations", [["selec-ro", "Liaison in Romania", "Связь в Румынии", "body", "ROU", "2011", "", "", "", "S3"]])
    _own(tmp_path, "memberships", [["seci", "ROU", "member", "2011", "", "", "S3"]])
    register = load_register(tmp_path)
    assert "selec-ro" in set(register["organisations"]["id"])
    assert "ROU" in set(register["memberships"].loc[register["memberships"]["body"] == "seci", "party"])


def test_rows_of_ones_own_are_read_again_when_the_file_changes(tmp_path):
    _own(tmp_path, "asset_checks", [["a-alat-equipment", "2024-05-11", "4", "4", "", "S1"]])
    assert len(load_register(tmp_path)["asset_checks"]) == 1
    _own(
        tmp_path,
        "asset_checks",
        [["a-alat-equipment", "2024-05-11", "4", "4", "", "S1"], ["a-alat-equipment", "2025-05-11", "4", "3", "", "S1"]],
    )
    assert len(load_register(tmp_path)["asset_checks"]) == 2


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("works", "donor", "nobody", "an id of organisations"),
        ("works", "sources", "999", "numbers of sources.csv"),
        ("works", "sources", "", "a value"),
        ("works", "post_id", "op-nowhere", "an id of posts"),
        ("claims", "operator", "about", "one of =, ~, >, >="),
        ("funding", "amount", "4,2", "a number with a decimal point"),
        ("units", "legal_status", "maybe", "one of law"),
        ("memberships", "valid_from", "2008-13", "a date as"),
        ("memberships", "valid_to", "1999", "nothing before valid_from"),
        ("claim_items", "item_id", "w-none", "a table of the register that has"),
    ],
)
def test_a_wrong_row_is_refused_by_file_line_and_column(tmp_path, table, column, value, said):
    rows = pd.read_csv(FOLDER / f"{table}.csv", dtype=str, keep_default_na=False)
    row = rows.iloc[0].copy()
    row[column] = value
    if "id" in row:
        row["id"] = "a-row-of-ones-own"
    _own(tmp_path, table, [row.tolist()])
    with pytest.raises(BadReference, match=rf"{table}.csv, line 2, column \w+: .*{said}"):
        load_register(tmp_path)


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("asset_checks", ["a-alat-equipment", "2024", "3", "4", "", "S1"], "working: came 4, wanted no more than seen, 3"),
        ("blo_index", ["blo-oybek", "answer", "equipment", "computer", "13", "12", "2018", "", "105"], "no more than max_points, 12"),
    ],
)
def test_a_part_that_is_more_than_its_whole_is_refused(tmp_path, table, row, said):
    _own(tmp_path, table, [row])
    with pytest.raises(BadReference, match=said):
        load_register(tmp_path)


def test_an_id_that_the_shipped_table_has_already_is_refused(tmp_path):
    shutil.copy(FOLDER / "works.csv", tmp_path)
    with pytest.raises(BadReference, match=r"works.csv, line 2, column id: .*an id that no row before has"):
        load_register(tmp_path)


def _own(folder, name, rows):
    pd.DataFrame(rows, columns=[field.name for field in TABLES[name]]).to_csv(folder / f"{name}.csv", index=False)


def test_the_command_line_answers_what_is_missing_from_the_14_posts_with_names_and_sources(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PANJ_DATA", str(tmp_path))
    assert main(["register", "--claim", "us-border-posts"]) == 0
    told = capsys.readouterr().out
    assert "14 posts, border posts built or renovated: INL [S4]" in told and "missing: 8, or 3 if all that is perhaps meant is" in told
    assert "listed: Okultun outpost, 2019-11-01 (the Embassy paid; the body is not named) [111]" in told and "nan" not in told
    assert main(["register"]) == 0 and "us-border-posts: 14 posts (INL), 6 itemised, 8 missing" in capsys.readouterr().out
    assert main(["register", "--claim", "nothing"]) == 2 and "Nobody claims anything about 'nothing'" in capsys.readouterr().err
    (tmp_path / "register").mkdir()
    _own(tmp_path / "register", "asset_checks", [["no-such-asset", "2024", "1", "1", "", "S1"]])
    assert main(["register"]) == 2 and "asset_checks.csv, line 2, column asset_id" in capsys.readouterr().err

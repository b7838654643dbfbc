"""Further names from files of others: what is ours gets names, the rest comes new, and every row is accounted for."""

import gzip
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import BadFile
from geodata.places.gazetteer import COLUMNS, KINDS, load_gazetteer, name_key
from geodata.places.importing_names import import_names, load_names_of, read_names

HEADER = "wof_id,country,placetype,name,lat,lon,region_id,county_id,population,gn_id,is_current,name_rus,name_fas,variants"
TABLE = f"""{HEADER}
1,TJ,region,Khatlon,37.8,69.0,1,,,,1,Хатлонская область,,Chatlon
2,TJ,county,Bokhtar,37.868,68.844,1,2,,,1,,,Sarband
3,TJ,county,Qurghonteppa,37.774,68.619,1,3,,,1,,,
4,TJ,county,Qumsangir,37.27,68.565,1,4,,,1,,,
5,TJ,locality,Gulzori Nav,37.86,68.85,1,2,,5551,-1,Гульзори-Нав,,Gulzor|GZR
6,TJ,locality,Dushanbe,38.535,68.779,,,679400,1221874,-1,Душанбе,دوشنبه شهر,
7,TJ,locality,Sayod,37.6001,69.5332,1,,,5552,-1,,,Sayodak
8,TJ,locality,Gulzori Nav,37.861,68.851,1,2,,5553,0,,,
9,US,locality,Springfield,39.8,-89.6,,,100000,5554,-1,,,
10,TJ,campus,Somewhere,38.5,68.7,,,,,1,,,
11,TJ,locality,...,38.5,68.7,,,,5555,-1,,,
12,TJ,locality,Nowhere,,,,,,5556,-1,,,
13,RU,locality,Malaya,55.0,61.0,,,200,5557,-1,,,
14,TJ,region,Imaginary Land,38.0,70.0,14,,,,1,,,
15,AF,county,Anjuman Dara,35.9,70.4,,15,,,1,,انجمن دره,
16,AF,locality,Anjuman,35.95,70.42,,15,6000,5558,-1,,,
5,TJ,locality,Gulzori Nav,37.86,68.85,1,2,,5551,-1,,,Gulzori Naw
"""
GEONAMES_ROW = "{id}\t{name}\t{name}\t{alt}\t{lat}\t{lon}\t{cls}\t{code}\t{cc}\t\t{a1}\t{a2}\t\t\t{pop}\t\t1\tAsia/Dushanbe\t2020-01-01"


def row(**cells: object) -> str:
    return GEONAMES_ROW.format(**({"alt": "", "cls": "P", "code": "PPL", "cc": "TJ", "a1": "", "a2": "", "pop": 0} | cells))


DUMP = "\n".join(
    [
        row(id=1, name="Viloyati Khatlon", lat=37.8, lon=69.0, cls="A", code="ADM1", a1="02", alt="Khatlon,Хатлон,http://example.org/x"),
        row(id=2, name="Panj District", lat=37.28, lon=69.11, cls="A", code="ADM2", a1="02", a2="17"),
        row(id=3, name="Sarigulak", lat=37.3, lon=69.1, a1="02", a2="17", alt="Саригулак,SRG"),
        row(id=4, name="Vakhsh River", lat=37.3, lon=69.1, cls="H", code="STM"),
        row(id=5, name="Berlin", lat=52.5, lon=13.4, cc="DE", pop=3_000_000),
    ]
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_every_row_is_a_new_place_one_of_ours_or_left_out_with_a_reason(table: Path, places_cache: Path) -> None:
    done = read_names(table, places_cache)
    assert done.n_rows == 17 == sum(done.new.values()) + sum(done.matched.values()) + sum(done.left_out.values())
    assert done.left_out == {
        "no_name": 1, "no_position": 1, "other_country": 1, "other_kind": 1, "small_place_abroad": 1, "superseded": 1, "same_id_twice": 1,
        "no_such_province": 1,
    }  # fmt: skip
    assert done.matched == {"district": 3, "province": 1, "town": 1, "village": 1} and done.new == {"district": 1, "town": 1, "village": 1}


def test_what_is_ours_gets_the_names_and_keeps_our_place(table: Path, places_cache: Path) -> None:
    done, own = read_names(table, places_cache).table, load_gazetteer(places_cache)
    assert done.loc[done["name"] == "دوشنبه شهر", ["place_id", "language"]].to_numpy().tolist() == [["tj-town-dushanbe", "fa"]]
    here = done.set_index("name").loc["Sayodak"]
    ours = own[own["place_id"] == here["place_id"]].iloc[0]
    assert ours["name_key"] == "sayod" and (here["lon"], here["lat"], here["uncertainty_m"]) == (
        ours["lon"],
        ours["lat"],
        ours["uncertainty_m"],
    )


def test_a_new_place_lies_in_the_district_that_its_parent_is(table: Path, places_cache: Path) -> None:
    village = read_names(table, places_cache).table.set_index("name").loc["Gulzori Nav"]
    assert village[["place_id", "kind", "district_id", "province_id"]].tolist() == [
        "gn-5551", "village", "tj-khatlon-kushoniyon", "tj-khatlon"
    ]  # fmt: skip


def test_a_district_that_we_do_not_know_is_no_district_id_of_its_villages(table: Path, places_cache: Path) -> None:
    names = read_names(table, places_cache).table.set_index("name")
    assert names.loc["Anjuman", "kind"] == "town" and pd.isna(names.loc["Anjuman", "district_id"])
    assert names.loc["Anjuman Dara", "kind"] == "district" and pd.isna(names.loc["Anjuman Dara", "district_id"])


def test_a_row_that_came_twice_brings_its_further_names_once(table: Path, places_cache: Path) -> None:
    names = read_names(table, places_cache).table
    assert sorted(names.loc[names["place_id"] == "gn-5551", "name"]) == ["Gulzor", "Gulzori Nav", "Gulzori Naw", "Гульзори-Нав"]


def test_codes_addresses_and_variants_of_areas_are_no_names(table: Path, places_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "TJ.txt").write_text(DUMP, encoding="utf-8")
    names = set(read_names(table, places_cache).table["name"]) | set(read_names(tmp_path / "TJ.txt", places_cache).table["name"])
    assert not names & {"GZR", "SRG", "http://example.org/x", "Sarband", "Chatlon"}


def test_a_dump_of_geonames_is_read_plain_and_zipped(tmp_path: Path, places_cache: Path) -> None:
    plain, packed = tmp_path / "TJ.txt", tmp_path / "TJ.zip"
    plain.write_text(DUMP, encoding="utf-8")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "read me")
        archive.write(plain, "TJ.txt")
    one, other = (read_names(path, places_cache) for path in (plain, packed))
    pd.testing.assert_frame_equal(one.table, other.table)
    village = one.table.set_index("name").loc["Саригулак"]
    assert village[["place_id", "district_id", "province_id", "source"]].tolist() == ["gn-3", "tj-khatlon-panj", "tj-khatlon", "GeoNames"]
    assert one.n_rows == 5 and set(one.table["country_iso3"]) == {"TJK"}


def test_imported_names_are_part_of_the_gazetteer_and_the_same_file_replaces_itself(
    table: Path, places_cache: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    import_to(data, table, places_cache)
    both, own = load_gazetteer(places_cache, data / "gazetteer"), load_gazetteer(places_cache, tmp_path / "nothing")
    assert tuple(both.columns) == COLUMNS and both.dtypes.equals(own.dtypes) and set(both["kind"]) == set(KINDS)
    assert len(both) > len(own) and both["name"].tolist()[: len(own)] == own["name"].tolist()
    assert not both.duplicated(["place_id", "name_key"]).any() and (both["name"].map(name_key) == both["name_key"]).all()
    agree = both.groupby("place_id")[["lon", "lat", "uncertainty_m", "kind", "country_iso3"]].nunique()
    assert (agree == 1).all(axis=None)
    table.write_text("\n".join(TABLE.splitlines()[:6]) + "\n", encoding="utf-8")
    import_to(data, table, places_cache)
    again = load_gazetteer(places_cache, data / "gazetteer")
    assert "Anjuman Dara" not in set(again["name"]) and "Гульзори-Нав" in set(again["name"])


def import_to(data: Path, file: Path, cache: Path) -> None:
    """As `import_names`, with the cache that the tests share."""
    if not (data / "cache").exists():
        data.mkdir(parents=True)
        (data / "cache").symlink_to(cache, target_is_directory=True)
    import_names(file, data)


def test_a_damaged_import_is_one_clear_sentence(table: Path, places_cache: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    import_to(data, table, places_cache)
    stored = data / "gazetteer" / "names.csv"
    stored.write_bytes(stored.read_bytes()[:-20])
    with pytest.raises(BadFile, match="import the names again"):
        load_gazetteer(places_cache, data / "gazetteer")


def test_names_of_a_file_are_kept_and_read_back_the_same(table: Path, places_cache: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.symlink_to(places_cache, target_is_directory=True)
    first, second = load_names_of(table, cache), load_names_of(table, cache)
    pd.testing.assert_frame_equal(first, second)
    assert first["name"].tolist() == read_names(table, places_cache).table["name"].tolist()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "could not be read"), ("a.csv", b"name,lat\nx,1\n", "no column for lon"),
        ("a.txt", b"hello\n", "no column for name"),
        ("a.csv.gz", b"not packed", "could not be read"), ("a.zip", b"PK\x03\x04broken", "no column"),
        ("a.csv", b"name,lat,lon,country\nx,1,1,US\n", "none of its 1 rows"), ("a.csv", b"\xff\xfe\x00\x01", "could not be read"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_of_names_is_one_clear_sentence(
    name: str, content: bytes, said: str, tmp_path: Path, places_cache: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadFile) as refused:
        read_names(tmp_path / name, places_cache)
    assert said in str(refused.value) and name in str(refused.value)


def test_a_missing_file_and_an_archive_of_two_tables_are_one_clear_sentence(tmp_path: Path, places_cache: Path) -> None:
    with pytest.raises(BadFile, match="was not found"):
        load_names_of(tmp_path / "nothing.csv", places_cache)
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.txt", DUMP)
        archive.writestr("b.txt", DUMP)
    with pytest.raises(BadFile, match="holds 2 tables"):
        read_names(tmp_path / "two.zip", places_cache)


@given(st.binary(max_size=300), st.integers(0, len(TABLE)), st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_names_or_one_clear_sentence(tmp_path: Path, places_cache: Path, noise: bytes, at: int, packed: bool) -> None:
    whole = TABLE.encode()
    content = whole[:at] + noise + whole[at:]
    path = tmp_path / ("x.csv.gz" if packed else "x.csv")
    path.write_bytes(gzip.compress(content)[: len(content) // 3] if packed else content)
    try:
        done = read_names(path, places_cache)
    except BadFile as refused:
        assert path.name in str(refused)
    else:
        assert done.n_rows == sum(done.new.values()) + sum(done.matched.values()) + sum(done.left_out.values())


def test_the_real_table_of_the_region_is_taken_nearly_whole(shared: Path, places_cache: Path) -> None:
    done = read_names(shared / "data" / "gazetteer_wof_centralasia.csv.gz", places_cache)
    assert done.n_rows == 58_259 == sum(done.new.values()) + sum(done.matched.values()) + sum(done.left_out.values())
    assert sum(done.left_out.values()) < 200 and done.matched["district"] > 600 and done.matched["province"] >= 85
    villages = done.table[done.table["kind"] == "village"].drop_duplicates("place_id")
    assert villages["province_id"].notna().mean() > 0.9
    tajik = villages[(villages["country_iso3"] == "TJK") & villages["province_id"].notna() & (villages["province_id"] != "tj-dushanbe")]
    assert tajik["district_id"].notna().mean() > 0.9

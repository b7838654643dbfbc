"""Posts, their history, corridors, programmes, glossary: everything that is known is there, and says how sure it is."""

from pathlib import Path

import pandas as pd
import pytest
import shapely

from geodata.distances import metres_between
from geodata.errors import BadReference
from geodata.places import files
from geodata.places.border_line import locate_on_line
from geodata.places.boundaries import ZONES, country_outline
from geodata.places.corridors import load_corridors, load_waypoints
from geodata.places.figures import load_clash_totals, load_crossing_times, load_period_totals, load_sources
from geodata.places.files import Field, read_table
from geodata.places.glossary import load_glossary
from geodata.places.posts import STATUSES, load_post_status, load_posts
from geodata.places.programmes import load_programmes

#: Their first estimates lay in the neighbour's country, farther than a post can, or far from the village of that name.
MOVED = ("blo-fotehobod", "op-darkad", "op-panjob", "bcp-dostuk", "bcp-auyl")


def test_every_post_says_its_source_and_how_sure_it_is() -> None:
    posts = load_posts()
    assert len(posts) == 91
    assert posts[["status_text", "certainty", "position_basis", "status"]].notna().all(axis=None)
    unsourced = posts[posts["source_url"].isna()]
    assert (unsourced["certainty"] == "general_knowledge").all() and unsourced["id"].tolist() == ["bcp-patar"]


def test_a_post_has_a_position_with_its_uncertainty_or_none_at_all() -> None:
    posts = load_posts()
    placed = posts["lon"].notna()
    assert (placed == posts["uncertainty_m"].notna()).all() and (placed == (posts["position_basis"] != "none")).all()
    assert posts.loc[~placed, "id"].tolist() == ["bcp-qubodiyon-8th", "op-tagnob", "op-fazo", "op-ribhoz", "op-four-2025"]


def test_every_post_lies_in_its_country_or_within_its_own_uncertainty_of_it(places_cache: Path) -> None:
    posts = load_posts().dropna(subset=["lon"])
    for post in posts[posts["country_iso3"].isin(ZONES)].itertuples():
        ends = shapely.get_coordinates(
            shapely.shortest_line(country_outline(post.country_iso3, places_cache), shapely.Point(post.lon, post.lat))
        )
        assert metres_between(*ends[0], *ends[1]) <= post.uncertainty_m, post.id


def test_a_post_of_the_tajik_side_is_not_placed_in_afghanistan_beyond_the_river_plain(places_cache: Path) -> None:
    posts = load_posts().dropna(subset=["lon"]).query("country_iso3 == 'TJK' and neighbour_iso3 == 'AFG'")
    inside = shapely.contains_xy(country_outline("TJK", places_cache), posts["lon"], posts["lat"])
    _, off_m = locate_on_line(posts["lon"], posts["lat"], places_cache)
    assert (off_m[~inside] <= 2_000).all()


def test_every_post_has_names_in_three_scripts() -> None:
    posts = load_posts()
    assert posts["name_en"].str.contains("[A-Za-z]").all()
    assert posts["name_ru"].str.contains("[А-Яа-я]").all() and posts["name_tg"].str.contains("[А-Яа-яҶҚҒҲӢӮ]").all()


def test_free_text_has_become_open_closed_or_unknown_with_dates_and_a_note() -> None:
    posts = load_posts().set_index("id")
    assert set(posts["status"]) == set(STATUSES)
    kokul = posts.loc["bcp-kokul"]
    assert (kokul["status"], kokul["status_from"]) == ("closed", "2018-08-15") and pd.isna(kokul["status_to"])
    assert posts.loc["bcp-sherkhan-bandar", "status"] == "unknown" and "Taliban" in posts.loc["bcp-sherkhan-bandar", "status_note"]


def test_the_history_of_shohon_is_open_closed_open() -> None:
    history = load_post_status().query("post_id == 'bcp-shohon'")
    assert history["status"].tolist() == ["open", "closed", "open"]
    dates = history[["valid_from", "valid_to"]].fillna("").to_numpy().tolist()
    assert dates == [["2013", "2018-08"], ["2018-08", "2019-02"], ["2019-02", ""]]


def test_the_histories_have_no_overlaps_and_every_post_has_one() -> None:
    history = load_post_status()
    assert set(history["post_id"]) == set(load_posts()["id"])
    for _, rows in history.groupby("post_id"):
        assert (rows["valid_from"].iloc[1:].to_numpy() >= rows["valid_to"].iloc[:-1].to_numpy()).all()


def test_a_bad_status_row_names_file_line_and_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from geodata.places import posts

    history = (files.FOLDER / "post_status.csv").read_text("utf-8").splitlines()
    cut = history.index(next(line for line in history if line.startswith("bcp-shohon,closed")))
    broken = [*history[:cut], history[cut].replace("closed,2018-08,", "closed,2018-05,"), *history[cut + 1 :]]
    (tmp_path / "post_status.csv").write_text("\n".join(broken) + "\n", encoding="utf-8")
    real = files.read_sheet
    monkeypatch.setattr(posts, "read_sheet", lambda name, spec: real(name, spec, tmp_path if name == "post_status" else files.FOLDER))
    posts._status.cache_clear()
    try:
        with pytest.raises(BadReference) as refused:
            posts._status()
    finally:
        posts._status.cache_clear()
    assert str(refused.value).startswith(f"post_status.csv, line {cut + 1}, column valid_from: came '2018-05'")


def test_callers_get_copies_of_the_posts() -> None:
    mine = load_posts()
    mine.loc[0, "name_en"] = "changed"
    mine["alt_names"].iloc[0].append("changed")
    assert load_posts().loc[0, "name_en"] == "Panji Poyon" and "changed" not in load_posts()["alt_names"].iloc[0]


def test_the_21_corridors_run_through_their_145_waypoints_in_order() -> None:
    corridors, waypoints = load_corridors(), load_waypoints()
    assert (len(corridors), len(waypoints)) == (21, 145)
    for corridor in corridors.itertuples():
        chain = waypoints[waypoints["corridor_id"] == corridor.corridor_id]
        assert list(corridor.geometry.coords) == list(zip(chain["lon"], chain["lat"], strict=True))
    assert waypoints["uncertainty_m"].gt(0).all()


def test_only_the_corridors_with_text_support_are_called_supported() -> None:
    corridors = load_corridors().set_index("corridor_id")
    supported = corridors.index[corridors["certainty"] == "supported"].tolist()
    assert supported == ["c01", "c05", "c07", "c09", "c10", "c11", "c12", "c18"]
    assert corridors.index[corridors["certainty"] == "weak"].tolist() == ["c04", "c19"]


def test_programmes_point_at_posts_that_exist_and_invent_no_identifier() -> None:
    programmes = load_programmes()
    assert len(programmes) == 29 and programmes["iati_identifier"].isna().all()
    assert {place for places in programmes["places_supported"] for place in places} <= set(load_posts()["id"])


def test_every_glossary_term_has_russian_and_the_agencies_have_tajik() -> None:
    glossary = load_glossary()
    assert len(glossary) == 92
    assert glossary["kind"].isin(["agency", "drug"]).any()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("press_reports", "seizure_reports"), ("national_seizures", "national_seizures"), ("agency_period_totals", "agency_period_totals"),
        ("armed_clash_totals", "armed_clash_totals"), ("bcp_crossing_times", "bcp_crossing_times"), ("sources", "sources"),
    ],
)  # fmt: skip
def test_no_row_of_the_reference_was_lost_on_the_way(shared: Path, ours: str, theirs: str) -> None:
    mine = pd.read_csv(files.FOLDER / f"{ours}.csv", dtype="str")
    reference = pd.read_csv(shared / "reference" / f"{theirs}.csv", dtype="str")
    assert set(mine.columns) - set(reference.columns) <= {"post_id"} and len(mine) == len(reference)
    same = [column for column in reference.columns if column not in ("note", "what_it_says")]
    pd.testing.assert_frame_equal(mine[same], reference[same])


def test_all_posts_and_waypoints_of_the_reference_are_ours_with_their_positions(shared: Path) -> None:
    posts = pd.read_csv(shared / "reference" / "border_posts.csv")
    mine = load_posts()
    assert mine["id"].tolist() == posts["id"].tolist()
    kept = ~mine["id"].isin(MOVED)
    pd.testing.assert_frame_equal(mine.loc[kept, ["lon", "lat"]], posts.loc[kept, ["lon", "lat"]])
    assert mine.loc[~kept, "note"].str.contains("estimate moved").all()
    waypoints = pd.read_csv(shared / "reference" / "corridors.csv")
    pd.testing.assert_frame_equal(load_waypoints()[["lon", "lat"]], waypoints[["lon", "lat"]])


def test_published_figures_are_read_with_their_units_and_sources() -> None:
    assert len(load_period_totals()) == 62 and load_period_totals()["weight_kg"].gt(0).all()
    assert len(load_clash_totals()) == 8 and load_clash_totals()["source_url"].notna().all()
    crossings = load_crossing_times()
    assert len(crossings) == 24 and set(crossings["post_id"]) <= set(load_posts()["id"])
    assert len(load_sources()) == 137


def test_the_press_reports_are_240_rows_of_186_events() -> None:
    spec = tuple(Field(name) for name in pd.read_csv(files.FOLDER / "press_reports.csv", nrows=0).columns)
    reports = read_table("press_reports", spec)
    assert (len(reports), reports["event_id"].nunique()) == (240, 186)
    assert reports["source_url"].notna().all()


@pytest.mark.parametrize("path", sorted(files.FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_no_table_speaks_of_how_it_was_compiled(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "seeds/" not in text and "the brief" not in text and "from memory" not in text

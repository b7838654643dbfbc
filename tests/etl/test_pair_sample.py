"""Duplicates found in a sample of which the truth is known: how many of the found are true, and how many of the true are found."""

import pandas as pd
import pytest

from etl.pairs import find_pairs
from geodata.model import LOCATED_EVENT, check
from tests.etl.pair_sample import NOT_SAME, SAME, Sample, sample

SEEDS = (1, 7, 2026)


@pytest.fixture(scope="module", params=SEEDS)
def known(request: pytest.FixtureRequest) -> Sample:
    return sample(request.param)


@pytest.fixture(scope="module")
def judged(known: Sample) -> pd.DataFrame:
    """The pairs of the sample with what was found of them: verdict "none" where nothing was."""
    found = find_pairs(known.rows, known.rows.iloc[:0])
    return known.pairs.merge(found[["report_a", "report_b", "score", "verdict"]], "left").fillna({"verdict": "none"})


def test_the_sample_is_large_and_its_rows_are_located_events(known):
    check(known.rows, LOCATED_EVENT)
    assert len(known.pairs) >= 1_000 and not known.pairs.duplicated(["report_a", "report_b"]).any()
    assert known.pairs.groupby("form").size().min() >= 80 and set(known.pairs["form"]) == {*SAME, *NOT_SAME}
    assert set(known.pairs["report_a"]) | set(known.pairs["report_b"]) <= set(known.rows["report_id"])


def test_the_same_seed_gives_the_same_sample():
    once, again = sample(3, each=5, background=50), sample(3, each=5, background=50)
    pd.testing.assert_frame_equal(once.rows, again.rows)
    pd.testing.assert_frame_equal(once.pairs, again.pairs)


def test_of_the_pairs_that_are_found_95_of_100_are_one_happening_and_90_of_100_of_those_are_found(judged):
    found = judged["verdict"] != "none"
    table = pd.crosstab(judged["form"], judged["verdict"])
    assert judged.loc[found, "same"].mean() >= 0.95, table
    assert found[judged["same"]].mean() >= 0.90, table


def test_what_is_merged_without_a_person_is_one_happening(judged):
    assert judged.loc[judged["verdict"] == "sure", "same"].mean() >= 0.99


def test_no_form_of_double_is_lost(judged):
    share = (judged["verdict"] != "none")[judged["same"]].groupby(judged["form"]).mean()
    assert share.min() >= 0.6, share


def test_pairs_of_one_file_or_of_two_countries_are_never_sure(judged):
    assert set(judged.loc[judged["form"].isin(["one_file", "two_countries"]), "verdict"]) <= {"unsure", "mirror", "none"}

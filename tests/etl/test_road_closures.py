"""`python -m etl roads close`: what it says is what the numbers say, and what cannot be asked is one sentence."""

import pytest

from etl.__main__ import main


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["roads", "close", *words]) == 0
    return capsys.readouterr().out


def test_a_closed_bridge_says_the_hours_and_who_takes_the_load(capsys) -> None:
    text = said(capsys, "br-panji-poyon", "--weight", "c01=40", "--weight", "c20=5")
    assert "c01 Panji Poyon" in text and "c20" not in text and "load at br-friendship: 0 -> 40 (+40)" in text
    assert "load at br-panji-poyon: 40 -> 0 (-40)" in text and "h more)" in text
    assert "(Kunduz - Dushanbe, quickest way)" in text


def test_a_pair_of_places_and_a_scenario_may_be_asked_for(capsys) -> None:
    text = said(capsys, "p-shurobod", "--scenario", "borders-closed", "--pair", "tj-town-dushanbe", "tj-town-khorog")
    assert "Dushanbe - Khorog" in text and "load at p-khaburabot: 0 -> 1 (+1)" in text
    cut = said(capsys, "border", "--pair", "tj-town-dushanbe", "af-town-kunduz-town")
    assert "cut off" in cut and "load of pairs that are cut off: 1" in cut
    assert "no way changes" in said(capsys, "p-anzob", "--pair", "tj-town-dushanbe", "tj-town-kulob")
    nowhere = said(capsys, "p-anzob", "--scenario", "borders-closed", "--pair", "tj-town-dushanbe", "af-town-kabul")
    assert "no way before either" in nowhere


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["bcp-atlantis"], "'bcp-atlantis' cannot be closed"),
        (["br-tem", "--scenario", "spring"], "no road scenario 'spring'"),
        (["br-tem", "--weight", "c01"], "The weight 'c01' cannot be read"),
        (["br-tem", "--weight", "c99=1"], "no corridor 'c99'"),
        (["br-tem", "--pair", "tj-atlantis", "tj-town-khorog"], "'tj-atlantis', is no node"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(capsys, words: list[str], wanted: str) -> None:
    assert main(["roads", "close", *words]) == 2
    error = capsys.readouterr().err.strip()
    assert wanted in error and "\n" not in error

"""Ask the locator as a person does, `python -m etl locate`, and have the answers judged."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from geodata.places.gazetteer import load_gazetteer
from tests.labels.judging import FOLDER, HALVES, Judged, PlaceFacts, judge, labels, report

ASKED = ["query", "country", "admin", "on_date"]
Rows = list[dict[str, str]]


def ask(rows: Rows, folder: Path, data: Path, *options: str) -> Rows:
    """The answers to the questions of ``rows``. folder: for the two files; data: the data folder (PANJ_DATA) whose cache is used."""
    queries, answers = folder / "queries.csv", folder / "answers.csv"
    with queries.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ASKED, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    command = [sys.executable, "-m", "etl", "locate", str(queries), "--out", str(answers), *options]
    environment = os.environ | {"PANJ_DATA": str(data), "PYTHONPATH": str(FOLDER.parents[1])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    with answers.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts_of(cache: Path) -> Mapping[str, PlaceFacts]:
    """Country, province and district of every place of our own gazetteer."""
    places = load_gazetteer(cache).drop_duplicates("place_id")[["place_id", "country_iso3", "province_id", "district_id"]].fillna("")
    return {place_id: PlaceFacts(*rest) for place_id, *rest in places.itertuples(index=False)}


def judged_half(half: str, answers: Rows, facts: Callable[[str], PlaceFacts | None]) -> list[Judged]:
    """The answers to the labels of one half, judged."""
    return [judge(label, answer, facts) for label, answer in zip(labels(half), answers, strict=True)]


def main(half: str, data: str, *options: str) -> None:
    """Print the table of one half: python -m tests.labels.asking tune DATA_FOLDER [--gazetteer FILE]."""
    import tempfile

    assert half in HALVES, half
    with tempfile.TemporaryDirectory() as folder:
        answers = ask(labels(half), Path(folder), Path(data), *options)
    print(report(judged_half(half, answers, facts_of(Path(data) / "cache").get), half, named=half == "tune"))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The documentation under test: what it tells a reader to type exists, what it links to is there, its numbers are the tables'."""

import csv
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text("utf-8")
TEXT = {page.relative_to(ROOT).as_posix(): page.read_text("utf-8") for page in PAGES}


def mentioned(pattern: str) -> list[str]:
    """Everything that the pages say and that fits the pattern, once."""
    return sorted({found for text in TEXT.values() for found in re.findall(pattern, text)})


@cache
def help_of(*words: str) -> str:
    """What ``python -m WORDS --help`` prints; it must work."""
    done = subprocess.run([sys.executable, "-m", *words, "--help"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, f"python -m {' '.join(words)} --help: {done.stderr}"
    return done.stdout


def table(name: str) -> list[dict[str, str]]:
    with (ROOT / "geodata" / "places" / "files" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("page", TEXT)
def test_every_relative_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", TEXT[page])
    local = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith(("#", "mailto:"))]
    assert [link for link in local if not ((ROOT / page).parent / link).exists()] == []


def test_every_verb_of_the_etl_that_a_page_names_exists_with_its_options():
    commands = mentioned(r"python -m etl ([a-z][^`\n]*)")
    assert commands
    for command in commands:
        words = command.split()
        verb = [word for word in words[:2] if re.fullmatch(r"[a-z]+", word)]
        text = help_of("etl", *verb)
        assert [option for option in words if option.startswith("--") and option != "--help" and option not in text] == [], command


def test_every_feed_that_a_page_loads_is_known_to_the_etl():
    known = help_of("etl", "run") + " ".join(path.stem for path in (ROOT / "etl" / "feeds").glob("*.py"))
    assert [feed for feed in mentioned(r"--feed ([a-z_]+)") if feed not in known] == []


def test_every_make_target_that_a_page_names_exists():
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    assert [name for name in mentioned(r"(?:`|^|\n)make ([a-z]+)") if name not in targets] == []


def test_every_tool_that_a_page_or_the_makefile_names_exists():
    named = set(mentioned(r"python -m tools\.([a-z]+)")) | set(re.findall(r"-m tools\.([a-z]+)", (ROOT / "Makefile").read_text("utf-8")))
    assert {"run", "test"} <= named
    assert [name for name in named if not (ROOT / "tools" / f"{name}.py").is_file()] == []
    assert "--demo" in help_of("tools.run")


def test_the_readme_opens_with_one_sentence_one_screenshot_and_the_two_commands():
    title, sentence, picture, commands, *_ = re.split(r"\n\s*\n", README)
    assert title == "# Panj"
    assert len(re.findall(r"[.!?](\s|$)", sentence)) == 1
    assert re.fullmatch(r"!\[[^\]]{40,}\]\(docs/screenshot\.png\)", picture)
    assert re.findall(r"(?m)^make (\w+)", commands) == ["run", "test"]


def test_the_screenshot_is_kept_small():
    assert (ROOT / "docs" / "screenshot.png").stat().st_size < 500_000


def test_the_readmes_settings_are_those_of_the_program():
    rows = {name: value.strip().strip("`") for name, value in re.findall(r"(?m)^\| `([A-Z_]+)` \|([^|]*)\|", README)}
    example = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text("utf-8")))
    assert rows.keys() == example.keys()
    assert {name: value for name, value in rows.items() if name != "DATABASE_URL"} == {
        name: value for name, value in example.items() if name != "DATABASE_URL"
    }


def test_the_readmes_numbers_are_those_of_the_tables():
    reports = table("press_reports.csv")
    events = {row["event_id"]: row for row in reports}
    undated = sum(row["date_precision"] == "unknown" for row in events.values())
    said = re.sub(r"\s+", " ", README)
    assert f"{len(events)} events that the press reported ({len(reports)} rows" in said
    assert f"{undated} of the press-reported events have no date" in said


def test_the_glossary_holds_every_term_of_the_table_in_three_languages():
    cells = {cell.strip() for line in TEXT["GLOSSARY.md"].splitlines() if line.startswith("|") for cell in line.split("|")}
    words = [row[column] for row in table("glossary.csv") for column in ("term_en", "term_ru", "term_tg") if row[column]]
    assert [word for word in words if word not in cells] == []


def test_every_decision_is_numbered_without_a_gap_and_stands_in_the_index():
    decisions = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [name[:4] for name in decisions] == [f"{number:04d}" for number in range(1, len(decisions) + 1)]
    assert [name for name in decisions if f"({name})" not in TEXT["docs/decisions/README.md"]] == []


def test_every_page_of_the_documentation_is_reached_from_its_index():
    index = TEXT["docs/README.md"]
    pages = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert [name for name in pages if f"({name})" not in index] == []


def test_the_changelog_tells_of_the_version_in_hand():
    version = re.search(r'(?m)^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert version and re.search(rf"(?m)^## \[.*{re.escape(version[1])}", TEXT["CHANGELOG.md"])


def test_the_words_that_must_go_with_every_map_are_in_the_readme_and_the_data_licences():
    for page in ("README.md", "DATA-LICENSES.md"):
        said = re.sub(r"\s+", " ", TEXT[page])
        for words in ("© OpenStreetMap contributors", "GeoNames", "do not imply official endorsement or acceptance by anyone"):
            assert words in said, f"{page} lacks: {words}"

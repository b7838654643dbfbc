"""Words that nobody says: a translation that no screen shows is work for three languages and for nothing."""

import re
from pathlib import Path

import pytest

from dashboard.language import language
from geodata import model

ROOT = Path(__file__).resolve().parents[2]


def code() -> str:
    files = [
        *ROOT.glob("dashboard/**/*.py"),
        *ROOT.glob("dashboard/**/*.js"),
        *ROOT.glob("dashboard/**/*.html"),
        *ROOT.glob("layers/*.py"),
        *ROOT.glob("geodata/**/*.py"),
        *ROOT.glob("etl/**/*.py"),
    ]
    return "\n".join(path.read_text("utf8") for path in files)


def test_no_translation_is_left_without_a_reader():
    text = code()
    # Keys that the code puts together: the part before the first value.
    prefixes = set(re.findall(r"""["'`]([a-z_]+\.[a-z_.]*)(?:\{|\$\{|["'`]\s*\+)""", text)) | {"grid.", "choice."}
    # Codes of the vocabulary, said through `panj.word(prefix, code)`.
    prefixes |= {f"{prefix}." for prefix in re.findall(r"""\bword\("([a-z_]+)\"""", text)} | {"concealment."}
    left = [
        key for key in language("en").words
        if f'"{key}"' not in text and f"'{key}'" not in text and not any(key.startswith(prefix) for prefix in prefixes)
    ]  # fmt: skip
    assert len(left) <= 12, sorted(left)


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("drug", model.DRUGS), ("kind", model.EVENT_KINDS), ("transport", model.TRANSPORTS), ("precision", model.PRECISION_LEVELS),
        ("date_precision", model.DATE_PRECISIONS), ("bound", model.WEIGHT_BOUNDS), ("post_status", ("open", "closed", "unknown")),
        ("country", ("TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM")), ("feed", ("press_reports", "unodc_annual", "unodc_ids", "demo")),
    ],
)  # fmt: skip
def test_every_value_of_the_model_has_a_word(prefix, values):
    assert [value for value in values if not language("en").has(f"{prefix}.{value}")] == []


def test_every_column_of_a_saved_table_has_a_heading():
    assert [column.name for column in model.LOCATED_EVENT if not language("en").has(f"column.{column.name}")] == []

"""The real files beside the checkout, through the whole ETL: every row accounted for, in time and in memory."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store

pytestmark = pytest.mark.whole
ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS, LARGEST_BYTES = 90, 2 << 30
MEASURED = """
import resource, sys
from etl.__main__ import main
code = main(sys.argv[1:])
if sys.platform == "linux":
    # There `ru_maxrss` begins with the peak of whoever started the program, here that of all tests before.
    with open("/proc/self/status") as told:
        peak = next(int(line.split()[1]) * 1024 for line in told if line.startswith("VmHWM"))
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print("peak", peak)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, places_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("real") / "data"
    shutil.copytree(places_cache, folder / "cache")
    return folder


def run(data: Path, feed: str, file: Path) -> tuple[str, float, int]:
    """What was said, seconds, peak memory in bytes."""
    if sys.platform == "win32":
        pytest.skip("Windows does not tell the peak memory of a program in this way")
    started = time.monotonic()
    command = [sys.executable, "-c", MEASURED, "run", "--feed", feed, str(file)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PANJ_DATA": str(data)}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, time.monotonic() - started, int(re.findall(r"peak (\d+)", done.stdout)[0])


def test_the_worldwide_seizures_are_read_in_time_and_every_row_is_accounted_for(data: Path, shared: Path):
    out, seconds, peak = run(data, "unodc_ids", shared / "data" / "unodc_ids_2011_2016.zip")
    assert "rows in 311038 = events 8077 + outside region 302935 + merged 0 + rejected 26\n" in out
    assert "repeats 44229" in out
    assert "drugs not in the vocabulary" not in out
    assert peak <= LARGEST_BYTES
    # Other tests may share the cores; `make bench` measures the promise of 90 s alone.
    assert seconds <= 2 * LONGEST_SECONDS
    engine = open_store(Settings.from_environment({"PANJ_DATA": str(data)}), create=False)
    try:
        events = reading.events(engine, role="command", in_region=True)
        everything = reading.events(engine, role="command", in_region=None)
        rejected = reading.rejected(engine, role="command")
    finally:
        engine.dispose()
    assert events["country_iso3"].value_counts().to_dict() == {"AFG": 6573, "UZB": 908, "KAZ": 336, "TJK": 127, "TKM": 99, "KGZ": 34}
    assert everything["country_iso3"].nunique() == 101, "102 names; Czechia stands there under two"
    assert (everything["repeat_number"] > 1).sum() == 44229
    assert (events["drug"] == "alcohol").sum() == 621
    assert not {"hashish", "cannabis"} & set(everything["drug"]), "herbal cannabis and resin were taken out of this copy"
    outside = everything[~everything["in_region"]]
    assert set(outside["precision_level"]) == {"country"}
    assert outside[["lon", "lat"]].isna().all().all()
    assert set(rejected["reason"]) == {"weight_not_positive"}
    assert everything["weight_kg"].notna().mean() == pytest.approx(0.9624, abs=1e-3)
    assert events["precision_level"].ne("country").mean() > 0.8
    again, _, _ = run(data, "unodc_ids", shared / "data" / "unodc_ids_2011_2016.zip")
    assert "was read before, nothing was changed" in again
    assert "rows in 311038 = events 8077 + outside region 302935 + merged 0 + rejected 26\n" in again


def test_the_national_totals_leave_plants_out_and_say_so(data: Path, shared: Path):
    out, _, _ = run(data, "unodc_annual", shared / "data" / "unodc_annual_seizures_2012_2016.csv")
    assert "rows in 234 = events 148 + outside region 73 + merged 0 + rejected 13\n" in out
    assert "plants_no_weight 13" in out


def test_the_press_reports_that_ship_are_the_compiled_ones(shared: Path):
    shipped = ROOT / "geodata" / "places" / "files" / "press_reports.csv"
    assert shipped.read_text("utf-8").splitlines()[0] == (shared / "reference" / "seizure_reports.csv").read_text("utf-8").splitlines()[0]

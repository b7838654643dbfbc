"""The whole way in at size: a million generated rows of a monthly table read, normalised, placed, compared, saved.

The rows are as they come: Russian and English headers' words, several spellings of a place, grams and kilograms, decimal commas, dates with
dots, a few thousand distinct places. One row in fifty tells what another file told already.
"""

import csv
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from bench_etl import _run
from measure import Figure

from geodata.places.gazetteer import load_gazetteer
from geodata.settings import Settings

ROWS = 1_000_000
HEADER = (
    "№ п/п",
    "Дата изъятия",
    "Страна",
    "Область",
    "Место изъятия",
    "Вид наркотика",
    "Количество",
    "Ед. изм.",
    "Орган",
    "Транспорт",
    "Примечание",
)
COUNTRIES = {
    "TJK": "Таджикистан",
    "AFG": "Afghanistan",
    "UZB": "Узбекистан",
    "KGZ": "Kyrgyzstan",
    "KAZ": "Казахстан",
    "TKM": "Туркменистан",
}
DRUGS = ("героин", "опий", "гашиш", "марихуана", "метамфетамин", "heroin", "opium", "cannabis resin", "кокаин", "MDMA")
AGENCIES = ("АКН", "МВД", "ГКНБ", "DCA", "Погранвойска ГКНБ", "Таможенная служба", "")
TRANSPORTS = ("автомобиль", "поезд", "пешком", "car", "река", "")
AROUND = ("{}", "г. {}", "с. {}", "{} район", "КПП {}", "н.п. {}", "{} district", "на границе, {}")


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Seconds and peak memory of the command as a user types it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "monthly.csv"
        write_rows(file, ROWS, load_gazetteer(settings.cache), seed=1)
        started = time.perf_counter()
        pd.read_csv(file, sep=";", dtype=str, keep_default_na=False)
        peer = time.perf_counter() - started
        # The places are made once for a machine, not for every file: they are taken over.
        (Path(folder) / "cache").symlink_to(settings.cache, target_is_directory=True)
        seconds, megabytes, said = _run(["-m", "etl", "run", "--feed", "any_table", str(file), "--quiet"], folder)
        yield Figure(f"{ROWS:,} rows read, placed, compared and saved", "s", seconds, peer, "pandas.read_csv alone", most=120)
        yield Figure("peak memory of that import", "MB", megabytes, most=3_000)
        print(f"  {said}", flush=True)


def write_rows(file: Path, n: int, gazetteer: pd.DataFrame, seed: int) -> None:
    """Write n rows as CSV with semicolons; the same seed gives the same bytes."""
    rng = random.Random(seed)
    places = gazetteer[gazetteer["country_iso3"].isin(COUNTRIES)].drop_duplicates(["country_iso3", "name"])
    # A few thousand spellings, as in any real file; some are asked for far more often than others.
    spelt = [(country, rng.choice(AROUND).format(name)) for country, name in zip(places["country_iso3"], places["name"], strict=True)]
    rng.shuffle(spelt)
    spelt = spelt[:4_000]
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, delimiter=";")
        rows.writerow(HEADER)
        for number in range(1, n + 1):
            country, place = spelt[int(len(spelt) * rng.random() ** 2)]
            day = f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.{rng.randint(2005, 2024)}"
            grams = rng.random() < 0.3
            amount = f"{rng.randint(1, 900)}" if grams else f"{rng.expovariate(0.2) + 0.01:.3f}".replace(".", ",")
            note = f"рейд {number}" if number % 3 else ""
            rows.writerow(
                (
                    number,
                    day,
                    COUNTRIES[country],
                    "",
                    place,
                    rng.choice(DRUGS),
                    amount,
                    "г" if grams else "кг",
                    rng.choice(AGENCIES),
                    rng.choice(TRANSPORTS),
                    note,
                )
            )

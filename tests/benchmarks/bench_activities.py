"""Activities of programmes: a file of 10,000 (50 MB) taken in, and all of them written out again as IATI 2.03."""

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
from measure import Figure

from etl.activities import run_activities, write_out
from geodata.settings import Settings
from geodata.store.engine import open_store

N = 10_000
_ORGANISATION = '<{tag} ref="XM-{n}"><narrative>Ministry {n}</narrative></{tag}>'


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Into a store of its own; seeded content."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "activities.xml"
        file.write_text(_content(random.Random(1)))
        own = replace(settings, data=Path(folder) / "data", database_url=f"sqlite:///{(Path(folder) / 'panj.sqlite').as_posix()}")
        own.data.mkdir()
        size = f"{N:,} activities ({file.stat().st_size / 1e6:.0f} MB)"
        start = time.perf_counter()
        assert run_activities(own, "iati", file).counts.loaded == N
        yield Figure(f"IATI in: {size}", "s", time.perf_counter() - start, most=30)
        store = open_store(own, create=False)
        start = time.perf_counter()
        write_out(own, store, Path(folder) / "out.xml", is_iati=True)
        yield Figure(f"IATI 2.03 out: {size} and the register", "s", time.perf_counter() - start, most=30)
        store.dispose()


def _content(chance: random.Random) -> str:
    activities = "\n".join(_activity(chance, number) for number in range(N))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="2.03">\n{activities}\n</iati-activities>\n'


def _activity(chance: random.Random, number: int) -> str:
    provider, receiver = (_ORGANISATION.format(tag=f"{side}-org", n=chance.randint(1, 99)) for side in ("provider", "receiver"))
    money = "".join(
        f'<transaction><transaction-type code="{chance.randint(1, 4)}"/><transaction-date iso-date="{chance.randint(2005, 2025)}-03-01"/>'
        f'<value currency="EUR" value-date="2012-01-01">{chance.randint(1, 10**7)}.50</value>'
        f"<description><narrative>Payment {part} for border posts</narrative></description>{provider}{receiver}</transaction>"
        for part in range(8)
    )
    places = "".join(
        f'<location><name><narrative>Place {part}</narrative></name><point srsName=""><pos>{chance.uniform(36, 41):.5f} '
        f'{chance.uniform(67, 75):.5f}</pos></point><exactness code="{chance.randint(1, 2)}"/></location>'
        for part in range(2)
    )
    return (
        f'<iati-activity default-currency="USD" xml:lang="en"><iati-identifier>XX-1-{number:06d}</iati-identifier>'
        f'<reporting-org ref="XX-1" type="10"><narrative>Publisher</narrative></reporting-org>'
        f"<title><narrative>Activity {number}</narrative></title>"
        f"<description><narrative>{'Border control strengthened with equipment and training. ' * 20}</narrative></description>"
        f'<participating-org role="1" ref="A"/><participating-org role="4" ref="B"/><activity-status code="2"/>'
        f'<activity-date type="2" iso-date="2012-01-01"/><recipient-country code="TJ"/>{places}'
        f'<sector vocabulary="1" code="16063" percentage="100"/>{money}</iati-activity>'
    )

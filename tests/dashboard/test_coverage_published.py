"""Money of loaded IATI activities on the coverage page: apart from the register's, never added over donors, currencies or years."""

import gzip
import json
import shutil

import pytest

from etl.__main__ import main
from geodata.settings import Settings

ACTIVITY = """<iati-activity><iati-identifier>XX-{id}</iati-identifier><reporting-org ref="XX" type="10"><narrative>Publisher</narrative>
</reporting-org><title><narrative>Posts</narrative></title><description><narrative>Posts</narrative></description>
<participating-org role="1" type="10"><narrative>{donor}</narrative></participating-org><activity-status code="2"/>
<activity-date type="2" iso-date="2019-01-01"/><recipient-country code="TJ"/>
<transaction><transaction-type code="{kind}"/><transaction-date iso-date="{year}-05-01"/>
<value currency="{currency}" value-date="{year}-05-01">{amount}</value></transaction></iati-activity>"""
ROWS = (
    ("1", "Japan", "2", "2020", "USD", "100"), ("2", "Japan", "2", "2020", "USD", "250"), ("3", "Japan", "2", "2020", "EUR", "70"),
    ("4", "Norway", "2", "2020", "USD", "30"), ("5", "Japan", "3", "2020", "USD", "9"), ("6", "Japan", "2", "2023", "USD", "5"),
)  # fmt: skip


@pytest.fixture
def told(real, client, tmp_path, monkeypatch):
    shutil.copytree(real.data, tmp_path / "data")
    names = ("id", "donor", "kind", "year", "currency", "amount")
    text = "".join(ACTIVITY.format(**dict(zip(names, row, strict=True))) for row in ROWS)
    (tmp_path / "ours.xml").write_text(f'<iati-activities version="2.03">{text}</iati-activities>', encoding="utf-8")
    monkeypatch.setenv("PANJ_DATA", str(tmp_path / "data"))
    assert main(["run", "--quiet", "--feed", "iati", str(tmp_path / "ours.xml")]) == 0
    settings = Settings.from_environment({"PANJ_DATA": str(tmp_path / "data")})
    return lambda role, year: answer(client(settings, role), f"/en/data/coverage/published?year={year}")


def answer(app, address):
    return json.loads(gzip.decompress(app.server.test_client().get(address).data))


def test_sums_are_of_one_donor_currency_year_and_stage(told):
    for role in ("public", "donor", "command"):
        rows = told(role, 2024)["rows"]
        found = {(row["donor"], row["stage"], row["year"]): row["amount"] for row in rows if "USD" in row["amount"]}
        assert found[("Japan", "granted", "2020")] == "350\u00a0USD"
        assert found[("Japan", "spent", "2020")] == "9\u00a0USD"
        assert found[("Norway", "granted", "2020")] == "30\u00a0USD"
        assert found[("Japan", "granted", "2023")] == "5\u00a0USD"
        assert [row["amount"] for row in rows if "EUR" in row["amount"]] == ["70\u00a0EUR"]
        assert sum(row["n"] for row in rows) == len(ROWS), "every amount is in one sum"


def test_a_year_knows_nothing_of_later_money(told):
    assert {row["year"] for row in told("donor", 2021)["rows"]} == {"2020"}


def test_a_store_without_activities_says_nothing(client, real):
    assert answer(client(real, "donor"), "/tg/data/coverage/published") == {"n_activities": 0, "rows": []}

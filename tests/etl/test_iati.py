"""IATI in and out: every version read, safely and one by one; what cannot be read is rejected by its reason; what goes out validates."""

import contextlib
import datetime as dt
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from etl.__main__ import main
from etl.activities import run_activities, write_out
from etl.feeds.iati.reading import Unreadable, read_activity
from etl.feeds.iati.streaming import activities as stream
from geodata.errors import BadFile
from geodata.register.activities import LOCAL_PREFIX, NOT_OFFICIAL
from geodata.register.iati_writing import write_iati
from geodata.settings import Settings
from geodata.store.activities import activities, activity_files, activity_table, rejected_activities
from geodata.store.engine import open_store

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)

GOOD = """<iati-activity default-currency="USD" xml:lang="en" last-updated-datetime="{updated}">
<iati-identifier>{identifier}</iati-identifier><reporting-org ref="XM-1" type="10"><narrative>Publisher</narrative></reporting-org>
<title><narrative>{title}</narrative></title><description><narrative>Posts</narrative></description>
<participating-org role="1" ref="D"><narrative>Donor</narrative></participating-org><activity-status code="2"/>
<activity-date type="2" iso-date="2012-01-01"/><transaction><transaction-type code="3"/><transaction-date iso-date="2013-01-01"/>
<value value-date="2013-01-01">{value}</value></transaction></iati-activity>"""
BAD = GOOD.format(updated="", identifier="BAD", title="x", value="twelve")
BROKEN = "<iati-activity><iati-identifier>BROKEN</iati-identifier><title><narrative>x</title></iati-activity>"

OLD = """<?xml version="1.0" encoding="windows-1251"?><iati-activities version="1.05"><iati-activity default-currency="EUR">
<reporting-org ref="XM-2" type="40">Комиссия</reporting-org><iati-identifier> XM-2-7 </iati-identifier><title>Граница</title>
<description type="1">Посты</description><activity-status code="2">Implementation</activity-status>
<activity-date type="start-actual" iso-date="2011-05-01">May 2011</activity-date><activity-date type="end-planned" iso-date="2014-05-01"/>
<participating-org role="Funding" ref="EU">Союз</participating-org>
<participating-org role="Implementing">ПРООН</participating-org>
<location percentage="50"><location-type code="PPL"/>
<name>Хорог</name><coordinates latitude="37.49" longitude="71.55" precision="4"/></location>
<location><name>Ишкашим</name><administrative country="TJ"/><coordinates latitude="36.72" longitude="71.61" precision="1"/></location>
<location><name>Таджикистан</name><coordinates latitude="38.9" longitude="71.0" precision="6"/></location>
<sector vocabulary="DAC" code="16063" percentage="50">x</sector><sector vocabulary="RO" code="7">y</sector>
<budget type="1"><period-start iso-date="2014-01-01">2014</period-start><value value-date="2014-01-01">3000</value>
<period-end iso-date="2014-12-31"/></budget><planned-disbursement updated="2014-03-31"><period-end iso-date="2014-03-31"/>
<period-start iso-date="2014-03-31"/><value currency="GBP" value-date="2014-03-31">3000</value></planned-disbursement>
<transaction><transaction-type code="C"/><value value-date="2011-06-01">1,500,000.50</value><transaction-date iso-date="2011-06-01"/>
<provider-org ref="EU">Союз</provider-org></transaction></iati-activity></iati-activities>"""


def wrapped(*parts):
    return '<?xml version="1.0"?>\n<iati-activities version="2.03">\n' + "\n".join(parts) + "\n</iati-activities>\n"


def good(identifier="A-1", title="Posts", value="12.5", updated="2024-01-01T00:00:00"):
    return GOOD.format(identifier=identifier, title=title, value=value, updated=updated)


def read(path):
    return [read_activity(each.element, each.version) for each in stream(path, path.name)]


def exported(*told):
    out = io.BytesIO()
    write_iati(told, out, NOON)
    return out.getvalue()


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environment({"PANJ_DATA": str(tmp_path / "data")})


@pytest.fixture
def take(settings, tmp_path):
    def taken(text, name="file.xml"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return run_activities(settings, "iati", file)

    return taken


@pytest.fixture(scope="module")
def schema(shared):
    return etree.XMLSchema(file=str(shared / "oracles/iati/schema_2.03/iati-activities-schema.xsd"))


def test_all_files_of_the_oracle_are_read_and_our_export_of_each_validates(shared, schema):
    files = sorted((shared / "oracles/iati/should-pass").rglob("*.xml"))
    assert len(files) >= 58
    for file in files:
        told = read(file)
        assert told, file.name
        document = etree.fromstring(exported(*told))
        assert len(document) - len(document.xpath("comment()")) == len(told)
        schema.assertValid(document)


def test_what_was_exported_and_is_read_again_says_the_same(shared, tmp_path):
    for file in sorted((shared / "oracles/iati/should-pass").rglob("*.xml")):
        told = read(file)
        (tmp_path / "again.xml").write_bytes(exported(*told))
        for before, after in zip(told, read(tmp_path / "again.xml"), strict=True):
            for field in (
                "identifier",
                "titles",
                "descriptions",
                "dates",
                "organisations",
                "places",
                "sectors",
                "publisher_ref",
                "publisher_name",
            ):
                assert getattr(before, field) == getattr(after, field), (file.name, field)
            # What has no amount has no valid form; a day of the rate that was not said is that of the money.
            told = [money._replace(value_date="") for money in before.money if money.amount is not None]
            assert told == [money._replace(value_date="") for money in after.money]


def test_a_file_of_version_1_is_read_with_its_codes_and_its_precision_and_goes_out_as_2_03(tmp_path, schema):
    (tmp_path / "old.xml").write_bytes(OLD.encode("cp1251"))
    (told,) = read(tmp_path / "old.xml")
    assert (told.identifier, told.title, told.publisher_ref, told.publisher_name) == ("XM-2-7", "Граница", "XM-2", "Комиссия")
    assert told.dates == {"2": "2011-05-01", "3": "2014-05-01"} and [each.role for each in told.organisations] == ["1", "4"]
    assert [place.kind for place in told.places] == ["administrative", "exact", "country"] and told.places[1].lat == 36.72
    assert [(sector.vocabulary, sector.code, sector.percentage) for sector in told.sectors] == [("1", "16063", 50.0), ("99", "7", None)]
    assert [(money.kind, money.amount, money.currency) for money in told.money[1:]] == [
        ("budget", 3000.0, "EUR"),
        ("planned", 3000.0, "GBP"),
    ]
    schema.assertValid(etree.fromstring(exported(told)))
    money = told.money[0]
    assert (money.type, money.amount, money.currency, money.provider.ref) == ("2", 1_500_000.5, "EUR", "EU")


def test_one_unreadable_activity_is_rejected_with_its_reason_and_the_others_load(take, settings):
    for text, reason in ((BAD, "amount_unreadable"), (BROKEN, "xml_unreadable")):
        closing = take(wrapped(good("A-1"), text, good("A-2")), f"{reason}.xml")
        assert closing.counts.n_in == 3 and [each.reason for each in closing.rejected] == [reason]
        assert closing.rejected[0].number == 2 and closing.rejected[0].line > 2 and closing.rejected[0].detail
    store = open_store(settings, create=False)
    assert [each.identifier for each in activities(store, role="public")] == ["A-1", "A-2"]
    first = activity_files(store, role="public")[0]
    assert rejected_activities(store, first.sha256, role="public")[0].detail in ("transaction 'twelve'",) or first.n_rejected == 1
    store.dispose()


@pytest.mark.parametrize("end", [0.3, 0.6, 0.9])
def test_a_file_that_breaks_off_gives_what_stands_before_the_break(take, end):
    whole = wrapped(*(good(f"A-{n}") for n in range(10)))
    closing = take(whole[: int(len(whole) * end)])
    begun = whole[: int(len(whole) * end)].count("</iati-activity>")
    assert (closing.counts.loaded, closing.counts.rejected) == (begun, 1)


@pytest.mark.parametrize(("text", "amount"), [("1,500,000.50", 1_500_000.5), ("-12", -12.0), (" 7.5 ", 7.5), ("1e3", 1000.0)])
def test_an_amount_is_read_as_it_is_written(tmp_path, text, amount):
    (tmp_path / "f.xml").write_text(wrapped(good(value=text)))
    assert read(tmp_path / "f.xml")[0].money[0].amount == amount


@pytest.mark.parametrize("text", ["1234,56", "12,5", "1,23,456", "nan", "inf", "1_000", "12 USD", "١٢", "0x10"])
def test_an_amount_that_could_mean_two_things_is_not_guessed_at(tmp_path, text):
    (tmp_path / "f.xml").write_text(wrapped(good(value=text)), encoding="utf-8")
    with pytest.raises(Unreadable, match="amount_unreadable"):
        read(tmp_path / "f.xml")


def test_sectors_and_countries_that_stand_with_transactions_only_are_the_activitys_without_a_share(tmp_path):
    with_money = good().replace("</transaction>", "<sector code='16063'/><recipient-country code='TJ'/></transaction>")
    (tmp_path / "f.xml").write_text(
        wrapped(with_money.replace("<activity-status code='2'/>", "<activity-status>Implementation</activity-status>"))
    )
    (told,) = read(tmp_path / "f.xml")
    assert [(share.code, share.percentage) for share in (*told.sectors, *told.countries)] == [("16063", None), ("TJ", None)]
    assert told.status == "2"


def test_a_publishers_identifier_is_kept_to_the_letter(tmp_path):
    (tmp_path / "f.xml").write_text(wrapped(good("\n XM-1 a  b/Ω-7\t")), encoding="utf-8")
    assert read(tmp_path / "f.xml")[0].identifier == "XM-1 a  b/Ω-7"


def test_the_line_of_an_activity_is_right_to_one_in_a_long_file(tmp_path):
    (tmp_path / "f.xml").write_text("<iati-activities version='2.03'>" + "\n" * 70_000 + good() + "\n</iati-activities>")
    # Past 65,535 libxml2 takes the line from what the element holds.
    assert next(iter(stream(tmp_path / "f.xml", "f.xml"))).line in (70_001, 70_002)


def test_an_activity_without_an_identifier_is_loaded_with_a_local_one_and_flagged(take, settings):
    closing = take(wrapped(good(""), good("", title="Other"), good("A-1")))
    assert closing.counts.loaded == 3 and closing.flags == {"no_identifier": 2}
    store = open_store(settings, create=False)
    local = [each for each in activities(store, role="public") if each.is_local]
    assert len(local) == 2 and all(each.identifier.startswith(LOCAL_PREFIX) for each in local)
    store.dispose()
    assert take(wrapped(good("")), "again.xml").counts.same == 1, "the same activity has the same local identifier"


def test_two_activities_with_one_identifier_in_a_file_are_not_both_taken(take):
    closing = take(wrapped(good("A-1"), good("A-1", title="Other")))
    assert closing.counts.loaded == 1 and closing.rejected[0].reason == "identifier_repeated"


def test_the_same_file_twice_changes_nothing_a_newer_one_replaces_and_an_older_one_does_not(take, settings):
    take(wrapped(good(value="1", updated="2024-01-01T00:00:00")))
    assert take(wrapped(good(value="1", updated="2024-01-01T00:00:00"))).is_known
    assert take(wrapped(good(value="2", updated="2024-06-01T00:00:00")), "b.xml").counts.replaced == 1
    assert take(wrapped(good(value="3", updated="2023-01-01T00:00:00")), "c.xml").counts.older == 1
    store = open_store(settings, create=False)
    assert activity_table(store, "money", role="donor")["amount"].tolist() == [2.0]
    store.dispose()


@given(parts=st.lists(st.sampled_from(["good", "none", "bad", "broken", "twice"]), min_size=1, max_size=8))
def test_every_activity_of_a_file_is_taken_or_rejected(tmp_path_factory, parts):
    texts = {"none": good(""), "bad": BAD, "broken": BROKEN, "twice": good("TWICE")}
    folder = tmp_path_factory.mktemp("iati")
    (folder / "f.xml").write_text(wrapped(*(texts.get(part) or good(f"A-{n}") for n, part in enumerate(parts))))
    taken = broken = unreadable = 0
    for each in stream(folder / "f.xml", "f.xml"):
        if each.element is None:
            broken += 1
            continue
        try:
            read_activity(each.element, each.version)
            taken += 1
        except Unreadable:
            unreadable += 1
    assert (broken, unreadable) == (parts.count("broken"), parts.count("bad")) and taken + broken + unreadable == len(parts)


JUNK = (
    b"<", b">", b"&", b'"', b"\0", b"\xff", b"1e400", b"NaN", b"2013-02-31", b"</iati-activity>", b"<iati-activity>", b"<!--", b"]]>",
    b"&a;", b"<value>x</value>", b"<pos>91 200</pos>", b'iso-date=""', b"\x0b", b"\xd0", b"",
)  # fmt: skip


def test_a_damaged_file_is_read_or_refused_and_what_goes_out_validates(shared, schema, tmp_path):
    files = [file.read_bytes() for file in sorted((shared / "oracles/iati/should-pass").rglob("*.xml"))]
    chance, file, n = random.Random(6), tmp_path / "damaged.xml", 0
    for _ in range(500):
        content = chance.choice(files)
        for _ in range(chance.randint(1, 2)):
            at = chance.randrange(len(content))
            content = content[:at] + chance.choice(JUNK) + content[at + chance.choice((0, 1, 5, 40)) :]
        file.write_bytes(content)
        told = []
        with contextlib.suppress(BadFile):
            for each in stream(file, file.name):
                with contextlib.suppress(Unreadable):
                    told += [] if each.element is None else [read_activity(each.element, each.version)]
        document = etree.fromstring(exported(*told))
        if document.find("iati-activity") is not None:
            schema.assertValid(document)
            n += 1
    assert n > 30, n


LAUGHS = '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
SECRET = '<!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/hostname">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'


@pytest.mark.parametrize("declared", [LAUGHS, SECRET, REMOTE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_with_entities_is_refused_before_anything_is_expanded_or_fetched(take, declared, encoding):
    body = wrapped(good(title="&c;" if declared is LAUGHS else "&s;")).partition("\n")[2]
    with pytest.raises(BadFile, match="document type"):
        take(f"{declared}{body}".encode(encoding))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"), (b"hello", "no XML"), (b"<html><body/></html>", "root <html>"),
        (b"<iati-organisations/>", "root <iati-organisations>"),
        (b"<iati-activities/>", "no activity"), (b"\x00\xff\xfe" * 50, "no XML"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_activities_is_refused_in_one_sentence(take, content, said):
    with pytest.raises(BadFile, match=said):
        take(content)


def test_the_export_says_who_wrote_it_and_that_it_is_not_official_and_keeps_the_publishers_identifiers(take, settings, schema, tmp_path):
    take(wrapped(good("XM-1-Ω 7"), good("")))
    store = open_store(settings, create=False)
    n, left_out = write_out(settings, store, tmp_path / "out.xml", is_iati=True)
    store.dispose()
    document = etree.parse(tmp_path / "out.xml")
    schema.assertValid(document)
    found = document.findall("iati-activity")
    assert len(found) == n and {each.find("reporting-org").get("secondary-reporter") for each in found} == {"1"}
    assert all("not official" in each.findtext("reporting-org/narrative") for each in found)
    assert all(NOT_OFFICIAL in each.xpath("description/narrative/text()") for each in found)
    by_id = {each.findtext("iati-identifier"): each for each in found}
    assert by_id["XM-1-Ω 7"].find("other-identifier").get("ref") == "XM-1"
    assert sum(identifier.startswith(LOCAL_PREFIX) for identifier in by_id) == n - 1
    assert [identifier for identifier, _ in left_out] == [f"{LOCAL_PREFIX}{code}" for code in ("INL-BILAT", "DOD-CN", "TKM/X57")]
    assert (tmp_path / "out.xml").read_text().count("left out:") == 3


def test_no_programme_is_pinned_to_a_seat_or_a_centroid_without_a_flag(take, settings):
    khatlon = "<location><point srsName=''><pos>37.83667 68.78028</pos></point><exactness code='1'/></location>"  # Bokhtar
    national = "<location><point srsName=''><pos>38.5 71.0</pos></point><feature-designation code='PCLI'/></location>"
    closing = take(
        wrapped(
            good("A").replace("<transaction>", khatlon + "<transaction>"), good("B").replace("<transaction>", national + "<transaction>")
        )
    )
    assert closing.flags == {"may_be_a_centroid": 1}
    store = open_store(settings, create=False)
    places = activity_table(store, "places", role="public").set_index("identifier")
    assert places.loc["A", "near_seat"] and places.loc["B", "kind"] == "country"
    store.dispose()


def test_3w_goes_out_with_tags_and_comes_in_again_as_the_same_activities(take, settings, tmp_path):
    where = "<location><name><narrative>Tem</narrative></name><point srsName=''><pos>37.52 71.5</pos></point></location>"
    take(wrapped(good("A-1").replace("<transaction>", where + "<transaction>")))
    store = open_store(settings, create=False)
    n, _ = write_out(settings, store, tmp_path / "out.csv", is_iati=False)
    store.dispose()
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith("#activity+id,#activity+name,#org+funder+name,#org+impl+name") and all(
        "not official" in line for line in lines[2:]
    )
    other = Settings.from_environment({"PANJ_DATA": str(tmp_path / "other")})
    closing = run_activities(other, "hxl_3w", tmp_path / "out.csv")
    assert closing.counts.loaded == n and closing.counts.rejected == 0
    store = open_store(other, create=False)
    (told,) = [each for each in activities(store, role="public") if each.identifier == "A-1"]
    store.dispose()
    assert (
        told.title == "Posts"
        and told.dates == {"2": "2012-01-01"}
        and [(p.name, p.lat, p.lon, p.kind) for p in told.places] == [("Tem", 37.52, 71.5, "approximate")]
    )
    assert run_activities(settings, "hxl_3w", tmp_path / "out.csv").counts.older == 1, "a 3W never replaces the fuller activity"


def test_a_3w_of_somebody_else_is_read_by_its_tags(settings, tmp_path):
    (tmp_path / "3w.csv").write_text(
        "Кто;Что;Где;Широта;Долгота\n#org+impl;#activity;#adm2+name;#geo+lat;#geo+lon\nIOM;Обучение;Ishkoshim;36,7;71,6\nUNDP;Рынок;Tem;37.5;71.5\nUNDP;Рынок;Langar;;\n"
    )
    closing = run_activities(settings, "hxl_3w", tmp_path / "3w.csv")
    assert (closing.counts.loaded, closing.counts.rejected) == (1, 1), (
        "the two rows of UNDP are one activity at two places; a comma is no point"
    )
    store = open_store(settings, create=False)
    assert activity_table(store, "places", role="public")["name"].tolist() == ["Tem", "Langar"]
    store.dispose()
    (tmp_path / "none.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadFile, match="no row of HXL tags"):
        run_activities(settings, "hxl_3w", tmp_path / "none.csv")


def test_the_command_line_takes_a_file_lists_it_writes_it_out_and_takes_it_out_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PANJ_DATA", str(tmp_path / "data"))
    (tmp_path / "f.xml").write_text(wrapped(good("A-1"), BAD))
    assert main(["run", "--feed", "iati", str(tmp_path / "f.xml")]) == 0
    assert "2 activities = 1 new + 0 replaced + 0 unchanged + 0 older than stored + 1 rejected" in capsys.readouterr().out
    assert main(["status"]) == 0 and "Activities of programmes, f.xml (iati): 2 in, 1 rejected" in capsys.readouterr().out
    assert main(["activities"]) == 0 and "f.xml (iati): 2 in, 1 rejected" in capsys.readouterr().out
    assert main(["activities", "--rejected", "f.xml"]) == 0 and "amount unreadable (transaction 'twelve')" in capsys.readouterr().out
    assert main(["activities", "--iati", str(tmp_path / "out.xml")]) == 0 and "not official" in capsys.readouterr().out
    assert main(["activities", "--drop", "f.xml"]) == 0 and "1 activities taken out" in capsys.readouterr().out
    assert main(["activities", "--drop", "f.xml"]) == 2 and "no file of activities" in capsys.readouterr().err
    assert main(["run", "--feed", "iati", str(tmp_path / "f.xml"), "--dry-run"]) == 2

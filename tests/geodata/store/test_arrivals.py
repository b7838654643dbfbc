"""Arrivals: the import that first brought an event, whatever happened to its row since."""

import datetime as dt

import pytest

from geodata.errors import NotAllowed
from geodata.store.arrivals import arrivals
from geodata.store.writing import save_file


def at(day):
    moment = dt.datetime.fromisoformat(f"{day}T10:00:00+00:00")
    return {"started_at": moment, "finished_at": moment, "as_of": moment.date()}


def happened(located, days):
    return located.assign(happened_from=days, happened_to=days, date_precision="day", event_id=[f"e{k}" for k in range(len(days))])


def test_an_event_counts_from_the_import_that_first_brought_it(store, events, batch):
    first = happened(events(3), ["2023-11-05", "2024-01-01", "2024-01-02"])
    second = happened(events(4, seed=1), ["2024-01-20", "2024-02-01", "2023-12-30", "2024-02-09"]).assign(event_id=["x0", "x1", "x2", "x3"])
    save_file(store, batch("january.csv", first, **at("2024-01-01")))
    save_file(store, batch("february.csv", second, **at("2024-02-10")))
    save_file(
        store,
        batch("other.csv", happened(events(2, seed=2), ["2024-02-01"] * 2).assign(event_id=["o0", "o1"]), feed="dca", **at("2024-02-11")),
    )
    came = arrivals(store, role="command")
    assert came.imports == {"dca": ["2024-02-11"], "press": ["2024-01-01", "2024-02-10"]}
    found = came.events.set_index("event_id")
    assert set(found.index) == {"e1", "e2", "x0", "x1", "x3"}, "what happened before the first import was waiting for it"
    assert found.loc["x0"].tolist() == ["press", "2024-01-20", "2024-02-10"]
    assert found.loc["e2", "first_seen_on"] == "2024-01-01"


def test_a_row_that_changed_later_keeps_the_day_on_which_it_came(store, events, batch):
    import sqlalchemy as sa

    from geodata.store import tables

    save_file(store, batch("a.csv", happened(events(1), ["2024-01-01"]), **at("2024-01-01")))
    save_file(store, batch("b.csv", happened(events(1, seed=1), ["2024-01-09"]).assign(event_id=["x0"]), **at("2024-01-10")))
    save_file(store, batch("c.csv", happened(events(1, seed=2), ["2024-03-01"]).assign(event_id=["y0"]), **at("2024-03-01")))
    # As a person's answer about its place leaves it: the old row in the history, the new one since the third run.
    with store.begin() as connection:
        names = [column.name for column in tables.HISTORY.c if column.name not in ("from_run", "to_run")]
        old = sa.select(*(tables.EVENTS.c[name] for name in names), tables.EVENTS.c.from_run, sa.literal(3)).where(
            tables.EVENTS.c.event_id == "x0"
        )
        connection.execute(tables.HISTORY.insert().from_select([*names, "from_run", "to_run"], old))
        connection.execute(tables.EVENTS.update().where(tables.EVENTS.c.event_id == "x0").values(from_run=3))
    found = arrivals(store, role="command").events.set_index("event_id")
    assert found.loc["x0", "first_seen_on"] == "2024-01-10" and found.loc["y0", "first_seen_on"] == "2024-03-01"


def test_of_two_reports_of_one_fact_the_earlier_one_counts(store, events, batch):
    save_file(store, batch("a.csv", happened(events(1), ["2024-01-01"]), **at("2024-01-01")))
    save_file(store, batch("b.csv", happened(events(1, seed=1), ["2024-01-05"]).assign(event_id=["x"]), **at("2024-01-10")))
    save_file(store, batch("c.csv", happened(events(1, seed=2), ["2024-01-05"]).assign(event_id=["x"]), **at("2024-02-10")))
    found = arrivals(store, role="command").events
    assert found[found["event_id"] == "x"]["first_seen_on"].tolist() == ["2024-01-10"]


def test_an_empty_store_and_a_single_import_know_nothing_and_outsiders_may_not_ask(store, events, batch):
    assert arrivals(store, role="command").imports == {} and arrivals(store, role="command").events.empty
    save_file(store, batch("a.csv", events(5), **at("2024-01-01")))
    came = arrivals(store, role="command")
    assert came.imports == {"press": ["2024-01-01"]} and came.events.empty
    with pytest.raises(NotAllowed):
        arrivals(store, role="public")

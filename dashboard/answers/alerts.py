"""Alerts for the panel: those that stand, those that wait for a verdict, those that are closed, and how good they have been."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from dashboard.language import Language
from layers.share_interval import share_interval

#: As many lines as a panel holds of one group.
MOST = 12
#: Below this many events an alert is said to be small.
FEW = 5
#: Below this many closed alerts their share says little, and that is said.
FEW_CLOSED = 10
#: Id of a district or province -> lon, lat.
Middles = Mapping[str, tuple[float, float]]
VERDICTS = ("true", "late", "false")
TONES = {"true": "good", "late": "new", "false": "bad"}
SIGNS = {"true": "✓", "late": "◷", "false": "✕"}
YEAR_DAYS = 365.25
#: What makes the scans; an import of a store of usual size does it by itself.
COMMAND = "python -m etl alerts"


class Known(NamedTuple):
    """What the store knows of alerts: rows of `geodata.store.alerting`, and the last day of the data by now."""

    scans: Sequence[Any]
    alerts: Sequence[Any]
    verdicts: Sequence[Any]
    last_day: str | None


class Told(NamedTuple):
    """One alert through all its scans: the row to show, when it was found first, in how many scans, whether it stands, its verdict."""

    row: Any
    found_on: str
    weeks: int
    is_standing: bool
    verdict: Any | None


def answer(
    known: Known, names: dict[str, str], say: Language, middles: Middles | None = None, listed: Collection[int] | None = None
) -> dict[str, Any]:
    """The whole panel. names: id of a section, corridor, district or province -> its name in this language.
    middles: where to look for a district or province that an alert is about, by its id; lon, lat. listed: numbers (`first_alert`) of the
    alerts that touch the viewer's sector, None for all; how good alerts have been is told of all of them."""
    told = _told(known)
    scan = known.scans[0] if known.scans else None
    shown = [one for one in told if listed is None or one.row.first_alert in listed]
    standing = [one for one in shown if one.is_standing]
    n_elsewhere = sum(one.is_standing for one in told) - len(standing)
    groups = [
        ("standing", [one for one in standing if one.verdict is None]),
        ("waiting", [one for one in shown if not one.is_standing and one.verdict is None]),
        ("closed", [one for one in shown if one.verdict is not None]),
    ]
    record = _record(told, known.scans)
    return {
        "lead": _lead(scan, len(standing), n_elsewhere, say),
        "groups": [_group(name, found, names, say, middles or {}) for name, found in groups if found],
        "tables": [_table(told, record, say)] if told else [],
        "caveats": _caveats(known, scan, told, say),
        "scan": _scan(scan),
        "record": record,
        "verdicts": [{"id": verdict, "label": say(f"alerts.verdict_{verdict}")} for verdict in VERDICTS],
        "undo": say("alerts.undo"),
    }


def _told(known: Known) -> list[Told]:
    """Alerts that were ever shown and still have their events or a verdict, the strongest of the newest first."""
    verdicts = {verdict.alert_id: verdict for verdict in known.verdicts}
    newest_day = known.scans[0].last_day if known.scans else ""
    chains: dict[int, list[Any]] = {}
    for row in known.alerts:
        chains.setdefault(row.first_alert, []).append(row)
    told = []
    for first, rows in chains.items():
        there = [row for row in rows if row.is_standing]
        if there or first in verdicts:
            is_standing = any(row.scan_day == newest_day for row in there)
            weeks = len({row.scan_day for row in there}) or 1
            # As it stands now; of one that no longer does, how it stood at its strongest.
            shown = there[-1] if is_standing else min(there or rows, key=lambda row: (row.p, -row.statistic))
            told.append(Told(shown, min(row.scan_day for row in rows), weeks, is_standing, verdicts.get(first)))
    told.sort(key=lambda one: (one.row.p, -one.row.statistic))
    return sorted(told, key=lambda one: one.row.scan_day, reverse=True)


def _lead(scan: Any | None, n: int, n_elsewhere: int, say: Language) -> str:
    if scan is None:
        return say("alerts.not_scanned", command=COMMAND)
    if not scan.n_cases:
        return say("alerts.nothing_known", day=say.day(scan.last_day))
    day = say.day(scan.last_day)
    if not n_elsewhere:
        return say("alerts.lead", n=n, day=day) if n else say("alerts.lead_none", day=day)
    here = say("alerts.lead", n=n, day=day) if n else say("alerts.lead_none_here", day=day)
    return f"{here} {say('alerts.elsewhere', n=n_elsewhere)}"


def _group(name: str, found: Sequence[Told], names: dict[str, str], say: Language, middles: Middles) -> dict[str, Any]:
    group: dict[str, Any] = {
        "id": name,
        "title": say(f"alerts.group_{name}"),
        "note": say("alerts.rule") if name == "standing" else say(f"alerts.note_{name}"),
        "items": [_item(one, names, say, middles) for one in found[:MOST]],
    }
    return group | ({"more": len(found) - MOST} if len(found) > MOST else {})


def _item(one: Told, names: dict[str, str], say: Language, middles: Middles) -> dict[str, Any]:
    row, verdict = one.row, one.verdict.verdict if one.verdict else None
    where = place_name(row.kind, row.place, names, say)
    numbers = say("alerts.numbers", n=row.observed, expected=say.number(row.expected, 1))
    place = row.place
    return {
        "tone": TONES[verdict] if verdict else "hot" if one.is_standing else "plain",
        "sign": SIGNS[verdict] if verdict else "▲" if one.is_standing else "●",
        "text": f"{where}: {numbers}",
        "detail": ". ".join(_details(one, say)) + ".",
        "picks": f"alert:{row.alert_id}",
        "filters": {},
        "period": f"{row.first_day[:7]}..{row.last_day[:7]}",
        "id": str(row.first_alert),
        "verdict": verdict,
        "alert": {
            "id": row.first_alert, "kind": row.kind, "place": where,
            "centre": list(middles.get(place["area_id"], ())) or None if place["lon"] is None else [place["lon"], place["lat"]],
            **{name: place[name] for name in ("radius_km", "cells", "section_ids", "corridor_id", "from_km", "to_km", "area_id")},
            "first_day": row.first_day, "last_day": row.last_day, "found_on": one.found_on, "observed": row.observed,
            "n_events": row.n_events, "expected": round(row.expected, 3), "p": row.p, "recurrence_days": round(row.recurrence_days, 1),
            "at_least": row.at_least, "weeks": one.weeks, "is_standing": one.is_standing, "is_small": row.observed < FEW,
            "verdict": None if one.verdict is None else {
                "verdict": verdict, "words": say(f"alerts.verdict_{verdict}"), "who": one.verdict.who, "at": one.verdict.decided_at,
                "note": one.verdict.note,
            },
        },
    }  # fmt: skip


def _details(one: Told, say: Language) -> list[str]:
    row = one.row
    years = row.recurrence_days / YEAR_DAYS
    years = round(years) if years >= 3 else round(years, 1)
    said = [
        say("alerts.days", first=say.day(row.first_day), last=say.day(row.last_day)),
        say(f"alerts.{'rarer' if row.at_least else 'rare'}{'_year' if years == 1 else ''}", n=int(years) if years == int(years) else years),
    ]
    if one.weeks > 1:
        said.append(say("alerts.weeks", n=one.weeks, day=say.day(one.found_on)))
    elif one.found_on != row.last_day:
        said.append(say("alerts.found", day=say.day(one.found_on)))
    if row.n_events > row.observed:
        said.append(say("alerts.several", n=row.n_events))
    if row.observed < FEW:
        said.append(say("alerts.small"))
    if one.verdict:
        words = say(f"alerts.verdict_{one.verdict.verdict}")
        said.append(say("alerts.judged", verdict=words, who=one.verdict.who, day=say.day(one.verdict.decided_at[:10])))
        if one.verdict.note:
            said.append(one.verdict.note.rstrip(". "))
    return said


def events_title(row: Any, n_here: int, names: dict[str, str], say: Language) -> str:
    """What the list of an alert's events is called. n_here: how many of them the store still has."""
    days = say("alerts.days", first=say.day(row.first_day), last=say.day(row.last_day))
    title = say("alerts.events_of", place=place_name(row.kind, row.place, names, say), days=days)
    gone = len(row.event_ids) - n_here
    return f"{title}. {say('alerts.events_gone', n=gone)}" if gone > 0 else title


def place_name(kind: str, place: dict[str, Any], names: dict[str, str], say: Language) -> str:
    """Where an alert is, in words."""
    if kind == "area":
        return names.get(place["area_id"], place["area_id"])
    if kind == "corridor":
        name = names.get(place["corridor_id"], place["corridor_id"])
        return say("alerts.place_corridor", name=name, first=say.number(place["from_km"], 0), last=say.number(place["to_km"], 0))
    if kind == "line":
        ends = [names.get(id, id) for id in (place["section_ids"][0], place["section_ids"][-1])]
        if ends[0] == ends[1]:
            return say("alerts.place_section", name=ends[0])
        return say("alerts.place_line", first=ends[0], last=ends[1], km=say.number(place["to_km"] - place["from_km"], 0))
    near = names.get(place.get("near_id") or "", "")
    if not near:
        near = f"{say.number(place['lat'], 2)}° N {say.number(place['lon'], 2)}° E"
    return say("alerts.place_cells", near=near, km=say.number(place["radius_km"], 0))


def _record(told: Sequence[Told], scans: Sequence[Any]) -> dict[str, Any]:
    """How good the alerts have been. precision: share of the closed ones with something behind them, and its 95 % interval."""
    count = Counter(one.verdict.verdict if one.verdict else "open" for one in told)
    n = sum(count[verdict] for verdict in VERDICTS)
    good = count["true"] + count["late"]
    return {
        **{f"n_{what}": count[what] for what in (*VERDICTS, "open")},
        "n_scans": len(scans),
        "expected_false": round(sum(scan.interval_days / scan.threshold_days for scan in scans), 2),
        "precision": [good / n, *share_interval(good, n)] if n else None,
    }


def _table(told: Sequence[Told], record: dict[str, Any], say: Language) -> dict[str, Any]:
    by_quarter: dict[str, Counter[str]] = {}
    for one in told:
        quarter = f"{one.found_on[:4]}Q{(int(one.found_on[5:7]) + 2) // 3}"
        by_quarter.setdefault(quarter, Counter())[one.verdict.verdict if one.verdict else "open"] += 1
    columns = (*VERDICTS, "open")
    return {
        "title": say("alerts.record"),
        "head": [say("alerts.quarter"), *(say(f"alerts.head_{what}") for what in columns)],
        "rows": [
            [say.month(quarter), *(str(by_quarter[quarter][what]) for what in columns)] for quarter in sorted(by_quarter, reverse=True)
        ],
        "note": _record_words(record, say),
    }


def _record_words(record: dict[str, Any], say: Language) -> str:
    chance = say("alerts.by_chance", n=record["n_scans"], expected=say.number(record["expected_false"], 1))
    if record["precision"] is None:
        return f"{say('alerts.no_verdict')} {chance}"
    share, low, high = (say.number(100 * part, 0) for part in record["precision"])
    n = sum(record[f"n_{verdict}"] for verdict in VERDICTS)
    said = say("alerts.precision", n=n, good=record["n_true"] + record["n_late"], share=share, low=low, high=high)
    return " ".join([said, *([say("alerts.few_closed")] if n < FEW_CLOSED else []), chance])


def _caveats(known: Known, scan: Any | None, told: Sequence[Told], say: Language) -> list[str]:
    if scan is None:
        return []
    said = []
    if known.last_day and known.last_day > scan.last_day:
        said.append(say("alerts.stale", day=say.day(known.last_day), command=COMMAND))
    if scan.n_left_out:
        said.append(say("alerts.left_out", n=scan.n_left_out, used=scan.n_cases))
    return [*said, say("alerts.all_events"), say("alerts.not_flow")]


def _scan(scan: Any | None) -> dict[str, Any] | None:
    if scan is None:
        return None
    return {
        "end": scan.last_day, "from": scan.first_day, "n_events": scan.n_cases, "n_left_out": scan.n_left_out,
        "interval_days": scan.interval_days, "n_simulations": scan.n_simulations, "threshold_days": scan.threshold_days,
        "made_at": scan.made_at,
    }  # fmt: skip

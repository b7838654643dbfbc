"""What stands on the map whatever is recorded: posts, corridors, sections, areas, and the card of each."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from dashboard.components.card import Thing
from dashboard.language import Language

ARABIC = re.compile("[\u0600-\u06ff]")


class Places:
    """The project's own tables and the geometry derived from outlines, read once."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    @cached_property
    def posts(self) -> pd.DataFrame:
        from geodata.places.posts import load_posts

        return load_posts()

    @cached_property
    def corridors(self) -> pd.DataFrame:
        from geodata.places.corridors import load_corridors

        return load_corridors()

    @cached_property
    def sections(self) -> pd.DataFrame:
        from geodata.places.sections import load_sections

        return load_sections(self._cache)

    @cached_property
    def districts(self) -> pd.DataFrame:
        from geodata.places.districts import load_districts

        return load_districts()

    @cached_property
    def provinces(self) -> pd.DataFrame:
        from geodata.places.districts import load_provinces

        return load_provinces()

    @cached_property
    def areas(self) -> Mapping[str, Any]:
        """District or province id -> area, EPSG:4326; what a report of a whole district is spread over."""
        from geodata.places.areas import area_shapes

        return area_shapes(self._cache)

    def names(self, code: str) -> dict[str, str]:
        """Id of a section, district, province or post -> its name in a language."""
        found: dict[str, str] = {}
        for table, key in (
            (self.provinces, "province_id"),
            (self.districts, "district_id"),
            (self.sections, "section_id"),
            (self.posts, "id"),
        ):
            found |= _names(table, key, code)
        return found

    def names_everywhere(self, code: str) -> dict[str, str]:
        """As `names`, and of corridors, and of districts and provinces that are known by name and position only."""
        from geodata.places.further import load_further_areas

        # Of these few have a Tajik name; the Russian one is in the same script.
        further = load_further_areas().assign(name_tg=lambda table: table["name_ru"])
        return _names(further, "area_id", code) | _names(self.corridors, "corridor_id", code) | self.names(code)

    @cached_property
    def _called(self) -> pd.DataFrame:
        """The names of every place of the gazetteer: place_id, name, language, and in which script; its own first."""
        from geodata.places.gazetteer import load_gazetteer

        called = pd.DataFrame(load_gazetteer(self._cache)[["place_id", "name", "language", "is_former"]])
        called = called[~called["is_former"].astype(bool)]
        # Names begin with a capital; what does not is a key of a search ("asfrh").
        scripts = {"en": "[A-Z][\\x20-\\x7e\\u00c0-\\u024f\\u2019]*", "ru": "[\\u0400-\\u042f\\u0492-\\u04ff][\\x20-\\x40\\u0400-\\u04ff]*"}
        script = called["name"].map(lambda name: next((code for code, rule in scripts.items() if re.fullmatch(rule, name)), ""))
        return called.assign(script=script)

    def town_name(self, id: str, code: str) -> str:
        """What a place of the gazetteer is called in the script of a language; nothing where that is not known."""
        script = "en" if code == "en" else "ru"
        names = self._town_names
        return names.get((id, script, code)) or names.get((id, script, "")) or ""

    @cached_property
    def _town_names(self) -> dict[tuple[str, str, str], str]:
        """(place, script, language) -> its first name in that language; under "" its first name in that script."""
        called = self._called
        rows = list(zip(called["place_id"], called["script"], called["language"], called["name"], strict=True))
        # From the last to the first, so that the first of several stays.
        own = {(place, script, language): str(name) for place, script, language, name in reversed(rows)}
        return own | {(place, script, ""): str(name) for place, script, _, name in reversed(rows)}

    def posts_geojson(self) -> dict[str, Any]:
        """Posts that have a position; `order` draws liaison offices above outposts."""
        order = {"outpost": 0, "customs": 1, "bridge": 2, "dry_port": 3, "bcp": 4, "blo": 5}
        features = [
            {
                "type": "Feature",
                "properties": {
                    **{key: post[key] for key in ("id", "name_en", "name_ru", "name_tg", "kind", "status")},
                    "renovated": bool(isinstance(post["funded_by"], str) and post["funded_by"]),
                    "order": order.get(post["kind"], 0),
                },
                "geometry": {"type": "Point", "coordinates": [post["lon"], post["lat"]]},
            }
            for post in self.posts.to_dict("records")
            if pd.notna(post["lon"])
        ]
        return {"type": "FeatureCollection", "features": features}

    def corridors_geojson(self) -> dict[str, Any]:
        """Corridors without any load: it travels with the view, and outsiders never get one."""
        features = [
            {
                "type": "Feature",
                "properties": {
                    **{key: row[key] for key in ("corridor_id", "name_en", "name_ru", "name_tg")},
                    "weak": row["certainty"] != "supported",
                },
                "geometry": shapely.geometry.mapping(row["geometry"]),
            }
            for row in self.corridors.to_dict("records")
        ]
        return {"type": "FeatureCollection", "features": features}

    def title(self, kind: str, id: str, say: Language) -> str:
        """Name of a picked thing, for the head of its events."""
        if kind in ("section", "post"):
            return self.names(say.code).get(id, "")
        if kind == "corridor":
            return _names(self.corridors, "corridor_id", say.code).get(id, "")
        return say(f"picked.{kind}") if kind in ("cell", "place") else ""

    def card(self, kind: str, id: str, say: Language, recorded: tuple[str, str], happenings: pd.DataFrame) -> Thing | None:
        """The card of a thing; None when there is no such thing. recorded: (label, text) of what was recorded there."""
        makers = {"post": self._post, "section": self._section, "corridor": self._corridor}
        if kind in makers:
            return makers[kind](id, say, recorded)
        if happenings.empty:
            return Thing(say(f"picked.{kind}"), say(f"picked.{kind}"), facts=(recorded,))
        wide = float(happenings["uncertainty_m"].max())
        places = happenings["place_text"].dropna().value_counts()
        title = str(places.index[0]) if kind == "place" and len(places) else say(f"picked.{kind}")
        facts = [recorded]
        if kind == "place":
            facts.append((say("card.how_sure"), say("card.within", km=say.number(wide / 1000))))
        return Thing(
            say(f"picked.{kind}"), title, facts=tuple(facts), note=say(f"card.note_{kind}"),
        )  # fmt: skip

    def _post(self, id: str, say: Language, recorded: tuple[str, str]) -> Thing | None:
        found = self.posts[self.posts["id"] == id]
        if found.empty:
            return None
        post = {key: value for key, value in found.iloc[0].to_dict().items() if isinstance(value, list) or pd.notna(value)}
        written = [post[key] for key in ("name_en", "name_ru", "name_tg", "name_local") if post.get(key)]
        # The other bank writes in Arabic script: without such a name the card could not be matched with its papers.
        written += [name for name in post.get("alt_names", []) if ARABIC.search(name)][:1]
        names = tuple(dict.fromkeys(written))
        title = post.get(f"name_{say.code}") or post["name_en"]
        known = self.names(say.code)
        status = say(f"post_status.{post['status']}")
        since = " – ".join(str(post[key]) for key in ("status_from", "status_to") if post.get(key))
        facts = [
            recorded,
            (say("card.status"), f"{status} ({since})" if since else status),
            (say("card.counterpart"), self._counterpart(post.get("counterpart", ""), say)),
            (say("card.country"), say(f"country.{post['country_iso3']}")),
            (
                say("card.district"),
                ", ".join(dict.fromkeys(known[post[key]] for key in ("district_id", "province_id") if post.get(key) in known)),
            ),
            (say("card.opened"), str(int(post["opened_year"])) if post.get("opened_year") else ""),
            (say("card.funded_by"), post.get("funded_by", "")),
            (say("card.programme"), post.get("programme", "")),
            (say("card.position"), say("card.within", km=say.number(post["uncertainty_m"] / 1000)) if post.get("uncertainty_m") else ""),
            (say("card.certainty"), say(f"certainty.{post['certainty']}")),
        ]
        target = {"lon": float(post["lon"]), "lat": float(post["lat"]), "zoom": 9.0} if post.get("lon") else None
        note = ". ".join(text[0].upper() + text[1:] for text in (post.get("status_note", ""), post.get("note", "")) if text)
        ring = "-ring" if post.get("funded_by") else ""
        return Thing(
            kind=say(f"post_kind.{post['kind']}"),
            title=title,
            names=tuple(name for name in names if name != title),
            icon=f"post-{post['kind']}-{post['status']}{ring}",
            facts=tuple(fact for fact in facts if fact[1]),
            links=((say("card.source"), post["source_url"]),) if post.get("source_url") else (),
            note=self._as_written(note, say),
            closes=id if target else "",
            target=target,
        )

    def _counterpart(self, text: str, say: Language) -> str:
        """The post across the border in the viewer's language where it is one of ours, else as written."""
        name = text.split(" (")[0].split(" / ")[0]
        same = self.posts[self.posts["name_en"] == name]
        return text if same.empty else str(same.iloc[0][f"name_{say.code}"] or name) + text[len(name) :]

    def _as_written(self, text: str, say: Language) -> str:
        """Notes are kept in the language of our tables; on a page in another one that is said."""
        return f"{say('card.in_english')} {text}" if text and say.code != "en" else text

    def _section(self, id: str, say: Language, recorded: tuple[str, str]) -> Thing | None:
        found = self.sections[self.sections["section_id"] == id]
        if found.empty:
            return None
        section = {
            key: value for key, value in found.iloc[0].to_dict().items() if key == "geometry" or isinstance(value, list) or pd.notna(value)
        }
        title = section.get(f"name_{say.code}") or section["name_en"]
        west, _, east, _ = section["geometry"].bounds
        names = tuple(
            dict.fromkeys(section[key] for key in ("name_en", "name_ru", "name_tg") if section.get(key) and section[key] != title)
        )
        detachment = section.get("detachment" if say.code == "en" else f"detachment_{say.code}") or section.get("detachment")
        facts = [
            recorded,
            (say("card.chainage"), say("card.from_to", first=say.number(section["from_km"], 0), last=say.number(section["to_km"], 0))),
            (say("card.length"), say("unit.km", km=say.number(section["length_km"], 0))),
            (say("card.district"), self.names(say.code).get(section.get("district_id", ""), "")),
            (say("card.detachment"), detachment or ""),
        ]
        middle = section["geometry"].interpolate(0.5, normalized=True)
        return Thing(
            kind=say("picked.section"),
            title=title,
            names=names,
            facts=tuple(fact for fact in facts if fact[1]),
            note=say("card.note_section"),
            target={"lon": float(middle.x), "lat": float(middle.y), "zoom": 8.4 if east - west < 0.8 else 7.6},
        )

    def _corridor(self, id: str, say: Language, recorded: tuple[str, str]) -> Thing | None:
        found = self.corridors[self.corridors["corridor_id"] == id]
        if found.empty:
            return None
        corridor = found.iloc[0]
        facts = (
            recorded,
            (say("card.certainty"), say(f"certainty.{corridor['certainty']}")),
            (say("card.basis"), self._as_written(str(corridor["basis"]), say)),
        )
        title = corridor[f"name_{say.code}"] or corridor["name_en"]
        links = ((say("card.source"), corridor["source_url"]),) if isinstance(corridor["source_url"], str) else ()
        return Thing(
            say("picked.corridor"),
            title,
            facts=tuple(fact for fact in facts if fact[1]),
            links=links,
            note=say("card.note_corridor"),
            target=None,
        )

    def district_features(self) -> dict[str, Any]:
        """Areas of districts and whole provinces as GeoJSON for outsiders' maps, simplified to about 500 m."""
        names = {code: self.names(code) for code in ("en", "ru", "tg")}
        features = [
            {
                "type": "Feature",
                "properties": {"district_id": id, **{f"name_{code}": table.get(id, id) for code, table in names.items()}},
                "geometry": shapely.geometry.mapping(shapely.set_precision(shapely.simplify(area, 0.005), 1e-4)),
            }
            for id, area in self.areas.items()
        ]
        return {"type": "FeatureCollection", "features": features}


def _names(table: pd.DataFrame, key: str, code: str) -> dict[str, str]:
    names = table[f"name_{code}"].where(table[f"name_{code}"].fillna("") != "", table["name_en"])
    return dict(zip(table[key], names, strict=True))

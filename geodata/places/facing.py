"""Posts that face each other across a border, as `files/posts.csv` names them: each row says which post is its counterpart."""

from functools import cache

from geodata.places.files import records
from geodata.places.posts import load_posts


@cache
def facing_posts() -> tuple[tuple[str, str], ...]:
    """Pairs of ids, each pair once and sorted. A counterpart counts where it names exactly one post of the neighbour, by any of its names.

    The column is a sentence, "Sherkhan Bandar (شیرخان بندر)" or "Shohon / Shogun"; a counterpart that is no post of ours is in no pair.
    """
    posts = list(records(load_posts().fillna({"counterpart": "", "neighbour_iso3": ""})))
    found: set[tuple[str, str]] = set()
    for post in posts:
        named = {_folded(part) for part in post.counterpart.replace("(", "/").replace(")", "/").split("/")} - {""}
        there = [
            other
            for other in posts
            if other.country_iso3 == post.neighbour_iso3
            and other.neighbour_iso3 == post.country_iso3
            and other.kind == post.kind
            and named & {_folded(name) for name in (other.name_en, other.name_local, *other.alt_names)}
        ]
        if len(there) == 1:
            first, second = sorted((str(post.id), str(there[0].id)))
            found.add((first, second))
    return tuple(sorted(found))


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())

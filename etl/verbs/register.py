"""`python -m etl register`: check the register of programmes, and what of a claim is itemised and what is missing."""

import argparse
from typing import TYPE_CHECKING

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings

if TYPE_CHECKING:
    from geodata.register.loading import Register


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    register = verbs.add_parser(
        "register", help="check the register of programmes and rows of one's own in data/register; what claims lack"
    )
    register.add_argument("--claim", metavar="SUBJECT", help="the items of each claim about a subject, with sources, and what is missing")
    register.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from geodata.errors import BadFile
    from geodata.places.files import records
    from geodata.register.loading import load_register
    from layers.register.claims import all_reconciled

    register = load_register(settings.data / "register")
    if arguments.claim is not None:
        subjects = sorted(register["claims"]["subject"].unique())
        if arguments.claim not in subjects:
            raise BadFile(f"Nobody claims anything about {arguments.claim!r}: one of {', '.join(subjects)} was wanted.")
        _print_claims(register, arguments.claim)
        return DONE
    sizes = {name: len(rows) for name, rows in register.items()}
    print(f"{sum(sizes.values())} rows in {len(sizes)} tables: {', '.join(f'{name} {n}' for name, n in sizes.items())}")
    lacking = all_reconciled(register)
    for claim in records(lacking[lacking["missing"] > 0]):
        print(
            f"  {claim.subject}: {claim.said} {claim.unit} ({claim.said_by}), {claim.itemised:.12g} itemised, {claim.missing:.12g} missing"
        )
    return DONE


def _print_claims(register: "Register", subject: str) -> None:
    from geodata.places.files import records
    from layers.register.claims import reconcile

    for told in reconcile(register, subject):
        claim = told.claim
        when = f", {claim['said_on']}" if isinstance(claim["said_on"], str) else ""
        print(f"{told.said} {claim['unit']}, {claim['measure']}: {claim['said_by']}{when} [{'; '.join(claim['sources'])}]")
        for item in records(told.items):
            day = f", {item.date}" if isinstance(item.date, str) else ""
            print(f"  {item.standing.replace('_', ' ')}: {item.name}{day} ({item.why}) [{'; '.join(item.sources)}]")
        if told.missing is None:
            print("  nothing is itemised")
        else:
            least = f", or {told.missing_at_least:.12g} if all that is perhaps meant is" if told.perhaps else ""
            print(f"  missing: {told.missing:.12g}{least}{' at least' if told.is_lower_bound else ''}")

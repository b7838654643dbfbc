"""`python -m etl job ID`: do what a page asked for. The page reads how far it is in the job's folder (`geodata.jobs`)."""

import argparse

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    job = verbs.add_parser("job", help="do a job that a page wrote down (the page starts it by itself)")
    job.add_argument("id", metavar="ID", help="name of the job's folder in PANJ_DATA/jobs")
    job.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.jobs import KINDS
    from geodata.errors import BadFile
    from geodata.jobs import read_job, working

    job = read_job(settings, arguments.id)
    with working(settings, job) as worker:
        if job.kind not in KINDS:
            raise BadFile(f"Job {job.id} asks for {job.kind!r}; one of {', '.join(KINDS)} was wanted.")
        worker.result = KINDS[job.kind](settings, job, worker)
    return DONE

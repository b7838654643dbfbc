"""Start a job as a process of its own: `python -m etl job ID`. It lives on when the dashboard is closed."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from geodata.jobs import Job
from geodata.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def start(settings: Settings, job: Job) -> None:
    """Begin the job and return at once. What it prints is kept in its folder, as `log`."""
    named = {
        "PANJ_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "PANJ_REGION": ",".join(settings.region),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    with (job.folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "etl", "job", job.id],
            cwd=ROOT, env=os.environ | named, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    # Somebody has to take note of its end, or the system keeps it as a zombie.
    threading.Thread(target=process.wait, daemon=True).start()

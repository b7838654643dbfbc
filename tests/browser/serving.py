"""A dashboard as a process of its own, as a user starts it."""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = ("PANJ_DATA", "DATABASE_URL", "PANJ_HOST", "PANJ_PORT", "PANJ_ROLE", "PANJ_REGION")


def clean_environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings of Panj and no other."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS} | {"PYTHONUNBUFFERED": "1"} | settings


class Answer:
    """What the server said: status, headers with small names, bytes."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Server:
    """`python -m dashboard` on one data folder and port."""

    def __init__(self, data: Path, port: int, environment: dict[str, str]) -> None:
        self.data, self.port = data, port
        self.address = f"http://127.0.0.1:{port}"
        settings = clean_environment(PANJ_DATA=str(data), PANJ_PORT=str(port), **environment)
        # Its folder exists: `data` does. A pipe that nobody reads would stop the server when it is full.
        self.log = data.parent / f"dashboard-{port}.log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dashboard"], cwd=ROOT, env=settings, stdout=out, stderr=subprocess.STDOUT
            )

    def wait(self, seconds: float = 60) -> "Server":
        """Until it says its address."""
        end = time.monotonic() + seconds
        while "http://" not in self.said():
            assert self.process.poll() is None, f"the dashboard ended with {self.process.returncode}: {self.said()}"
            assert time.monotonic() < end, f"the dashboard did not start in {seconds} s: {self.said()}"
            time.sleep(0.1)
        return self

    def said(self) -> str:
        """All that it printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request past the browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def end(self) -> None:
        """End this one process."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

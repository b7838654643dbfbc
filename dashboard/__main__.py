"""Start the dashboard: `python -m dashboard`."""

import socket
import sys
import threading
from typing import TYPE_CHECKING

from geodata.errors import PanjError, StoreProblem
from geodata.settings import Settings

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.user import User

THREADS = 8


def main() -> int:
    """Serve until interrupted. Returns the exit code: 2 with one sentence when it cannot start."""
    try:
        settings = Settings.from_environment()
        serve(settings)
    except PanjError as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print()
    return 0


def serve(settings: Settings) -> None:
    """Open the store, listen, print the address. Raises PanjError."""
    from waitress import create_server

    from dashboard.app import create_app
    from dashboard.language import language
    from dashboard.queries import Queries
    from dashboard.user import User
    from geodata.store.engine import open_store

    _free(settings)
    queries = Queries(settings, open_store(settings, create=True))
    app = create_app(settings, queries)
    server = create_server(app.server, host=settings.host, port=settings.port, threads=THREADS, ident=None)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Panj is at http://{host}:{settings.port}  (stop it with Ctrl+C)", flush=True)
    user = User(settings.role, language("en"))
    # While nobody has come yet: whoever opens the page a few seconds later finds its numbers made.
    threading.Thread(target=_warm_up, args=(queries, user), daemon=True).start()
    server.run()


def _warm_up(queries: "Queries", user: "User") -> None:
    try:
        queries.warm_up(user)
    except PanjError as problem:
        # The page says it again, in the viewer's language, when the same question is asked.
        print(problem, file=sys.stderr)


def _free(settings: Settings) -> None:
    """Say which port is taken before anything slow is done."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise StoreProblem(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}): another program, perhaps another Panj, "
                "listens there. Stop it, or set PANJ_PORT to another number."
            ) from error


if __name__ == "__main__":
    sys.exit(main())

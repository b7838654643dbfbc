"""Fetch: richer open sources for those with a network, `python -m etl fetch SOURCE`. Nothing else in Panj asks a network for anything.

A file is written beside its place and renamed, so that there is the whole file or none; its SHA-256 stands beside it and is compared
when it is fetched again.
"""

import contextlib
import errno
import hashlib
import http.client
import os
import re
import socket
import ssl
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from etl.progress import Progress, no_progress
from geodata.errors import BadFile, NoNetwork, StoreProblem
from geodata.settings import LOOPBACK, Settings

TIMEOUT_S = 30.0
MOST_BYTES = 400_000_000
LIST = "list"
_CHUNK = 1 << 18
_ZIPPED = (".zip", ".xlsx")
_LINK = re.compile(r"""href\s*=\s*["']([^"']+\.(?:zip|xlsx|csv))["']""", re.IGNORECASE)


class Source(NamedTuple):
    """urls: files. pages: web pages on which the files are linked, where their names change with every release.

    checksums: address of a list in the form of sha256sum, where the source publishes one; then it is binding.
    """

    name: str
    what: str
    licence: str
    urls: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    checksums: str | None = None


_GEONAMES, _NATURAL_EARTH, _UNODC, _GEOFABRIK = (
    "https://download.geonames.org/export/dump",
    "https://naciscdn.org/naturalearth/10m",
    "https://dataunodc.un.org",
    "https://download.geofabrik.de/asia",
)
SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "geonames",
            "every named place of Tajikistan, Afghanistan, Uzbekistan, Kyrgyzstan, Kazakhstan and Turkmenistan",
            "GeoNames, CC BY 4.0; no checksums are published",
            tuple(f"{_GEONAMES}/{code}.zip" for code in ("TJ", "AF", "UZ", "KG", "KZ", "TM")),
        ),
        Source(
            "natural_earth",
            "countries, provinces, rivers and lakes of the world, 1:10 million",
            "Natural Earth, public domain; no checksums are published",
            (
                *(f"{_NATURAL_EARTH}/cultural/ne_10m_{layer}.zip" for layer in ("admin_0_countries", "admin_1_states_provinces")),
                *(f"{_NATURAL_EARTH}/physical/ne_10m_{layer}.zip" for layer in ("rivers_lake_centerlines", "lakes")),
            ),
        ),
        Source(
            "unodc",
            "UNODC's individual drug seizures and annual seizure totals, as linked on its download pages",
            "UNODC, free to use with citation; no checksums are published",
            pages=(f"{_UNODC}/ids", f"{_UNODC}/dp-drug-seizures"),
        ),
        Source(
            "openstreetmap",
            "roads (and all else on the map) of Tajikistan, Afghanistan, Uzbekistan and Kyrgyzstan, for `python -m etl roads import`",
            "OpenStreetMap contributors, ODbL; cut out by Geofabrik, which publishes no SHA-256",
            tuple(f"{_GEOFABRIK}/{country}-latest.osm.pbf" for country in ("tajikistan", "afghanistan", "uzbekistan", "kyrgyzstan")),
        ),
    )
}


def fetch(
    source: str, settings: Settings, *, base_url: str | None = None, progress: Progress | None = None, tell: Callable[[str], None] = print
) -> list[Path]:
    """Get every file of a source into the folder fetched/SOURCE of the data folder. Returns their paths.

    base_url: another server with the same paths, such as a mirror. tell: hears what became of each file. The source "list" only
    tells what there is. Raises NoNetwork (nobody answers), BadFile (something else came than was wanted), StoreProblem (disk).
    """
    if source == LIST:
        for known in SOURCES.values():
            tell(f"{known.name}: {known.what} ({known.licence})")
        return []
    if source not in SOURCES:
        raise BadFile(
            f"There is no source {source!r}: one of {', '.join(SOURCES)} was wanted. `python -m etl fetch list` says what they are."
        )
    return fetch_source(SOURCES[source], settings, base_url=base_url, progress=progress or no_progress, tell=tell)


def fetch_source(
    source: Source, settings: Settings, *, base_url: str | None, progress: Progress, tell: Callable[[str], None]
) -> list[Path]:
    """As `fetch`, for any source."""
    folder = settings.data / "fetched" / source.name
    urls = list(source.urls)
    for page in source.pages:
        urls += _linked(_moved(page, base_url))
    published = _published(_moved(source.checksums, base_url)) if source.checksums else {}
    kept = []
    for done, url in enumerate(dict.fromkeys(urls)):
        progress(source.name, done, len(urls))
        path = folder / _file_name(url)
        kept.append(path)
        tell(_fetch_file(_moved(url, base_url), path, published.get(path.name)))
    progress(source.name, len(urls), len(urls))
    return kept


def _moved(url: str, base_url: str | None) -> str:
    return url if base_url is None else base_url.rstrip("/") + urlsplit(url).path


def _file_name(url: str) -> str:
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    # A link on a page decides this name: it must not leave the folder, on any system.
    return re.sub(r"[^\w.\- ]", "_", name).lstrip(".") or "file"


def _linked(page: str) -> list[str]:
    """The files that a page links on its own host."""
    with _opened(page) as answer:
        text = _read_all(answer, page, 20_000_000).decode("utf-8", errors="replace")
    links = [urljoin(page, found.replace("&amp;", "&")) for found in _LINK.findall(text)]
    own = [link for link in links if urlsplit(link).netloc == urlsplit(page).netloc]
    if not own:
        raise BadFile(f"{page} links no .xlsx, .csv or .zip file: the page has changed. Open it in a browser and save the file by hand.")
    return own


def _published(url: str) -> dict[str, str]:
    """Checksums by file name, from a list as sha256sum writes it."""
    with _opened(url) as answer:
        lines = _read_all(answer, url, 1_000_000).decode("utf-8", errors="replace").splitlines()
    found = {}
    for line in lines:
        digest, _, name = line.strip().partition(" ")
        if re.fullmatch(r"[0-9a-fA-F]{64}", digest) and name:
            found[PurePosixPath(name.strip().lstrip("*")).name] = digest.lower()
    if not found:
        raise BadFile(f"{url} holds no checksums, lines of a SHA-256 and a file name were wanted. Try again later.")
    return found


def _fetch_file(url: str, path: Path, published: str | None) -> str:
    """Download one file; says in a sentence what became of it."""
    record = path.with_name(path.name + ".sha256")
    with _on_disk(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        before = record.read_text("utf-8").split(" ")[0] if record.is_file() and path.is_file() else None
        handle, unfinished = tempfile.mkstemp(prefix=".incoming-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as copy:
                digest, size = _download(url, copy)
                copy.flush()
                os.fsync(copy.fileno())
            _check_content(url, Path(unfinished))
            if published is not None and digest != published:
                raise BadFile(
                    f"{url} has the SHA-256 {digest[:12]}…, its publisher says {published[:12]}…: it was damaged on the way. Try again."
                )
            os.replace(unfinished, path)
            record.write_text(f"{digest}  {path.name}\n", encoding="utf-8")
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(unfinished)
    if before is None:
        return f"{path.name}: {size:,} bytes, new, kept in {path.parent}"
    return f"{path.name}: {size:,} bytes, " + ("the same as before" if before == digest else f"changed upstream (was {before[:12]}…)")


def _download(url: str, copy: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with _opened(url) as answer:
        if "html" in (answer.headers.get_content_type() or ""):
            raise BadFile(f"{url} answered with a web page, a file was wanted: the address has changed, or a login page is in the way.")
        for chunk in _chunks(answer, url, MOST_BYTES):
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
    if size == 0:
        raise BadFile(f"{url} answered with nothing, a file was wanted. Try again later.")
    return digest.hexdigest(), size


def _check_content(url: str, path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(512).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise BadFile(f"{url} answered with a web page, a file was wanted: the address has changed, or a login page is in the way.")
    if not urlsplit(url).path.lower().endswith(_ZIPPED):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise BadFile(f"{url} is no whole zip file ({error}): try again, or fetch it from a mirror with --base-url.") from error
    if broken is not None:
        raise BadFile(f"{url} is damaged at {broken}: try again, or fetch it from a mirror with --base-url.")


def _read_all(answer: http.client.HTTPResponse, url: str, most: int) -> bytes:
    return b"".join(_chunks(answer, url, most))


def _chunks(answer: http.client.HTTPResponse, url: str, most: int) -> Iterator[bytes]:
    """The body, whole or an error: a connection that ends early looks like an end otherwise."""
    said = answer.headers.get("Content-Length", "")
    expected = int(said) if said.isascii() and said.isdigit() else None
    size = 0
    try:
        while chunk := answer.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise BadFile(
                    f"{url} is larger than {most:,} bytes: that is not the file that was wanted. Look at the address in a browser."
                )
            yield chunk
    except (http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as error:
        raise NoNetwork(f"{url} stopped after {size:,} bytes ({_reason(error)}): nothing was kept. Try again.") from error
    if expected is not None and size != expected:
        raise NoNetwork(f"{url} stopped after {size:,} of {expected:,} bytes: nothing was kept. Try again.")


class _SameScheme(urllib.request.HTTPRedirectHandler):
    """Follow a redirect only where it stays https (or http, on this machine): never down to what anybody can read or forge."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme != urlsplit(req.full_url).scheme:
            fp.close()
            raise BadFile(f"{req.full_url} sends on to {newurl}, which is not {urlsplit(req.full_url).scheme}: this was not followed.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opened(url: str) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    here = parts.hostname in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise BadFile(f"{url} is no https address, one was wanted: what comes any other way can be forged.")
    # A proxy knows nothing of this machine's own addresses.
    opener = urllib.request.build_opener(_SameScheme, *([urllib.request.ProxyHandler({})] if here else []))
    request = urllib.request.Request(url, headers={"User-Agent": "Panj", "Accept-Encoding": "identity"})
    try:
        answer: http.client.HTTPResponse = opener.open(request, timeout=TIMEOUT_S)
        return answer
    except urllib.error.HTTPError as error:
        error.close()
        reason = " ".join(str(error.reason).split())
        if error.code >= 500:
            raise NoNetwork(f"{url} answered {error.code} ({reason}): the server has trouble. Try again later.") from error
        raise BadFile(
            f"{url} answered {error.code} ({reason}): the file is not there or not for everyone. Try a mirror with --base-url."
        ) from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise NoNetwork(
            f"{parts.hostname} cannot be reached ({_reason(error)}): a network was wanted. Panj works without; to have this source too, "
            "run the command again where there is one, or name a mirror with --base-url."
        ) from error


def _reason(error: BaseException) -> str:
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(inner, TimeoutError):
        return f"no answer in {TIMEOUT_S:g} seconds"
    if isinstance(inner, socket.gaierror):
        return "its name is not known"
    return str(getattr(inner, "strerror", None) or inner or type(inner).__name__)


@contextlib.contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one clear sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreProblem(
                f"The disk that holds {folder} is full: nothing of this file was kept. Make room and run the command again."
            ) from error
        raise StoreProblem(f"Nothing can be kept in {folder} ({error.strerror or error}). Make it writable, or set PANJ_DATA.") from error

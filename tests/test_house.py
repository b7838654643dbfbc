"""The house rules: who imports whom, pins, settings, licence, nothing of one machine. A rule that is not tested is a wish."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("geodata", "layers", "etl", "dashboard")
NOT_OURS = {".git", ".venv", "data", "demo-data", "artefacts", "__pycache__", "node_modules"}
APACHE_2 = "c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4"

#: Direct dependencies that no file imports, and who uses them.
NOT_IMPORTED = {
    "orjson": "plotly writes figures with it",
    "flask-compress": "Dash asks for it",
    "backports-zstd": "flask-compress needs it below Python 3.14",
    "xstatic-leaflet": "its files are read, not its code",
    "xstatic-jquery": "its files are read, not its code",
    "pyogrio": "geopandas reads files with it",
}


def our_files(*suffixes: str) -> Iterator[Path]:
    """Every file of the checkout that is ours, with one of the suffixes (none given: all)."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith("_cache") and name != ".hypothesis"]
        for name in names:
            if not suffixes or Path(name).suffix in suffixes:
                yield Path(folder) / name


def imports_of(file: Path) -> set[str]:
    """Top-level names that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def direct(file: str) -> set[str]:
    """The names in a requirements*.in."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines()]
    return {normal(re.split(r"[\[<>=;\s]", line)[0]) for line in lines if line and not line.startswith("-")}


def check_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts of ``folder``/pyproject.toml over the packages in it."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as check; check()", "--no-logo", "--no-cache"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env={**env, "COLUMNS": "200"}, capture_output=True, text=True)


def test_every_package_imports_only_what_the_design_allows():
    done = check_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_contracts_catch_each_forbidden_import(tmp_path):
    planted = [
        ("geodata/distances.py", "layers.base"),
        ("geodata/model.py", "flask"),
        ("layers/base.py", "etl"),
        ("layers/base.py", "plotly"),
        ("layers/base.py", "sqlalchemy"),
        ("layers/base.py", "geodata.store.tables"),
        ("etl/__init__.py", "dashboard.user"),
        ("dashboard/user.py", "etl"),
        ("dashboard/user.py", "geodata.store.tables"),
    ]
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, module in planted:
        with (tmp_path / file).open("a", encoding="utf-8") as text:
            text.write(f"\nimport {module}  # planted\n")
    done = check_imports(tmp_path)
    assert done.returncode != 0
    said = re.sub(r"\s+", " ", done.stdout)
    for file, module in planted:
        importer = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert f"{importer} -> {module} (l" in said, f"{importer} may import {module} unseen"


def test_no_test_folder_hides_a_package():
    assert [path for path in our_files(".py") if path.name == "__init__.py" and ROOT / "tests" in path.parents] == []


def test_no_file_is_a_drawer_for_everything_and_none_is_longer_than_a_reader_can_hold():
    assert [path.name for path in our_files(".py") if path.stem in ("utils", "helpers", "misc", "common")] == []
    long = {
        path.relative_to(ROOT).as_posix(): n for path in our_files(".py", ".js") if (n := len(path.read_text("utf-8").splitlines())) > 500
    }
    assert long == {}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-postgres", "requirements-bench"])
def test_every_requirement_is_pinned_and_none_comes_from_a_named_index(name):
    lines = [line.partition("#")[0].strip() for line in (ROOT / f"{name}.txt").read_text("utf-8").splitlines()]
    pins = [line for line in lines if line]
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9._-]+==[0-9][a-z0-9.+!]*( ; .+)?", line)] == []
    assert direct(f"{name}.in") <= {line.partition("==")[0] for line in pins}, f"{name}.txt is older than {name}.in: make requirements"


def test_the_lists_of_requirements_agree_with_each_other():
    pins: dict[str, set[str]] = {}
    for name in ("requirements", "requirements-dev", "requirements-postgres", "requirements-bench"):
        for pin in re.findall(r"(?m)^[a-z0-9._-]+==[^\s;]+", (ROOT / f"{name}.txt").read_text("utf-8")):
            pins.setdefault(pin.partition("==")[0], set()).add(pin)
    assert {name: versions for name, versions in pins.items() if len(versions) > 1} == {}


def test_every_imported_package_is_a_direct_requirement_and_every_direct_requirement_is_used():
    owners = packages_distributions()
    wanted: set[str] = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            names = imports_of(file) - set(PACKAGES) - set(sys.stdlib_module_names)
            unknown = names - set(owners)
            assert unknown <= {"psycopg"}, f"{file.relative_to(ROOT)} imports {unknown}, which no requirement brings"
            wanted |= {normal(owners[name][0]) for name in names - unknown}
    stated = direct("requirements.in")
    assert wanted - stated == set(), "imported, and in requirements.txt only by luck: add them to requirements.in"
    assert stated - wanted - set(NOT_IMPORTED) == set(), "in requirements.in, and used by nobody"


def test_the_tools_need_nothing_but_the_standard_library():
    for file in (ROOT / "tools").glob("*.py"):
        assert imports_of(file) <= set(sys.stdlib_module_names) | {"tools"}, file.name


def test_no_file_names_a_path_of_one_machine():
    home = "|".join(("/wor" + "k/", "/roo" + "t/", "/hom" + r"e/\w", "/User" + r"s/\w", r"[A-Z]:\\User" + "s", "/tm" + "p/"))
    found = []
    for file in our_files(".py", ".js", ".css", ".html", ".md", ".toml", ".txt", ".in", ".json", ".csv", ".example", ".mako", ""):
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1):
            if re.search(home, re.sub(r"https?://\S+", "", line)):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_the_example_of_settings_lists_each_variable_that_the_settings_read_and_no_other():
    read = set(re.findall(r'env\.get\("([A-Z_]+)"', (ROOT / "geodata" / "settings.py").read_text("utf-8")))
    example = re.findall(r"(?m)^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"))
    assert sorted(example) == sorted(read)
    assert read.isdisjoint(os.environ), "a setting of the developer's shell reaches the tests"


def test_nobody_but_the_settings_reads_a_setting_from_the_environment():
    asking = r"""(environ|getenv)\b.{0,12}["'](PANJ_(DATA|HOST|PORT|ROLE|REGION)|DATABASE_URL)"""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py") if file.name != "settings.py"]
    assert [file.relative_to(ROOT).as_posix() for file in files if re.search(asking, file.read_text("utf-8"))] == []


def test_the_values_of_the_example_are_the_defaults():
    from geodata.settings import Settings

    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert Settings.from_environment(example) == Settings.from_environment({})


def test_the_licence_is_the_whole_apache_licence_word_for_word():
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes().replace(b"\r\n", b"\n")).hexdigest() == APACHE_2
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"


def test_warnings_are_errors_and_each_exception_from_that_names_its_library():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    first, *ignored = options["filterwarnings"]
    assert first == "error"
    assert [line for line in ignored if not re.fullmatch(r"ignore:.+:\w+(:[\w.]+)?", line)] == []

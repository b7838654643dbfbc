"""`make clean`: removes what can be made again (.venv, caches, artefacts, demonstration data). What was reported, data/, stays."""

import shutil

from tools.environment import ROOT, program, say

FOLDERS = (".venv", "artefacts", "demo-data", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")


def main(argv: list[str]) -> int:
    """Remove the folders. Returns 0."""
    here = [ROOT / name for name in FOLDERS if (ROOT / name).is_dir()]
    here += [folder for folder in ROOT.rglob("__pycache__") if ".venv" not in folder.parts and "data" not in folder.parts]
    for folder in here:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"Removed {', '.join(sorted({folder.name for folder in here})) or 'nothing'}.")
    say("The data folder stays: remove data/ by hand to forget all reports.")
    return 0


if __name__ == "__main__":
    program(main)

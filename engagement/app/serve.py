"""Starts the app for one project, on this machine only."""

from __future__ import annotations

import ctypes
import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engagement.errors import BadInput

PROJECT_VARIABLE = "ENGAGEMENT_PROJECT"  # the only way in: an address of the app never names a project
ROLE_VARIABLE = "ENGAGEMENT_ROLE"  # what the picker of roles begins with
ROLES = ("viewer", "reporter", "coder", "analyst")
ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app_streamlit.py"
ARENAS = (-8, 2)  # M_ARENA_MAX of glibc's malloc.h
CONFIG = ROOT / ".streamlit" / "config.toml"


def serve(project: Path, port: int, role: str = "viewer") -> None:
    """Serves `project` at http://127.0.0.1:`port` until it is stopped. Raises BadInput where the app is not found.

    The settings of `CONFIG` go first whatever the folder it is started in: Streamlit by itself would look for others.
    """
    for file in (APP, CONFIG):
        if not file.exists():
            raise BadInput(file.name, "the app is not beside the engagement package", "Start it from a source checkout")
    os.environ[PROJECT_VARIABLE] = str(project.resolve())
    os.environ[ROLE_VARIABLE] = role
    import streamlit as st

    from engagement.app import warm

    _spare_memory()
    warm.begin()
    st.App(APP).run(config={**settings(), "server.port": port})


def _spare_memory() -> None:
    """Two pools of memory for all threads: glibc gives each its own, in which what a page has freed stays."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(*ARENAS)


def settings() -> dict[str, Any]:
    """What `CONFIG` sets, by Streamlit's dotted names."""
    return dict(_dotted(tomllib.loads(CONFIG.read_text(encoding="utf-8"))))


def _dotted(section: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    options: list[tuple[str, Any]] = []
    for key, value in section.items():
        options += _dotted(value, f"{before}{key}.") if isinstance(value, dict) else [(before + key, value)]
    return options

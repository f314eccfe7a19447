"""What the server makes ready before anybody comes: the pages' own answers, and nothing that stops it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from engagement.app import data, reading, warm
from engagement.app.serve import PROJECT_VARIABLE
from engagement.guard.decided import SUFFIX
from tests.test_app import build_project


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    folder = build_project(tmp_path / "project")
    monkeypatch.setenv(PROJECT_VARIABLE, str(folder))
    monkeypatch.setattr(warm, "REST", 0)
    for each in (data._load, reading.words, warm._opening):
        each.clear()
    return folder


def test_pages_find_ready_what_was_made_ready(project, caplog):
    """The project is opened once, and what the guard decided for its filters is kept for the next server."""
    warm.begin().join(60)
    held = data.opened()
    assert data.opened() is held
    where = {filters for filters, *_ in (request.where for request in held.numbers._tables if request.where)}
    assert {each.kind for each in where} >= {"theme"}
    assert list((project / "cache").glob(f"*{SUFFIX}"))
    assert not [each for each in caplog.records if each.name.startswith("engagement")]


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_without_a_project_nothing_is_made_ready_and_nothing_breaks(monkeypatch, tmp_path, caplog, folder):
    monkeypatch.setenv(PROJECT_VARIABLE, folder and str(tmp_path / folder))
    with caplog.at_level(logging.ERROR):
        warm.begin().join(60)
    assert caplog.records == []


def test_what_goes_wrong_is_logged_without_words(project, monkeypatch, caplog):
    def broken(_: object) -> None:
        raise ValueError("Mrs Invented said so")

    monkeypatch.setattr(warm, "beyond", broken)
    with caplog.at_level(logging.ERROR):
        warm.begin().join(60)
    assert [each.getMessage() for each in caplog.records if each.name == warm.logger.name] == [
        "not made ready: ValueError"
    ]

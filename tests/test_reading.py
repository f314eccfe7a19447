"""A project that is only read from: each part is read once, and is what the store itself gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engagement.app import reading
from engagement.app.reading import Reading
from engagement.store import Store
from tests.test_app import build_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    yield build_project(tmp_path / "project")
    reading.words.clear()


def parts(store: Store) -> tuple[object, ...]:
    return store.excerpts(), store.participants(), store.coded.published(), store.coded.published_stances()


def test_each_part_is_what_the_store_gives_and_is_held_once(project):
    with Store.open(project) as store, Reading.open(project) as held:
        assert parts(held) == parts(store)
        assert all(one is other for one, other in zip(parts(held), parts(held), strict=True))


def test_the_words_of_an_edition_are_shared_and_those_of_the_next_are_read_anew(project):
    with Reading.open(project) as one, Reading.open(project) as other:
        before = one.excerpts()
        assert other.excerpts() is before
    with Store.open(project) as store:
        store.replace_copies({("s1", 5): ("s1", 4)})
    with Reading.open(project) as held:
        assert len(held.excerpts()) == len(before) - 1

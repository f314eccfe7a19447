"""The benchmark of themes: what it counts, and that it can run from the repository alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import theme_sizes
import themes
from theme_baselines import best_level

from engagement.coding.coder import THRESHOLD


def test_the_invented_round_is_split_into_halves():
    """Its texts are there once each, about half to learn from, coded with the codebook's keys."""
    task = themes.invented()
    texts = [text for text, _ in (*task.learn, *task.measure)]
    assert len(set(texts)) == len(texts) > 500
    assert 0.4 < len(task.learn) / len(texts) < 0.6
    assert set().union(*(keys for _, keys in (*task.learn, *task.measure))) == set(task.book.keys)


def test_what_is_counted():
    """Macro-F1, micro-F1, calibration, the surest 60 % of the codings given, and texts with a theme."""
    truth = np.array([[True, False], [True, False], [False, True], [False, False]])
    scores = np.array([[0.9, 0.1], [0.8, 0.1], [0.1, 0.1], [0.7, 0.1]])
    macro, micro, error, surest, coded = themes.figures(scores, truth)
    assert (macro, micro) == (pytest.approx(0.4), pytest.approx(2 * 2 / (3 + 3)))
    assert error == pytest.approx((abs(0.5 - 1) + abs(0.7 - 0) + abs(0.8 - 1) + abs(0.9 - 1)) / 8)
    assert (surest, coded) == (1, 0.75)
    assert 0.1 < THRESHOLD < 0.7


def test_the_best_level_is_found_afterwards():
    """Plain similarity gets the threshold that suits it best, so that it is not beaten by its threshold."""
    near = np.array([[0.1, 0.4], [0.2, 0.9], [0.8, 0.1], [0.7, 0.2]])
    truth = near > 0.5
    assert ((near > best_level(near, truth)) == truth).all()


def test_texts_to_take_the_time_of_are_all_different():
    """No text comes twice, since vectors are kept by text; the same number gives the same texts."""
    texts = theme_sizes.texts_of(3000)
    assert len(set(texts)) == 3000
    assert texts == theme_sizes.texts_of(3000)


def test_a_missing_folder_is_told(tmp_path: Path):
    """Without the field's texts the benchmark says so in a sentence and measures the invented round alone."""
    call = [sys.executable, themes.__file__, str(tmp_path), "--only", "nothing", "--sizes", "none"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(
        "There is no folder with the field's texts here: the invented round alone is measured.\n"
    )

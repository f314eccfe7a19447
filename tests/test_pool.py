"""Whatever happens to a document in its process costs that document alone, and answers keep their order."""

import os
import time
from functools import partial
from typing import NamedTuple

import pytest

from engagement.recognisers.pool import CHARACTERS_PER_TASK, AnalyserFailed, AnalyserPool

begun: list[str] = []


class Text(NamedTuple):
    words: str


def begin(greeting):
    begun.append(greeting)


def answer(ending, texts):
    """Each text with the greeting that this process began with, unless the text says to fail."""
    for text in texts:
        if text.words == "raise":
            raise ValueError(f"the words were {text.words}")
        if text.words == "crash":
            os._exit(1)
        if text.words == "hang":
            time.sleep(60)
    return [f"{begun[0]}{text.words}{ending}" for text in texts]


def answered(documents, *, workers=2, timeout=5.0):
    with AnalyserPool(workers, timeout, begin, "hello ") as pool:
        texts = [[Text(words) for words in document] for document in documents]
        return list(pool.each(partial(answer, "!"), texts))


TROUBLE = [
    # what a text does    what is told of its document
    ("raise",             "the analyser failed (ValueError)"),
    ("crash",             "the analyser stopped unexpectedly"),
    ("hang",              "the analyser took over 5 seconds"),
]  # fmt: skip


@pytest.mark.parametrize(("trouble", "told"), TROUBLE)
@pytest.mark.parametrize("workers", [1, 2])
def test_trouble_costs_one_document(trouble, told, workers):
    """A document that raises, crashes its process or hangs is told of without a word of it; the others are answered."""
    one, bad, *others = answered([["a", "b"], ["c", trouble], ["d"], [], ["e"]], workers=workers)
    assert one == ["hello a!", "hello b!"]
    assert isinstance(bad, AnalyserFailed)
    assert str(bad) == told
    assert others == [["hello d!"], [], ["hello e!"]]


def test_a_long_document_is_worked_on_in_pieces_and_comes_back_whole():
    """Its texts go to several processes and their answers stand in order; two passes share the processes."""
    texts = [f"{place}" + "x" * (CHARACTERS_PER_TASK // 3) for place in range(10)]
    (answers,) = answered([texts])
    assert answers == [f"hello {text}!" for text in texts]
    with AnalyserPool(2, 30, begin, "hello ") as pool:
        for ending in ("?", "!"):
            assert list(pool.each(partial(answer, ending), [[Text("a")]])) == [[f"hello a{ending}"]]

"""Work on words in processes of its own: a document that hangs or crashes a process costs itself alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeVar

import regex
from loky import ProcessPoolExecutor

CHARACTERS_PER_TASK = 40_000
# Characters of one text, and of one without a space in it: the time that a text takes grows faster than it does.
LONGEST, LONGEST_RUN = 400_000, 50_000
RUN = regex.compile(rf"\S{{{LONGEST_RUN + 1}}}")


class Worded(Protocol):
    """One text of a document, with whatever is known of it."""

    @property
    def words(self) -> str: ...  # noqa: D102 - the class tells


Text = TypeVar("Text", bound=Worded)
Answer = TypeVar("Answer")
Work = Callable[[Sequence[Text]], list[Answer]]  # a function of a module: it travels to the processes by its name


class AnalyserFailed(Exception):
    """The analyser raised, crashed or took too long. It carries the kind of trouble, never a text."""


class AnalyserPool:
    """`workers` processes, each of which begins with `load(*given)`. Use as a context manager.

    `timeout` is the seconds that a piece of a document may take before the document is given up.
    """

    def __init__(self, workers: int, timeout: float, load: Callable[..., None], *given: object) -> None:
        self._workers, self._timeout, self._load, self._given = workers, timeout, load, given
        self._pool = self._start()

    def __enter__(self) -> AnalyserPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(kill_workers=True)

    def each(
        self, work: Work[Text, Answer], documents: Sequence[Sequence[Text]]
    ) -> Iterator[list[Answer] | AnalyserFailed]:
        """For each document (its texts), in order, `work`'s answer for each text, or why there is none."""
        begun = [self._submit(work, texts) for texts in documents]
        for place, texts in enumerate(documents):
            answers: list[Answer] | AnalyserFailed
            try:
                answers = self._collect(begun[place])
            except AnalyserFailed as failure:
                answers = failure
            except (FutureTimeout, BrokenProcessPool, CancelledError) as trouble:
                # Another document may have broken the pool while this one waited: it gets a pool to itself.
                late = isinstance(trouble, FutureTimeout)
                answers = self._too_long() if late else self._alone(work, texts)
                begun[place + 1 :] = [self._submit(work, later) for later in documents[place + 1 :]]
            yield answers

    def _alone(self, work: Work[Text, Answer], texts: Sequence[Text]) -> list[Answer] | AnalyserFailed:
        self._restart()
        try:
            return self._collect(self._submit(work, texts))
        except AnalyserFailed as failure:
            return failure
        except FutureTimeout:
            return self._too_long()
        except (BrokenProcessPool, CancelledError):
            self._restart()
            return AnalyserFailed("the analyser stopped unexpectedly")

    def _too_long(self) -> AnalyserFailed:
        self._restart()
        return AnalyserFailed(f"the analyser took over {self._timeout:g} seconds")

    def _submit(self, work: Work[Text, Answer], texts: Sequence[Text]) -> list[Future[list[Answer] | str]]:
        if reason := _endless(texts):
            refused: Future[list[Answer] | str] = Future()
            refused.set_exception(AnalyserFailed(reason))
            return [refused]
        return [self._pool.submit(_guarded, work, task) for task in _tasks(texts)]

    def _collect(self, futures: Sequence[Future[list[Answer] | str]]) -> list[Answer]:
        answers: list[Answer] = []
        for future in futures:
            answer = future.result(timeout=self._timeout)
            if isinstance(answer, str):
                raise AnalyserFailed(f"the analyser failed ({answer})")
            answers += answer
        return answers

    def _start(self) -> ProcessPoolExecutor:
        # loky's processes are new ones that don't import the caller's main program, be it a script, a page or a prompt.
        return ProcessPoolExecutor(self._workers, initializer=self._load, initargs=self._given)

    def _restart(self) -> None:
        self._pool.shutdown(wait=False, kill_workers=True)
        self._pool = self._start()


def _endless(texts: Sequence[Worded]) -> str:
    """Why `texts` can't be searched in bounded time; empty where they can."""
    if any(len(text.words) > LONGEST for text in texts):
        return f"one text in it has over {LONGEST:,} characters"
    if any(len(text.words) > LONGEST_RUN and RUN.search(text.words) for text in texts):
        return f"one text in it has over {LONGEST_RUN:,} characters without a space"
    return ""


def _guarded(work: Callable[[Sequence[Any]], list[Any]], texts: Sequence[Any]) -> list[Any] | str:
    try:
        return work(texts)
    except Exception as error:  # noqa: BLE001 - whatever it is, the text must not travel in its message
        return type(error).__name__


def _tasks(texts: Sequence[Text]) -> list[list[Text]]:
    """`texts` in pieces of about `CHARACTERS_PER_TASK`, which more than one process can work on."""
    tasks: list[list[Text]] = [[]]
    size = 0
    for text in texts:
        if tasks[-1] and size + len(text.words) > CHARACTERS_PER_TASK:
            tasks.append([])
            size = 0
        tasks[-1].append(text)
        size += len(text.words)
    return [task for task in tasks if task]

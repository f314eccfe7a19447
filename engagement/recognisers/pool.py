"""The analyser in processes of its own: a text that hangs or crashes it costs that document alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from loky import ProcessPoolExecutor

from engagement.recognisers.analyser import Analyser, Found

CHARACTERS_PER_TASK = 40_000

Answers = list[list[Found]]  # what was found, a list a text

_analyser: Analyser | None = None


class AnalyserFailed(Exception):
    """The analyser raised, crashed or took too long. It carries the kind of trouble, never a text."""


class AnalyserPool:
    """`workers` processes, each with its own model. Use as a context manager."""

    def __init__(self, model: Path, workers: int, timeout: float) -> None:
        self._model, self._workers, self._timeout = model, workers, timeout
        self._pool = self._start()

    def __enter__(self) -> AnalyserPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(kill_workers=True)

    def analyse(self, documents: Sequence[Sequence[str]]) -> Iterator[Answers | AnalyserFailed]:
        """For each document (its texts), in order, what was found or why it could not be searched."""
        begun = [self._submit(texts) for texts in documents]
        for place, texts in enumerate(documents):
            try:
                answers: Answers | AnalyserFailed = self._collect(begun[place])
            except AnalyserFailed as failure:
                answers = failure
            except (FutureTimeout, BrokenProcessPool, CancelledError) as trouble:
                # Another document may have broken the pool while this one waited: it gets a pool to itself.
                answers = self._alone(texts) if not isinstance(trouble, FutureTimeout) else self._too_long()
                begun[place + 1 :] = [self._submit(later) for later in documents[place + 1 :]]
            yield answers

    def _alone(self, texts: Sequence[str]) -> Answers | AnalyserFailed:
        self._restart()
        try:
            return self._collect(self._submit(texts))
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

    def _submit(self, texts: Sequence[str]) -> list[Future[Answers | str]]:
        return [self._pool.submit(_find, task) for task in _tasks(texts)]

    def _collect(self, futures: Sequence[Future[Answers | str]]) -> Answers:
        found: Answers = []
        for future in futures:
            answer = future.result(timeout=self._timeout)
            if isinstance(answer, str):
                raise AnalyserFailed(f"the analyser failed ({answer})")
            found += answer
        return found

    def _start(self) -> ProcessPoolExecutor:
        # loky's processes are new ones that don't import the caller's main program, be it a script, a page or a prompt.
        return ProcessPoolExecutor(self._workers, initializer=_load, initargs=(self._model,))

    def _restart(self) -> None:
        self._pool.shutdown(wait=False, kill_workers=True)
        self._pool = self._start()


def _load(model: Path) -> None:
    global _analyser  # noqa: PLW0603 - one model a process, loaded when the process starts
    _analyser = Analyser(model)


def _find(texts: Sequence[str]) -> Answers | str:
    try:
        assert _analyser is not None
        return _analyser.find(texts)
    except Exception as error:  # noqa: BLE001 - whatever it is, the text must not travel in its message
        return type(error).__name__


def _tasks(texts: Sequence[str]) -> list[list[str]]:
    tasks: list[list[str]] = [[]]
    size = 0
    for text in texts:
        if tasks[-1] and size + len(text) > CHARACTERS_PER_TASK:
            tasks.append([])
            size = 0
        tasks[-1].append(text)
        size += len(text)
    return [task for task in tasks if task]

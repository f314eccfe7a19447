"""A command of ours in a process of its own, one at a time for a project, so that models never load in the server.

What a command tells may name files, and a file's name may be somebody's: it is held in memory and written nowhere. The
lock beside the project's database has the process's number and no words; one whose process is gone counts for nothing.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engagement.errors import BadInput
from engagement.vault import PASSPHRASE_VARIABLE

LOCK = "running.json"
MOST_LINES = 500
DONE = frozenset({0, 3})  # as the command line has it: done, and done but for some files
BUSY = "something is running on this project already"
Afterwards = Callable[["Job"], None]


@dataclass(slots=True)
class Job:
    """A command on its way, or at its end, when `code` is its exit status. `lines` is what it told, the newest last."""

    what: str
    process: subprocess.Popen[str]
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_LINES))
    output: str = ""
    code: int | None = None
    stopped: bool = False  # by the analyst
    began: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> bool:
        """Whether it ended as it should."""
        return self.code in DONE

    def stop(self) -> None:
        """Ends it with all that it started."""
        self.stopped = True
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)


_jobs: dict[Path, Job] = {}
_starting = threading.Lock()


def start(
    project: Path, what: str, command: Sequence[str], passphrase: str = "", afterwards: Afterwards | None = None
) -> Job:
    """Starts a command on a project. Raises BadInput where one runs already.

    No words are on the command line; the passphrase goes the way that the command line knows. `afterwards` is called
    when it is over, whether or not anybody still looks.
    """
    with _starting:
        lock = _take(project, what)
        environment = {name: value for name, value in os.environ.items() if name != PASSPHRASE_VARIABLE}
        if passphrase:
            environment[PASSPHRASE_VARIABLE] = passphrase
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # no terminal that it could ask, and one group to stop
            )
        except OSError:
            lock.unlink(missing_ok=True)
            raise
        lock.write_text(_locked(process.pid, what), encoding="utf-8")
        job = _jobs[project] = Job(what, process)
    threading.Thread(target=_follow, args=(job, lock, afterwards), daemon=True).start()
    return job


def latest(project: Path) -> Job | None:
    """The command that this server started last on the project, running or over."""
    return _jobs.get(project)


def forget(project: Path) -> None:
    """Lets go of what a command that is over told."""
    if (job := _jobs.get(project)) and job.code is not None:
        del _jobs[project]


def running(project: Path) -> str | None:
    """What runs on the project now, whoever started it: a word as given to `start`. None where nothing does."""
    held = _read(project / LOCK)
    return str(held["what"]) if held else None


def _take(project: Path, what: str) -> Path:
    """The lock, ours: whoever comes second is told so."""
    lock = project / LOCK
    if running(project) is None:
        lock.unlink(missing_ok=True)  # of a process that is gone
    try:
        descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(project.name, BUSY, "Wait until it is over") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_locked(os.getpid(), what))
    return lock


def _locked(pid: int, what: str) -> str:
    return json.dumps({"pid": pid, "began": _began(pid), "what": what})


def _read(lock: Path) -> dict[str, object] | None:
    """What a lock says while its process lives."""
    try:
        held = json.loads(lock.read_text(encoding="utf-8"))
        pid, began = int(held["pid"]), str(held["began"])
        os.kill(pid, 0)
    except PermissionError:
        return dict(held)  # somebody else's process
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # A number is given again once its process is gone: the time of its start tells the two apart.
    return dict(held) if _began(pid) == began else None


def _began(pid: int) -> str:
    """When a process started, as Linux tells it; the same for all where it can't be told, "gone" for a dead one."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "gone" if told[0] in "ZX" else told[19]


def _follow(job: Job, lock: Path, afterwards: Afterwards | None) -> None:
    """Reads what the command tells until its end, then lets the next one in."""
    listening = threading.Thread(target=_listen, args=(job,), daemon=True)
    listening.start()
    job.output = job.process.stdout.read() if job.process.stdout else ""
    listening.join()
    code = job.process.wait()
    lock.unlink(missing_ok=True)
    job.code = code
    if afterwards:
        afterwards(job)


def _listen(job: Job) -> None:
    for line in job.process.stderr or ():
        if line.strip():
            job.lines.append(line.strip())


@atexit.register
def _stop_all() -> None:
    for job in _jobs.values():
        if job.code is None:
            job.stop()

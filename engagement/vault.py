"""What makes a project pseudonymised and not anonymised: the key that ties a name to its number.

The ledger keeps, for each name, HMAC-SHA256(key, name) and a number given by order of first
appearance. Without the key nobody can tell which name a number stands for, nor try names out.
`seal` destroys the key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

KEY_FILE = "pseudonym.key"


class Ledger:
    """Numbers for people, stable in a project. `numbers` maps a digest to its number."""

    def __init__(self, key: bytes, numbers: Mapping[str, int] | None = None) -> None:
        self._key = key
        self.numbers = dict(numbers or {})

    def number(self, name: str) -> int:
        """The number of this person; the next free one when they are new."""
        digest = hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()
        return self.numbers.setdefault(digest, len(self.numbers) + 1)


def open_key(project: Path) -> bytes:
    """The project's key, made on first use, readable by its owner alone."""
    path = project / KEY_FILE
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(secrets.token_bytes(32))
    return path.read_bytes()


def destroy_key(project: Path) -> bool:
    """Overwrites and removes the key; false when there was none. From then on the project is anonymised."""
    path = project / KEY_FILE
    if not path.exists():
        return False
    path.write_bytes(secrets.token_bytes(32))
    path.unlink()
    return True

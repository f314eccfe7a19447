"""What makes a project pseudonymised and not anonymised: the key of its pseudonyms, and the vault of its raw words.

The ledger keeps, for each name, HMAC-SHA256(key, name) and a number given by order of first
appearance. Without the key nobody can tell which name a number stands for, nor try names out.

The vault is a folder: one encrypted record a source, and a lock that holds their key, itself encrypted under the
reviewer's passphrase. It is made only when asked for. `seal` destroys both.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import unicodedata
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engagement.errors import BadInput
from engagement.model import RawText

KEY_FILE = "pseudonym.key"
FOLDER, LOCK, RECORD, UNFINISHED = "vault", "vault.lock", ".enc", ".part"
PASSPHRASE_VARIABLE = "ENGAGEMENT_PASSPHRASE"  # noqa: S105 - the name of a variable
SHORTEST_PASSPHRASE = 12  # characters: three random words, as the National Cyber Security Centre advises
# OWASP's first choice for scrypt; a guess costs about a third of a second and 128 MiB.
COST, BLOCK, LANES = 2**17, 8, 1
MAGIC = b"engagement vault 1\n"
NONCE = 12  # bytes
HEXADECIMAL = r"^(?:[0-9a-f]{2})+$"
DAMAGED = "the file is damaged, or somebody changed it"
OVERWRITTEN = 1 << 20  # bytes at a time


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
    _shred(path)
    return True


class _Lock(BaseModel):
    """`vault.lock`: how the passphrase becomes a key, and the vault's own key encrypted under that one."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Literal[1] = 1
    # Bounds, so that a file that somebody changed can't ask for all of the machine's memory.
    n: int = Field(ge=2**14, le=2**20)
    r: int = Field(ge=8, le=16)
    p: int = Field(ge=1, le=4)
    salt: str = Field(pattern=HEXADECIMAL)
    nonce: str = Field(pattern=HEXADECIMAL, min_length=2 * NONCE, max_length=2 * NONCE)
    key: str = Field(pattern=HEXADECIMAL)
    check: str = ""

    def digest(self) -> str:
        """Tells a damaged lock from a wrong passphrase; it protects nothing."""
        return hashlib.sha256(self.model_dump_json(exclude={"check"}).encode()).hexdigest()

    def bound(self) -> bytes:
        """What the encrypted key is bound to."""
        return MAGIC + self.model_dump_json(include={"version", "n", "r", "p", "salt"}).encode()


class Vault:
    """The raw words of a project's turns, by source. What it gives is RawText: only the review opens it."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key
        self._held: tuple[str, dict[int, RawText]] = "", {}

    @classmethod
    def create(cls, project: Path, passphrase: str) -> Self:
        """A new vault in the project's folder. Raises BadInput where there is one, or for a short passphrase."""
        if has_vault(project):
            raise BadInput(FOLDER, "this project has a vault already", "Open it with its passphrase")
        if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
            found = f"the passphrase has fewer than {SHORTEST_PASSPHRASE} characters"
            raise BadInput(FOLDER, found, "Take three or more random words")
        destroy_vault(project)  # records whose lock is lost: nobody can read them
        folder = project / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key, nonce = secrets.token_bytes(32), secrets.token_bytes(NONCE)
        lock = _Lock(n=COST, r=BLOCK, p=LANES, salt=secrets.token_hex(16), nonce=nonce.hex(), key="00")
        locked = _encrypt(_derived(passphrase, lock), nonce, key, lock.bound())
        lock = lock.model_copy(update={"key": locked.hex()})
        _write(folder / LOCK, lock.model_copy(update={"check": lock.digest()}).model_dump_json(indent=1).encode())
        return cls(folder, key)

    @classmethod
    def open(cls, project: Path, passphrase: str) -> Self:
        """The project's vault. Raises BadInput for none, for a damaged one and for a wrong passphrase."""
        folder = project / FOLDER
        if not has_vault(project):
            raise BadInput(FOLDER, "this project has no vault", "Run its files again into a new project with --vault")
        lock = _read_lock(folder / LOCK)
        sealed, nonce = bytes.fromhex(lock.key), bytes.fromhex(lock.nonce)
        key = _decrypt(_derived(passphrase, lock), nonce, sealed, lock.bound())
        if key is None:
            raise BadInput(FOLDER, "the passphrase does not open it", "Type it again; nobody can recover a lost one")
        for left in folder.glob(f"*{UNFINISHED}"):
            left.unlink()  # by a run that stopped in the middle of writing
        return cls(folder, key)

    def keep(self, source_id: str, turns: Mapping[int, str]) -> None:
        """The words of a source's turns, by position, in place of what was kept of it. Whole, or not at all."""
        written = json.dumps({str(position): words for position, words in turns.items()}).encode()
        nonce = secrets.token_bytes(NONCE)
        _write(
            self._path(source_id), MAGIC + nonce + _encrypt(self._key, nonce, zlib.compress(written), _bound(source_id))
        )
        self._held = "", {}

    def turns(self, source_id: str) -> dict[int, RawText]:
        """The words of a source by the position of the turn. Raises BadInput: not kept, or damaged."""
        if self._held[0] != source_id:
            self._held = source_id, {position: RawText(words) for position, words in self._read(source_id).items()}
        return self._held[1]

    def words(self, source_id: str, position: int) -> RawText:
        """The words of one turn. Raises BadInput as `turns`, and KeyError for a turn that the source does not have."""
        return self.turns(source_id)[position]

    def forget(self, source_id: str, positions: Collection[int]) -> None:
        """Removes turns of somebody who withdrew their consent. Raises BadInput as `turns`."""
        left = self._read(source_id)
        self.keep(source_id, {position: words for position, words in left.items() if position not in positions})

    def sources(self) -> frozenset[str]:
        """The sources whose words are kept."""
        return frozenset(path.name.removesuffix(RECORD) for path in self._folder.glob(f"*{RECORD}"))

    def _path(self, source_id: str) -> Path:
        if not re.fullmatch(r"\w[\w.]*", source_id):
            raise ValueError("not a source_id")
        return self._folder / f"{source_id}{RECORD}"

    def _read(self, source_id: str) -> dict[int, str]:
        path = self._path(source_id)
        if not path.exists():
            raise BadInput(FOLDER, "it has no words of this source", "Run the round's files again with --vault")
        stored = path.read_bytes()
        start = len(MAGIC) + NONCE
        nonce, sealed = stored[len(MAGIC) : start], stored[start:]
        plain = _decrypt(self._key, nonce, sealed, _bound(source_id)) if stored.startswith(MAGIC) else None
        if plain is None:
            remedy = "Put back a copy of it, or run its source again with --vault"
            raise BadInput(f"{FOLDER}/{path.name}", DAMAGED, remedy)
        return {int(position): words for position, words in json.loads(zlib.decompress(plain)).items()}


def has_vault(project: Path) -> bool:
    """Whether the project keeps its raw words."""
    return (project / FOLDER / LOCK).is_file()


def destroy_vault(project: Path) -> bool:
    """Overwrites and removes the vault with what a crash left of it; false when there was none.

    The lock goes first: from then on no passphrase opens what another crash may leave behind.
    """
    folder = project / FOLDER
    ours = [path for name in (f"{LOCK}*", f"*{RECORD}*") for path in sorted(folder.glob(name))]
    for path in ours:
        _shred(path)
    with suppress(OSError):  # somebody put a file of their own in it
        folder.rmdir()
    return bool(ours)


def _derived(passphrase: str, lock: _Lock) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The same words typed on another keyboard may come in another form of Unicode.
    typed = unicodedata.normalize("NFKC", passphrase.strip()).encode("utf-8", "surrogatepass")
    return Scrypt(salt=bytes.fromhex(lock.salt), length=32, n=lock.n, r=lock.r, p=lock.p).derive(typed)


def _encrypt(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(nonce, plain, bound)


def _decrypt(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes | None:
    """The plain bytes; None where the key is another, or a single bit was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(nonce, sealed, bound)
    except (InvalidTag, ValueError):  # ValueError: cut off inside its first bytes
        return None


def _bound(source_id: str) -> bytes:
    """What a record is bound to, so that none can be put in another's place."""
    return MAGIC + source_id.encode()


def _read_lock(path: Path) -> _Lock:
    try:
        lock = _Lock.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        lock = None
    if lock is None or lock.check != lock.digest():
        raise BadInput(f"{FOLDER}/{LOCK}", DAMAGED, "Put back a copy of it; without it nobody can read the vault")
    return lock


def _write(path: Path, content: bytes) -> None:
    """The file as it was or as it shall be, whatever happens in between."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _shred(path: Path) -> None:
    """Overwrites a file and removes it. A link is removed, and what it leads to is left alone."""
    if path.is_file() and not path.is_symlink():
        with path.open("r+b") as handle:
            left = path.stat().st_size
            while left > 0:
                left -= handle.write(secrets.token_bytes(min(left, OVERWRITTEN)))
            handle.flush()
            os.fsync(handle.fileno())
    path.unlink()

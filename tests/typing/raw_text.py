"""Never run: mypy proves that raw words reach no later stage. An ignore that is not needed is an error."""

from pathlib import Path

from engagement.config import Settings
from engagement.embed import embed
from engagement.model import Excerpt, Mint, RawText, Role, SafeText
from engagement.segment import sentences

raw = RawText("words")
plain: str = raw  # type: ignore[assignment]
", ".join([raw])  # type: ignore[list-item]
raw + "more"  # type: ignore[operator]
SafeText("words")  # type: ignore[call-arg]
SafeText(raw, Mint())  # type: ignore[arg-type]
sentences(raw)  # type: ignore[arg-type]
embed([raw], Settings(), Path())  # type: ignore[list-item]
Path("out").write_text(raw, encoding="utf-8")  # type: ignore[arg-type]


def excerpt_of(words: RawText, text: str) -> None:
    """An excerpt takes safe words alone: not raw ones, not a plain string."""
    Excerpt("e", "s", 0, 0, words, 0, 1, "", Role.PARTICIPANT, None, None)  # type: ignore[arg-type]
    Excerpt("e", "s", 0, 0, text, 0, 1, "", Role.PARTICIPANT, None, None)  # type: ignore[arg-type]

"""What people collected in a project: quotes that they pinned or dropped, and memos, as its database holds them."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, insert, select

from engagement.anonymise import restore
from engagement.errors import BadInput
from engagement.model import Choice, Memo, Pick, SafeText, digest_of
from engagement.quotation.quoted import marked
from engagement.storing import schema
from engagement.storing.rows import Part, audit, now_utc


class Collected(Part):
    """The collectors' part of a project; every method that writes is one transaction."""

    def save_pick(self, pick: Pick, who: str) -> None:
        """A quote pinned or dropped, in place of what was chosen of it before.

        Raises BadInput where it is mended anew and a word is neither of its stored excerpt nor marked.
        """
        with self._connection.begin():
            if pick.typed and pick.typed != self._typed(pick):
                marked(pick.typed, self._stored(pick.excerpt_id))
            self._remove(pick.excerpt_id, pick.theme_key)
            self._connection.execute(insert(schema.picks).values(**asdict(pick)))
            detail = {"theme": pick.theme_key, "choice": pick.choice, "mended": bool(pick.typed)}
            audit(self._connection, who, "quote chosen", pick.excerpt_id, detail)

    def remove_pick(self, excerpt_id: str, theme_key: str, who: str) -> None:
        """A quote that is neither pinned nor dropped any more."""
        with self._connection.begin():
            self._remove(excerpt_id, theme_key)
            audit(self._connection, who, "quote chosen", excerpt_id, {"theme": theme_key, "choice": "none"})

    def refused(self, pick: Pick, who: str) -> None:
        """Somebody was told that words which they put into a quote name somebody: nobody tries names out unseen."""
        with self._connection.begin():
            detail = {"theme": pick.theme_key, "refused": "a name in brackets"}
            audit(self._connection, who, "quote chosen", pick.excerpt_id, detail)

    def picks(self) -> tuple[Pick, ...]:
        """Quotes that were pinned or dropped, in their order."""
        pick = schema.picks.c
        rows = self._read(select(schema.picks).order_by(pick.place, pick.theme_key, pick.excerpt_id))
        return tuple(
            Pick(row.excerpt_id, row.theme_key, Choice(row.choice), row.place, row.note, row.typed) for row in rows
        )

    def unfit(self) -> tuple[Pick, ...]:
        """Pinned quotes that print as they were said, since what was made of them no longer fits the stored words."""
        mended = [pick for pick in self.picks() if pick.typed and pick.choice is Choice.PINNED]
        return tuple(pick for pick in mended if not self._fits(pick))

    def stored(self, excerpt_id: str) -> SafeText:
        """The words of an excerpt. Raises BadInput for one that is gone, ValueError for one that was changed."""
        with self._connection.begin():
            return self._stored(excerpt_id)

    def add_memo(self, subject: str, coder: str, text: str) -> None:
        """A memo on an excerpt, a theme or the project; it is kept beside earlier ones."""
        with self._connection.begin():
            row = {"excerpt_id": subject, "coder": coder, "text": text, "at": now_utc()}
            self._connection.execute(insert(schema.memos).values(**row))
            audit(self._connection, coder, "memo written", subject, {"characters": len(text)})

    def memos(self) -> tuple[Memo, ...]:
        """All memos, the oldest first."""
        rows = self._read(select(schema.memos).order_by(schema.memos.c.entry))
        return tuple(Memo(row.excerpt_id, row.coder, row.text, row.at) for row in rows)

    def _fits(self, pick: Pick) -> bool:
        try:
            marked(pick.typed, self.stored(pick.excerpt_id))
        except BadInput:
            return False
        return True

    def _typed(self, known: Pick) -> str:
        pick = schema.picks.c
        here = (pick.excerpt_id == known.excerpt_id) & (pick.theme_key == known.theme_key)
        return self._connection.execute(select(pick.typed).where(here)).scalar() or ""

    def _stored(self, excerpt_id: str) -> SafeText:
        cut, turn = schema.excerpts.c, schema.turns.c
        query = (
            select(turn.text, turn.sha256.label("whole"), cut.start, cut.end, cut.sha256)
            .join(schema.turns, (turn.source_id == cut.source_id) & (turn.position == cut.turn))
            .where(cut.excerpt_id == excerpt_id)
        )
        row = self._connection.execute(query).first()
        if row is None:
            raise BadInput("quote", "its words are no longer in the project", "Take it out")
        words = restore(row.text, row.whole).cut(row.start, row.end)
        if digest_of(words) != row.sha256:
            raise ValueError(f"excerpt {excerpt_id} does not match its digest")
        return words

    def _remove(self, excerpt_id: str, theme_key: str) -> None:
        pick = schema.picks.c
        here = (pick.excerpt_id == excerpt_id) & (pick.theme_key == theme_key)
        self._connection.execute(delete(schema.picks).where(here))

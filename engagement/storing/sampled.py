"""Samples that are coded twice, and who judged what in them, as the project's database holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select

from engagement.coding.blind import Judged, Sample
from engagement.storing import records, schema
from engagement.storing.rows import Part, add_rows, audit, now_utc


class Sampled(Part):
    """The double coding's part of a project; every method that writes is one transaction."""

    def save_sample(self, sample: Sample, who: str) -> None:
        """A sample, beside the earlier ones; the same one again changes nothing."""
        if sample.sample_id in {one.sample_id for one in self.samples()}:
            return
        with self._connection.begin():
            row = {**_columns(sample), "at": now_utc()}
            self._connection.execute(insert(schema.samples).values(**row))
            audit(self._connection, who, "sample drawn", sample.sample_id, {"excerpts": len(sample.excerpt_ids)})

    def samples(self) -> tuple[Sample, ...]:
        """All samples, the oldest first."""
        return tuple(
            Sample(row.sample_id, tuple(row.excerpt_ids), tuple(row.weights), row.half_width, row.seed)
            for row in self._read(select(schema.samples).order_by(schema.samples.c.at, schema.samples.c.sample_id))
        )

    def add_judged(self, judged: Sequence[Judged]) -> None:
        """Excerpts that a coder has looked at as a whole, after all earlier ones."""
        at = now_utc()
        with self._connection.begin():
            add_rows(self._connection, schema.judged, [records.judged_row(one, at) for one in judged])

    def judged(self) -> tuple[Judged, ...]:
        """Who looked at which excerpt for which themes, the oldest first."""
        row = schema.judged.c
        query = select(schema.judged).order_by(row.at, row.excerpt_id, row.coder)
        return tuple(Judged(each.excerpt_id, each.coder, frozenset(each.themes)) for each in self._read(query))


def _columns(sample: Sample) -> dict[str, Any]:
    return {
        "sample_id": sample.sample_id,
        "excerpt_ids": list(sample.excerpt_ids),
        "weights": list(sample.weights),
        "half_width": sample.half_width,
        "seed": sample.seed,
    }

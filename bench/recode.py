"""How long coding again takes after 20 corrections in 2,000 excerpts, beside the first coding in the same run.

    python bench/recode.py FOLDER [--excerpts 2000] [--corrections 20]

FOLDER holds engagement_corpus/; of its parts A to C every text is an excerpt, and pairs of them make up the number.
The first coding reads every text; the second has its vectors, and so has the queue of what to code next.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from pathlib import Path

from themes import corpus

from engagement.anonymise import restore
from engagement.codebook import default
from engagement.coding.blind import Judged, lessons
from engagement.coding.learning import Said, decide, next_to_code
from engagement.config import Settings
from engagement.embed import embed_excerpts
from engagement.model import Codebook, Coding, Decision, Excerpt, Role, content_id, digest_of
from engagement.themes import code


def excerpts_of(folder: Path, number: int) -> list[Excerpt]:
    texts = list(dict.fromkeys(text for text, _ in corpus(folder / "engagement_corpus", "ABC", frozenset())))
    pairs = (f"{one} {other}" for one, other in itertools.pairwise(texts))
    chosen = [*texts, *itertools.islice(pairs, max(0, number - len(texts)))][:number]
    return [
        Excerpt(
            content_id("e", place, text),
            "s1",
            place,
            place,
            restore(text, digest_of(text)),
            0,
            len(text),
            digest_of(text),
            Role.PARTICIPANT,
            f"p{place}",
            None,
        )
        for place, text in enumerate(chosen)
    ]


def again(excerpts: list[Excerpt], book: Codebook, said: Said, cache: Path) -> tuple[tuple[Coding, ...], float]:
    """The machine's codings as a project's are made again, and the seconds that they took."""
    began = time.perf_counter()
    codings, judged = lessons(said.codings, said.judged, said.samples)
    vectors = embed_excerpts(excerpts, Settings(), cache)
    found = code(excerpts, vectors, book, codings, Settings(), cache, judged)
    return found, time.perf_counter() - began


def main() -> None:
    """Prints the seconds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--excerpts", type=int, default=2000)
    parser.add_argument("--corrections", type=int, default=20)
    wanted = parser.parse_args()
    book, excerpts = default(), excerpts_of(wanted.folder, wanted.excerpts)
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        first, cold = again(excerpts, book, Said(), cache)
        corrected = first[:: max(1, len(first) // wanted.corrections)][: wanted.corrections]
        people = [
            each
            for number, one in enumerate(corrected)
            for decision in (Decision.REJECTED if number % 2 else Decision.ACCEPTED,)
            for each in decide([one.excerpt_id], one.theme_key, decision, "Asha", first)
        ]
        judged = [Judged(one.excerpt_id, "Asha", frozenset(book.keys)) for one in corrected]
        said = Said((*first, *people), judged)
        second, warm = again(excerpts, book, said, cache)
        began = time.perf_counter()
        queue = next_to_code(excerpts, book, said, Settings(), cache)
        offered = time.perf_counter() - began
    changed = len({(one.excerpt_id, one.theme_key) for one in first} ^ {(o.excerpt_id, o.theme_key) for o in second})
    print(f"{len(excerpts)} excerpts, {len(first)} codings, {len(people)} corrections, {changed} codings changed")
    print(f"first coding {cold:.1f} s, again {warm:.2f} s: 1 / {cold / warm:.0f} of it")
    print(f"the {len(queue.excerpts)} excerpts that teach most: {offered:.2f} s")


if __name__ == "__main__":
    main()

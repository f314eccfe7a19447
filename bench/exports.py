"""How long a whole report takes: evidence gathered from a project of 10,000 invented excerpts, then both documents.

    python bench/exports.py [EXCERPTS [THEMES]]

The project is one of `invented.py`.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from invented import Size, project

from engagement.config import RULES, Settings
from engagement.export.equality import equality
from engagement.export.evidence import Options
from engagement.export.gather import gather
from engagement.export.report import report
from engagement.model import Codebook, Theme

EXCERPTS, THEMES = 10_000, 15


def main(excerpts: int, themes: int) -> None:
    book = Codebook("book", 1, tuple(Theme(f"t{n}", f"Theme {n}", "What people say of it.") for n in range(themes)))
    with tempfile.TemporaryDirectory() as folder, project(Path(folder), Size(excerpts // 3, excerpts), book) as store:
        options = Options(date(2026, 3, 1), crossed=(("disability", "sex"), ("race", "age")))
        for opening in ("first opening", "opened again"):
            start = time.perf_counter()
            evidence = gather(store, RULES["publish"], Settings(), options)
            gathered = time.perf_counter()
            documents = [report(evidence), equality(evidence)]
            made = time.perf_counter()
            sizes = " and ".join(f"{len(each.blocks):,}" for each in documents)
            print(
                f"{excerpts:,} excerpts, {themes} themes, {opening}: gathered in {gathered - start:.1f} s, "
                f"documents of {sizes} blocks in {made - gathered:.2f} s"
            )
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]) if len(sys.argv) == 3 else (EXCERPTS, THEMES))

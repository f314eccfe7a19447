"""Every view of the app as data: what it is called, where it is, and the steps that lead to it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.steps import Step
from tests.browser.whole_round import NAMED, PASSPHRASE

MEMO = "Memo, if you want to note why. Leave out names and addresses."
VAULT = "Passphrase of the vault"
RUNNING = ("see", "Running now")


@dataclass(frozen=True, slots=True)
class View:
    """A view; without an address it goes on from the one before. `at_once`: what is looked at is over in a moment."""

    name: str
    address: str = ""
    steps: tuple[Step, ...] = ()
    at_once: bool = False


VIEWS: dict[str, tuple[View, ...]] = {
    "overview": (View("overview", "/"),),
    "themes": (
        View("themes-first", "/themes"),
        View("themes-with-trend-and-stances", "/themes?theme=Parking"),
        View("themes-hidden", "/themes?theme=Racism"),
    ),
    "intersections": (
        View("intersections", "/intersections?by=Sex"),
        View("intersections-three", "/intersections?by=Race&by=Sex&by=Disability"),
        View("intersections-one-theme", "/intersections?by=Race&about=Homes"),
        View("intersections-group", "/intersections?by=Race&group=White&words=true"),
        View("intersections-mentions", "/intersections?by=Race&count=Mentions", (("choose", "Race in detail"),)),
    ),
    "search": (
        View("search", "/search"),
        View("search-found", "", (("type", "Words to look for", "rent"), ("press", "Search"))),
        View("search-nothing", "", (("type", "Words to look for", "zzzz -bus"), ("press", "Search"))),
    ),
    "evidence": (
        View("evidence", "/evidence"),
        View(
            "evidence-basket",
            "",
            (
                ("press", "Pin offered quote 1"),
                ("press", "Drop offered quote 1"),
                ("press", "Move 2 up"),
                ("type", "Note to quote 2", "Ask the press office first."),
                ("key", "Tab"),
                ("see", "Saved: the note"),
            ),
        ),
        View("evidence-files", "/evidence?do=Make+files"),
        View("evidence-made", "", (("press", "Make the quotes, plain text"), ("see", "Download the quotes, plain"))),
    ),
    "coding": (
        View("code-teach", "/coding?task=Teach+the+machine"),
        View("code-suggestion", "", (("press", "Find 20 excerpts to code"), ("see", "Excerpt 1 of"))),
        View("code-saved", "", (("type", MEMO, "On the fence."), ("press", "Save and next"), ("see", "Saved:"))),
        View("code-grid", "/coding?task=Many+at+once"),
        View("code-grid-error", "", (("press", "The theme is there"), ("see", "tick at least one"))),
        View("code-grid-saved", "", (("choose", "Answer 2"), ("press", "The theme is there"), ("see", "Saved, ans"))),
        View("code-stance", "/coding?task=For+or+against"),
        View("code-stance-saved", "", (("press", "Save and next"), ("see", "Saved:"))),
        View("code-blind", "/coding?task=Blind+coding"),
        View("code-agreement", "/coding?task=Agreement"),
        View("code-settled", "", (("press", "It is there"), ("see", "Settled:"))),
        View("code-progress", "/coding?task=Progress"),
        View("code-curve", "", (("press", "Work out the learning curve"), ("see", "This was worked out from"))),
    ),
    "codebook": (
        View("codebook", "/codebook"),
        View("codebook-change", "/codebook?do=Change"),
        View("codebook-change-error", "", (("type", "Name", ""), ("press", "Save this theme"), ("see", "Nothing was"))),
        View("codebook-add", "/codebook?do=Add"),
        View("codebook-merge", "/codebook?do=Merge%2C+split%2C+rename+or+retire"),
        View(
            "codebook-merge-shown",
            "",
            (
                ("pick", "Themes to merge, two or more", "Parking"),
                ("pick", "Themes to merge, two or more", "Access"),
                ("press", "Show what this does"),
                ("see", "What this does"),
            ),
        ),
        View("codebook-split", "", (("choose", "Split a theme"),)),
        View("codebook-rename", "", (("choose", "Rename a theme"),)),
        View("codebook-retire", "", (("choose", "Retire a theme"), ("press", "Show what this does"))),
        View("codebook-order", "/codebook?do=Put+in+order"),
        View("codebook-found", "/codebook?do=New+themes+found"),
        View("codebook-history", "/codebook?do=History"),
        View("codebook-files", "/codebook?do=Files"),
    ),
    "anonymisation": (
        View("anonymisation-closed", "/anonymisation"),
        View(
            "anonymisation-wrong",
            "",
            (("type", "Passphrase of the vault", "mistyped words"), ("press", "Open the vault")),
        ),
        View("anonymisation-open", "", (("type", "Passphrase of the vault", PASSPHRASE), ("press", "Open the vault"))),
        View("anonymisation-passage", "", (("press", "Skip this one"), ("see", f"»{NAMED}«"))),
        View("anonymisation-saved", "", (("press", "Keep everywhere"), ("see", "Saved:"))),
        View("anonymisation-ruled", "", (("choose", "See what was ruled"),)),
        View("anonymisation-risks", "", (("choose", "Residual risks"),)),
        View("anonymisation-sign-off", "", (("choose", "Sign-off page"),)),
        View("anonymisation-running", "", (("press", "Make the sign-off page"), RUNNING), at_once=True),
        View("anonymisation-stopped", "", (("press", "Stop it"), ("see", "could not be made"))),
    ),
    "intake": (
        View("intake", "/intake"),
        View("intake-drop", "", (("choose", "I drop them here"),)),
        View("intake-recognised", "", (("upload",), ("press", "Look at the files"), ("see", "What was recognised"))),
        View(
            "intake-running", "", (("type", VAULT, PASSPHRASE), ("press", "Run"), ("see", "Running now")), at_once=True
        ),
        View("intake-finished", "", (("see", "The run is over."),)),
    ),
    "signin": (
        View("sign-in", "/signin"),
        View("sign-in-as-viewer", "", (("choose", "Steering group: explore themes"), ("press", "Save"))),
    ),
}

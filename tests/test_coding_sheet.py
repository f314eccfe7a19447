"""What a coder is shown, what their answer means, and what is stored once they are done with an excerpt."""

from __future__ import annotations

import pytest

from engagement.agreement import answers
from engagement.coding.blind import BLIND, SETTLED, Disagreement, Judged, Sample
from engagement.coding.coding_sheet import (
    HOW,
    HOW_SUGGESTED,
    agreed,
    blind_sheet,
    chosen_by,
    coder_named,
    dialogue,
    done,
    settling,
    sheet,
)
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Excerpt, Mint, Role, SafeText, Theme, digest_of
from engagement.themes import standing, waiting

MINT = Mint()
BOOK = Codebook(
    "town",
    1,
    (
        Theme("travel", "Travel", "Getting about."),
        Theme("paths", "Paths", "", parent="travel"),
        Theme("shops", "Shops", ""),
    ),
)
ALL = frozenset(BOOK.keys)
YES, NO, MAYBE = Decision.ACCEPTED, Decision.REJECTED, Decision.SUGGESTED
MACHINE = "machine:m:1"


def excerpt(number: int = 1, text: str = "The bus never came. The shop is shut.") -> Excerpt:
    safe = SafeText(text, MINT)
    return Excerpt(
        f"e{number}", "s1", number, number, safe, 0, len(safe), digest_of(safe), Role.PARTICIPANT, "p1", None
    )


def coding(theme: str, coder: str, decision: Decision, number: int = 1) -> Coding:
    return Coding(f"e{number}", theme, coder, decision, 0.8, (0, 19))


SUGGESTED = [coding("travel", MACHINE, MAYBE), coding("shops", MACHINE, MAYBE, 2)]


def told(made) -> dict[str, tuple[str, Decision]]:
    return {one.theme_key: (one.coder, one.decision) for one in made.codings}


# sheets


def test_a_suggestion_gives_its_reason():
    """A suggested theme comes with its probability, the words that it rests on and a like excerpt that has it."""
    other = excerpt(2, "No buses here.")
    one = sheet(excerpt(), "Asha", BOOK, SUGGESTED, {("e1", "travel"): other})
    assert (one.holds, one.blind) == ({"travel"}, False)
    reason = one.reasons["travel"]
    assert (reason.score, reason.because, reason.like) == (0.8, "The bus never came.", "No buses here.")


def test_what_people_decided_holds_without_a_reason():
    """A theme that a person accepted holds, and the machine's reason is no longer given for it."""
    one = sheet(excerpt(), "Asha", BOOK, [*SUGGESTED, coding("travel", "Ben", YES), coding("shops", "Ben", NO)])
    assert (one.holds, dict(one.reasons)) == ({"travel"}, {})


def test_a_blind_coder_sees_nothing_of_others():
    """Blind, the sheet holds no word of machine or person, whatever they said, but the coder's own."""
    codings = [*SUGGESTED, coding("travel", "Ben", YES), coding("shops", f"{BLIND}Cy", YES)]
    one = blind_sheet(excerpt(), "Ben", BOOK, codings)
    assert (one.coder, one.blind, one.holds, dict(one.reasons)) == (f"{BLIND}Ben", True, frozenset(), {})
    own = blind_sheet(excerpt(), "Cy", BOOK, codings)
    assert own.holds == {"shops"}
    lines: list[str] = []
    list(dialogue([one], lambda _: "q", lines.append))
    assert not any("*" in line or "likely" in line or "»" in line for line in lines)


@pytest.mark.parametrize("name", ["", "  ", "blind:Ben", "machine", "Asha,Ben", "machine:m:1", "adjudicated:Cy"])
def test_some_names_are_nobodys(name):
    """A name that is empty, or that would pass for a machine, a blind coder or two, is refused in a sentence."""
    with pytest.raises(BadInput, match="not a coder's name"):
        coder_named(name)


def test_a_name_is_kept_as_written():
    """Spaces at the ends or in a row make no other coder."""
    assert coder_named("  Ana  María ") == "Ana María"


# done


@pytest.mark.parametrize(
    ("codings", "chosen", "decided"),
    [
        # as suggested: a decision all the same
        (SUGGESTED, {"travel"}, {"travel": YES}),
        # what is suggested and left out is rejected, what is added is accepted, with the theme above it
        (SUGGESTED, {"shops"}, {"travel": NO, "shops": YES}),
        (SUGGESTED, {"paths"}, {"travel": YES, "paths": YES}),
        (SUGGESTED, set(), {"travel": NO}),
        ([], set(), {}),
        # what another person found is ruled out too, and so is what waits for a decision
        ([coding("shops", "Ben", YES)], {"travel"}, {"shops": NO, "travel": YES}),
        ([coding("shops", "Ben", MAYBE)], {"travel"}, {"shops": NO, "travel": YES}),
        # what is of another excerpt, of a blind coder, or of a theme that is no more is left alone
        ([coding("shops", MACHINE, MAYBE, 2)], set(), {}),
        ([coding("shops", f"{BLIND}Ben", YES)], set(), {}),
        ([coding("ferries", MACHINE, MAYBE)], set(), {}),
    ],
)
def test_who_is_done_has_decided_on_every_theme(codings, chosen, decided):
    """The chosen themes are accepted, those that stood are rejected, and all of the codebook is judged."""
    made = done(sheet(excerpt(), "Asha", BOOK, codings), chosen)
    assert told(made) == {key: ("Asha", decision) for key, decision in decided.items()}
    assert made.judged == Judged("e1", "Asha", ALL)
    after = [*codings, *made.codings]
    holds = {one.theme_key for one in standing(after) if one.excerpt_id == "e1" and one.theme_key in ALL}
    assert {key for key, decision in decided.items() if decision is YES} == holds - {
        one.theme_key for one in codings if one.coder.startswith(BLIND)
    }
    assert not [one for one in waiting(after) if one.excerpt_id == "e1"]


def test_decisions_rest_on_words():
    """An accepted suggestion keeps its words; a theme that a person added rests on the whole excerpt."""
    made = done(sheet(excerpt(), "Asha", BOOK, SUGGESTED), {"travel", "shops"})
    assert {one.theme_key: one.because for one in made.codings} == {"travel": (0, 19), "shops": (0, 37)}


def test_a_blind_decision_is_kept_under_a_blind_name():
    """What a blind coder says is stored apart, so that it counts nowhere, and can be said again otherwise."""
    made = done(blind_sheet(excerpt(), "Ben", BOOK, SUGGESTED), {"shops"})
    assert told(made) == {"shops": (f"{BLIND}Ben", YES)}
    assert made.judged.coder == f"{BLIND}Ben"
    again = done(blind_sheet(excerpt(), "Ben", BOOK, [*SUGGESTED, *made.codings]), {"paths"})
    assert {key: decision for key, (_, decision) in told(again).items()} == {"travel": YES, "paths": YES, "shops": NO}


def test_an_unknown_theme_is_refused():
    """A key that the codebook lacks is told by name."""
    with pytest.raises(BadInput, match="no theme has the key 'boats'"):
        done(sheet(excerpt(), "Asha", BOOK, []), {"boats"})


# answers


@pytest.mark.parametrize(
    ("answer", "chosen", "blind"),
    [
        ("y", {"travel"}, None),
        ("0", set(), set()),
        ("3", {"shops"}, {"shops"}),
        ("1 3", {"travel", "shops"}, {"travel", "shops"}),
        ("1, 3", {"travel", "shops"}, {"travel", "shops"}),
        ("+3", {"travel", "shops"}, None),
        ("-1", set(), None),
        ("+3 -1", {"shops"}, None),
        ("-3", {"travel"}, None),
        ("", None, None),
        ("yes", None, None),
        ("4", None, None),
        ("0 1", None, None),
        ("+0", None, None),
        ("1 +3", None, None),
        ("²", None, None),
        ("99999999999", None, None),
    ],
)
def test_an_answer_names_themes(answer, chosen, blind):
    """Numbers are these themes alone, with a sign a change of what holds; anything else is not understood."""
    assert chosen_by(answer, sheet(excerpt(), "Asha", BOOK, SUGGESTED)) == chosen
    assert chosen_by(answer, blind_sheet(excerpt(), "Asha", BOOK, SUGGESTED)) == blind


def test_what_is_not_understood_is_asked_again():
    """A slip of the finger decides nothing; `s` skips an excerpt, `q` keeps what was said until then."""
    given = iter(["x", "+3", "s", "2", "q"])
    asked: list[str] = []
    lines: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(given)

    sheets = [sheet(excerpt(number), "Asha", BOOK, SUGGESTED) for number in (1, 2, 3, 4)]
    found = list(dialogue(sheets, ask, lines.append))
    assert [one.judged.excerpt_id for one in found] == ["e1", "e3"]
    assert set(asked) == {HOW_SUGGESTED}
    assert "Not understood. Themes have the numbers 1 to 3." in lines
    assert " *  1 Travel" in lines
    assert "        80 % likely, by »The bus never came.«" in lines
    list(dialogue([blind_sheet(excerpt(), "Asha", BOOK)], lambda question: asked.append(question) or "q", lines.append))
    assert asked[-1] == HOW


# adjudication

SAMPLE = Sample("b", ("e2", "e1"), (1.0, 1.0), 0.1, 1)
PAIR = (f"{BLIND}Asha", f"{BLIND}Ben")


def test_differences_are_settled_one_by_one():
    """Each open difference is asked for with its words and theme; what is settled already is not asked again."""
    differ = [
        Disagreement("e1", "shops", PAIR[0], PAIR[1]),
        Disagreement("e1", "travel", PAIR[1], PAIR[0]),
        Disagreement("e1", "paths", MACHINE, PAIR[0], settled=NO),
        Disagreement("e9", "shops", *PAIR),
        Disagreement("e2", "shops", MACHINE, PAIR[1]),
    ]
    given, lines = iter(["?", "y", "s", "n"]), []
    excerpts = {one.excerpt_id: one for one in (excerpt(1), excerpt(2))}
    made = list(settling(differ, excerpts, BOOK, "Cy", lambda _: next(given), lines.append))
    assert [(one.excerpt_id, one.theme_key, one.coder, one.decision) for one in made] == [
        ("e1", "shops", f"{SETTLED}Cy", YES),
        ("e2", "shops", f"{SETTLED}Cy", NO),
    ]
    assert "Travel: Getting about." in lines
    assert "Found by Asha, not by Ben" in lines
    assert "Found by the machine, not by Ben" in lines


def test_what_two_blind_coders_agree_on_holds():
    """What both said counts once it is settled so: found though nobody counted, ruled out though the machine found."""
    judged = [Judged(each, coder, ALL) for each in ("e1", "e2") for coder in PAIR]
    codings = [
        *SUGGESTED,
        *(coding("shops", coder, YES) for coder in PAIR),
        coding("paths", PAIR[0], YES, 2),
    ]
    said = {coder: answers(codings, judged, coder, BOOK) for coder in PAIR}
    made = agreed(codings, said, SAMPLE, "Cy")
    assert [(one.excerpt_id, one.theme_key, one.decision) for one in made] == [
        ("e2", "shops", NO),
        ("e1", "shops", YES),
        ("e1", "travel", NO),
    ]
    assert {one.coder for one in made} == {f"{SETTLED}Cy"}
    assert agreed([*codings, *made], said, SAMPLE, "Cy") == ()
    dee = coding("travel", "Dee", YES)  # who is not of the pair, and is not overruled unasked
    assert [(one.excerpt_id, one.theme_key) for one in agreed([*codings, dee], said, SAMPLE, "Cy")] == [
        ("e2", "shops"),
        ("e1", "shops"),
    ]

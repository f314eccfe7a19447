"""Other people's words show as typed on every page: none of their signs is live in anything that is Markdown or HTML.

Every word that somebody else wrote stands between two marks here. What the pages would send is walked through field by
field; in each field that a browser takes for Markdown, what is between the marks must be escaped. A field counts as
Markdown unless it is named below as one that shows words plainly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engagement.app import coding_teach, jobs, roles, show
from engagement.app.coding import Task
from engagement.app.progress import APPLY, RUN
from engagement.app.roles import PAGES, As, Profile
from engagement.codebook_history import ChangeKind
from engagement.coding.blind import BLIND, Judged, Sample
from engagement.coding.learning import Queue
from engagement.errors import BadInput
from engagement.model import (
    Choice,
    Codebook,
    Coding,
    Decision,
    EmergentTheme,
    Pick,
    Round,
    Theme,
    Withheld,
    content_id,
)
from engagement.store import Store
from tests.rounds_made import ASKED, Made, build, safe
from tests.test_app import SCRIPT

BEGIN, END = "ʘ", "ʗ"  # letters, so that they mean nothing to Markdown
LIVE = (
    '<script>document.title="broken"</script> <b>b</b> <!-- c --> &amp; &#60; **bold** __u__ _i_ ~~s~~ `code` $x$ '
    "$$y$$ [link](http://example.org) ![i](http://example.org/x.png) [^1] [^1]: note :material/home: :red[red] "
    ":streamlit: :smile: :small[s] http://example.org www.example.org someone@example.org -> <- <-> -- >= |a|b| |-|-| "
    "\u202eturned\u202c \u2067set apart\u2069 \\( x \\) ~sub~ ^sup^ {x} # heading * point + point 1. point > quote "
    "- [ ] box"
)
SHORT = "<b>b **bold** $x$ [a](b) :red[red] :smile: -> www.example.org &amp;"  # for names of files
TURNED = re.compile("[\u202a-\u202e\u2066\u2067]")
ESCAPED = re.compile(r"(?:[^!-/:-@\[-`{-~\n]|\u2060\\[!-/:-@\[-`{-~])*")
IN_A_LABEL = re.compile(r"(?:[^!-/:-@\[-`{-~\n]|\u2060\\[!-/:-@\[-`{-~]|[',\"();?/%-])*")  # see `show.label`
LABELS = {"label"}

# (message, field): what a browser shows as it is, or not at all. Options of a radio are Markdown, those of a list not.
TEXT = ("Text", "body")
PLAIN = {
    TEXT,
    ("Selectbox", "options"),
    ("Selectbox", "raw_value"),
    ("MultiSelect", "options"),
    ("TextInput", "default"),
    ("TextArea", "default"),
}
ALTERNATIVE = "alt"  # of a chart or a table, for a screen reader
IDS = {"id", "form_id", "key", "query_param_key", "widget_id"}


def typed(place: str) -> str:
    """What somebody typed in a place."""
    return f"{BEGIN}{place} {LIVE}{END}"


THEMES = (
    Theme("housing", typed("A home"), typed("Having one."), (typed("rent"),), (typed("care"),), (typed("So dear"),)),
    Theme("access", typed("Access"), typed("Getting in.")),
    Theme("ramps", typed("Ramps"), typed("Ways in."), parent="access"),
    Theme("twin", typed("Ramps"), typed("Ways out."), parent="access"),
)
CODER = " ".join(typed("Sam").replace(":", " ").replace(",", " ").split())
IDS_OF = tuple(content_id("e", each) for each in range(60))
OF_A_KIND = (typed("Owns"), typed("Rents"))
OWN = f"""\
name: Own
version: 1
date: 2025-04-01
source: Fair Harbour
characteristics:
  - key: tenure
    label: {json.dumps(typed("Tenure"))}
    headings: ["Do you rent or own your home?"]
    categories: [{{name: {json.dumps(OF_A_KIND[0])}}}, {{name: {json.dumps(OF_A_KIND[1])}}}]
"""
ROUND = Made(
    tuple(typed(f"The ramp number {each} is too steep and the rent is too high.") for each in range(60)),
    THEMES,
    questions=tuple(f"{words} {typed('question')}" for words in ASKED),
    round=Round(typed("Fair Harbour"), "2025-04-14", "2025-05-02", typed("To hear.")),
    file=f"{typed('survey').replace('/', ' ')}.csv",
    groups=(
        EmergentTheme("dogs", typed("dogs"), (typed("dog"), typed("lamp")), IDS_OF[:30], "housing", 0.9, IDS_OF[:3]),
    ),
    value_sets=OWN,
    told=("tenure", *OF_A_KIND),
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round in which everything that can be typed is live, coded by people, sampled, pinned and noted on."""
    folder = build(tmp_path_factory.mktemp("typed") / "project", ROUND)
    ids = IDS_OF
    everything = (0, len(ROUND.said[0]))
    with Store.open(folder) as store:
        store.add_withheld(Withheld("s2", safe(typed("notes.docx")), "e" * 64, typed("the anonymiser took too long")))
        store.replace_unreadable([(typed("scan.pdf"), typed("it holds pictures only"))])
        coders = (CODER, f"{BLIND}{CODER}", f"{BLIND}Ann")
        store.coded.add_codings(
            [Coding(ids[0], "housing", who, Decision.ACCEPTED, 1.0, everything) for who in coders[:2]]
        )
        store.sampled.save_sample(Sample("b1", ids[:2], (5.0,) * 2, 0.1, 1), CODER)
        store.sampled.add_judged(
            [Judged(each, who, tuple(theme.key for theme in THEMES)) for each in ids[:2] for who in coders[1:]]
        )
        for place, each in enumerate(ids[:2]):
            store.collected.save_pick(Pick(each, "housing", Choice.PINNED, place, typed("note")), CODER)
        store.collected.save_pick(Pick(ids[3], "housing", Choice.DROPPED, 0, ""), CODER)
        store.collected.save_pick(Pick("gone", "housing", Choice.PINNED, 3, typed("note")), CODER)
        store.coded.save_codebook(Codebook("b", 2, (*THEMES[:3], replace(THEMES[3], definition=typed("New")))), CODER)
        store.collected.add_memo(ids[0], CODER, typed("memo"))
    return folder


@pytest.fixture
def app(project: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app of that round, before an analyst whose name is live too."""
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project))
    monkeypatch.setattr(roles, "profile", lambda: Profile(CODER, As.ANALYST))
    monkeypatch.setattr(coding_teach, "next_to_code", _first)
    return AppTest.from_file(SCRIPT, default_timeout=30).run()


def _first(excerpts: Any, *_: object) -> Queue:
    """Stands for the machine, which would choose: the first, and one like it."""
    there = list(excerpts)
    return Queue(tuple(there[:2]), {(there[0].excerpt_id, "housing"): there[5]})


# ----------------------------------------------------------------------- what is sent


def fields(message: Any) -> Iterator[tuple[str, str, str]]:
    """Every string that a message holds: (the message's name, the field's, the string)."""
    for field, value in message.ListFields():
        several = value if field.is_repeated else [value]
        if field.message_type is not None:
            for each in several:
                if hasattr(each, "ListFields"):
                    yield from fields(each)
        elif field.type == field.TYPE_STRING:
            for each in several:
                yield message.DESCRIPTOR.name, field.name, each


def sent(app: AppTest) -> Iterator[tuple[str, str, str]]:
    """All strings of the page, its toasts, and the cells of its tables."""
    waiting: list[Any] = list(app._tree.children.values())
    while waiting:
        node = waiting.pop()
        if getattr(node, "proto", None) is not None:
            yield from fields(node.proto)
        waiting += list(getattr(node, "children", {}).values())
    for each in app.table:
        frame = each.value.reset_index()
        for cell in [*frame.columns, *frame.to_numpy().ravel()]:
            yield "Table", "cell", str(cell)


def between(words: str) -> list[str]:
    """The parts that somebody typed: from mark to mark, or to where they were cut."""
    return re.findall(f"{BEGIN}(.*?)(?:{END}|$)", words, flags=re.DOTALL)


def is_plain(message: str, field: str) -> bool:
    """Whether a browser shows the field as it is, or not at all."""
    return field in IDS or field == ALTERNATIVE or (message, field) in PLAIN


def is_harmless(message: str, field: str, words: str) -> bool:
    """Whether a string shows as typed, in that field of that message."""
    if is_plain(message, field):
        return True
    if (message, field) == ("Html", "body"):
        return "<script>document" not in words and not any("<b>" in part for part in between(words))
    allowed = IN_A_LABEL if field in LABELS else ESCAPED
    return all(allowed.fullmatch(part) for part in between(words))


def checked(app: AppTest) -> int:
    """How many strings that somebody typed a page sends; that each is harmless is asserted."""
    assert not app.exception
    assert not [each for each in app.error if "could not be shown" in each.value]
    found = [each for each in sent(app) if BEGIN in each[2]]
    live = [each for each in found if not is_harmless(*each)]
    assert not live, live[:3]
    # What a browser shows plainly may turn the reading direction in its own box alone; ours holds no such sign.
    turned = [each for each in found if TURNED.search(each[2]) and (each[:2] == TEXT or not is_plain(*each[:2]))]
    assert not turned, turned[:3]
    return len(found)


# ----------------------------------------------------------------------------- pages


def at(app: AppTest, page: str) -> AppTest:
    app.switch_page(f"engagement/app/{page}.py").run()
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click().run()
    return app


@pytest.mark.parametrize("page", [entry.file for entry in PAGES])
def test_on_every_page_what_others_typed_shows_as_typed(app: AppTest, page: str) -> None:
    assert checked(at(app, page)) or page in {"intake", "signin"}


@pytest.mark.parametrize("theme", ["access", "ramps", "twin"])
def test_a_theme_with_a_live_name_can_be_looked_at(app: AppTest, theme: str) -> None:
    at(app, "themes").selectbox(key="theme").set_value(theme).run()
    assert checked(app)


def test_the_groups_of_an_intersection_and_their_filters(app: AppTest) -> None:
    at(app, "intersections").multiselect(key="by").set_value(["race", "sex"]).run()
    assert checked(app)
    app.multiselect(key="by").set_value(["tenure"]).run()
    app.selectbox(key="intersections-question").set_value("q1").run()
    assert checked(app)
    app.selectbox(key="intersections-question").set_value("any").run()
    app.selectbox(key="group").set_value((OF_A_KIND[0],)).run()
    assert checked(app)
    assert any(each.value.startswith(f"**{BEGIN}Owns") for each in app.markdown)  # how many of the group raised what


def test_what_a_search_finds_and_what_it_suggests(app: AppTest) -> None:
    for words, heading in (("ramp", "What was found"), ("rammp", "Nothing was found")):
        at(app, "search").text_input(key="search-words").set_value(words)
        assert checked(press(app, "Search"))
        assert heading in [each.value for each in app.header]


@pytest.mark.parametrize("task", list(Task))
def test_every_part_of_the_coding_page(app: AppTest, task: Task) -> None:
    at(app, "coding").radio(key="task").set_value(task).run()
    assert checked(app) or task is Task.PROGRESS


def test_what_is_saved_while_coding_is_told_as_typed(app: AppTest) -> None:
    at(app, "coding")
    assert checked(press(app, "Find 20 excerpts to code"))
    app.text_area[0].set_value(f"{BEGIN}Think **again** :red[here]{END}")
    press(app, "Save and next")
    assert checked(app)
    assert "Saved" in app.success[0].value
    app.radio(key="task").set_value(Task.GRID).run()
    app.checkbox[1].set_value(True)
    press(app, "The theme is there")
    assert checked(app)
    assert "Saved" in app.success[0].value


@pytest.mark.parametrize(
    "do", ["Change", "Add", "Merge, split, rename or retire", "Put in order", "New themes found", "History", "Files"]
)
def test_every_part_of_the_codebook_page(app: AppTest, do: str) -> None:
    at(app, "codebook").radio(key="do").set_value(do).run()
    assert checked(app) or do in {"Add", "Files"}


@pytest.mark.parametrize("kind", [ChangeKind.SPLIT, ChangeKind.RENAMED, ChangeKind.RETIRED])
def test_what_a_change_of_the_codebook_would_do(app: AppTest, kind: ChangeKind) -> None:
    at(app, "codebook").radio(key="do").set_value("Merge, split, rename or retire").run()
    app.radio(key="change").set_value(kind).run()
    for number, box in enumerate(each for each in app.text_input if "name" in each.label):
        box.set_value(typed(f"New name {number}"))
    assert checked(press(app, "Show what this does"))


def test_quotes_with_their_notes_and_what_is_told_of_a_change(app: AppTest) -> None:
    at(app, "evidence")
    assert checked(press(app, "Move 1 down"))
    app.radio(key="do").set_value("Make files").run()
    checked(app)


@pytest.mark.parametrize("part", ["check", "ruled", "risks", "signoff"])
def test_every_part_of_the_anonymisation_page(app: AppTest, part: str) -> None:
    at(app, "anonymisation").radio(key="part").set_value(part).run()
    assert checked(app) or part != "check"


# ------------------------------------------------------------------- what a machine tells


def test_files_that_are_looked_at_show_as_typed(app: AppTest, tmp_path: Path) -> None:
    folder = tmp_path / f"{BEGIN}round {SHORT}{END}"
    folder.mkdir()
    heading, answer = (typed(words).replace('"', "'") for words in ("Your view?", "The ramp is too steep for me."))
    name = f"{BEGIN}survey {SHORT}{END}"
    (folder / f"{name}.csv").write_text(f'id,"{heading}"\n1,"{answer}"\n2,"{answer} again"\n', encoding="utf-8")
    (folder / f"{name}.xyz").write_bytes(b"\0")
    (folder / f"{name}.pdf").write_bytes(b"%PDF-broken")
    at(app, "intake").text_input[0].set_value(str(folder))
    assert checked(press(app, "Look at the files")) > 5
    assert ("Expandable", "label") in {each[:2] for each in sent(app) if BEGIN in each[2]}
    app.text_input[0].set_value(str(folder / "not there"))
    assert checked(press(app, "Look at the files"))


def test_what_a_run_tells_shows_as_typed(app: AppTest, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for what, page in ((RUN, "intake"), (APPLY, "anonymisation")):
        ended = jobs.Job(what, None, code=1)  # type: ignore[arg-type]  # not asked for
        ended.lines.append(typed("survey.csv: it is broken"))
        monkeypatch.setitem(jobs._jobs, project, ended)
        assert checked(at(app, page))


def test_why_a_page_cannot_be_shown_is_told_as_typed(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise BadInput(typed("settings.toml"), typed("found"), typed("Mend it"))

    monkeypatch.setattr("engagement.app.show.how_to_read", fail)
    assert checked(at(app, "themes"))


# ------------------------------------------------------------------------- the test itself


@pytest.mark.parametrize(
    ("message", "field", "words", "harmless"),
    [
        ("Markdown", "body",    typed("x"),                     False),
        ("Markdown", "body",    show.plain(typed("x")),         True),
        ("Markdown", "body",    show.label(typed("x")),         False),
        ("Checkbox", "label",   show.label(typed("x")),         True),
        ("Checkbox", "label",   typed("x"),                     False),
        ("Checkbox", "help",    typed("x"),                     False),
        ("Radio",    "options", typed("x"),                     False),
        ("Selectbox", "options", typed("x"),                    True),
        ("Text",     "body",    typed("x"),                     True),
        ("Html",     "body",    typed("x"),                     False),
        ("Alert",    "body",    f"Saved. {BEGIN}**cut",         False),
        ("Alert",    "body",    f"Saved. {show.plain(f'{BEGIN}**cut')}", True),
    ],
)  # fmt: skip
def test_what_is_live_is_told_from_what_is_not(message: str, field: str, words: str, harmless: bool) -> None:
    assert is_harmless(message, field, words) is harmless

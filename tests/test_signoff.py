"""The sign-off page says what was done, in numbers; it can be read by anybody, printed, and asks for nothing."""

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from engagement.anonymise import restore
from engagement.anonymising import origins
from engagement.anonymising.origins import FORMS, Recall, measured, sentences, wilson
from engagement.anonymising.risk import Risk
from engagement.anonymising.rulings import Judgement, Ruling
from engagement.config import Settings
from engagement.export.signoff import (
    QUESTIONS,
    Files,
    Review,
    Scan,
    Signoff,
    as_data,
    as_html,
    finders,
    of_project,
    of_texts,
    scanned,
    write,
)
from engagement.model import Answer, Participant, Question, Redaction, Role, Round, Stated, digest_of
from engagement.policy import PRESETS, Action, Policy
from engagement.recognisers.pool import AnalyserFailed
from engagement.tagging.value_set_files import built_in
from engagement.vault import Ledger

RECALL = tuple(Recall(origin, form, found, 40) for origin, found in (("British", 40), ("Irish", 38)) for form in FORMS)
PAGE = Signoff(
    subject="Fair Aldermouth <b>",
    made_on="2026-11-22",
    policy=Policy(),
    files=Files(3, 1, 1, (("notes & more.txt", "the analyser took over 300 seconds"),)),
    replaced={"PERSON": 12, "SCHOOL": 2},
    found_by={"The language model": 9},
    scan=Scan(61, 0, 0),
    recall=RECALL,
    review=Review(5, 3, 0),
    risk=Risk(9, 3, 4, 10),
)

WILSON = [
    # found, of, low, high: from Newcombe (1998), and by hand at the edges
    (81, 263, 0.2553, 0.3662),
    (0, 20, 0.0, 0.1611),
    (40, 40, 0.9124, 1.0),
    (1, 29, 0.0061, 0.1718),
    (0, 0, 0.0, 1.0),
]


@pytest.mark.parametrize(("found", "of", "low", "high"), WILSON)
def test_intervals_are_wilsons(found, of, low, high):
    """The interval is the score interval without a correction, and everything where nothing was tried."""
    assert wilson(found, of) == pytest.approx((low, high), abs=1e-4)


def test_the_test_set_is_balanced():
    """At least eight origins of forty people each, the same sentences for each, nobody twice."""
    for form in FORMS:
        rows = list(sentences(form))
        by_origin = {}
        for origin, name, text in rows:
            by_origin.setdefault(origin, []).append(re.sub(re.escape(name), "{}", text, flags=re.IGNORECASE))
        assert len(by_origin) >= 8
        assert all(len(frames) == 40 and frames == next(iter(by_origin.values())) for frames in by_origin.values())
        assert len({name for _, name, _ in rows}) == len(rows)
        for _, name, text in rows:
            words = re.findall(r"\w+", text.casefold())
            assert all(words.count(part.casefold()) == 1 for part in re.findall(r"\w+", name))


def test_lower_case_is_all_lower_and_a_first_name_is_alone():
    """The forms are what they say."""
    assert all(text == text.lower() for _, _, text in sentences("lower case"))
    assert all(" " not in name for _, name, _ in sentences("first name"))
    with pytest.raises(KeyError):
        next(sentences("nickname"))


@pytest.fixture
def a_model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "meta.json").write_text("{}")
    return folder


def test_recall_counts_names_of_which_nothing_is_left(monkeypatch, tmp_path, a_model):
    """A name of which a word is left is not found; a text that was withheld leaves none; the result is kept."""
    asked = []

    def answer(texts, policy, ledger, settings, *, workers):
        asked.append(len(texts))
        left = [(restore(text, digest_of(text)), ()) for text in texts]
        left[0] = (restore("They rang [Person 1].", digest_of("They rang [Person 1].")), ())
        left[1] = AnalyserFailed("it stopped")
        return left

    monkeypatch.setattr(origins, "anonymise_texts", answer)
    settings = Settings(ner_model=a_model)
    first = measured(Policy(), settings, tmp_path / "cache")
    assert [(each.found, each.of) for each in first if each.origin == "British"] == [(2, 40)] * 3
    assert sum(each.found for each in first) == 6
    assert measured(Policy(), settings, tmp_path / "cache") == first
    assert len(asked) == len(FORMS)
    measured(Policy(threshold=0.4), settings, tmp_path / "cache")
    (a_model / "meta.json").write_text('{"version": 2}')
    measured(Policy(), settings, tmp_path / "cache")
    assert len(asked) == 3 * len(FORMS)


def test_a_broken_cache_is_measured_again(monkeypatch, tmp_path, a_model):
    """What can't be read is made anew."""
    monkeypatch.setattr(origins, "anonymise_texts", lambda texts, *_, **__: [AnalyserFailed("x")] * len(texts))
    settings = Settings(ner_model=a_model)
    first = measured(Policy(), settings, tmp_path)
    (kept,) = tmp_path.glob("origins-*.json")
    kept.write_text("[{")
    assert measured(Policy(), settings, tmp_path) == first


FOUND_BY = [
    (["ner"], {"The language model": 1}),
    (["known+ner", "known"], {"Somebody known from a roster, a label or another text": 2, "The language model": 1}),
    (["EmailRecognizer+shape:EMAIL"], {"The pattern of its kind": 1}),
    (["ruling"], {"A reviewer's ruling": 1}),
    ([], {}),
]


@pytest.mark.parametrize(("found_by", "told"), FOUND_BY)
def test_finders_are_told_in_words(found_by, told):
    """Each finder counts once for a finding, whatever the number of its patterns; the most first."""
    assert list(finders(found_by).items()) == list(told.items())


def test_the_scan_counts_texts():
    """Texts with something left, and texts with a full name of the ledger, are counted apart; no key, no names."""
    ledger = Ledger(b"key")
    ledger.number("nkechi adeyemi")
    texts = ["They came.", "Ring 07700 900418.", "Nkechi Adeyemi came.", "[Person 1] came."]
    assert scanned(texts, Policy(), b"key", ledger.numbers) == Scan(4, 1, 1)
    assert scanned(texts, Policy({**PRESETS["publish"], "PHONE": Action.KEEP})) == Scan(4, 0, None)


def safe(text):
    return restore(text, digest_of(text))


def a_store():
    person = Participant(
        "p00001", safe("Person 1"), Role.PARTICIPANT, None, (Answer("sex", Stated.GIVEN, "Female"),), None
    )
    sources = [
        SimpleNamespace(source_id="s1", name="notes.txt", state="read", reason="", notes=()),
        SimpleNamespace(source_id="s2", name="withheld file s2", state="withheld", reason="it hung", notes=()),
        SimpleNamespace(source_id="u1", name="unreadable file 1.pdf", state="unreadable", reason="?", notes=()),
    ]
    return SimpleNamespace(
        value_sets=built_in,
        sources=lambda: sources,
        locations=lambda: {("s1", 0): "line 1"},
        turns=lambda: [SimpleNamespace(source_id="s1", place=("s1", 0), text=safe("[Person 1] came."))],
        questions=lambda: [Question("q1", safe("How was it?"))],
        participants=lambda: [person],
        tags=lambda: [],
        excerpts=lambda: [],
        held_round=lambda: Round("Fair Aldermouth"),
        replaced_by_kind=lambda: {"PERSON": 1},
        redactions=lambda: [SimpleNamespace(found_by="ner")],
        numbers=dict,
        reviewed=SimpleNamespace(
            turns=dict,
            doubts=list,
            rulings=lambda: [
                Ruling("d", 1, Judgement.KEEP, "PLACE", "amira"),
                Ruling("e", 1, Judgement.REPLACE, "PERSON", "bo"),
            ],
        ),
    )


def test_a_project_is_told_whole():
    """Files by state, kinds, finders, scan and risk all come from the project."""
    told = of_project(a_store(), Policy(), RECALL, made_on="2026-11-22", key=b"key")
    assert told.files == Files(3, 1, 1, (("withheld file s2", "it hung"),))
    assert (told.subject, told.replaced, told.found_by) == (
        "Fair Aldermouth", {"PERSON": 1}, {"The language model": 1}
    )  # fmt: skip
    assert (told.scan, told.risk, told.review) == (Scan(2, 0, 0), Risk(1, 1, 1, 10), Review(1, 1, 0))


def test_texts_outside_a_project_are_told_without_a_name():
    """Kinds and finders come from what was replaced; there is no key, so names can't be looked for again."""
    replaced = (
        Redaction(0, 4, "PERSON", "[Person 1]", 0.9, "ner"), Redaction(9, 12, "AGE", "[aged 18-24]", 0.9, "shape:AGE")
    )  # fmt: skip
    told = of_texts(
        Files(2, 2, 0), Policy(), [("[Person 1] is [aged 18-24]", replaced), ("no", ())], (), made_on="2026-11-22"
    )
    assert (told.subject, told.replaced) == ("texts outside a project", {"PERSON": 1, "AGE": 1})
    assert told.scan == Scan(2, 0, None)
    assert told.risk is None


class Outline(HTMLParser):
    """What a screen reader gets: language, headings, header cells and their scope, and whatever would be fetched."""

    def __init__(self, page):
        super().__init__()
        self.language, self.headings, self.scopes, self.fetched, self.text = None, [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.language = given.get("lang", self.language) if tag == "html" else self.language
        self.headings += [int(tag[1])] if re.fullmatch(r"h[1-6]", tag) else []
        self.scopes += [given.get("scope")] if tag == "th" else []
        self.fetched += [tag] if tag in {"script", "link", "img", "iframe"} or "src" in given or "href" in given else []

    def handle_endtag(self, tag):
        self.text += " " * (tag in {"td", "th"})

    def handle_data(self, data):
        self.text += data


def test_the_page_is_built_for_everybody():
    """British English, headings in order, every header cell with a scope, and nothing to fetch."""
    outline = Outline(as_html(PAGE))
    assert outline.language == "en-GB"
    assert outline.headings[0] == 1
    assert set(outline.headings[1:]) == {2}
    assert set(outline.scopes) == {"row", "col"}
    assert outline.fetched == []
    assert "url(" not in as_html(PAGE)


def test_the_page_says_what_was_done():
    """Counts, who found what, the review, the scan, the risk, what was withheld, recall, the questions, signatures."""
    text = " ".join(Outline(as_html(PAGE)).text.split())
    for sentence in (
        "Made on 22 November 2026", "policy preset publish", "3 received: 1 made safe, 1 withheld, 1 not readable",
        "notes & more.txt the analyser took over 300 seconds", "Person 12 numbered", "The language model 9",
        "words may stay 5 times, and that they must go 3 times", "61 safe texts were read again",
        "Of 9 participants 3 are the only one", "Irish 38 of 40 (83–99)", "5 points", *QUESTIONS,
        "Data-protection officer",
    ):  # fmt: skip
        assert sentence in text
    assert "&lt;b&gt;" in as_html(PAGE)
    assert "<b>" not in as_html(PAGE)


def test_what_was_not_done_is_said():
    """No review, no key, no measurement and waiting decisions are said as such, not left out."""
    text = " ".join(Outline(as_html(replace(PAGE, review=None, recall=(), scan=Scan(1, 2), risk=None))).text.split())
    assert "No review by a person is recorded." in text
    assert "Names could not be looked for again" in text
    assert "Not measured." in text
    assert "Combinations of characteristics" not in text
    assert 'notice warning">7 uncertain' in as_html(replace(PAGE, review=Review(0, 0, 7)))


def test_the_data_are_the_same(tmp_path):
    """A name that ends in .json gets the same numbers as data; any other the page."""
    write(PAGE, tmp_path / "out" / "signoff.json")
    told = json.loads((tmp_path / "out" / "signoff.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(as_data(PAGE)))
    assert told["policy"]["actions"]["PERSON"] == "pseudonym"
    assert told["recall"][0]["interval"] == pytest.approx([0.9124, 1.0], abs=1e-4)
    assert told["files"]["withheld"] == [["notes & more.txt", "the analyser took over 300 seconds"]]
    write(PAGE, tmp_path / "signoff.html")
    assert (tmp_path / "signoff.html").read_text(encoding="utf-8") == as_html(PAGE)


def contrast(one, other):
    """WCAG 2.2's contrast ratio of two colours #rgb or #rrggbb."""

    def luminance(colour):
        digits = colour.lstrip("#")
        digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("background", ["#fff", "#e8eef5", "#eef3f9", "#fdf0f0"])
def test_text_can_be_read_on_every_ground(background):
    """Each colour of text has 4.5 to 1 or more on each ground that the page uses."""
    assert background in as_html(PAGE)
    assert all(contrast(colour, background) >= 4.5 for colour in ("#1b1b1b", "#454545"))


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 320])
def test_a_browser_finds_it_accessible_and_whole(tmp_path, width):
    """axe finds nothing against WCAG 2.2 AA, nothing scrolls sideways, and nothing but the page is asked for."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    write(PAGE, tmp_path / "signoff.html")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True).new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "signoff.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert asked == [(tmp_path / "signoff.html").as_uri()]
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
        assert [each["id"] for each in found.response["violations"]] == []
        browser.close()

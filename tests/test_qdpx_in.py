"""Other programs' projects are read whatever way they count, name and lay out; what has no place here is told."""

from __future__ import annotations

import io
import itertools
import subprocess
import sys
import uuid
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import BadInput
from engagement.exchange.aligned import talk
from engagement.exchange.placing import moved, placed
from engagement.exchange.qdpx_in import Here, RawCoding, import_qdpx, went_out
from engagement.exchange.units import UNITS, Text, Unit, counted_in, fitting
from engagement.model import Coding, Decision, Excerpt, Kind, Redaction, Role, digest_of
from tests.qdpx import EMOJI, safe

NAMESPACE = "urn:QDA-XML:project:1.0"
TALK = (
    "Notes of the talk\n\nInterviewer: What would you change?\n\n"
    f"Amina: The {EMOJI} bus is late every day. The lift is broken too.\n\n"
    "Interviewer: And at night?\n\nAmina: The lane is too dark to walk home.\n"
)
NVIVO, ATLAS, STANDARD = Unit(wide=True), Unit(pairs=False), Unit()


def guid(name):
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def at(text, words, unit=STANDARD):
    """Where `words` stand in a text, as a program that counts in `unit` writes it."""
    before = text[: text.index(words)]

    def length(part):
        part = part if unit.pairs else part.replace("\r\n", "\n")
        return len(part.encode("utf-16-le")) // 2 if unit.wide else len(part)

    return length(before), length(before) + length(words)


def selection(text, words, codes, unit=STANDARD, user="u", comment=""):
    start, end = at(text, words, unit)
    made = "".join(
        f'<Coding guid="{guid(code + words)}" creatingUser="{guid(user)}"><CodeRef targetGUID="{guid(code)}"/></Coding>'
        for code in codes
    )
    told = f"<Description>{comment}</Description>" if comment else ""
    place = f'startPosition="{start}" endPosition="{end}"'
    return f'<PlainTextSelection guid="{guid("sel" + words)}" {place}>{told}{made}</PlainTextSelection>'


def code(name, inside=""):
    return f'<Code guid="{guid(name)}" name="{name}" isCodable="true">{inside}</Code>'


def project(sources, *, codes="", more="", origin="Other 1.0", users=("u",), variables="", cases=""):
    named = "".join(f'<User guid="{guid(user)}" name="{user}"/>' for user in users)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{NAMESPACE}" name="p" origin="{origin}">'
        f"<Users>{named}</Users><CodeBook><Codes>{codes or code('Travel') + code('Lifts')}</Codes></CodeBook>"
        f"{f'<Variables>{variables}</Variables>' if variables else ''}{f'<Cases>{cases}</Cases>' if cases else ''}"
        f"<Sources>{sources}</Sources>{more}</Project>"
    )


def source(inside="", name="talk", **paths):
    written = " ".join(f'{key}="{value}"' for key, value in paths.items())
    return f'<TextSource guid="{guid(name)}" name="{name}" {written}>{inside}</TextSource>'


@pytest.fixture
def zipped(tmp_path):
    def make(xml, *, qde="project.qde", **members):
        path = tmp_path / "other.qdpx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(qde, xml)
            for name, data in members.items():
                archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
        return path

    return make


def words_of(imported):
    """(words of each part, theme, coder) of every coding; a test may open what it made itself."""
    turns = {(one.source.source_id, turn.position): turn for one in imported.documents for turn in one.turns}
    return {
        (
            tuple(turns[each.source_id, turn].words.reveal()[start:end] for turn, start, end in each.parts),
            each.theme_key,
            each.coder,
        )
        for each in imported.codings
    }


LATE, LIFT, DARK = "bus is late every day.", "The lift is broken too.", "too dark to walk home"
WINDOWS = TALK.replace("\n", "\r\n")
DIALECTS = {
    # program: (text as it counts, bytes in the file, unit, project file, member, path as it is written)
    "NVivo": (WINDOWS, b"\xef\xbb\xbf" + WINDOWS.encode(), NVIVO, "project.qde", "Sources/t.txt", "internal://t.txt"),
    "ATLAS.ti": (WINDOWS, WINDOWS.encode(), ATLAS, "project.qde", "sources/t.txt", "internal://t.txt"),
    "MAXQDA": (TALK, TALK.encode(), STANDARD, "Project.qde", "Sources/t.txt", "sources/t.txt"),
    "QualCoder": (TALK, TALK.encode(), STANDARD, "project.qde", "Sources/T.TXT", "internal://t.txt"),
    "by its name": (TALK, TALK.encode(), STANDARD, "Town talks.qde", "sources/t.txt", "t.txt"),
    "UTF-16": (WINDOWS, WINDOWS.encode("utf-16"), NVIVO, "project.qde", "sources/t.txt", "internal://t.txt"),
}


@pytest.mark.parametrize("program", DIALECTS)
def test_codings_are_on_the_words_that_were_chosen(zipped, program):
    """Whatever the unit of positions, the line ends, the mark at the beginning, and the names of files and folders."""
    text, data, unit, qde, member, path = DIALECTS[program]
    picked = "".join(
        selection(text, words, codes, unit, user)
        for words, codes, user in ((LATE, ["Travel"], "u"), (LIFT, ["Lifts", "Travel"], "Cy"), (DARK, ["Travel"], "u"))
    )
    xml = project(source(picked, plainTextPath=path), users=("u", "Cy"))
    imported = import_qdpx(zipped(xml, qde=qde, **{member: data}))
    assert words_of(imported) == {
        ((LATE,), "travel", "u"),
        ((LIFT,), "lifts", "Cy"),
        ((LIFT,), "travel", "Cy"),
        ((DARK,), "travel", "u"),
    }
    assert [theme.key for theme in imported.codebook.themes] == ["travel", "lifts"]
    (document,) = imported.documents
    assert document.source.name == "other.qdpx/talk"
    roles = [document.people[turn.person].role for turn in document.turns]
    assert roles == [Role.FACILITATOR, Role.PARTICIPANT, Role.FACILITATOR, Role.PARTICIPANT]


def test_text_inside_the_project_file(zipped):
    """PlainTextContent needs no file beside it."""
    content = TALK.replace(EMOJI, "&#x1F68C;")
    inside = f"<PlainTextContent>{content}</PlainTextContent>{selection(TALK, LATE, ['Travel'])}"
    assert words_of(import_qdpx(zipped(project(source(inside))))) == {((LATE,), "travel", "u")}


def test_the_plain_text_beside_a_word_file_is_taken(zipped):
    """A rich text alone is named: its plain text stands beside it under the same name."""
    xml = project(source(selection(TALK, LATE, ["Travel"]), richTextPath="internal://t.docx"))
    imported = import_qdpx(zipped(xml, sources__t_dot_docx=b"PK not read", sources__t_dot_txt=TALK.encode()))
    assert words_of(imported) == {((LATE,), "travel", "u")}


def test_a_word_file_alone_is_read_without_its_selections(zipped):
    """Positions are of a plain text that isn't there."""
    import docx

    written = io.BytesIO()
    word = docx.Document()
    for line in TALK.split("\n\n"):
        word.add_paragraph(line.strip())
    word.save(written)
    xml = project(source(selection(TALK, LATE, ["Travel"]), richTextPath="internal://t.docx"))
    imported = import_qdpx(zipped(xml, sources__t_dot_docx=written.getvalue()))
    assert imported.codings == ()
    assert len(imported.documents[0].turns) == 4
    (note,) = [each for each in imported.notes if "Left out" in each]
    assert note == (
        'Left out, since it has no place here: selections in "talk", whose plain text is not in the file (1).'
    )


def test_what_has_no_place_here_is_told(zipped):
    """Media, their selections, notes, links, graphs, comments: each by its name, with how many there are."""
    picture = f'<PictureSource guid="{guid("p")}" name="p" path="internal://p.png"/>'
    sound = f'<AudioSource guid="{guid("a")}" name="a" path="internal://a.mp3"/>'
    paper = (
        f'<PDFSource guid="{guid("d")}" name="d" path="internal://d.pdf"><PDFSelection guid="{guid("ds")}" page="1" '
        'firstX="0" firstY="0" secondX="1" secondY="1"/></PDFSource>'
    )
    more = (
        f'<Notes><Note guid="{guid("n")}"/></Notes><Links><Link guid="{guid("l")}"/><Link guid="{guid("m")}"/></Links>'
        f'<Graphs><Graph guid="{guid("g")}"/></Graphs>'
    )
    gone = source(name="gone", plainTextPath="internal://gone.txt")
    told = source(selection(TALK, LATE, ["Travel"], comment="My thought."), plainTextPath="t.txt")
    imported = import_qdpx(zipped(project(told + gone + picture + sound + paper, more=more), sources__t_dot_txt=TALK))
    assert imported.notes == (
        '"gone": its words are not in the file. Export it with its sources, or add it by itself.',
        "Left out, since it has no place here: PDF files (1), comments on selections (1), graphs (1), links (2), "
        "notes (1), pictures (1), selections on PDF pages (1), sounds (1).",
    )
    assert len(imported.documents) == len(imported.codings) == 1


def test_words_of_a_pdf_and_of_a_recording_are_taken(zipped):
    """A PDF's text stands in it as a representation, a recording's as a transcript with times."""
    paper = (
        f'<PDFSource guid="{guid("d")}" name="paper" path="internal://d.pdf"><Representation guid="{guid("r")}" '
        f'plainTextPath="internal://t.txt">{selection(TALK, LATE, ["Travel"])}</Representation></PDFSource>'
    )
    start, end = at(TALK, DARK)
    film = (
        f'<VideoSource guid="{guid("v")}" name="film"><Transcript guid="{guid("s")}" plainTextPath="internal://t.txt">'
        f'<SyncPoint guid="{guid("1")}" position="{start}"/><SyncPoint guid="{guid("2")}" position="{end}"/>'
        f'<TranscriptSelection guid="{guid("3")}" fromSyncPoint="{guid("1")}" toSyncPoint="{guid("2")}">'
        f'<Coding guid="{guid("4")}"><CodeRef targetGUID="{guid("Lifts")}"/></Coding></TranscriptSelection>'
        "</Transcript></VideoSource>"
    )
    imported = import_qdpx(zipped(project(paper + film), sources__t_dot_txt=TALK))
    assert [document.source.name for document in imported.documents] == ["other.qdpx/paper", "other.qdpx/film"]
    assert words_of(imported) == {((LATE,), "travel", "u"), ((DARK,), "lifts", "imported")}


VARIABLES = "".join(
    f'<Variable guid="{guid(name)}" name="{name}" typeOfVariable="Text"/>' for name in ("Ethnic group", "Sex", "Mood")
)


def values(**held):
    return "".join(
        f'<VariableValue><VariableRef targetGUID="{guid(name.replace("_", " "))}"/><TextValue>{value}</TextValue>'
        "</VariableValue>"
        for name, value in held.items()
    )


@pytest.mark.parametrize("by", ["source", "selection", "code"])
def test_a_case_is_who_speaks(zipped, by):
    """A case with its whole text, its selections, or NVivo's code of the same name: the participant has its answers."""
    told = values(Ethnic_group="Pakistani", Sex="Unassigned", Mood="glad")
    picked = selection(TALK, LATE, ["Travel"])
    own = selection(TALK, f"The {EMOJI} {LATE} {LIFT}", ["Amina Begum"] if by == "code" else [])
    link = {
        "source": f'<SourceRef targetGUID="{guid("talk")}"/>',
        "selection": f'<SelectionRef targetGUID="{guid(f"selThe {EMOJI} {LATE} {LIFT}")}"/>',
        "code": "",
    }[by]
    cases = f'<Case guid="{guid("Amina Begum")}" name="Amina Begum">{told}{link}</Case>'
    codes = code("Travel") + (code("Amina Begum") if by == "code" else "")
    xml = project(source(picked + own, plainTextPath="t.txt"), codes=codes, variables=VARIABLES, cases=cases)
    imported = import_qdpx(zipped(xml, sources__t_dot_txt=TALK))
    (document,) = imported.documents
    people = [document.people[turn.person] for turn in document.turns]
    assert people[1] == people[3] != people[0] == people[2]
    assert [name.reveal() for name in people[1].names] == ["Amina Begum", "Amina"]
    assert [(key, words.reveal()) for key, words in people[1].declared] == [("race", "Pakistani")]
    assert imported.codebook.keys == ("travel",)
    assert words_of(imported) == {((LATE,), "travel", "u")}


def test_variables_of_a_document_are_its_speakers(zipped):
    """MAXQDA writes them on the source itself."""
    letter = "The lift has been broken since May and nobody comes to mend it.\n"
    inside = f"{selection(letter, 'The lift', ['Lifts'])}{values(Ethnic_group='Irish')}"
    xml = project(source(inside, plainTextPath="t.txt"), variables=VARIABLES)
    (document,) = import_qdpx(zipped(xml, sources__t_dot_txt=letter)).documents
    (person,) = document.people
    assert [(key, words.reveal()) for key, words in person.declared] == [("race", "Irish")]
    assert [(turn.person, turn.kind) for turn in document.turns] == [(0, Kind.TURN)]


def test_a_case_without_words_is_told(zipped):
    """Somebody whose words are in no text of the file is left out; a case that speaks is not."""
    cases = "".join(
        f'<Case guid="{guid(name)}" name="{name}">{link}</Case>'
        for name, link in (("P1", f'<SourceRef targetGUID="{guid("talk")}"/>'), ("P2", ""))
    )
    xml = project(source(plainTextPath="t.txt"), cases=cases)
    imported = import_qdpx(zipped(xml, sources__t_dot_txt=TALK))
    assert imported.notes == ("Cases that were left out, since no text is known to hold words of theirs: 1.",)


ODD = st.sampled_from(["", "-1", "9" * 5000, "0x1", "١", " 4 ", "1e3", "{}", "\u2028", "a" * 40])


@given(st.lists(ODD, min_size=8, max_size=8))
def test_odd_attributes_end_in_a_sentence_or_in_nothing(tmp_path_factory, values):
    """Positions and identifiers of any kind: the words come in, or the user is told."""
    start, end, one, two, three, path, name, user = values
    inside = (
        f'<PlainTextSelection guid="{one}" startPosition="{start}" endPosition="{end}"><Coding guid="{two}" '
        f'creatingUser="{user}"><CodeRef targetGUID="{three}"/></Coding></PlainTextSelection>'
    )
    content = f"<PlainTextContent>The lift is broken.</PlainTextContent>{inside}"
    sources = f'<TextSource guid="{two}" name="{name}" plainTextPath="{path}">{content}</TextSource>'
    cases = f'<Case guid="{three}" name="{name}"><SelectionRef targetGUID="{one}"/></Case>'
    file = tmp_path_factory.mktemp("odd") / "odd.qdpx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("project.qde", project(sources, cases=cases, codes=f'<Code guid="{three}" name="A"/>'))
    assert len(import_qdpx(file).documents) == 1


@pytest.mark.parametrize(
    ("name", "origin", "coder"),
    [
        ("Ada",               "Other 1",      "Ada"),
        ("blind:Ada",         "Other 1",      "blind Ada"),
        ("adjudicated:Ada",   "Other 1",      "adjudicated Ada"),
        ("blind:Ada",         "engagement 1", "blind:Ada"),
        ("machine:model:1",   "Other 1",      "machine:model:1"),
        ("",                  "Other 1",      "imported"),
    ],
)  # fmt: skip
def test_a_user_is_a_coder_and_passes_for_no_other(zipped, name, origin, coder):
    """What our names say of a coder another program can't say; a machine's stay a machine's."""
    text = "The bus is late.\n\n"
    xml = project(
        source(selection(text, "late", ["Travel"], user=name), plainTextPath="t.txt"), origin=origin, users=(name,)
    )
    assert words_of(import_qdpx(zipped(xml, sources__t_dot_txt=text))) == {(("late",), "travel", coder)}


# what is refused

BOMB = b"0" * 30_000_000
ENTITIES = b'<!DOCTYPE P [<!ENTITY x "y">]><Project/>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no zip at all", "other.qdpx: it is no zip file, as a QDPX file is."),
        ({"a.txt": b"x"}, "other.qdpx: no project file (.qde) in it."),
        ({"a.qde": b"<Project/>", "b.qde": b"<Project/>"}, "other.qdpx: several project files (.qde) in it."),
        ({"a.qde": b"<Project"}, "other.qdpx: its project file is not valid XML."),
        ({"a.qde": b"<Other/>"}, "other.qdpx: its project file is no REFI-QDA project."),
        ({"a.qde": ENTITIES}, "other.qdpx: it defines XML entities, which no project needs."),
        ({"a.qde": BOMB}, "other.qdpx: no project file (.qde) in it."),
        ({"../a.qde": b"<Project/>"}, "other.qdpx: no project file (.qde) in it."),
    ],
)  # fmt: skip
def test_a_file_that_is_none_gets_a_sentence(tmp_path, content, message):
    """No zip, no or several projects, broken XML, entities, a bomb, a path that leads out."""
    path = tmp_path / "other.qdpx"
    path.write_bytes(content if isinstance(content, bytes) else b"")
    if isinstance(content, dict):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in content.items():
                archive.writestr(name, data)
    with pytest.raises(BadInput) as refused:
        import_qdpx(path)
    assert str(refused.value) == f"{message} Export the project as REFI-QDA (.qdpx) again."


def test_paths_lead_nowhere_else(zipped, tmp_path):
    """A file outside is not read, however it is named."""
    (tmp_path / "secret.txt").write_text("The lift is broken, says a file outside.")
    named = ["../secret.txt", "internal://../secret.txt", str(tmp_path / "secret.txt"), "absolute:///secret.txt"]
    inside = "".join(source(name=f"t{number}", plainTextPath=path) for number, path in enumerate(named))
    assert import_qdpx(zipped(project(inside))).documents == ()


def test_a_coding_out_of_its_text_is_told(zipped):
    """Positions before the beginning, after the end, and backwards."""
    spans = [(-1, 4), (5, 4), (0, 10_000)]
    inside = "".join(
        f'<PlainTextSelection guid="{guid(str(span))}" startPosition="{span[0]}" endPosition="{span[1]}"><Coding '
        f'guid="{guid(f"c{span}")}"><CodeRef targetGUID="{guid("Travel")}"/></Coding></PlainTextSelection>'
        for span in spans
    )
    imported = import_qdpx(zipped(project(source(inside, plainTextPath="t.txt")), sources__t_dot_txt=TALK))
    assert imported.codings == ()
    assert imported.notes == ("Codings that were left out, since they lie out of the text: 3.",)


# the pieces


@pytest.mark.parametrize("unit", UNITS, ids=str)
def test_the_unit_is_told_by_its_fit(unit):
    """Of all eight ways to count, the one in which selections begin and end with words."""
    written = f"{EMOJI} One two\r\nthree {EMOJI} four\r\nfive six seven."
    chosen = ["two", "three", "four", "seven."]
    marked = int(unit.mark)
    spans = [tuple(marked + place for place in at(written, words, unit)) for words in chosen]
    text = Text(written, marked=True)
    assert fitting([(text, spans)]) == unit
    assert [text.plain[slice(*span)] for span in counted_in(text, unit, spans)] == chosen


PIECES = st.lists(st.sampled_from(["a", " ", "\r\n", EMOJI, "."]), max_size=20).map("".join)


@given(PIECES, st.sampled_from(UNITS))
def test_every_span_has_its_place(written, unit):
    """Positions of whole characters come back the same from each unit."""
    text = Text(written, marked=True)
    plain = text.plain
    lengths = [int(unit.mark)]
    for character in plain:
        double = (character == "\n" and unit.pairs) or (character == EMOJI and unit.wide)
        lengths.append(lengths[-1] + 1 + double)
    spans = list(itertools.combinations(range(len(plain) + 1), 2))
    assert counted_in(text, unit, [(lengths[i], lengths[j]) for i, j in spans]) == spans


def test_turns_are_found_again_in_their_text():
    """Labels, bullets and headings are dropped, spaces and line ends made one: a span is on the same words."""
    text = "Minutes\n\nAnna: I see.\n- the   bus\n- is “late”\n\nBen: I see.\n\nAnna: Quite\nso.\n\nBen: Good.\n"
    aligned = talk(text)
    said = [turn.words for turn in aligned.reading.turns]
    assert said == ["I see.\nthe bus\nis “late”", "I see.", "Quite so.", "Good."]
    for chosen, words in (("the   bus\n- is", ["the bus\nis"]), ("I see.\n\nAnna: Quite", ["I see.", "Quite"])):
        start = text.rindex(chosen)
        parts = aligned.over(start, start + len(chosen))
        assert [said[turn][first:last] for turn, first, last in parts] == words


R = [Redaction(4, 9, "PERSON", "[Person 12]", 1.0, "x"), Redaction(12, 20, "PLACE", "[place]", 1.0, "x")]


@pytest.mark.parametrize(
    ("raw",     "safe_span"),
    [
        ((0, 4),   (0, 4)),
        ((4, 9),   (4, 15)),
        ((5, 8),   (4, 15)),
        ((9, 12),  (15, 18)),
        ((0, 25),  (0, 30)),
        ((20, 25), (25, 30)),
        ((15, 25), (18, 30)),
        ((0, 12),  (0, 18)),
    ],
)  # fmt: skip
def test_a_span_moves_with_what_was_replaced_before_it(raw, safe_span):
    """What begins or ends in a replaced word takes in all of what is printed for it."""
    assert moved(*raw, R) == safe_span
    assert moved(*raw, R[::-1]) == safe_span


def excerpt(name, turn, start, end):
    text = safe("x" * (end - start))
    return Excerpt(name, "s", turn, 0, text, start, end, digest_of(text), Role.PARTICIPANT, None, None)


@pytest.mark.parametrize(
    ("parts",                     "excerpts"),
    [
        ([(0, 0, 10)],               {"a": (0, 10)}),
        ([(0, 0, 40)],               {"a": (0, 20), "b": (0, 20)}),
        ([(0, 15, 40)],              {"b": (0, 20)}),
        ([(0, 18, 23)],              {"b": (0, 3)}),
        ([(0, 10, 40)],              {"a": (10, 20), "b": (0, 20)}),
        ([(0, 38, 40), (1, 0, 20)],  {"c": (0, 20)}),
        ([(2, 0, 5)],                {}),
        ([(9, 0, 5)],                {}),
    ],
)  # fmt: skip
def test_a_coding_goes_to_the_excerpts_of_which_it_holds_most(parts, excerpts):
    """All of which it holds half, else the one of which it holds the most; nothing is made of what nobody said."""
    cut = [excerpt("a", 0, 0, 20), excerpt("b", 0, 20, 40), excerpt("c", 1, 0, 20)]
    found = placed([RawCoding("s", tuple(parts), "bus", "Ada")], {("s", n): () for n in range(3)}, cut)
    assert {one.excerpt_id: one.because for one in found} == excerpts


def test_a_persons_coding_is_accepted_and_a_machines_suggested():
    """A machine's probability is in no file; the same coding twice is one."""
    coded = [RawCoding("s", ((0, 0, 9),), "bus", coder) for coder in ("Ada", "Ada", "machine:x:1")]
    assert placed(coded, {("s", 0): ()}, [excerpt("a", 0, 0, 20)]) == (
        Coding("a", "bus", "Ada", Decision.ACCEPTED, 1.0, (0, 9)),
        Coding("a", "bus", "machine:x:1", Decision.SUGGESTED, 0.5, (0, 9)),
    )


@pytest.mark.parametrize(
    ("text",                                "turns"),
    [
        ("one.\n\ntwo\nlines.\n\n",           ["one.", "two\nlines."]),
        ("one.\n\ntwo\nlines.",               ["one.", "two\nlines."]),
        ("Asked?\n\none.\n\ntwo\nlines.\n\n", ["one.", "two\nlines."]),
        ("one.\n\n\nwith\n\nbreaks.\n\n\n",   ["one.", "with\n\nbreaks."]),
        ("one.\n\nother.\n\n",                []),
        ("",                                  []),
    ],
)  # fmt: skip
def test_a_text_that_went_out_is_known_again(text, turns):
    """With or without the line ends at its close; a text with a tenth of new words is another."""
    here = Here(
        turns={digest_of(each) for each in ("one.", "two\nlines.", "with\n\nbreaks.")}, questions={digest_of("Asked?")}
    )
    own = went_out(text, here)
    assert [words for _, words in own] == turns
    assert all(text[place : place + len(words)] == words for place, words in own)


def test_importing_loads_nothing_heavy():
    """Neither torch nor spaCy is needed to read a project, nor to write one."""
    modules = "engagement.exchange.importing, engagement.export.qdpx, engagement.commands.exchange"
    check = f"import sys, {modules}; assert not {{'torch', 'spacy', 'sklearn'}} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

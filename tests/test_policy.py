"""A policy says what happens to each kind; what is coarser is true and tells no word; a wrong file gets a sentence."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import BadInput
from engagement.policy import (
    JUDGED,
    LEFT_BY_DEFAULT,
    PLACEHOLDER,
    PRESETS,
    PRINTED,
    PUBLISH,
    QUASI,
    Action,
    Policy,
    generalised,
    load,
)


def test_the_default_leaves_no_kind_as_it_is():
    """Every kind has an action and a printed word; the default keeps only what identifies nobody by itself."""
    assert set(PUBLISH) == set(PRINTED)
    assert {kind for kind, action in Policy().actions.items() if action is Action.KEEP} == LEFT_BY_DEFAULT
    assert set(PRINTED) > JUDGED
    assert PRESETS["publish"] is PUBLISH


@pytest.mark.parametrize(
    ("preset", "kept"),
    [("publish", LEFT_BY_DEFAULT), ("internal", {*LEFT_BY_DEFAULT, *QUASI}), ("strict", set())],
)
def test_a_preset_keeps_what_it_says(preset, kept):
    """Strict keeps nothing, internal what identifies in combination alone, and each replaces direct ones."""
    assert set(PRESETS[preset]) == set(PRINTED)
    assert {kind for kind, action in PRESETS[preset].items() if action is Action.KEEP} == kept
    assert PRESETS[preset]["PERSON"] is Action.PSEUDONYM


FILES = [
    ("actions: {PLACE: keep}\nkeep: [Aldermouth]", "PLACE", Action.KEEP, "publish"),
    ("actions: {PLACE: keep}", "SCHOOL", Action.GENERALISE, "publish"),
    ("preset: strict", "UNEXPLAINED", Action.MASK, "strict"),
    ("preset: strict\nactions: {UNEXPLAINED: keep}", "UNEXPLAINED", Action.KEEP, "strict"),
    ("preset: strict\nactions: {UNEXPLAINED: keep}", "SCHOOL", Action.MASK, "strict"),
    ("preset: internal\nactions: {AGE: mask}", "AGE", Action.MASK, "internal"),
    ("preset: internal\nactions: {AGE: mask}", "SCHOOL", Action.KEEP, "internal"),
    ("", "PERSON", Action.PSEUDONYM, "publish"),
]


@pytest.mark.parametrize(("text", "kind", "action", "preset"), FILES)
def test_a_file_changes_only_what_it_names(tmp_path, text, kind, action, preset):
    """A file's own actions stand over its preset's, and whatever it does not name is the preset's."""
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    policy = load(path)
    assert (policy.actions[kind], policy.preset) == (action, preset)


def test_a_file_may_name_words(tmp_path):
    """Words to keep and words to remove come with the policy."""
    path = tmp_path / "policy.yaml"
    path.write_text("keep: [Aldermouth]\nremove: [zorbing]\nthreshold: 0.4", encoding="utf-8")
    assert load(path) == Policy(PUBLISH, 0.4, ("Aldermouth",), ("zorbing",))


WRONG = [
    ("actions: {NAME: keep}", "policy.yaml, actions: no kind is called 'NAME'. Use one of PERSON, "),
    ("actions: {PERSON: hide}", "policy.yaml, actions.PERSON: Input should be 'pseudonym', 'mask', "),
    ("actions: [", "policy.yaml: not valid YAML. Mend the file, or leave it out to use the default."),
    ("keeep: []", "policy.yaml, keeep: Extra inputs are not permitted. Mend that line."),
    ("preset: lax", "policy.yaml, preset: no preset is called 'lax'. Use one of publish, internal, strict."),
    ("threshold: 2", "policy.yaml, threshold: Input should be less than or equal to 1. Mend that line."),
    ("threshold: -1", "policy.yaml, threshold: Input should be greater than or equal to 0. Mend that line."),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_wrong_file_gets_one_sentence(tmp_path, text, sentence):
    """File, place, what was found, what to do."""
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        load(path)
    assert str(error.value).startswith(sentence)


COARSER = [
    # kind              surface                              year  printed
    ("AGE",              "17",                                None, "aged under 18"),
    ("AGE",              "18",                                None, "aged late teens to mid-20s"),
    ("AGE",              "24",                                None, "aged late teens to mid-20s"),
    ("AGE",              "twenty-five",                       None, "aged mid-20s to mid-30s"),
    ("AGE",              "Eighty three",                      None, "aged mid-70s or over"),
    ("AGE",              "83 years old",                      None, "aged mid-70s or over"),
    ("AGE",              "aged",                              None, None),
    ("AGE",              "12 and 14",                         None, None),
    ("AGE",              "nine ten",                          None, None),
    ("AGE",              "1978",                              None, None),
    ("POSTCODE",         "AM4 2QP",                           None, "postcode area AM"),
    ("POSTCODE",         "z9 7bb",                            None, "postcode area Z"),
    ("POSTCODE",         "postcode",                          None, None),
    ("DATE_OF_BIRTH",    "9 November 1949",                   2020, "aged mid-60s to mid-70s"),
    ("DATE_OF_BIRTH",    "12/03/1971",                        2020, "aged mid-40s to mid-50s"),
    ("DATE_OF_BIRTH",    "12/03/1971",                        None, None),
    ("DATE_OF_BIRTH",    "12/03/71",                          2020, None),
    ("DATE",             "14 March 2019",                     None, "March 2019"),
    ("DATE",             "the 3rd of Sept. 2020",             None, "September 2020"),
    ("DATE",             "14/03/2019",                        None, "March 2019"),
    ("DATE",             "14/13/2019",                        None, None),
    ("DATE",             "14 March",                          None, None),
    ("DATE",             "14 March 2019 to 2 May 2019",       None, None),
    ("SCHOOL",           "St Brannoc's Primary",              None, "a primary school"),
    ("SCHOOL",           "Wharfside Infants",                 None, "a primary school"),
    ("SCHOOL",           "Garland Road Junior School",        None, "a primary school"),
    ("SCHOOL",           "Primary Street School",             None, "a school"),
    ("SCHOOL",           "Primary Lane Academy",              None, "a school"),
    ("SCHOOL",           "Tideway Primary and Nursery School", None, "a primary school"),
    ("SCHOOL",           "Ravensbrook High",                  None, "a secondary school"),
    ("SCHOOL",           "High Street Nursery",               None, "an early years setting"),
    ("SCHOOL",           "Lanfranc Sixth Form College",       None, "a college"),
    ("SCHOOL",           "Kingsmere Academy",                 None, "a school"),
    ("SCHOOL",           "St Bede's",                         None, None),
    ("SCHOOL",           "Ashmole Park",                      None, None),
    ("PLACE_OF_WORSHIP", "Masjid Al-Noor",                    None, "a mosque"),
    ("PLACE_OF_WORSHIP", "Church Street Mosque",              None, "a mosque"),
    ("PLACE_OF_WORSHIP", "Mosque Lane Chapel",                None, "a church"),
    ("PLACE_OF_WORSHIP", "Guru Nanak Gurdwara",               None, "a Sikh place of worship"),
    ("PLACE_OF_WORSHIP", "Shri Ram Mandir",                   None, "a Hindu place of worship"),
    ("PLACE_OF_WORSHIP", "St Wilfrid's",                      None, "a church"),
    ("PLACE_OF_WORSHIP", "Rivers of Life Assembly",           None, None),
    ("PLACE_OF_WORSHIP", "the Sikh Gurdwara",                 None, None),
    ("ORGANISATION",     "Kestrel & Daughters",               None, "a business"),
    ("ORGANISATION",     "Brightstep Facilities Ltd",         None, "a business"),
    ("ORGANISATION",     "Mudlark Foundation",                None, "a voluntary organisation"),
    ("ORGANISATION",     "Mudlark NHS Foundation Trust",      None, "a health service"),
    ("ORGANISATION",     "Mudlark Housing Trust",             None, "a social landlord"),
    ("ORGANISATION",     "Beckside Friends",                  None, "a community organisation"),
    ("ORGANISATION",     "The Quiet Table",                   None, None),
    ("ORGANISATION",     "Voluntary Aid Trust",               None, None),
    ("PLACE",            "Sallow Lane",                       None, "a street"),
    ("PLACE",            "Ropewalk estate",                   None, "a neighbourhood"),
    ("PLACE",            "Pennard",                           None, None),
    ("PERSON",           "Grace Church",                      None, None),
    ("EMAIL",            "school@example.org",                None, None),
    ("GP_PRACTICE",      "Larkspur Street Surgery",           None, None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "surface", "year", "printed"), COARSER)
def test_a_coarser_truth_is_told_only_where_the_words_say_it(kind, surface, year, printed):
    """The words of the kind decide, the last of them; where they decide nothing, the kind's bare name is printed."""
    assert generalised(kind, surface, year) == printed


@given(st.sampled_from(sorted(PRINTED)), st.text("abcdefgHIJ '&-/0123456789éß", max_size=40), st.integers(1990, 2030))
def test_no_telling_word_gets_through(kind, surface, year):
    """Whatever the surface: what is printed is of the listed forms, and so has no word of its own to leak."""
    printed = generalised(kind, surface, year)
    assert printed is None or PLACEHOLDER.fullmatch(f"[{printed}]")


@pytest.mark.parametrize("surface", [surface for kind, surface, _, _ in COARSER if kind in QUASI and kind != "AGE"])
def test_names_stay_behind(surface):
    """Of a body's or place's name only words of its kind are ever printed again."""
    kinds = {"school", "primary", "secondary", "college", "mosque", "church", "temple", "street", "a", "of", "and"}
    for kind in QUASI:
        printed = generalised(kind, surface) or ""
        assert (
            set(regex.findall(r"\p{L}+", printed.casefold())) & set(regex.findall(r"\p{L}+", surface.casefold()))
            <= kinds
        )


PLACEHOLDERS = [
    ("[Person 12]", True), ("[a primary school]", True), ("[aged Under 18]", True), ("[postcode area LS]", True),
    ("[March 2019]", True), ("[name or place]", True), ("[place of worship]", True), ("[a mosque]", True),
    ("[Person Nkechi]", False), ("[postcode area LS9]", False), ("[March]", False), ("[a Tideway school]", False),
    ("[inaudible]", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "is_one"), PLACEHOLDERS)
def test_what_is_printed_is_known_again(text, is_one):
    """A placeholder of an earlier run is told from other words in brackets."""
    assert bool(PLACEHOLDER.fullmatch(text)) is is_one

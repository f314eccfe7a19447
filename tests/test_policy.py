"""A policy says what happens to each kind, and a wrong file is told in a sentence."""

import pytest

from engagement.errors import BadInput
from engagement.policy import JUDGED, PRINTED, PUBLISH, Action, Policy, load


def test_the_default_leaves_no_kind_as_it_is():
    """Every kind of identifier has an action and a printed word, and the default keeps none."""
    assert set(PUBLISH) == set(PRINTED)
    assert Action.KEEP not in Policy().actions.values()
    assert set(PRINTED) > JUDGED


def test_a_file_changes_only_what_it_names(tmp_path):
    """Actions that a file names replace the default's; the others stay."""
    path = tmp_path / "policy.yaml"
    path.write_text("actions: {PLACE: keep}\nkeep: [Aldermouth]\n", encoding="utf-8")
    policy = load(path)
    assert policy.actions["PLACE"] is Action.KEEP
    assert policy.actions["PERSON"] is Action.PSEUDONYM
    assert policy.keep == ("Aldermouth",)


WRONG = [
    ("actions: {NAME: keep}", "policy.yaml, actions: no kind is called 'NAME'. Use one of PERSON, "),
    ("actions: {PERSON: hide}", "policy.yaml, actions.PERSON: Input should be 'pseudonym', 'mask', "),
    ("actions: [", "policy.yaml: not valid YAML. Mend the file, or leave it out to use the default."),
    ("keeep: []", "policy.yaml, keeep: Extra inputs are not permitted. Mend that line."),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_wrong_file_gets_one_sentence(tmp_path, text, sentence):
    """File, place, what was found, what to do."""
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        load(path)
    assert str(error.value).startswith(sentence)

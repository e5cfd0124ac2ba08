"""English pronouns by person, number and gender, from ``rules/en/lexicon.yaml``: rules and network read the same."""

from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from services.text_ie.lexicon import read_mapping
from shared.schemas.base import Schema

Role = Literal["personal", "relative", "demonstrative"]


class Pronoun(Schema):
    """One pronoun in its forms, parted by spaces; what a form does not tell is empty or 0."""

    person: int = 0
    number: Literal["singular", "plural", ""] = ""
    gender: Literal["m", "f", "n", ""] = ""
    type: str = ""
    role: Role = "personal"
    subject: str = ""
    object: str = ""
    possessive: str = ""
    reflexive: str = ""

    @property
    def forms(self) -> frozenset[str]:
        """All of them, in lower case."""
        return frozenset(f"{self.subject} {self.object} {self.possessive} {self.reflexive}".split())


@cache
def pronouns() -> tuple[Pronoun, ...]:
    """In the order of the file, which numbers the features of the network."""
    rows = TypeAdapter(dict[str, Pronoun]).validate_python(read_mapping("en/lexicon.yaml")["pronouns"])
    return tuple(rows.values())


def pronoun_forms(
    *, gender: str | None = None, number: str | None = None, person: int | None = None, role: Role = "personal"
) -> frozenset[str]:
    """The forms of the pronouns that agree with all that is asked for."""
    asked = {"gender": gender, "number": number, "person": person, "role": role}
    wanted = {name: value for name, value in asked.items() if value is not None}
    fitting = [p for p in pronouns() if all(getattr(p, name) == value for name, value in wanted.items())]
    return frozenset[str]().union(*(p.forms for p in fitting))

"""People of the text who stand in the gallery under exactly that name."""

from collections.abc import Sequence

from services.entity_linking.knowledge.names import normalise
from services.entity_linking.thresholds import LIMITS
from shared.gallery import Person
from shared.schemas.linking import KBRecord, Link
from shared.schemas.text import TextExtraction

MODEL = "rules:gallery-name"


def person_record(person: Person) -> KBRecord:
    """The gallery's person as a knowledge-base record; its id is the one that was given, else the gallery's own."""
    return KBRecord(id=person.kb_id or f"person:{person.person_id}", name=person.name, type="PER", description="people gallery")


def link_people(text: TextExtraction, people: Sequence[Person]) -> list[Link]:
    """Links of PER entities with the full name (two words and more) of one person in the gallery."""
    names: dict[str, list[Person]] = {}
    for person in people:
        names.setdefault(normalise(person.name), []).append(person)
    links = []
    for entity in text.entities:
        found = names.get(normalise(entity.name), [])
        if entity.type == "PER" and len(found) == 1 and len(entity.name.split()) > 1:
            reason = "the full name of a person in the gallery"
            links.append(
                Link(
                    subject_id=entity.id,
                    record=person_record(found[0]),
                    confidence=LIMITS.full_name_confidence,
                    model=MODEL,
                    reason=reason,
                )
            )
    return links

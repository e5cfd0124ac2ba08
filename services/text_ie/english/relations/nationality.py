"""Nationality of persons: as an attribute, from what relates them to a country, and from nouns that name it (``an Iraqi``)."""

from collections import defaultdict

from services.text_ie.lexicon import load_lexicon, word_list
from shared.schemas.text import Entity, TextExtraction

CITIZEN = "GeneralAffiliation.MemberOriginReligionEthnicity.NationalityCitizen"
_NO_DEMONYMS = word_list("short_countries_before_nouns")


def is_nationality(modifier: str) -> bool:
    """``German``, and ``U.S.`` and ``UK`` before a noun; not ``Germany``."""
    return load_lexicon().is_demonym(modifier) or modifier.replace(".", "") in _NO_DEMONYMS


def with_nationality(extraction: TextExtraction) -> TextExtraction:
    """The message; its persons with ``nationality``, names of countries joined with semicolons."""
    kept, mentions = extraction.entities, {mention.id: mention for mention in extraction.mentions}
    names = {entity.id: entity.name for entity in kept}
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for relation in extraction.relations:
        if relation.type == CITIZEN:
            country = load_lexicon().country(names[relation.target_id])
            found[relation.source_id][country or names[relation.target_id]] = None
    for entity in kept:
        for mention in (mentions[i] for i in entity.mention_ids if entity.type == "PER" and mentions[i].kind == "nominal"):
            word = mention.text[mention.head.start - mention.span.start : mention.head.end - mention.span.start]
            country = load_lexicon().country(word) or load_lexicon().country(word.removesuffix("s"))
            if country:
                found[entity.id][country] = None
    entities = tuple(_with(entity, "; ".join(found[entity.id])) if entity.id in found else entity for entity in kept)
    return extraction.model_copy(update={"entities": entities})


def _with(entity: Entity, nationality: str) -> Entity:
    return entity.model_copy(update={"attributes": {**entity.attributes, "nationality": nationality}})

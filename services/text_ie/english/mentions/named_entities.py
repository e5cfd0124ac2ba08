"""Names, titles, times and amounts: spaCy's entities, cleaned and put into the ontology's types."""

import re
from dataclasses import replace

from spacy.tokens import Doc, Span

from services.text_ie.english.mentions.passage import TokenMention, overlaps
from services.text_ie.english.mentions.values import correct_values
from services.text_ie.english.parse.spacy_parser import MODEL
from services.text_ie.lexicon import Lexicon, word_list
from services.text_ie.thresholds import LIMITS

_TYPES = {
    "PERSON": "PER", "ORG": "ORG", "GPE": "GPE", "LOC": "LOC", "FAC": "FAC", "LAW": "LAW", "MONEY": "MONEY", "DATE": "TIME",
    "TIME": "TIME", "PERCENT": "VALUE", "QUANTITY": "VALUE", "NORP": "NORP", "PRODUCT": "PRODUCT", "VEH": "VEH", "WEA": "WEA",
}  # fmt: skip
_VALUES = frozenset({"TIME", "MONEY", "VALUE", "TITLE"})
_EDGE = word_list("name_edges")
_COMPOUND_ENDS = tuple(sorted(word_list("compound_ends")))
_AGE = re.compile(r"\bold\b|\baged?\b|^(?:annual|daily|weekly|monthly|yearly)$", re.I)
_VEHICLE = re.compile(
    r"^(?:(?:F|B|C|Su|MiG|Mi|T|UH|AH|CH|MQ|RQ|A|E|Tu|Il|An|P|KC|AC|U)-\d{1,3}\w?"
    r"|USS|HMS|Air Force One|Boeing \d{3}.*|Airbus A?\d{3}.*)\b"
)
_NOT_VEHICLES = word_list("vehicle_name_exceptions")
_WEAPON = re.compile(r"^(?:AK|AR|M|RPG|Scud|SS|S)-?\d{1,3}\b|^(?:Kalashnikov|Scud|Tomahawk|Hellfire|Stinger|Javelin)\b")


def find_names(document: Doc, lexicon: Lexicon) -> list[TokenMention]:
    """All names and values of a paragraph; a title before a name is a mention of its own and kept in ``TokenMention.title``."""
    correct_values(document)
    names: list[TokenMention] = []
    for entity in document.ents:
        found = _from_entity(entity, lexicon)
        if found is not None and not overlaps(found, names):
            names.append(found)
    names += [f for f in _after_titles(document, lexicon) if not overlaps(f, names)]
    return _with_titles(document, sorted(names, key=lambda f: f.start), lexicon)


def _from_entity(entity: Span, lexicon: Lexicon) -> TokenMention | None:
    kind = _TYPES.get(entity.label_)
    start, end = _trim(entity)
    if kind is None or start >= end:
        return None
    document = entity.doc
    if kind == "PER":
        end = _surname_end(document, start, end)
        while start + 1 < end and _is_title(document[start].lower_, lexicon):
            start += 1
    span = document[start:end]
    if kind == "TIME" and _AGE.search(span.text):
        return None
    found = TokenMention(
        start, end, span.root.i, "value" if kind in _VALUES else "name", kind, LIMITS.confidence_tagger, entity.kb_id_ or MODEL
    )
    return found if kind in _VALUES else _typed(found, span, lexicon)


def _surname_end(document: Doc, start: int, end: int) -> int:
    """A lone first name goes on through a capitalised proper noun that is no name itself: ``Theresa May``."""
    if end - start == 1 and end < len(document):
        after = document[end]
        if after.pos_ == "PROPN" and after.is_title and after.ent_type_ in {"", "DATE"} and document[start].whitespace_ != "":
            return end + 1
    return end


def _trim(entity: Span) -> tuple[int, int]:
    """Token bounds without quotes, articles, possessive marks and other punctuation at the edges."""
    start, end, document = entity.start, entity.end, entity.doc
    keep_article = entity.label_ in {"DATE", "TIME", "WORK_OF_ART"}
    while start < end and document[start].lower_ in _EDGE and not keep_article:
        start += 1
    while end > start and (document[end - 1].lower_ in _EDGE or document[end - 1].is_punct):
        end -= 1
    return start, end


def _typed(found: TokenMention, span: Span, lexicon: Lexicon) -> TokenMention | None:
    """Correct the type from the words themselves and from the word before."""
    if span.text.endswith(_COMPOUND_ENDS):
        return None
    if found.type == "NORP":
        return _group(found, span, lexicon)
    if lexicon.country(span.text) is not None and not lexicon.is_demonym(span.text):
        return replace(found, type="GPE")
    if found.type in {"ORG", "GPE"} and _is_ministry_of_title(span):
        return None
    if span.start and span.doc[span.start - 1].lower_ in {"a", "an"} and span[-1].lower_ in lexicon.nouns:
        return None
    vehicle = _vehicle(found, span, lexicon)
    if vehicle is not None:
        return vehicle
    if _WEAPON.match(span.text):
        return replace(found, type="WEA")
    last = span[-1].lower_
    noun = lexicon.noun(last)
    if (
        noun is not None
        and noun[0] == "FAC"
        and last not in word_list("organisation_places")
        and len(span) > 1
        and found.type in {"ORG", "LOC", "GPE"}
    ):
        return replace(found, type="FAC")
    if found.type == "PRODUCT" or not any(c.isupper() for c in span.text) or (len(span) == 1 and span[0].lower_ in lexicon.nouns):
        return None
    return found


def _group(found: TokenMention, span: Span, lexicon: Lexicon) -> TokenMention | None:
    """Nationalities as modifiers mean the country, as counted or plural nouns its people; other groups are people or bodies."""
    head = span[-1]
    modifies = head.dep_ in {"amod", "compound", "nmod"} or head.tag_.startswith("JJ")
    if span.text.isupper() and len(span.text) > 1:
        return replace(found, type="GPE" if lexicon.country(span.text) else "ORG")
    if lexicon.is_demonym(span.text):
        counted = any(c.dep_ in {"det", "nummod"} for c in head.children)  # an Iraqi
        people = not modifies and (counted or span.text.endswith(("s", "se", "sh", "ch", "ns")))
        return replace(found, type="PER", kind="nominal") if people else replace(found, type="GPE", subtype="GPE.Country")
    if head.tag_ in {"NNPS", "NNS"} and not modifies:
        return replace(found, type="PER", kind="nominal")
    return replace(found, type="ORG", confidence=LIMITS.confidence_group_name) if head.tag_ == "NNP" and not modifies else None


def _vehicle(found: TokenMention, span: Span, lexicon: Lexicon) -> TokenMention | None:
    """``Space Shuttle Columbia``, ``USS Cole``, ``F-16``: a name after a vehicle noun, or one that is a known pattern."""
    words = [t for t in span if _noun_type(t.lower_, lexicon) == "VEH"]
    start = span.start
    before = span.doc[start - 1] if start else None
    inside = words and span[-1].lower_ not in _NOT_VEHICLES and words[-1].i >= span.end - 2
    after = (
        before is not None and _noun_type(before.lower_, lexicon) == "VEH" and (before.head in span or span.root.head == before)
    )
    if not (inside or after or _VEHICLE.match(span.text)):
        return None
    while start and span.doc[start - 1].text[:1].isupper() and span.doc[start - 1].dep_ in {"compound", "nmod"}:
        start -= 1
    return replace(found, type="VEH", start=start)


def _noun_type(word: str, lexicon: Lexicon) -> str | None:
    noun = lexicon.noun(word)
    return noun[0] if noun else None


def _is_title(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.lists["titles"]


def _is_ministry_of_title(span: Span) -> bool:
    """``State`` in ``Secretary of State``."""
    document, start = span.doc, span.start
    after_title = (
        start >= 2
        and document[start - 1].lower_ in {"of", "for"}
        and document[start - 2].lower_ in {"secretary", "minister", "department"}
    )
    return after_title and span[0].lower_ in word_list("ministries") and document[start - 2].lower_ != "department"


def _after_titles(document: Doc, lexicon: Lexicon) -> list[TokenMention]:
    """Names that the tagger saw only as proper nouns, after a capitalised title: ``President Erdogan``."""
    found: list[TokenMention] = []
    for token in document[:-1]:
        if (
            not (token.text[:1].isupper() and _is_title(token.lower_, lexicon))
            or token.lower_ in lexicon.lists["title_modifiers"]
        ):
            continue
        end = token.i + 1
        while end < len(document) and document[end].pos_ == "PROPN" and not document[end].ent_type_ and document[end].is_title:
            end += 1
        if end > token.i + 1 and not _is_title(document[token.i + 1].lower_, lexicon):
            found.append(
                TokenMention(
                    token.i + 1, end, document[token.i + 1 : end].root.i, "name", "PER", LIMITS.confidence_name_after_title, MODEL
                )
            )
    return found


def _with_titles(document: Doc, names: list[TokenMention], lexicon: Lexicon) -> list[TokenMention]:
    result: list[TokenMention] = []
    for name in names:
        start = _title_start(document, name, lexicon) if name.type == "PER" and name.kind == "name" else name.start
        if start < name.start:
            title = TokenMention(
                start, name.start, document[start : name.start].root.i, "value", "TITLE", LIMITS.confidence_title, "rules:titles"
            )
            result = [f for f in result if f.start < start or f.type == "GPE"]
            result.append(title)
            name = replace(name, title=document[start : name.start].text, anchors=tuple(range(start, name.start)))
        result.append(name)
    return result


def _title_start(document: Doc, name: TokenMention, lexicon: Lexicon) -> int:
    """Where the title before a name begins: ``Prime Minister``, ``Secretary of State``; the name's own start if there is none."""
    start, titles, modifiers = name.start, lexicon.lists["titles"], lexicon.lists["title_modifiers"]
    for back in range(1, int(LIMITS.max_title_words) + 1):
        first = name.start - back
        if first < 0 or (document[first].is_punct and document[first].text != "."):
            break
        of_title = (
            back >= LIMITS.min_of_title_words
            and document[first + 1].lower_ in {"of", "for"}
            and all(t.text[:1].isupper() for t in document[first + 2 : name.start])
        )
        if document[first].lower_ in titles - modifiers and (back == 1 or of_title):
            start = first
            break
    if start == name.start:
        return start
    while start and (
        document[start - 1].lower_ in modifiers
        or (document[start - 1].lower_ in titles and document[start - 1].text[:1].isupper())
    ):
        start -= 1
    return start

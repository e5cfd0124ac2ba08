"""MEANTIME (Minard et al. 2016): Wikinews with events and entities coreferent across the documents of four topics.

Events have factuality (polarity, certainty) but none of our types; only the first sentences of a document are marked in full.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from lab.corpora.document import GoldDocument, GoldEvent, GoldMention, Kind
from lab.corpora.layout import TextLayout, lay_out
from lab.corpora.noun_phrases import head_index, kind_of
from lab.corpora.packed import packed_texts
from lab.corpora.split_words import join_split_words
from shared.errors import InputError

_TYPES = {"PER": ("PER",), "ORG": ("ORG",), "LOC": ("FAC", "GPE", "LOC")}
_KINDS: dict[str, Kind] = {"NAM": "name", "PRE.NAM": "name", "NOM": "nominal", "PRE.NOM": "nominal", "PRO": "pronoun"}
Place = tuple[int, int]
Asserted = Literal["asserted", "negated", "uncertain", ""]


@dataclass(frozen=True)
class _Source:
    """A parsed file: its layout, words, the (sentence, word) of each token id, and cluster and entity type of each mention."""

    layout: TextLayout
    sentences: list[list[str]]
    places: dict[str, Place]
    clusters: dict[str, str]
    types: dict[str, str]


def read(path: Path) -> Iterator[GoldDocument]:
    """One document an ``*.xml`` below the folder; ``topic`` is the folder's name, clusters are global; InputError for no XML."""
    for name, text in packed_texts(path, (".xml",)):
        try:
            root = ElementTree.fromstring(text)
        except ElementTree.ParseError as error:
            raise InputError(f"{name} is no XML of MEANTIME: {error}") from error
        parts = name.split("/")
        yield _document(root, parts[-1].removesuffix(".xml"), parts[-2] if len(parts) > 1 else "")


def _document(root: ElementTree.Element, name: str, topic: str) -> GoldDocument:
    source = _source(root, name)
    mentions = [_mention(element, source) for element in _anchored(root, "ENTITY_MENTION", source)]
    events = [_event(element, source) for element in _anchored(root, "EVENT_MENTION", source)]
    return GoldDocument(
        id=name,
        text=source.layout.text,
        words=source.layout.flat,
        sentences=source.layout.sentences,
        mentions=tuple(sorted(mentions, key=lambda mention: (mention.start, mention.end))),
        events=tuple(sorted(events, key=lambda event: (event.start, event.end))),
        layers=frozenset({"coreference"}),
        topic=topic,
    )


def _source(root: ElementTree.Element, name: str) -> _Source:
    sentences: list[list[str]] = []
    places: dict[str, Place] = {}
    number = None
    for token in root.iter("token"):
        if token.get("sentence") != number:
            number = token.get("sentence")
            sentences.append([])
        places[token.get("t_id", "")] = (len(sentences) - 1, len(sentences[-1]))
        sentences[-1].append(token.text or "")
    clusters, types = _clusters(root, name)
    return _Source(lay_out(sentences, join_split_words, "\n"), sentences, places, clusters, types)


def _clusters(root: ElementTree.Element, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Mention id -> cluster (the corpus's instance where there is one, else the document's own), and -> entity type."""
    targets = {element.get("m_id", ""): element for element in root.iterfind("Markables/*") if element.get("TAG_DESCRIPTOR")}
    clusters: dict[str, str] = {}
    types: dict[str, str] = {}
    for relation in root.iterfind("Relations/REFERS_TO"):
        target = relation.find("target")
        found = targets.get(target.get("m_id", "")) if target is not None else None
        if found is None:
            continue
        instance = found.get("instance_id") or f"{name}:{found.get('m_id')}"
        for mention in (element.get("m_id", "") for element in relation.iterfind("source")):
            if found.get("instance_id") or mention not in clusters:
                clusters[mention] = instance
            types[mention] = found.get("ent_type") or types.get(mention, "")
    return clusters, types


def _anchored(root: ElementTree.Element, tag: str, source: _Source) -> Iterator[ElementTree.Element]:
    for element in root.iterfind(f"Markables/{tag}"):
        if any(anchor.get("t_id") in source.places for anchor in element.iterfind("token_anchor")):
            yield element


def _words(element: ElementTree.Element, source: _Source) -> tuple[int, int, int]:
    """Sentence, first word and the word after the last of the mention's first unbroken piece."""
    places = sorted(source.places[a.get("t_id", "")] for a in element.iterfind("token_anchor") if a.get("t_id") in source.places)
    sentence, first = places[0]
    last = first
    while (sentence, last + 1) in places:
        last += 1
    return sentence, first, last + 1


def _mention(element: ElementTree.Element, source: _Source) -> GoldMention:
    sentence, first, last = _words(element, source)
    identifier, words = element.get("m_id", ""), source.sentences[sentence][first:last]
    label = source.types.get(identifier, "")
    kind = _KINDS.get(element.get("syntactic_type", "")) or kind_of(words)
    index = first + head_index(words)
    head = source.layout.span(sentence, index, index + 1)
    start, end = source.layout.span(sentence, first, last)
    return GoldMention(identifier, start, end, _TYPES.get(label, ()), label, kind, head, source.clusters.get(identifier))


def _event(element: ElementTree.Element, source: _Source) -> GoldEvent:
    start, end = source.layout.span(*_words(element, source))
    identifier = element.get("m_id", "")
    asserted = _asserted(element.get("polarity", ""), element.get("certainty", ""))
    return GoldEvent(identifier, start, end, (), "EVENT", (), source.clusters.get(identifier), asserted)


def _asserted(polarity: str, certainty: str) -> Asserted:
    if polarity == "NEG":
        return "negated"
    if certainty in ("POSSIBLE", "PROBABLE"):
        return "uncertain"
    return "asserted" if certainty == "CERTAIN" else ""

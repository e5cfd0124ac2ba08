"""ECB+ (Cybulska & Vossen 2014): events and participants of news with coreference across the documents of a topic.

``topic`` is the topic's number, ``notes["subtopic"]`` tells ``1_ecb`` from ``1_ecbplus``; clusters are global within a topic.
Where ``ECBplus_coreference_sentences.csv`` lies beside the archive (or in the folder), only its sentences' mentions are read and
the others' characters are masked. Of a trigger in pieces the first piece is the span. Event types are not ours: none is given.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from lab.corpora.document import GoldDocument, GoldEvent, GoldMention
from lab.corpora.entity_labels import entity_meaning
from lab.corpora.layout import TextLayout, lay_out
from lab.corpora.noun_phrases import head_index, kind_of
from lab.corpora.packed import packed_texts
from shared.errors import InputError

CURATED = "ECBplus_coreference_sentences.csv"
_VALUES = ("TIME_",)
_MODAL: Mapping[str, Literal["negated", ""]] = {"NEG": "negated"}


@dataclass
class _Tokens:
    """Words by sentence, and for each token id its ``(sentence index, word index)``."""

    sentences: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)


def read(path: Path) -> Iterator[GoldDocument]:
    """One document an ``*.xml`` of a folder or ``.tar.gz``, in order of name; raises InputError for what is no ECB+ XML."""
    curated = _curated(path)
    for name, text in packed_texts(path, (".xml",)):
        stem = name.rsplit("/", 1)[-1].removesuffix(".xml")
        if not stem.startswith("._"):
            yield _document(stem, text, curated)


def _curated(path: Path) -> Mapping[str, set[int]] | None:
    """Sentence numbers by document such as ``1_10ecbplus``; None where there is no list."""
    folder = path if path.is_dir() else path.parent
    file = next((file for file in sorted(folder.rglob(CURATED))), None)
    if file is None:
        return None
    numbers: dict[str, set[int]] = defaultdict(set)
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            numbers[f"{row['Topic']}_{row['File']}"].add(int(row["Sentence Number"]))
    return numbers


def _document(stem: str, text: str, curated: Mapping[str, set[int]] | None) -> GoldDocument:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise InputError(f"{stem}.xml is no XML of ECB+: {error}") from error
    topic, _, file = stem.partition("_")
    tokens = _tokens(root)
    layout = lay_out(tokens.sentences)
    kept = {i for i, number in enumerate(tokens.numbers) if curated is None or number in curated.get(stem, ())}
    clusters = _clusters(root, stem)
    mentions: list[GoldMention] = []
    events: list[GoldEvent] = []
    for element in _markables(root):
        one = _read_markable(element, tokens, layout, clusters, kept)
        if isinstance(one, GoldEvent):
            events.append(one)
        elif one is not None:
            mentions.append(one)
    return GoldDocument(
        stem,
        layout.text,
        layout.flat,
        layout.sentences,
        tuple(sorted(mentions, key=lambda m: (m.start, m.end))),
        tuple(sorted(events, key=lambda e: (e.start, e.end))),
        layers=frozenset({"coreference"}),
        masked=tuple((words[0][0], words[-1][1]) for i, words in enumerate(layout.words) if words and i not in kept),
        topic=topic,
        notes={"subtopic": f"{topic}_{'ecbplus' if file.endswith('plus') else 'ecb'}"},
    )


def _tokens(root: ElementTree.Element) -> _Tokens:
    tokens = _Tokens()
    rows: dict[int, list[ElementTree.Element]] = defaultdict(list)
    for token in root.iter("token"):
        rows[int(token.get("sentence", "0"))].append(token)
    for number, row in sorted(rows.items()):
        if number == 0 and (row[0].text or "").startswith(("http", "www")):
            continue
        tokens.numbers.append(number)
        tokens.sentences.append([token.text or "" for token in row])
        for index, token in enumerate(row):
            tokens.places[token.get("t_id", "")] = (len(tokens.sentences) - 1, index)
    return tokens


def _markables(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Mentions in the text (those with anchors); the others describe clusters."""
    for element in root.iterfind("Markables/*"):
        if element.find("token_anchor") is not None:
            yield element


def _clusters(root: ElementTree.Element, stem: str) -> dict[str, str]:
    """Mention id -> cluster: the instance of a cross-document relation, or a name of the document's own for an inner one."""
    clusters: dict[str, str] = {}
    for relation in root.iterfind("Relations/*"):
        crosses = relation.tag == "CROSS_DOC_COREF"
        name = relation.get("note", "") if crosses else f"{stem}:{relation.get('r_id', '')}"
        for source in relation.iterfind("source"):
            clusters[source.get("m_id", "")] = name
    return clusters


def _read_markable(
    element: ElementTree.Element, tokens: _Tokens, layout: TextLayout, clusters: Mapping[str, str], kept: set[int]
) -> GoldEvent | GoldMention | None:
    places = sorted(
        tokens.places[a.get("t_id", "")] for a in element.iterfind("token_anchor") if a.get("t_id", "") in tokens.places
    )
    if not places or places[0][0] not in kept or element.tag == "UNKNOWN_INSTANCE_TAG":
        return None
    sentence, first = places[0]
    last = first
    while (sentence, last + 1) in places:
        last += 1
    start, end = layout.span(sentence, first, last + 1)
    identifier, tag = element.get("m_id", ""), element.tag
    cluster = clusters.get(identifier)
    if tag.startswith(("ACTION", "NEG")):
        return GoldEvent(identifier, start, end, (), tag, (), cluster, _MODAL.get(tag.split("_")[0], ""))
    words = tokens.sentences[sentence][first : last + 1]
    index = head_index(words)
    meaning = entity_meaning("ecbplus", tag, words[index])
    kind = "value" if tag.startswith(_VALUES) else kind_of(words)
    head = layout.span(sentence, first + index, first + index + 1)
    return GoldMention(identifier, start, end, meaning.types, tag, kind, head, cluster)

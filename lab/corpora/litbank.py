"""LitBank (Bamman et al. 2019, 2020): fiction with entities and coreference in brat files, of a ``.tar.gz`` or unpacked folder.

``coref/brat``: text-bound lines with a type such as ``PROP_PER`` and, on the same span, one with the chain such as ``Ahab-3``.
A span that cuts a word (there are slips) means the whole word. Spans only in ``entities/brat`` are added without a cluster.
Copula and apposition links are no chains: they stay out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.corpora.document import GoldDocument, GoldMention, Kind, Layer
from lab.corpora.entity_labels import entity_meaning
from lab.corpora.layout import TextLayout, lay_out
from lab.corpora.noun_phrases import head_index, kind_of, name_range
from lab.corpora.packed import packed_texts
from shared.errors import InputError

Span = tuple[int, int]
_LAYERS: frozenset[Layer] = frozenset({"names", "nominals", "pronouns", "coreference"})
_KINDS: Mapping[str, Kind] = {"PROP": "name", "NOM": "nominal", "PRON": "pronoun"}


@dataclass(frozen=True)
class _LabelledSpan:
    """Labels of one span of the tokenized text."""

    start: int
    end: int
    label: str
    kind: Kind | None
    cluster: str | None


def read(path: Path) -> Iterator[GoldDocument]:
    """One document a book extract; raises InputError where no ``coref/brat`` files lie there or a span lies off the words."""
    texts = {_stem(name): text for name, text in packed_texts(path, (".txt",), "/coref/brat/")}
    chains = {_stem(name): text for name, text in packed_texts(path, (".ann",), "/coref/brat/")}
    entities = {_stem(name): text for name, text in packed_texts(path, (".ann",), "/entities/brat/")}
    if not chains:
        raise InputError(f"{path}: no files coref/brat/*.ann; give LitBank's folder or its .tar.gz")
    for stem in sorted(chains):
        if stem not in texts:
            raise InputError(f"{path}: coref/brat/{stem}.txt is missing beside its .ann file")
        yield _document(stem, texts[stem], chains[stem], entities.get(stem, ""))


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _document(stem: str, text: str, chains: str, entities: str) -> GoldDocument:
    lines = text.split("\n")
    layout = lay_out([line.split() for line in lines])
    places = _places(lines)
    found = _found(chains, entities)
    mentions = tuple(_mention(stem, one, layout, places) for one in found)
    return GoldDocument(stem, layout.text, layout.flat, layout.sentences, mentions, layers=_LAYERS)


def _places(lines: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Offset of every character of a word in the brat text -> ``(line, word index)``."""
    places: dict[int, tuple[int, int]] = {}
    offset = 0
    for number, line in enumerate(lines):
        position = 0
        for index, word in enumerate(line.split()):
            position = line.index(word, position)
            places.update((offset + position + i, (number, index)) for i in range(len(word)))
            position += len(word)
        offset += len(line) + 1
    return places


def _found(chains: str, entities: str) -> list[_LabelledSpan]:
    types: dict[Span, tuple[str, Kind | None]] = {}
    clusters: dict[Span, str] = {}
    for span, label in [*_bounds(entities), *_bounds(chains)]:
        prefix, _, type_id = label.rpartition("_")
        if prefix in _KINDS and type_id.isalpha():
            types[span] = (type_id, _KINDS[prefix])
        elif label.isalpha() and label.isupper() and len(label) == 3:
            types[span] = (label, None)
        else:
            clusters[span] = label
    return [_LabelledSpan(*span, *types.get(span, ("", None)), clusters.get(span)) for span in sorted({*types, *clusters})]


def _bounds(annotations: str) -> Iterator[tuple[Span, str]]:
    for line in annotations.splitlines():
        cells = line.split("\t")
        if line.startswith("T") and len(cells) > 1:
            label, start, end = cells[1].split(" ")[:3]
            yield (int(start), int(end)), label


def _mention(stem: str, found: _LabelledSpan, layout: TextLayout, places: Mapping[int, tuple[int, int]]) -> GoldMention:
    if found.start not in places or found.end - 1 not in places:
        raise InputError(f"{stem}: the span {found.start}-{found.end} does not lie on words of its .txt file")
    (sentence, first), (last_sentence, last) = places[found.start], places[found.end - 1]
    last = last if last_sentence == sentence else len(layout.words[sentence]) - 1
    words = [layout.text[a:b] for a, b in layout.words[sentence][first : last + 1]]
    index = head_index(words)
    kind = found.kind or kind_of(words)
    head = name_range(words, index) if kind == "name" else (index, index + 1)
    start, end = layout.span(sentence, first, last + 1)
    return GoldMention(
        f"{found.start}-{found.end}",
        start,
        end,
        entity_meaning("litbank", found.label).types,
        found.label,
        kind,
        layout.span(sentence, first + head[0], first + head[1]),
        found.cluster,
    )

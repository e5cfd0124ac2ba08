"""CoNLL column files of names (CoNLL-2003, WNUT-17, wikigold, BTC, re3d, CrossNER, UNER): one word a line, IOB or IOB2 tags.

The tag column is the last that holds only ``O`` and ``B-``/``I-`` tags. Sentences become documents where ``-DOCSTART-`` or
``# newdoc`` tells, in wikigold's and Reuters' running text ten at a time, in a re3d source file all; else each stands alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab.corpora.document import GoldDocument, GoldMention, Kind, Layer
from lab.corpora.entity_labels import entity_meaning
from lab.corpora.iob import Chunk, chunks
from lab.corpora.layout import Joiner, TextLayout, lay_out
from lab.corpora.noun_phrases import head_index, kind_of, name_range
from lab.corpora.packed import packed_texts
from lab.corpora.split_words import join_split_words
from lab.corpora.words import join_words
from shared.errors import InputError

_TAG = re.compile(r"^(O|[BIESLU]-\S+)$")
_SUFFIXES = (".conll", ".conll.txt", ".iob2", ".iob", ".bio", ".annotated", "train.txt", "dev.txt", "test.txt", "valid.txt")
_RUNNING_TEXT = {"wikigold": 10, "conll2003": 10, "data-by-source": 10_000}
_RE3D_LABELS = frozenset({"Organisation", "Temporal", "MilitaryPlatform", "Nationality", "DocumentReference"})
_OUR_LABELS = frozenset({"GPE", "FAC"})
_VALUES = frozenset({"TIME", "VALUE", "MONEY"})


@dataclass
class _Sentence:
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def read(path: Path, per_document: int | None = None) -> Iterator[GoldDocument]:
    """Documents of a file, folder or archive; ``per_document`` sets how many sentences make one where no line tells.

    Raises InputError where a file has no column of tags.
    """
    for name, text in packed_texts(path, _SUFFIXES):
        where = f"{path.as_posix()}/{name}"
        if path.is_dir() and "/data/" in f"/{name}" and any(path.rglob("data-by-source")):
            continue
        size = per_document or next((count for part, count in _RUNNING_TEXT.items() if part in where), 1)
        yield from _documents(name, text, size)


def _documents(name: str, text: str, size: int) -> Iterator[GoldDocument]:
    groups = list(_groups(name, text))
    labels = {tag[2:] for _, group in groups for sentence in group for tag in sentence.tags if tag != "O"}
    scheme = "ours" if labels & _OUR_LABELS else "re3d" if labels & _RE3D_LABELS else "conll"
    for number, (title, group) in enumerate(groups):
        step = len(group) if title else size
        for first in range(0, len(group), step):
            part = group[first : first + step]
            yield _document(title or f"{name}-{number}-{first}", part, scheme)


def _groups(name: str, text: str) -> Iterator[tuple[str, list[_Sentence]]]:
    """``(document id or "", sentences)``."""
    word_column, tag_column = _columns(name, text)
    title, group, sentence = "", list[_Sentence](), _Sentence()
    for line in [*text.splitlines(), ""]:
        starts = line.startswith("-DOCSTART-") or line.startswith("# newdoc")
        if (starts or not line.strip()) and sentence.words:
            group.append(sentence)
            sentence = _Sentence()
        if starts:
            if group:
                yield title, group
            title = line.split("=", 1)[1].strip() if "=" in line else f"{name}-{line.split()[0]}"
            group = []
        cells = _cells(line)
        if not starts and len(cells) > tag_column and cells[word_column].strip():
            sentence.words.append(cells[word_column].strip())
            sentence.tags.append(cells[tag_column].strip())
    if group:
        yield title, group


def _cells(line: str) -> list[str]:
    if re.match(r"^# \S+.*=", line) or not line.strip():
        return []
    return line.rstrip("\r\n").split("\t") if "\t" in line else line.split()


def _columns(name: str, text: str) -> tuple[int, int]:
    rows = [cells for cells in map(_cells, text.splitlines()) if cells and not cells[0].startswith("-DOCSTART-")]
    width = min((len(cells) for cells in rows if len(cells) > 1), default=0)
    tags = [i for i in range(1, width) if all(_TAG.match(cells[i].strip()) for cells in rows if len(cells) > 1)]
    if not tags:
        raise InputError(f"{name}: no column of O, B-X and I-X tags; give a CoNLL file with a word and a tag on each line")
    numbered = width > 2 and all(cells[0].isdigit() for cells in rows[:50])
    return (1 if numbered else 0), tags[-1]


def _document(identifier: str, sentences: Sequence[_Sentence], scheme: str) -> GoldDocument:
    join: Joiner = join_split_words if scheme == "re3d" else join_words
    layout = lay_out([sentence.words for sentence in sentences], join)
    mentions: list[GoldMention] = []
    masked: list[tuple[int, int]] = []
    for number, sentence in enumerate(sentences):
        for chunk in chunks(sentence.tags):
            mention, unsure = _mention(layout, number, sentence.words, chunk, scheme)
            mentions.append(mention)
            masked += unsure
    layers: frozenset[Layer] = frozenset({"names", "nominals", "pronouns"}) if scheme == "re3d" else frozenset({"names"})
    return GoldDocument(
        identifier, layout.text, layout.flat, layout.sentences, tuple(mentions), layers=layers, masked=tuple(masked)
    )


def _mention(
    layout: TextLayout, sentence: int, words: Sequence[str], chunk: Chunk, scheme: str
) -> tuple[GoldMention, list[tuple[int, int]]]:
    """The mention and the spans that must not count: its own where the label says nothing, names nested in a nominal."""
    inside = words[chunk.first : chunk.last]
    start, end = layout.span(sentence, chunk.first, chunk.last)
    index = chunk.first + head_index(inside)
    meaning = entity_meaning(scheme, chunk.label, words[index])
    kind: Kind = "value" if set(meaning.types) & _VALUES else kind_of(inside) if scheme == "re3d" else "name"
    head = layout.span(sentence, index, index + 1) if scheme == "re3d" else None
    unsure = [(start, end)] if meaning.masked else []
    if scheme == "re3d" and kind == "name":
        first, last = name_range(inside, index - chunk.first)
        head = layout.span(sentence, chunk.first + first, chunk.first + last)
        unsure += [part for part in ((start, head[0]), (head[1], end)) if part[1] > part[0]]
    elif scheme == "re3d" and kind == "nominal" and head is not None:
        unsure += [span for span in layout.words[sentence][chunk.first : chunk.last] if span != head]
    name = f"{sentence}:{chunk.first}-{chunk.last}"
    return GoldMention(name, start, end, meaning.types, chunk.label, kind, head), unsure

"""GUM (Zeldes 2017): entities of all kinds, coreference and Wikipedia identities of a ``.tar.gz`` or unpacked folder.

Needs ``coref/gum/conll`` (mentions, types, chains with singletons and appositions, identities: the default scheme ``gum``) and
``coref/ontogum/conllu`` (words, spaces, syntax; without it heads are guessed). The scheme
``ontogum`` takes the chains of ``coref/ontogum/conll``: OntoNotes' rules, no singletons, no types.
``head`` of a name is its proper-noun core ("Donald Trump" of "US President Donald Trump, who ..."), else the head word.
A mention of several joined by "and" has no kind: its parts are mentions of their own.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from lab.corpora.document import GoldDocument, GoldMention, Kind, Layer
from lab.corpora.entity_labels import entity_meaning, noun_type
from lab.corpora.gum_names import name_core
from lab.corpora.gum_parse import Chain, Word, chains, conllu_words, head_of
from lab.corpora.layout import TextLayout, lay_out
from lab.corpora.noun_phrases import is_title
from lab.corpora.packed import packed_texts
from shared.errors import InputError

Scheme = Literal["gum", "ontogum"]
Span = tuple[int, int]
_LAYERS: frozenset[Layer] = frozenset({"names", "nominals", "pronouns", "coreference", "links"})
_GOVERNING = frozenset(["country", "nation", "state", "city", "county", "town", "kingdom", "republic", "province", "village"])
_AMOUNT = frozenset("$£€¥%0123456789")


def read(path: Path, scheme: Scheme = "gum", genres: Sequence[str] = ()) -> Iterator[GoldDocument]:
    """One document a file, all genres or those given (``news``, ``interview``, ...); ``topic`` is the genre.

    Raises InputError where no coreference files lie there or words of the two files differ.
    """
    found = False
    syntax = {_stem(name): text for name, text in packed_texts(path, (".conllu",), "/ontogum/conllu/")}
    for name, text in packed_texts(path, (".conll",), f"/{scheme}/conll/"):
        found = True
        genre = _stem(name).split("_")[1] if _stem(name).count("_") > 1 else ""
        if not genres or genre in genres:
            yield _document(_stem(name), genre, text, _words(name, text, syntax.get(_stem(name), "")))
    if not found:
        raise InputError(f"{path}: no files coref/{scheme}/conll/*.conll; give GUM's folder or its .tar.gz")


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _words(name: str, text: str, syntax: str) -> list[Word]:
    forms = [cells[1] for cells in (line.split("\t") for line in text.splitlines()) if len(cells) > 2 and cells[0].isdigit()]
    words = conllu_words(syntax)
    if words and (len(words) != len(forms) or any(form and form != word.form for form, word in zip(forms, words, strict=True))):
        raise InputError(f"{name}: its words are not those of the CoNLL-U file of that name")
    return words or [Word(form, "PROPN" if form[:1].isupper() else "NOUN", "", -1, True, 0) for form in forms]


def _document(identifier: str, genre: str, text: str, words: list[Word]) -> GoldDocument:
    layout = _layout(words)
    flat = layout.flat
    found = sorted(chains(text))
    ours = _political(found, words)
    mentions = [_mention(number, chain, found, words, flat, chain.cluster in ours) for number, chain in enumerate(found)]
    typed = any(chain.label for chain in found)
    return GoldDocument(
        identifier,
        layout.text,
        flat,
        layout.sentences,
        tuple(mentions),
        layers=_LAYERS if typed else frozenset({"coreference"}),
        masked=tuple(_masked(mentions, layout.text)),
        topic=genre,
    )


def _layout(words: Sequence[Word]) -> TextLayout:
    sentences: list[list[Word]] = []
    for word in words:
        if len(sentences) <= word.sentence:
            sentences.append([])
        sentences[-1].append(word)
    spaced = iter(words)

    def join(forms: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
        text, spans = "", []
        for form in forms:
            spans.append((len(text), len(text) + len(form)))
            text += form + (" " if next(spaced).space else "")
        return text.rstrip(), tuple(spans)

    return lay_out([[word.form for word in sentence] for sentence in sentences], join, "\n")


def _political(found: Sequence[Chain], words: Sequence[Word]) -> frozenset[str]:
    """Chains that are an organization here and a place there, or are called a country or town: a GPE acting."""
    labels: dict[str, set[str]] = {}
    for chain in found:
        labels.setdefault(chain.cluster, set()).add(chain.label)
        if words[head_of(words, chain.first, chain.last)].form.lower() in _GOVERNING:
            labels[chain.cluster].add("place")
    return frozenset(cluster for cluster, names in labels.items() if "place" in names)


def _mention(
    number: int, chain: Chain, found: Sequence[Chain], words: Sequence[Word], spans: Sequence[Span], political: bool
) -> GoldMention:
    head = head_of(words, chain.first, chain.last)
    core = name_core(words, chain, head, found)
    joined = any(words[i].head == head and words[i].deprel == "conj" for i in range(head + 1, chain.last))
    kind: Kind = "" if joined else _kind(words, head, core, chain.label)
    types = entity_meaning("gum", chain.label, words[head].form).types if chain.label else ()
    if chain.label == "organization" and political:
        types = ("ORG", "GPE")
    if chain.label == "place" and kind == "nominal":
        types = _place(words[head].form) or types
    core = core if kind == "name" else (head, head + 1)
    return GoldMention(
        str(number),
        spans[chain.first][0],
        spans[chain.last - 1][1],
        types,
        chain.label,
        kind,
        (spans[core[0]][0], spans[core[1] - 1][1]),
        chain.cluster or None,
        f"wikipedia:{chain.identity}" if chain.identity else None,
    )


def _place(noun: str) -> tuple[str, ...]:
    found = noun_type(noun)
    return (found,) if found in {"FAC", "GPE", "LOC"} else ()


def _kind(words: Sequence[Word], head: int, core: Span, label: str) -> Kind:
    if label == "time":
        return "value"
    if words[head].upos == "PRON" or (words[head].upos == "DET" and words[head].deprel != "det"):
        return "pronoun"
    if label == "person" and all(is_title(words[index].form) for index in range(*core)):
        return "nominal"
    return "name" if words[head].upos == "PROPN" else "nominal"


def _masked(mentions: Sequence[GoldMention], text: str) -> Iterator[Span]:
    """Amounts and dates that GUM calls abstract or object: its scheme has no money or value."""
    for mention in mentions:
        if not mention.types and _AMOUNT & set(text[mention.start : mention.end]) and mention.end - mention.start < 40:
            yield mention.start, mention.end

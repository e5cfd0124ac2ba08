"""``newsgraph eval ner``: named entities against CoNLL files, GUM or WikiEvents.

A predicted name is right if its words (a leading article aside; or those of the proper name that gold marks in a longer phrase)
and its type are gold's; a gold label of a coarser scheme allows several of our types (a
LOC of CoNLL is a GPE, LOC or FAC). Predictions of types that the corpus never marks are not counted; gold names that are none of
our types (MISC) are no misses, and a prediction of one of the counted types there is wrong. Identification looks at the words
only. Mentions by head: names and nominal mentions, where the corpus marks both.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from lab.corpora.document import GoldDocument
from lab.evaluation.items import Item, count, same_head, touching, typed, unique
from lab.evaluation.layouts import CONLL, CONLL04, GUM, WIKIEVENTS, expected, read_layout
from lab.evaluation.spans import Page, Span, plain
from lab.evaluation.tally import Tally, TypedTally
from lab.evaluation.task import Gold, Outcome, ProtocolName, Task
from shared.schemas.text import TextExtraction
from shared.stage import StageInput

_LAYOUTS = (WIKIEVENTS, GUM, CONLL04, CONLL)
_PROTOCOLS = {
    "strict": "strict: a name is right if it has gold's words and type, but for a leading article",
    "relaxed": "relaxed: a name is right if it shares a word with gold's and has its type",
}
_ARTICLES = frozenset({"the", "a", "an"})
_NAMES, _NOT_PRONOUNS = frozenset({"name"}), frozenset({"name", "nominal"})
_MAX_SHOWN = 12


@dataclass
class _Tallies:
    entity: TypedTally = field(default_factory=TypedTally)
    entity_id: TypedTally = field(default_factory=TypedTally)
    mention_head: TypedTally = field(default_factory=TypedTally)


def read(path: Path) -> Gold:
    """The documents of CoNLL, GUM or WikiEvents files; raises InputError."""
    gold = read_layout(path, _LAYOUTS)
    return replace(gold, types=frozenset(t for d in gold.documents for m in d.mentions if m.kind == "name" for t in m.types))


def score(gold: Gold, predictions: Sequence[StageInput], protocol: ProtocolName) -> Outcome:
    """``entity_f1`` (typed), ``entity_id_f1`` (words only) and, where nominals are marked, ``mention_head_f1``; a row a type."""
    marked = frozenset(t for d in gold.documents for m in d.mentions if m.kind in _NOT_PRONOUNS for t in m.types)
    tallies, fits = _Tallies(), _same_name if protocol == "strict" else touching
    for document, prediction in zip(gold.documents, predictions, strict=True):
        page = Page(document)
        wanted, found = _gold_names(page), _found(page, prediction.text_ie, _NAMES, gold.types)
        places = {item.span for item in wanted}
        foreign = {page.snap((m.start, m.end)) for m in document.mentions if not m.types} - places
        at_known = [item for item in found if item.span not in foreign]
        count(tallies.entity, wanted, found, typed(fits))
        count(tallies.entity_id, unique(wanted, with_labels=False), unique(at_known, with_labels=False), fits)
        if "nominals" in document.layers:
            kindless = {_bare(page, (m.start, m.end)) for m in document.mentions if not m.kind}
            both = [p for p in _found(page, prediction.text_ie, _NOT_PRONOUNS, marked) if p.span not in kindless]
            count(tallies.mention_head, _gold_mentions(page), both, typed(same_head))
    return _outcome(gold, tallies, protocol)


def _outcome(gold: Gold, tallies: _Tallies, protocol: ProtocolName) -> Outcome:
    scores = tallies.entity.all.scores("entity") | tallies.entity_id.all.scores("entity_id")
    if tallies.mention_head.all.wanted:
        scores |= tallies.mention_head.all.scores("mention_head")
    foreign = sum(1 for d in gold.documents for m in d.mentions if m.kind == "name" and not m.types)
    return Outcome(
        scores=scores,
        counts={
            "gold_names": tallies.entity.all.wanted,
            "predicted_names": tallies.entity.all.found,
            "gold_names_without_type_of_ours": foreign,
        },
        types=grouped(tallies.entity, _allowed_sets(gold.documents)),
        notes=(_PROTOCOLS[protocol], f"counted types: {' '.join(sorted(gold.types)[:_MAX_SHOWN])}"),
    )


def _gold_names(page: Page) -> list[Item]:
    return unique(
        Item(_bare(page, (m.start, m.end)), _bare(page, page.head(m)), frozenset(m.types))
        for m in page.document.mentions
        if m.kind == "name" and m.types and not page.masked((m.start, m.end))
    )


def _same_name(gold: Item, predicted: Item) -> bool:
    """The words of the gold name: the phrase or, where the corpus marks it, the proper name in it."""
    return predicted.span in (gold.span, gold.head)


def _gold_mentions(page: Page) -> list[Item]:
    """Names and nominals of types of ours."""
    return unique(
        Item(_bare(page, (m.start, m.end)), page.head(m), frozenset(m.types))
        for m in page.document.mentions
        if m.kind in _NOT_PRONOUNS and m.types and not page.masked((m.start, m.end))
    )


def _found(page: Page, extraction: TextExtraction | None, kinds: Set[str], types: frozenset[str]) -> list[Item]:
    return unique(
        Item(_bare(page, plain(m.span)), plain(m.head), frozenset({m.type}))
        for m in (extraction.mentions if extraction else ())
        if m.kind in kinds and m.type in types and m.span.field == "text" and not page.masked(plain(m.span))
    )


def _bare(page: Page, span: Span) -> Span:
    """The span in whole gold words without a leading article."""
    grown = page.snap(span)
    words = page.words_in(grown)
    if len(words) > 1 and page.document.text[words[0][0] : words[0][1]].lower() in _ARTICLES:
        return words[1][0], grown[1]
    return grown


def _allowed_sets(documents: Iterable[GoldDocument]) -> set[frozenset[str]]:
    return {frozenset(m.types) for d in documents for m in d.mentions if m.kind == "name" and m.types}


def grouped(tally: TypedTally, allowed: Iterable[frozenset[str]]) -> dict[str, dict[str, float]]:
    """One row for types that the corpus never tells apart: ``FAC/GPE/LOC`` for CoNLL's LOC; a miss counts in the first type."""
    sets = set(allowed)
    same: defaultdict[frozenset[frozenset[str]], list[str]] = defaultdict(list)
    for kind in sorted(tally.by_type.keys() | {kind for types in sets for kind in types}):
        same[frozenset(types for types in sets if kind in types)].append(kind)
    merged = TypedTally()
    for kinds in same.values():
        rows = [tally.by_type[kind] for kind in kinds if kind in tally.by_type]
        for row in rows:
            merged.by_type.setdefault("/".join(kinds), Tally()).add(row.right, row.found, row.wanted)
    return merged.rows()


NER = Task(name="ner", summary="named entities", files=expected(_LAYOUTS), read=read, score=score)

"""``newsgraph eval linking``: ELEVANT files, with gold mentions given and end to end.

Gold mentions given (``in_kb_accuracy``): of the gold names whose record the knowledge base holds, the share that is linked to
it; names of other records are left out, as no answer could be right. ``places_accuracy`` is the same for those that the
record calls a place (GPE or LOC). End to end (``end_to_end_f1``): names that the stages find and link, against all gold names
that have a Wikidata id, in the knowledge base or not. A link of a name that gold calls unknown is wrong; what gold calls
optional is not counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from lab.corpora.document import GoldDocument, GoldMention
from lab.evaluation.layouts import FileLayout, expected, read_layout
from lab.evaluation.matching import match
from lab.evaluation.spans import Page, Span, overlaps, plain
from lab.evaluation.tally import Tally
from lab.evaluation.task import Gold, Outcome, ProtocolName, Task
from services.entity_linking.catalogue import ENGINES, LINKER
from shared.engines import EngineRegistry
from shared.settings import Settings
from shared.stage import StageInput

ELEVANT = FileLayout(
    "elevant", "*.benchmark.jsonl (ELEVANT)", (".jsonl",), lambda text: '"labels"' in text and '"entity_id"' in text
)
_PLACES = frozenset({"GPE", "LOC"})
_PROTOCOLS = {
    "strict": "strict: end to end, a link is right if it names gold's record and has exactly its characters",
    "relaxed": "relaxed: end to end, a link is right if it names gold's record and shares a character with it",
}
_IN_KB = (
    "in_kb_accuracy: gold mentions given, those only whose record is in the knowledge base; places_accuracy: GPE and LOC of them"
)


class KnownRecord(Protocol):
    """A record of the knowledge base: ``type`` is an entity type of the ontology, ``kind`` is finer (country, town, ...)."""

    @property
    def type(self) -> str: ...

    @property
    def kind(self) -> str: ...


class Records(Protocol):
    """The knowledge base, as far as scoring looks into it."""

    def record(self, kb_id: str) -> KnownRecord | None:
        """The record of that id (``wikidata:Q30``); None where there is none."""
        ...


class MentionLinker(Protocol):
    """What the product offers to link mentions that are already found."""

    @property
    def kb(self) -> Records: ...

    def link(self, text: str, spans: Sequence[Span]) -> list[str | None]:
        """The id of the record of each span, in order; None for none."""
        ...


Builder = Callable[[], MentionLinker]


def linking_task(build: Builder) -> Task:
    """The task; ``build`` gives what links gold mentions."""

    def score(gold: Gold, predictions: Sequence[StageInput], protocol: ProtocolName) -> Outcome:
        linker, given, ends = build(), _InKb(), Tally()
        for document, prediction in zip(gold.documents, predictions, strict=True):
            given.add(document, linker)
            _add_end_to_end(ends, document, prediction, protocol)
        counts = {
            "gold_names_with_id": given.with_id,
            "gold_in_kb": given.all.wanted,
            "gold_places_in_kb": given.places.wanted,
            "gold_links": ends.wanted,
            "predicted_links": ends.found,
        }
        return Outcome(given.scores() | ends.scores("end_to_end"), counts, given.rows(), (_PROTOCOLS[protocol], _IN_KB))

    return Task("linking", "entity linking", expected((ELEVANT,)), read, score, ("text_ie", "entity_linking"))


def read(path: Path) -> Gold:
    """The documents of ELEVANT files; a text that several files of a folder annotate is taken once. Raises InputError."""
    gold = read_layout(path, (ELEVANT,))
    once = {document.text: document for document in reversed(gold.documents)}
    return replace(gold, documents=tuple(document for document in gold.documents if once[document.text] is document))


class _InKb:
    """Gold mentions whose record is known, and those linked to it: ``found`` is what got any link."""

    def __init__(self) -> None:
        self.all, self.places, self.with_id = Tally(), Tally(), 0
        self._rows: dict[str, Tally] = {}

    def add(self, document: GoldDocument, linker: MentionLinker) -> None:
        """Ask for all gold names of a document at once: a linker looks at the names around a name."""
        names = _gold_names(document)
        answers = linker.link(document.text, [(name.start, name.end) for name in names])
        for name, answer in zip(names, answers, strict=True):
            wanted = _kb_id(name)
            record = linker.kb.record(wanted) if wanted else None
            self.with_id += wanted is not None
            if record is not None:
                for tally in self._tallies(record):
                    tally.add(int(answer == wanted), int(answer is not None), 1)

    def _tallies(self, record: KnownRecord) -> list[Tally]:
        rows = [record.type, *(["countries" if record.kind == "country" else "other places"] if _is_place(record) else [])]
        return [
            self.all,
            *([self.places] if _is_place(record) else []),
            *(self._rows.setdefault(row, Tally()) for row in rows),
        ]

    def scores(self) -> dict[str, float]:
        """Both accuracies in percent."""
        return {"in_kb_accuracy": round(self.all.recall, 2), "places_accuracy": round(self.places.recall, 2)}

    def rows(self) -> dict[str, dict[str, float]]:
        """Accuracy by the record's type, and for places by country or not."""
        return {
            name: {"accuracy": round(tally.recall, 2), "linked": tally.found, "support": tally.wanted}
            for name, tally in sorted(self._rows.items())
        }


def _is_place(record: KnownRecord) -> bool:
    return record.type in _PLACES


def _gold_names(document: GoldDocument) -> list[GoldMention]:
    """Gold names, also those without record; not what the corpus calls optional, and no pronouns or nominals."""
    return [m for m in document.mentions if m.kind in {"name", ""} and not _is_masked(document, (m.start, m.end))]


def _kb_id(mention: GoldMention) -> str | None:
    """The Wikidata record as the knowledge base calls it; None where gold knows none."""
    kb_id = mention.kb_id or ""
    return f"wikidata:{kb_id}" if kb_id[:1] == "Q" and kb_id[1:].isdigit() else None


def _is_masked(document: GoldDocument, span: Span) -> bool:
    """Tell whether the span lies in a part that nobody annotated for certain."""
    return any(start <= span[0] and span[1] <= end for start, end in document.masked)


def _add_end_to_end(tally: Tally, document: GoldDocument, prediction: StageInput, protocol: ProtocolName) -> None:
    """Names within other names need no link; one that gold has too is neither right nor wrong."""
    page, inner = Page(document), frozenset(document.notes.get("inner", "").split())
    links = [(page.snap((m.start, m.end)), _kb_id(m), m.id in inner) for m in _gold_names(document)]
    wanted = [(span, kb_id) for span, kb_id, is_inner in links if kb_id and not is_inner]
    free = {(span, kb_id) for span, kb_id, is_inner in links if is_inner} - set(wanted)
    found = [(page.snap(span), kb_id) for span, kb_id in _linked_names(prediction) if not _is_masked(document, span)]
    counted = [one for one in found if one not in free]
    tally.add(len(match(wanted, counted, _same if protocol == "strict" else _touching)), len(counted), len(wanted))


def _linked_names(prediction: StageInput) -> list[tuple[Span, str]]:
    """Each name of the text whose entity has a link to a record of a knowledge base; the surest link of an entity counts."""
    if prediction.text_ie is None or prediction.entity_linking is None:
        return []
    links = sorted(prediction.entity_linking.links, key=lambda link: link.confidence)
    records = {link.subject_id: link.record.id for link in links}
    names = {m.id: plain(m.span) for m in prediction.text_ie.mentions if m.kind == "name" and m.span.field == "text"}
    linked = {
        names[i]: records[entity.id]
        for entity in prediction.text_ie.entities
        if entity.id in records
        for i in entity.mention_ids
        if i in names
    }
    return sorted(linked.items())


def _same(wanted: tuple[Span, str], found: tuple[Span, str]) -> bool:
    return wanted == found


def _touching(wanted: tuple[Span, str], found: tuple[Span, str]) -> bool:
    return wanted[1] == found[1] and overlaps(wanted[0], found[0])


LINKING = linking_task(lambda: EngineRegistry(ENGINES, Settings()).one(LINKER))

"""``newsgraph eval events``: triggers and arguments against M2E2, WikiEvents or RAMS.

A *trigger* is right if its words and its type (in the corpus's view) are gold's; identification looks at the words only.
An *argument* is right if its event's type, its role and the head of its mention are gold's (Li et al. 2013; M2E2's text
convention); identification leaves out the role; *exact* wants all words of the mention. As there, an argument is the triple
(event type, role, mention): equal triples of several events count once, and which event of that type it hangs on is not looked
at. The mention is the one that the prediction names as evidence: coreferent ones do not count. Each gold item is used once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lab.corpora.document import GoldDocument
from lab.evaluation.confusion import Confusions
from lab.evaluation.event_items import EventItems, Scope, gold_items, predicted_items
from lab.evaluation.items import Item, count, same_head, same_span, touching, typed, typed_role, unique
from lab.evaluation.layouts import M2E2, RAMS, WIKIEVENTS, read_layout
from lab.evaluation.spans import Page
from lab.evaluation.tally import TypedTally
from lab.evaluation.task import Gold, Outcome, ProtocolName, Task
from shared.stage import StageInput

_LAYOUTS = (M2E2, WIKIEVENTS, RAMS)
_SCOPES = {
    M2E2.name: Scope("m2e2", one_sentence=True),
    WIKIEVENTS.name: Scope("ace"),
    RAMS.name: Scope("ace", only_gold_places=True),
}
_NOTES = {
    M2E2.name: "M2E2's 8 types; predicted events of other types are not counted, nor arguments outside the trigger's sentence",
    WIKIEVENTS.name: "types at ACE level; the first two AIDA levels where ACE has no such type",
    RAMS.name: "types at ACE level (two AIDA levels where ACE has none); RAMS marks one trigger a document, so only predictions"
    " at gold triggers count: trigger scores say how many were found and typed right, not how many others were wrong",
}
_PROTOCOLS = {"strict": "strict: all sentences", "relaxed": "relaxed: only sentences that have a gold event"}


@dataclass
class _Tallies:
    trigger_id: TypedTally = field(default_factory=TypedTally)
    trigger: TypedTally = field(default_factory=TypedTally)
    trigger_overlap: TypedTally = field(default_factory=TypedTally)
    argument_id: TypedTally = field(default_factory=TypedTally)
    argument: TypedTally = field(default_factory=TypedTally)
    argument_exact: TypedTally = field(default_factory=TypedTally)

    def add_triggers(self, gold: EventItems, found: EventItems) -> None:
        """Gold triggers outside the view are no misses; a prediction there is wrong in type, but not in place."""
        wanted, predicted = unique(gold.triggers), unique(found.triggers)
        places = {item.span for item in wanted}
        at_known = [p for p in predicted if p.span in places or p.span not in gold.foreign]
        count(self.trigger_id, unique(wanted, with_labels=False), unique(at_known, with_labels=False), same_span)
        count(self.trigger, wanted, predicted, typed(same_span))
        count(self.trigger_overlap, wanted, predicted, typed(touching))

    def add_arguments(self, gold: Sequence[Item], found: Sequence[Item]) -> None:
        """One document's arguments."""
        wanted, predicted = unique(gold), unique(found)
        count(self.argument, wanted, predicted, typed_role(same_head))
        count(self.argument_exact, wanted, predicted, typed_role(same_span))
        count(self.argument_id, unique(gold, with_role=False), unique(found, with_role=False), typed(same_head))

    def scores(self) -> dict[str, float]:
        """F1, precision and recall by name."""
        return {key: value for name, tally in vars(self).items() for key, value in tally.all.scores(name).items()}


def read(path: Path) -> Gold:
    """The documents of an M2E2, WikiEvents or RAMS folder or file; raises InputError."""
    return read_layout(path, _LAYOUTS)


def score(gold: Gold, predictions: Sequence[StageInput], protocol: ProtocolName) -> Outcome:
    """Scores of triggers and arguments; ``types`` has a row an event type and one an argument role (``Type/Role``)."""
    scope = replace(_SCOPES[gold.layout], only_event_sentences=protocol == "relaxed")
    tallies, confusions, foreign = _Tallies(), Confusions(), 0
    for document, prediction in zip(gold.documents, predictions, strict=True):
        page = Page(document)
        wanted, found = gold_items(page, scope), predicted_items(page, prediction.text_ie, scope)
        tallies.add_triggers(wanted, found)
        confusions.add(page, unique(wanted.triggers), unique(found.triggers), wanted.foreign)
        if _marks_arguments(document):
            tallies.add_arguments(wanted.arguments, found.arguments)
        foreign += len(wanted.foreign)
    return Outcome(
        scores=tallies.scores(),
        counts={
            "gold_triggers": tallies.trigger.all.wanted,
            "predicted_triggers": tallies.trigger.all.found,
            "gold_arguments": tallies.argument.all.wanted,
            "predicted_arguments": tallies.argument.all.found,
            "gold_triggers_without_type_of_ours": foreign,
        },
        types=tallies.trigger.rows() | tallies.argument.rows(),
        notes=(_PROTOCOLS[protocol], _NOTES[gold.layout]),
        confusions=confusions.rows(),
    )


def _marks_arguments(document: GoldDocument) -> bool:
    return "arguments" in document.layers


EVENTS = Task(
    name="events",
    summary="event triggers and arguments",
    files=", ".join(layout.files for layout in _LAYOUTS),
    read=read,
    score=score,
)

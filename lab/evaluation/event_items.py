"""Triggers and arguments of a gold document and of a prediction for it, as items on the same page."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.corpora.document import GoldEvent
from lab.evaluation.event_views import View, view_of, views_of
from lab.evaluation.items import Item
from lab.evaluation.spans import Page, Span, overlaps, plain
from shared.schemas.text import Event, TextExtraction, TextMention


@dataclass(frozen=True)
class Scope:
    """How a corpus is annotated.

    ``one_sentence``: arguments stand in the sentence of a trigger. ``only_gold_places``: not all triggers are marked, so
    predictions elsewhere say nothing. ``only_event_sentences``: the relaxed protocol.
    """

    view: View
    one_sentence: bool = False
    only_gold_places: bool = False
    only_event_sentences: bool = False


@dataclass
class EventItems:
    """What one side says of a document. ``foreign``: gold triggers of types outside the view."""

    triggers: list[Item] = field(default_factory=list)
    arguments: list[Item] = field(default_factory=list)
    foreign: set[Span] = field(default_factory=set)


def gold_items(page: Page, scope: Scope) -> EventItems:
    """The annotated events; those at masked places are left out."""
    items, mentions = EventItems(), {m.id: m for m in page.document.mentions}
    for event in page.document.events:
        span, labels = page.snap((event.start, event.end)), views_of(event.types, scope.view)
        if page.masked(span):
            continue
        if not labels:
            items.foreign.add(span)
            continue
        items.triggers.append(Item(span, span, labels))
        items.arguments += _gold_arguments(page, event, labels, set(mentions))
    return items


def _gold_arguments(page: Page, event: GoldEvent, labels: frozenset[str], known: set[str]) -> Iterator[Item]:
    mentions = {m.id: m for m in page.document.mentions}
    for argument in event.arguments:
        if argument.mention_id in known:
            mention = mentions[argument.mention_id]
            yield Item(page.snap((mention.start, mention.end)), page.head(mention), labels, argument.role)


def predicted_items(page: Page, extraction: TextExtraction | None, scope: Scope) -> EventItems:
    """The predicted events within the view and the scope, from their mentions in the field ``text``."""
    items, places = EventItems(), _Places(page, scope)
    if extraction is None:
        return items
    mentions = {m.id: m for m in extraction.mentions if m.span.field == "text"}
    for event in extraction.events:
        label = view_of(event.type, scope.view)
        spans = [page.snap(plain(mentions[i].span)) for i in event.trigger_ids if i in mentions]
        spans = [span for span in spans if places.counts(span)]
        if label is not None and spans:
            items.triggers += [Item(span, span, frozenset({label})) for span in spans]
            near = {page.sentence(span) for span in spans} if scope.one_sentence else None
            items.arguments += _found_arguments(page, event, mentions, label, near)
    return items


def _found_arguments(
    page: Page, event: Event, mentions: dict[str, TextMention], label: str, sentences: set[int] | None
) -> Iterator[Item]:
    for argument in event.arguments:
        mention = mentions.get(argument.mention_id)
        if mention is not None and (sentences is None or page.sentence(plain(mention.head)) in sentences):
            yield Item(page.snap(plain(mention.span)), plain(mention.head), frozenset({label}), argument.role)


class _Places:
    """Where a predicted trigger counts."""

    def __init__(self, page: Page, scope: Scope) -> None:
        self._page, self._scope = page, scope
        self._gold = [(event.start, event.end) for event in page.document.events]
        self._sentences = {page.sentence(span) for span in self._gold}

    def counts(self, span: Span) -> bool:
        if self._page.masked(span):
            return False
        if self._scope.only_event_sentences and self._page.sentence(span) not in self._sentences:
            return False
        return not self._scope.only_gold_places or any(overlaps(span, other) for other in self._gold)

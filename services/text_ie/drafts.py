"""One parsed paragraph turned into messages and light drafts, so that the parse itself can be dropped."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Token

from services.text_ie.assertion import asserted
from services.text_ie.candidates import Candidate, candidate
from services.text_ie.found import Found, Passage
from services.text_ie.lexicon import Lexicon
from services.text_ie.relations import find_relations
from services.text_ie.roles import Filler, fill_roles
from services.text_ie.syntax import governor_verb
from services.text_ie.triggers import Trigger, find_triggers
from shared.ids import make_id
from shared.schemas.base import TextSpan
from shared.schemas.text import Asserted, Sentence, TextMention

TRIGGER_MODEL = "rules:event-triggers"


@dataclass(frozen=True)
class EventDraft:
    """An event whose arguments are still mentions. ``time`` is a time mention and its words."""

    type: str
    trigger: TextMention
    lemma: str
    arguments: tuple[tuple[str, str], ...]
    asserted: Asserted
    time: tuple[str, str] | None
    confidence: float


@dataclass(frozen=True)
class RelationDraft:
    """A relation whose ends are still mentions."""

    type: str
    source: str
    target: str


@dataclass
class Drafts:
    """All that was read of an article so far; ``order`` of a candidate is its index in ``candidates`` and ``candidate_ids``."""

    sentences: list[Sentence] = field(default_factory=list)
    mentions: dict[str, TextMention] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    candidate_ids: list[str] = field(default_factory=list)
    linked: list[tuple[int, int]] = field(default_factory=list)
    events: list[EventDraft] = field(default_factory=list)
    relations: list[RelationDraft] = field(default_factory=list)


class Drafter:
    """Adds paragraphs to the drafts of one article."""

    def __init__(self, article_id: str, lexicon: Lexicon) -> None:
        self.drafts = Drafts()
        self._article_id = article_id
        self._lexicon = lexicon

    def add(self, passage: Passage) -> None:
        """Read one finished passage (mentions found, indexed and linked)."""
        first_sentence = len(self.drafts.sentences)
        starts = [s.start for s in passage.document.sents]
        self.drafts.sentences += [self._sentence(passage, s.start, s.end) for s in passage.document.sents if s.text.strip()]
        ids = [self._keep(passage, found) for found in passage.mentions]
        orders = self._candidates(passage, ids, first_sentence, starts)
        self.drafts.linked += [(orders[a], orders[b]) for a, b in passage.links if a in orders and b in orders]
        self.drafts.relations += [RelationDraft(r.type, ids[r.source], ids[r.target]) for r in find_relations(passage)]
        for trigger in find_triggers(passage, self._lexicon):
            kind, fillers = fill_roles(trigger, passage)
            if fillers or not trigger.rule.argued:
                self.drafts.events.append(self._event(passage, trigger, ids, kind, fillers))

    def _candidates(self, passage: Passage, ids: list[str], first: int, starts: list[int]) -> dict[int, int]:
        orders: dict[int, int] = {}
        for number, found in sorted(enumerate(passage.mentions), key=lambda row: (row[1].head, row[1].start)):
            if found.kind == "value":
                continue
            orders[number] = order = len(self.drafts.candidates)
            sentence = first + sum(start <= found.start for start in starts) - 1
            self.drafts.candidates.append(candidate(passage, found, order, sentence, self._lexicon))
            self.drafts.candidate_ids.append(ids[number])
        return orders

    def _event(self, passage: Passage, trigger: Trigger, ids: list[str], kind: str, fillers: list[Filler]) -> EventDraft:
        index = trigger.token.i
        found = Found(index, index + 1, index, "trigger", kind, 0.7, TRIGGER_MODEL)
        mention = self.drafts.mentions[self._keep(passage, found)]
        taken = {f.mention for f in fillers}
        time = next((n for n in _times(trigger, passage) if n not in taken), None)
        words = passage.mentions[time] if time is not None else None
        return EventDraft(
            type=kind,
            trigger=mention,
            lemma=trigger.token.lemma_.lower(),
            arguments=tuple((f.role, ids[f.mention]) for f in fillers),
            asserted=asserted(trigger.token),
            time=(ids[time], passage.document[words.start : words.end].text) if time is not None and words else None,
            confidence=min(
                0.9, 0.55 + 0.05 * len(fillers) + 0.05 * (trigger.token.pos_ == "VERB") + 0.05 * bool(trigger.rule.constraints)
            ),
        )

    def _sentence(self, passage: Passage, start: int, end: int) -> Sentence:
        span = self._span(passage, start, end)
        return Sentence(id=make_id("sentence", self._article_id, span.field, span.start, span.end), span=span)

    def _keep(self, passage: Passage, found: Found) -> str:
        span = self._span(passage, found.start, found.end)
        mention = TextMention(
            id=make_id("mention", self._article_id, span.field, span.start, span.end, found.kind, found.type),
            span=span,
            head=self._span(passage, found.head, found.head + 1),
            text="",
            kind=found.kind,
            type=found.type,
            subtype=found.subtype,
            confidence=found.confidence,
            model=found.model,
        )
        self.drafts.mentions.setdefault(mention.id, mention)
        return mention.id

    def _span(self, passage: Passage, start: int, end: int) -> TextSpan:
        tokens = passage.document[start:end]
        a, b = passage.view.span(tokens.start_char, tokens.end_char)
        return TextSpan(field=passage.view.field, start=a, end=b)


def _times(trigger: Trigger, passage: Passage) -> Iterator[int]:
    """Time mentions that belong to the trigger, or to the verb that it is an argument of."""
    tokens = [t for ts in trigger.slots.tokens.values() for t in ts] + list(trigger.token.children)
    verb = governor_verb(trigger.token)
    if verb is not None:
        tokens += [*verb.children, *(n for c in verb.children for n in c.children if c.dep_ == "prep")]
    for token in tokens:
        if token.head.lower_ in {"since", "until", "before", "after", "by"}:
            continue
        number = _time_at(token, passage)
        if number is not None:
            yield number


def _time_at(token: Token, passage: Passage) -> int | None:
    number = passage.at(token)
    return number if number is not None and passage.mentions[number].type == "TIME" else None

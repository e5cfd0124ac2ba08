"""One parsed paragraph with its mentions, in tokens: what the rules look at."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from services.text_ie.reading import View
from shared.schemas.text import MentionKind


@dataclass(frozen=True)
class TokenMention:
    """A mention as tokens ``[start, end)`` of the paragraph. ``anchors`` are tokens through which the parse reaches it."""

    start: int
    end: int
    head: int
    kind: MentionKind
    type: str
    confidence: float
    model: str
    subtype: str | None = None
    anchors: tuple[int, ...] = ()
    title: str | None = None

    @property
    def size(self) -> int:
        """Length in tokens."""
        return self.end - self.start


@dataclass
class Passage:
    """One parsed paragraph with its mentions; ``must_link`` are pairs that syntax says are one (apposition, ...).

    ``cannot_link`` are pairs that syntax says are two; ``cataphora`` leads from a pronoun to the subject after it that it means.

    ``base`` is the number of its first token among all words that the network reads with it.
    """

    view: View
    document: Doc
    base: int = 0
    mentions: list[TokenMention] = field(default_factory=list)
    must_link: list[tuple[int, int]] = field(default_factory=list)
    cannot_link: list[tuple[int, int]] = field(default_factory=list)
    cataphora: list[tuple[int, int]] = field(default_factory=list)
    _by_anchor: dict[int, int] = field(default_factory=dict)

    def index(self) -> None:
        """Prepare ``at``; call again after ``mentions`` changed."""
        self._by_anchor = {}
        for number, mention in sorted(enumerate(self.mentions), key=lambda row: (row[1].type == "TITLE", -row[1].size)):
            for anchor in (mention.head, *mention.anchors):
                self._by_anchor.setdefault(anchor, number)
        for number, mention in enumerate(self.mentions):
            if mention.kind == "name":
                for token in range(mention.start, mention.end):
                    self._by_anchor.setdefault(token, number)

    def at(self, token: Token) -> int | None:
        """The number of the mention that this token is the head of, or a part of the name of."""
        return self._by_anchor.get(token.i)


def overlaps(found: TokenMention, others: Iterable[TokenMention]) -> bool:
    """Tell whether two mentions share a token."""
    return any(found.start < other.end and other.start < found.end for other in others)

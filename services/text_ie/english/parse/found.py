"""What the finders see in one parsed paragraph, in tokens, before it becomes messages."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from services.text_ie.reading import View
from shared.schemas.text import MentionKind


@dataclass(frozen=True)
class Found:
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
    """One parsed paragraph with its mentions; ``links`` are pairs of mentions that syntax says are one (apposition, ...).

    ``apart`` are pairs that syntax says are two; ``ahead`` leads from a pronoun to the subject after it that it means.

    ``base`` is the number of its first token among all words that the network reads with it.
    """

    view: View
    document: Doc
    base: int = 0
    mentions: list[Found] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    apart: list[tuple[int, int]] = field(default_factory=list)
    ahead: list[tuple[int, int]] = field(default_factory=list)
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


def overlaps(found: Found, others: Iterable[Found]) -> bool:
    """Tell whether two mentions share a token."""
    return any(found.start < other.end and other.start < found.end for other in others)

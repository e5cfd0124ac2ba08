"""Which event types are taken for which: the error analysis that stands beside the scores."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set

from lab.evaluation.items import Item
from lab.evaluation.spans import Page, Span, overlaps
from shared.schemas.base import Schema

NONE = "none"
_EXAMPLES = 3


class Confusion(Schema):
    """Gold says ``gold``, the prediction ``predicted``; ``none``: no such trigger there. ``words``: the commonest triggers."""

    gold: str
    predicted: str
    count: int
    words: tuple[str, ...]


class Confusions:
    """Counts over documents."""

    def __init__(self) -> None:
        self._words: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def add(self, page: Page, gold: Sequence[Item], found: Sequence[Item], foreign: Set[Span]) -> None:
        """One document's triggers; predictions at ``foreign`` triggers, whose type is none of ours, are left out."""
        at: defaultdict[Span, set[str]] = defaultdict(set)
        for item in found:
            at[item.span] |= item.labels
        for item in gold:
            if not at[item.span] & item.labels and not _nearly(item, found):
                self._count(page, item.span, min(item.labels), min(at[item.span], default=NONE))
        places = [item.span for item in gold]
        for item in found:
            if item.span not in foreign and not any(overlaps(item.span, place) for place in places):
                self._count(page, item.span, NONE, min(item.labels))

    def rows(self) -> tuple[Confusion, ...]:
        """The commonest first."""
        ordered = sorted(self._words.items(), key=lambda row: (-row[1].total(), row[0]))
        return tuple(
            Confusion(gold=gold, predicted=predicted, count=words.total(), words=_commonest(words))
            for (gold, predicted), words in ordered
        )

    def _count(self, page: Page, span: Span, gold: str, predicted: str) -> None:
        words = page.document.text[span[0] : span[1]].lower().split() or [""]
        self._words[gold, predicted][max(words, key=len)] += 1


def _nearly(item: Item, found: Iterable[Item]) -> bool:
    """The same type at words that overlap: an error of extent, not of type."""
    return any(overlaps(item.span, other.span) and item.labels & other.labels for other in found)


def _commonest(words: Counter[str]) -> tuple[str, ...]:
    return tuple(word for word, _ in sorted(words.items(), key=lambda row: (-row[1], row[0]))[:_EXAMPLES])

"""What is compared: items of gold and of a prediction on the same page, and when one fits the other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lab.evaluation.matching import match
from lab.evaluation.spans import Span, overlaps
from lab.evaluation.tally import TypedTally


@dataclass(frozen=True)
class Item:
    """A span with a label. Gold may allow several ``labels``, a prediction has one; ``role`` is set for arguments only."""

    span: Span
    head: Span
    labels: frozenset[str]
    role: str = ""

    @property
    def row(self) -> str:
        """The name of its row in the table of types."""
        label = min(self.labels, default="")
        return f"{label}/{self.role}" if self.role else label


Fits = Callable[[Item, Item], bool]


def unique(items: Iterable[Item], with_labels: bool = True, with_role: bool = True) -> list[Item]:
    """The first of those that agree in span and, if wanted, in labels and role."""
    kept: dict[tuple[object, ...], Item] = {}
    for item in items:
        kept.setdefault((item.span, item.labels if with_labels else (), item.role if with_role else ""), item)
    return list(kept.values())


def same_span(gold: Item, predicted: Item) -> bool:
    """Exactly the same gold words."""
    return gold.span == predicted.span


def same_head(gold: Item, predicted: Item) -> bool:
    """The predicted head shares characters with the gold head."""
    return overlaps(gold.head, predicted.head)


def touching(gold: Item, predicted: Item) -> bool:
    """The spans share a character."""
    return overlaps(gold.span, predicted.span)


def typed(fits: Fits) -> Fits:
    """As ``fits``, and the predicted label is one that gold allows."""
    return lambda gold, predicted: predicted.labels <= gold.labels and fits(gold, predicted)


def typed_role(fits: Fits) -> Fits:
    """As ``typed``, and the role is the same."""
    return lambda gold, predicted: gold.role == predicted.role and typed(fits)(gold, predicted)


def count(tally: TypedTally, gold: Sequence[Item], predicted: Sequence[Item], fits: Fits) -> None:
    """Match one to one and add to the tally; a hit counts in the row of the predicted label, a miss in gold's first."""
    pairs = match(gold, predicted, fits)
    hit = {one for one, _ in pairs}
    right = [predicted[other].row for _, other in pairs]
    tally.add(right + [g.row for i, g in enumerate(gold) if i not in hit], [p.row for p in predicted], right)

"""Tables of the model card."""

from collections.abc import Iterable, Sequence

from lab.evaluation.confusion import NONE, Confusion
from lab.training.text.calibration import Calibration
from lab.training.text.report import CorpusSize, TrainingReport
from lab.training.text.sets import SETS, TrainingSet

_WIDTH = 40
_COUNTS = ("names", "nominals", "triggers", "arguments", "relations", "coreferences", "event_pairs")


def corpora(report: TrainingReport) -> str:
    """What was trained on: sizes, share, origin, licence; in the order of the mix."""
    sources = {row.name: row for row in SETS}
    total = sum(size.share for size in report.corpora)
    lines = [
        "| corpus | share | documents | words | labels | licence | commercial use |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_corpus(size, sources[size.name], total) for size in report.corpora if size.name in sources)])


def _corpus(size: CorpusSize, row: TrainingSet, total: float) -> str:
    labels = ", ".join(f"{getattr(size, name):,} {name.replace('_', ' ')}" for name in _COUNTS if getattr(size, name))
    source, use = row.source, "yes" if row.source.free else "**no**"
    share = f"{100 * size.share / total:.0f}%"
    cells = (f"[{source.title}]({source.url})", share, f"{size.documents:,}", f"{size.words:,}", labels, source.licence, use)
    return f"| {' | '.join(cells)} |"


def calibration(heads: dict[str, Calibration]) -> str:
    """Temperature and error of each head."""
    lines = ["| head | temperature | ECE before | ECE after | F1 over words or pairs |", "|---|---|---|---|---|"]
    for name, row in heads.items():
        cells = f"{row.temperature:.2f} | {row.error_before:.3f} | {row.error:.3f} | {100 * row.f1:.1f}"
        lines.append(f"| {name.replace('_', ' ')} | {cells} |")
    return "\n".join(lines)


def reliability(heads: dict[str, Calibration]) -> str:
    """Bars of how often a head is right, by confidence; a full stop marks where the bar of a perfect head ends."""
    lines = []
    for name, row in heads.items():
        lines += [name.replace("_", " "), *(_bar(*one) for one in row.bins), ""]
    return "\n".join(["```", *lines[:-1], "```"])


def _bar(confidence: float, right: float, count: int) -> str:
    filled, wanted = round(_WIDTH * right), min(_WIDTH - 1, round(_WIDTH * confidence))
    cells = ["#" if at < filled else " " for at in range(_WIDTH)]
    cells[wanted] = "." if cells[wanted] == " " else "|"
    return f"  {confidence:.2f} {''.join(cells)} {right:.2f}  n={count}"


def wrong_types(rows: Iterable[Confusion], most: int = 10) -> str:
    """The commonest pairs of types that are taken for each other."""
    chosen = [row for row in rows if NONE not in (row.gold, row.predicted)][:most]
    lines = ["| gold | predicted | times | words |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {r.gold} | {r.predicted} | {r.count} | {_words(r.words)} |" for r in chosen)])


def missed_and_surplus(rows: Sequence[Confusion], most: int = 5) -> str:
    """The types that are most often missed, and those most often found where gold has nothing."""
    missed = [f"{r.gold} ({r.count}: {_words(r.words)})" for r in rows if r.predicted == NONE][:most]
    surplus = [f"{r.predicted} ({r.count}: {_words(r.words)})" for r in rows if r.gold == NONE][:most]
    return (
        f"Most missed: {'; '.join(missed) or 'none'}.\n\nMost often found where gold has nothing: {'; '.join(surplus) or 'none'}."
    )


def _words(words: Iterable[str]) -> str:
    return ", ".join(words)

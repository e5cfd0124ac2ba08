"""The measured scores as a Markdown table, and its place in a file of prose."""

from collections.abc import Iterable

from lab.evaluation.plan import Results, Run
from lab.evaluation.run import EvalResult
from shared.errors import InputError

BEGIN, END = "<!-- results: written by `make eval` -->", "<!-- end of results -->"
_HEAD = ("| what | data | protocol | measured | published by others, remarks |", "|---|---|---|---|---|")
_SEEN = {"never": "", "thresholds": " ¹"}
_FOOTNOTE = "¹ Not trained on, but temperatures and thresholds were chosen on these documents or pictures."


def table(runs: Iterable[Run], results: Results) -> str:
    """One row a run that has a result; scores in percent."""
    rows = [(run, results.runs[run.id]) for run in runs if run.id in results.runs]
    lines = [*_HEAD, *(_row(run, result) for run, result in rows)]
    if any(run.seen == "thresholds" for run, _ in rows):
        lines += ["", _FOOTNOTE]
    return "\n".join(lines)


def replaced(text: str, block: str) -> str:
    """The text with the block between its marks; raises InputError where they are missing."""
    start, end = text.find(BEGIN), text.find(END)
    if start < 0 or end < start:
        raise InputError(f"the marks {BEGIN} and {END} are missing: put them where the table of results is to stand")
    return f"{text[: start + len(BEGIN)]}\n{block}\n{text[end:]}"


def type_table(types: dict[str, dict[str, float]], least: int = 1) -> str:
    """Scores a type, the most frequent first; rows with fewer than ``least`` gold items are left out."""
    rows = [row for row in types.items() if row[1].get("support", 0) >= least]
    lines = ["| type | precision | recall | F1 | gold | predicted |", "|---|---|---|---|---|---|"]
    for name, row in sorted(rows, key=lambda one: (-one[1]["support"], one[0])):
        cells = (f"{row[key]:.1f}" for key in ("precision", "recall", "f1"))
        lines.append(f"| {name} | {' | '.join(cells)} | {row['support']:g} | {row['predicted']:g} |")
    return "\n".join(lines)


def _row(run: Run, result: EvalResult) -> str:
    scores = "; ".join(
        f"{name} **{result.scores[key]:.{_digits(key)}f}**" for key, name in run.show.items() if key in result.scores
    )
    units = ("documents", "words") if "documents" in result.counts else ("pictures",)
    size = ", ".join(f"{result.counts[unit]:,} {unit}" for unit in units)
    return f"| {run.what} | {run.data} ({size}){_SEEN[run.seen]} | {run.protocol} | {scores} | {run.published} |"


def _digits(score: str) -> int:
    return 2 if score.endswith("_bias") else 1

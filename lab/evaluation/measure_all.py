"""Measure all that lab/results/runs.toml lists; write results.json, README.md beside it, and the table of the main README.

    python -m lab.evaluation.measure_all --data DIR [--only ID] [--again]

What was already measured with the same models is kept, unless asked for ``--again``: a run that was broken off goes on.
"""

from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from lab.evaluation.plan import Results, Run, load_runs, measure, needed
from lab.evaluation.run import Progress
from lab.evaluation.table import replaced, table
from shared.errors import InputError, NewsgraphError, StageError
from shared.settings import REPOSITORY, Settings

FOLDER = REPOSITORY / "lab" / "results"
RESULTS = FOLDER / "results.json"
READMES = (FOLDER / "README.md", REPOSITORY / "README.md")


def main(
    data: Annotated[Path, typer.Option(envvar="NEWSGRAPH_DATA", help="folder with the corpora")] = Path("data"),
    only: Annotated[list[str] | None, typer.Option(help="ids of runs; repeatable")] = None,
    again: Annotated[bool, typer.Option("--again", help="measure also what is already measured")] = False,
) -> None:
    """Run the evaluations and write the tables."""
    runs, settings = load_runs(FOLDER / "runs.toml"), Settings()
    chosen = [run for run in runs if not only or run.id in only]
    try:
        if unknown := set(only or ()) - {run.id for run in runs}:
            raise InputError(f"no run {', '.join(sorted(unknown))}; there are {', '.join(run.id for run in runs)}")
        wanted = chosen if again else needed(chosen, Results.read(RESULTS), settings)
        paths = {path for run in wanted for path in (run.path, run.references) if path is not None}
        missing = sorted(path for path in paths if not (data / path).exists())
        if missing:
            raise InputError(f"{data} lacks {', '.join(missing)}; lab/results/README.md says where each comes from")
        typer.echo(f"{len(wanted)} of {len(chosen)} runs to measure")
        failures = measure(wanted, data, RESULTS, settings, _bar)
        render(runs)
        if failures:
            raise StageError("; ".join(f"{name} failed: {error}" for name, error in failures.items()))
    except NewsgraphError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


def render(runs: tuple[Run, ...]) -> None:
    """Write the table into both files of prose."""
    block = table(runs, Results.read(RESULTS))
    for path in READMES:
        text = path.read_text(encoding="utf-8")
        try:
            path.write_text(replaced(text, block), encoding="utf-8")
        except InputError as error:
            typer.echo(f"{path.relative_to(REPOSITORY)}: {error}", err=True)


def _bar(run: Run) -> Progress:
    bar = tqdm(desc=run.id, unit="items")

    def tell(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return tell


if __name__ == "__main__":
    typer.run(main)

"""``newsgraph kb``: the knowledge base that names are linked to."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.console import AsJson, actionable, err, out, print_json
from services.entity_linking.knowledge import command
from shared.errors import InputError
from shared.settings import Settings

kb = typer.Typer(help="The knowledge base that names of places, organisations and people are linked to.", no_args_is_help=True)
_WIKIDATA = "wikidata-dump"


@kb.command("build")
def build(
    dump: Annotated[Path | None, typer.Argument(help="the dump: .json, .json.gz or .json.bz2")] = None,
    source: Annotated[str, typer.Option("--from", help="wikidata-dump, or embedded")] = "embedded",
    out_file: Annotated[Path, typer.Option("--out", help="where to write the knowledge base")] = Path("kb.sqlite"),
    languages: Annotated[
        str | None, typer.Option(help="languages of names, e.g. en,ru,zh; English and seven others if not given")
    ] = None,
    vectors: Annotated[bool, typer.Option("--vectors", help="also store vectors of descriptions (slow)")] = False,
    lists: Annotated[Path | None, typer.Option(help="with --from embedded: a folder of name lists to add")] = None,
    as_json: AsJson = False,
) -> None:
    """Build a knowledge base; a build from a dump that was interrupted goes on when the same command runs again."""
    with actionable(as_json):
        if source == _WIKIDATA:
            if dump is None:
                raise InputError("name the dump: newsgraph kb build --from wikidata-dump FILE")
            wanted = tuple(code.strip() for code in languages.split(",")) if languages else None
            lines, records, bad = command.build_dump(Settings(), dump, out_file, wanted, vectors, _report)
        elif source == "embedded" and dump is None:
            lines, bad, records = 0, 0, command.build_own(out_file, lists)
        else:
            raise InputError("--from is wikidata-dump (with a file) or embedded (without one)")
        result = {"path": str(out_file), "records": records, "lines": lines, "bad_lines": bad}
        if as_json:
            print_json(result)
        else:
            skipped = f" ({bad} lines were no JSON)" if bad else ""
            out.print(f"{records} records in {out_file}{skipped}; use it with NEWSGRAPH_KB={out_file}", markup=False)


@kb.command("info")
def info(as_json: AsJson = False) -> None:
    """Show which knowledge base is in force, its sources and its size."""
    with actionable(as_json):
        facts = command.describe(Settings())
        if as_json:
            print_json(facts)
            return
        for name, value in facts.items():
            out.print(f"{name:>14}  {value}", markup=False)


@kb.command("find")
def find(
    name: Annotated[str, typer.Argument(help="a name, in any language")],
    count: Annotated[int, typer.Option(help="how many records to show")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find records by name: exact ones first, best known first, then similar names."""
    with actionable(as_json):
        rows = command.find(Settings(), name, count)
        if as_json:
            print_json([{**record.model_dump(), "match": round(match, 3)} for record, match in rows])
            return
        table = Table(box=None)
        for column in ("id", "name", "type", "what", "country"):
            table.add_column(column)
        for record, _ in rows:
            table.add_row(record.id, escape(record.name), record.type, escape(record.description), record.country_code or "")
        out.print(table if rows else f"nothing of a name like {name!r}")


def _report(lines: int, records: int, bad: int) -> None:
    err.print(f"{lines} lines, {records} records" + (f", {bad} lines are no JSON" if bad else ""), end="\r")

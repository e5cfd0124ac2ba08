"""``newsgraph people``: the gallery by which faces are named."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from shared.cli.console import ApiKey, ApiUrl, AsJson, actionable, open_api, out, print_json
from shared.errors import InputError

people = typer.Typer(help="The people gallery: faces are named only after people whom you add here.", no_args_is_help=True)


@people.command("add")
def add(
    name: Annotated[str, typer.Argument(help="the person's name")],
    pictures: Annotated[list[Path], typer.Argument(help="pictures that show one face each")],
    kb_id: Annotated[str | None, typer.Option(help="a knowledge-base record, e.g. wikidata:Q233890")] = None,
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Add a person with reference pictures."""
    with actionable(as_json), open_api(api, api_key) as client:
        missing = [str(path) for path in pictures if not path.is_file()]
        if missing:
            raise InputError(f"no such file: {', '.join(missing)}")
        person = client.add_person(name, kb_id, pictures)
        if as_json:
            print_json(person)
        else:
            out.print(f"{person.name} is in the gallery now, as {person.person_id}", markup=False)


@people.command("list")
def list_people(as_json: AsJson = False, api: ApiUrl = None, api_key: ApiKey = None) -> None:
    """List the gallery."""
    with actionable(as_json), open_api(api, api_key) as client:
        page = client.people()
        if as_json:
            print_json(page)
            return
        table = Table(box=None)
        for column in ("id", "name", "record", "faces"):
            table.add_column(column)
        for person in page.people:
            table.add_row(person.person_id, escape(person.name), person.kb_id or "", str(person.faces))
        out.print(table)


@people.command("remove")
def remove(
    person_id: Annotated[str, typer.Argument(help="id, as `newsgraph people list` shows it")],
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Remove a person with pictures and face vectors."""
    with actionable(as_json), open_api(api, api_key) as client:
        client.remove_person(person_id)
        if as_json:
            print_json({"removed": person_id})
        else:
            out.print(f"{person_id} is removed", markup=False)

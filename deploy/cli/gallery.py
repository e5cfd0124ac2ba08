"""``newsgraph gallery``: references by which people, flags, logos and landmarks are recognised; ``newsgraph people``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.console import ApiKey, ApiUrl, AsJson, actionable, open_api, out, print_json
from shared.errors import InputError
from shared.gallery import GALLERY_KINDS, GalleryKind

gallery = typer.Typer(
    help="Galleries: people, flags, logos and landmarks are recognised by pictures that you add here.", no_args_is_help=True
)
people = typer.Typer(help="The gallery of people: faces are named only after people whom you add here.", no_args_is_help=True)
Kind = Annotated[GalleryKind, typer.Option(help="what the pictures show")]
Name = Annotated[str, typer.Option(help="the name that it is recognised by")]
Pictures = Annotated[list[Path], typer.Argument(metavar="FILES...", help="pictures; of a person, pictures with one face each")]
KbId = Annotated[str | None, typer.Option(help="a knowledge-base record, e.g. wikidata:Q233890")]
_How = tuple[bool, str | None, str | None]
"""Whether to print JSON, the address of the platform, its key."""


@gallery.command("add")
def add(
    kind: Kind,
    name: Name,
    pictures: Pictures,
    kb_id: KbId = None,
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Add a name with reference pictures; the same name and record again replaces them."""
    _add(kind, name, pictures, kb_id, (as_json, api, api_key))


@gallery.command("list")
def list_references(
    kind: Annotated[GalleryKind | None, typer.Option(help="only this kind")] = None,
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List what is in the galleries."""
    _list((kind,) if kind else GALLERY_KINDS, (as_json, api, api_key))


@gallery.command("remove")
def remove(
    kind: Kind,
    reference_id: Annotated[str, typer.Argument(help="id, as `newsgraph gallery list` shows it")],
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Remove a reference with pictures and vectors."""
    _remove(kind, reference_id, (as_json, api, api_key))


@gallery.command("rebuild")
def rebuild(kind: Kind, as_json: AsJson = False, api: ApiUrl = None, api_key: ApiKey = None) -> None:
    """Compute all vectors of a kind anew from the kept pictures, after another model took over."""
    with actionable(as_json), open_api(api, api_key) as client:
        done = client.rebuild_gallery(kind)
        if as_json:
            print_json(done)
            return
        out.print(f"{len(done.reference_ids)} references of kind {kind} are rebuilt", markup=False)
        for reference_id, reason in done.failed.items():
            out.print(f"{reference_id} keeps its old vectors: {reason}", markup=False)


@gallery.command("log")
def log(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many changes to show")] = 100,
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Show who added, removed or rebuilt what, newest first."""
    with actionable(as_json), open_api(api, api_key) as client:
        found = client.gallery_log(limit)
        if as_json:
            print_json(found)
            return
        rows = [(f"{row.at:%Y-%m-%d %H:%M:%S}", row.who, row.action, row.kind, row.reference_id) for row in found.changes]
        _print_table(("time (UTC)", "who", "action", "kind", "id"), rows)


@people.command("add")
def add_person(
    name: Annotated[str, typer.Argument(help="the person's name")],
    pictures: Pictures,
    kb_id: KbId = None,
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Add a person with reference pictures."""
    _add("person", name, pictures, kb_id, (as_json, api, api_key))


@people.command("list")
def list_people(as_json: AsJson = False, api: ApiUrl = None, api_key: ApiKey = None) -> None:
    """List the gallery of people."""
    _list(("person",), (as_json, api, api_key))


@people.command("remove")
def remove_person(
    person_id: Annotated[str, typer.Argument(help="id, as `newsgraph people list` shows it")],
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Remove a person with pictures and face vectors."""
    _remove("person", person_id, (as_json, api, api_key))


def _add(kind: GalleryKind, name: str, pictures: list[Path], kb_id: str | None, how: _How) -> None:
    as_json, api, api_key = how
    with actionable(as_json), open_api(api, api_key) as client:
        missing = [str(path) for path in pictures if not path.is_file()]
        if missing:
            raise InputError(f"no such file: {', '.join(missing)}")
        added = client.add_reference(kind, name, kb_id, pictures)
        if as_json:
            print_json(added)
        else:
            out.print(f"{added.name} is in the gallery now, as {added.reference_id}", markup=False)


def _list(kinds: Sequence[GalleryKind], how: _How) -> None:
    as_json, api, api_key = how
    with actionable(as_json), open_api(api, api_key) as client:
        rows = [row for kind in kinds for row in client.references(kind).references]
        if as_json:
            print_json({"references": rows})
            return
        shown = [(row.reference_id, row.kind, escape(row.name), row.kb_id or "", str(row.pictures)) for row in rows]
        _print_table(("id", "kind", "name", "record", "pictures"), shown)


def _remove(kind: GalleryKind, reference_id: str, how: _How) -> None:
    as_json, api, api_key = how
    with actionable(as_json), open_api(api, api_key) as client:
        client.remove_reference(kind, reference_id)
        if as_json:
            print_json({"removed": reference_id})
        else:
            out.print(f"{reference_id} is removed", markup=False)


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    out.print(table)

"""``newsgraph faces``: people across articles, named or not, and the user's corrections."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.console import ApiKey, ApiUrl, AsJson, actionable, open_api, out, print_json
from shared.faces.records import KnownFace

faces = typer.Typer(help="People across articles by their faces: list, show with evidence, merge, split.", no_args_is_help=True)
FaceId = Annotated[str, typer.Argument(help="id, as `newsgraph faces list` shows it")]


@faces.command("list")
def list_faces(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many to show")] = 100,
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List everyone whose face was seen, those in most articles first."""
    with actionable(as_json), open_api(api, api_key) as client:
        page = client.faces(limit)
        if as_json:
            print_json(page)
            return
        table = Table(box=None)
        for column in ("id", "name", "confidence", "faces", "articles"):
            table.add_column(column)
        for row in page.faces:
            sure = f"{row.confidence:.2f}" if row.name else ""
            table.add_row(row.id, escape(row.name or "unknown"), sure, str(row.faces), str(row.articles))
        out.print(table)
        if page.total > len(page.faces):
            out.print(f"{page.total - len(page.faces)} more: raise --limit", markup=False)


@faces.command("show")
def show(face_id: FaceId, as_json: AsJson = False, api: ApiUrl = None, api_key: ApiKey = None) -> None:
    """Show one person with the evidence for the name."""
    with actionable(as_json), open_api(api, api_key) as client:
        _print(client.face(face_id), as_json)


@faces.command("merge")
def merge(
    face_id: FaceId,
    other_id: Annotated[str, typer.Argument(help="the cluster that is the same person")],
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Say that two clusters are one person, for ever; the first id stays."""
    with actionable(as_json), open_api(api, api_key) as client:
        _print(client.merge_faces(face_id, other_id), as_json)


@faces.command("split")
def split(
    face_id: FaceId,
    taken: Annotated[
        list[str], typer.Argument(metavar="FACE...", help="faces that are another person (`faces show` lists them)")
    ],
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Take faces out of a cluster, for ever; they become a new one."""
    with actionable(as_json), open_api(api, api_key) as client:
        _print(client.split_faces(face_id, taken), as_json)


def _print(face: KnownFace, as_json: bool) -> None:
    if as_json:
        print_json(face)
        return
    name = f"{face.name} ({face.confidence:.2f})" if face.name else "unknown"
    out.print(f"{face.id}: {name}; {face.reason}", markup=False)
    for row in face.evidence:
        out.print(f"  {row.name} (weight {row.weight:g}) in {row.article_id}: {row.caption}", markup=False)
    out.print(f"{len(face.face_ids)} faces in {len(face.article_ids)} articles:", markup=False)
    for face_id in face.face_ids:
        out.print(f"  {face_id}", markup=False)

"""``newsgraph show``: one article with its entities, events and their evidence."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from deploy.cli.console import ApiKey, ApiUrl, AsJson, actionable, open_api, out, print_json
from deploy.cli.findings import arguments, family, name_of, type_of
from deploy.cli.follow import stage_sign
from shared.schemas.api import ArticleOut
from shared.schemas.article import Article
from shared.schemas.graph import Node, Subgraph

Ident = Annotated[str, typer.Argument(metavar="ARTICLE", help="id of the article, as `newsgraph status` lists them")]
_STYLES = {"Entity": "bold cyan", "Event": "bold magenta"}


def show(article: Ident, as_json: AsJson = False, api: ApiUrl = None, api_key: ApiKey = None) -> None:
    """Show an article's text with what was found in it, and the evidence of each entity and event."""
    with actionable(as_json), open_api(api, api_key) as client:
        view, graph = client.article(article), client.graph(article)
        if as_json:
            print_json({"article": view, "graph": graph})
            return
        _print(view, graph)


def _print(view: ArticleOut, graph: Subgraph) -> None:
    if view.article.title:
        out.print(highlighted(view.article, graph, "title"), style="bold")
    out.print(highlighted(view.article, graph, "text"))
    for image in view.article.images:
        out.print(f"[dim]image {image.image_id[:12]}  {image.width}x{image.height}  {escape(image.caption)}[/]")
    out.print()
    out.print(_entities(view.article, graph))
    out.print(_events(view.article, graph))
    if view.job is not None:
        out.print(f"[bold]job[/] {view.job.state}")
        for report in view.job.stages:
            notes = [report.error or "", *(f"not attempted: {n.part} ({n.reason})" for n in report.not_attempted)]
            out.print(f"  {report.stage:17} {stage_sign(report)}  {escape('; '.join(filter(None, notes)))}")


def highlighted(article: Article, graph: Subgraph, field: str) -> Text:
    """A field of the article with the mentions of entities and events coloured."""
    text, families = Text(article.fields().get(field, "")), {node.id: node.labels[0] for node in graph.nodes}
    for mention in family(graph, "Mention"):
        start, end = mention.properties.get("start"), mention.properties.get("end")
        if mention.properties.get("field") != field or not isinstance(start, int) or not isinstance(end, int):
            continue
        targets = {families.get(e.target_id) for e in graph.edges if e.source_id == mention.id and e.type == "REFERS_TO"}
        style = next((_STYLES[t] for t in ("Event", "Entity") if t in targets), None)
        if style:
            text.stylize(style, start, end)
    return text


def evidence(article: Article, graph: Subgraph, node: Node) -> list[str]:
    """Where a node comes from: quoted words with their offsets, and regions of images."""
    mentions = {m.id: m for m in family(graph, "Mention")}
    ids = dict.fromkeys(e.source_id for e in graph.edges if e.type == "REFERS_TO" and e.target_id == node.id)
    return [_place(article, mentions[ident]) for ident in ids if ident in mentions]


def _place(article: Article, mention: Node) -> str:
    found = mention.properties
    start, end, field = found.get("start"), found.get("end"), str(found.get("field", ""))
    if isinstance(start, int) and isinstance(end, int) and field:
        name = "caption" if field.startswith("caption:") else field
        return f"“{article.fields().get(field, '')[start:end]}” {name} {start}-{end}"
    return f"{found.get('kind') or found.get('label') or 'region'} in image {str(found.get('image_id', ''))[:8]}"


def _entities(article: Article, graph: Subgraph) -> Table:
    table = Table(title="Entities", title_justify="left", show_lines=True)
    for column in ("name", "type", "records", "evidence"):
        table.add_column(column, overflow="fold")
    records = {node.id: node for node in family(graph, "KBRecord")}
    for node in family(graph, "Entity"):
        same = [records[e.target_id] for e in graph.edges if e.source_id == node.id and e.target_id in records]
        linked = "\n".join(f"{name_of(record)} {record.id}" for record in same)
        table.add_row(escape(name_of(node)), type_of(node), escape(linked), escape("\n".join(evidence(article, graph, node))))
    return table


def _events(article: Article, graph: Subgraph) -> Table:
    table = Table(title="Events", title_justify="left", show_lines=True)
    for column in ("type", "roles", "confidence", "evidence"):
        table.add_column(column, overflow="fold")
    for node in family(graph, "Event"):
        roles = "\n".join(
            f"{edge.properties.get('role', edge.type)}: {name_of(entity)}" for edge, entity in arguments(graph, node)
        )
        confidence = node.properties.get("confidence")
        shown = f"{confidence:.2f}" if isinstance(confidence, float) else ""
        table.add_row(type_of(node), escape(roles), shown, escape("\n".join(evidence(article, graph, node))))
    return table

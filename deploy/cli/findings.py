"""What was found in an article, read from its part of the graph."""

from collections import Counter

from rich.console import Console
from rich.markup import escape

from deploy.cli.follow import Outcome
from shared.schemas.graph import Edge, Node, Subgraph

_SHOWN = 8


def name_of(node: Node) -> str:
    """The name by which people know the node."""
    return str(node.properties.get("name") or node.properties.get("text") or node.properties.get("title") or node.id)


def type_of(node: Node) -> str:
    """Its type: the ontology's where it is noted, else the most special label."""
    return str(node.properties.get("type") or node.labels[-1])


def family(graph: Subgraph, label: str) -> list[Node]:
    """The nodes of a family, by name."""
    return sorted((node for node in graph.nodes if node.labels[0] == label), key=name_of)


def arguments(graph: Subgraph, event: Node) -> list[tuple[Edge, Node]]:
    """The role edges of an event with the entities that fill them."""
    entities = {node.id: node for node in graph.nodes if node.labels[0] == "Entity"}
    return [(edge, entities[edge.target_id]) for edge in graph.edges if edge.source_id == event.id and edge.target_id in entities]


def print_outcome(console: Console, outcome: Outcome, graph: Subgraph | None) -> None:
    """A paragraph on one article: its state, its entities and events, what failed, and what of its text was not attempted."""
    title = escape(outcome.title or outcome.source)
    if outcome.job is None:
        console.print(f"[bold]{title}[/]  [red]refused[/]: {escape(outcome.error or '')}")
        return
    known = "" if outcome.created else "  [dim](was known already: no new work)[/]"
    console.print(
        f"[bold]{title}[/]  [{_colour(outcome.job.state)}]{outcome.job.state}[/]{known}\n  [dim]{outcome.article_id}[/]"
    )
    for warning in outcome.warnings:
        console.print(f"  [yellow]{escape(warning)}[/]")
    for report in outcome.job.stages:
        if report.error:
            console.print(f"  [red]{report.stage}[/]: {escape(report.error)}")
        for part in report.not_attempted if report.stage == "text_ie" else ():
            console.print(f"  [yellow]not attempted[/] {escape(part.part)}: {escape(part.reason)}")
    if graph is not None:
        _print_found(console, graph)


def _print_found(console: Console, graph: Subgraph) -> None:
    entities, events = family(graph, "Entity"), family(graph, "Event")
    counts = Counter(node.labels[0] for node in graph.nodes)
    named = ", ".join(escape(f"{name_of(e)} ({type_of(e)})") for e in entities[:_SHOWN])
    console.print(f"  {len(entities)} entities: {named}{' …' if len(entities) > _SHOWN else ''}")
    console.print(f"  {len(events)} events{':' if events else ''}")
    for event in events[:_SHOWN]:
        roles = ", ".join(f"{edge.properties.get('role', edge.type)}: {name_of(node)}" for edge, node in arguments(graph, event))
        console.print(f"    {escape(type_of(event))} “{escape(name_of(event))}”  {escape(roles)}")
    console.print(f"  [dim]evidence: {counts['Mention']} mentions and regions, {counts['Image']} images[/]")


def _colour(state: str) -> str:
    return {"done": "green", "partial": "yellow", "failed": "red"}.get(state, "cyan")

"""What the stores answer beside nodes and subgraphs."""

from collections.abc import Iterable

from shared.schemas.graph import ArgumentView, Edge, EventView, Node, PropertyValue


def event_view(event: Node, arguments: Iterable[tuple[Edge, Node]]) -> EventView:
    """The event with its argument edges and their entities, in the order that all stores keep."""
    views = [
        ArgumentView(
            role=str(edge.properties.get("role", edge.type)),
            entity=entity,
            article_id=str(edge.properties["article_id"]),
            confidence=_number(edge.properties.get("confidence")),
            model=str(edge.properties.get("model", "")),
            evidence_ids=tuple(_listed(edge.properties.get("evidence_ids"))),
        )
        for edge, entity in sorted(arguments, key=lambda pair: pair[0].id)
    ]
    views.sort(key=lambda view: (view.role, str(view.entity.properties.get("name", ""))))
    return EventView(event=event, arguments=tuple(views))


def _listed(value: PropertyValue) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _number(value: PropertyValue) -> float:
    return float(value) if isinstance(value, int | float) else 0.0

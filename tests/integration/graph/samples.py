"""Small hand-made subgraphs, as a projection would give them."""

from shared.ontology import load_ontology
from shared.schemas.graph import Edge, Node, PropertyValue, Subgraph


def edge(article: str, type: str, source: str, target: str, **properties: PropertyValue) -> Edge:
    """An edge that the article states, with evidence."""
    given: dict[str, PropertyValue] = {
        "article_id": article,
        "evidence_ids": [f"{article}-m1"],
        "confidence": 0.75,
        "model": "rules:test",
    }
    return Edge(
        id=f"{article}-{type}-{source}-{target}", type=type, source_id=source, target_id=target, properties=given | properties
    )


def entity(node_id: str, name: str, label: str = "Person", confidence: float = 0.5, **properties: PropertyValue) -> Node:
    """An entity node."""
    given: dict[str, PropertyValue] = {
        "name": name,
        "type": label[:3].upper(),
        "confidence": confidence,
        "aliases": [name],
        "count": 3,
    }
    return Node(id=node_id, labels=("Entity", label), properties=given | properties)


def attack(article: str, **entities: Node) -> Subgraph:
    """An article with one mention and an attack at 2017-03-30, in which each entity fills the role of its keyword."""
    mention = Node(
        id=f"{article}-m1", labels=("Mention", "TextMention"), properties={"name": "attacked", "start": 3, "kind": "trigger"}
    )
    event = Node(
        id=f"{article}-e1",
        labels=("Event", "Attack"),
        properties={
            "name": "attacked",
            "type": "Conflict.Attack.Bombing",
            "ace_type": "Conflict:Attack",
            "m2e2_type": "Conflict:Attack",
            "earliest": "2017-03-30T00:00:00Z",
            "latest": "2017-03-30T23:59:59Z",
            "evidence_ids": [mention.id],
            "confidence": 1.0,
            "weights": [0.25, 1.0],
            "asserted": None,
        },
    )
    found = {
        node.id: node.model_copy(update={"properties": node.properties | {"evidence_ids": [mention.id]}})
        for node in entities.values()
    }
    edges = [edge(article, role.upper(), event.id, node.id, role=role.title()) for role, node in entities.items()]
    head = Node(id=article, labels=("Article",), properties={"name": f"about {article}", "language": "en"})
    links = [edge(article, "IN", mention.id, article), edge(article, "REFERS_TO", mention.id, event.id)]
    return Subgraph(nodes=(head, mention, event, *found.values()), edges=(*links, *edges))


def every_type(article: str) -> Subgraph:
    """An article with two nodes of every type of the ontology: after it a store knows what one that has read much knows."""
    ontology = load_ontology()
    labels = {("Entity", row.label) for row in ontology.entity_types.values()}
    labels |= {("Event", row.label) for row in ontology.event_types.values()}
    head = Node(id=article, labels=("Article",), properties={"name": article})
    nodes = [
        Node(id=f"{article}-{label}-{number}", labels=(family, label), properties={"name": label, "evidence_ids": [article]})
        for family, label in sorted(labels)
        for number in (1, 2)
    ]
    return Subgraph(nodes=(head, *nodes))

"""What must be declared before the first write. The only place where ArcadeDB and Neo4j are told apart."""

from shared.graph.labels import FAMILIES


def statements(agent: str) -> list[str]:
    """The schema statements for a server that calls itself ``agent`` (``Neo4j/5.26.28``, ``ArcadeDB/26.10``); repeatable.

    Uniqueness stands on the family labels. Both servers then refuse a second ``:Entity:Person`` of the same id too.
    """
    unique = [
        f"CREATE CONSTRAINT {family.lower()}_id IF NOT EXISTS FOR (n:{family}) REQUIRE n.id IS UNIQUE" for family in FAMILIES
    ]
    return unique + _neo4j_only() if "arcade" not in agent.lower() else unique


def _neo4j_only() -> list[str]:
    return [
        "CREATE TEXT INDEX entity_name IF NOT EXISTS FOR (n:Entity) ON (n.name)",
        "CREATE INDEX event_type IF NOT EXISTS FOR (n:Event) ON (n.type)",
        "CREATE INDEX event_earliest IF NOT EXISTS FOR (n:Event) ON (n.earliest)",
    ]

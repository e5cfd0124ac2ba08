"""Reading aids for the graph of one article, as the REST API answers it."""

from typing import Any

Json = dict[str, Any]


class Facts:
    """Questions to a subgraph ``{nodes, edges}`` in the words of the article."""

    def __init__(self, subgraph: Json) -> None:
        self.nodes: dict[str, Json] = {node["id"]: node for node in subgraph["nodes"]}
        self.edges: list[Json] = subgraph["edges"]

    def family(self, label: str) -> list[Json]:
        return [node for node in self.nodes.values() if node["labels"][0] == label]

    def entity(self, name: str) -> Json:
        found = [n for n in self.family("Entity") if n["properties"]["name"] == name]
        assert len(found) == 1, f"{name}: {[n['properties']['name'] for n in self.family('Entity')]}"
        return found[0]

    def mentions(self, node: Json) -> list[Json]:
        ids = [e["source_id"] for e in self.edges if e["type"] == "REFERS_TO" and e["target_id"] == node["id"]]
        return [self.nodes[i] for i in ids]

    def words(self, node: Json) -> set[str]:
        return {m["properties"]["text"] for m in self.mentions(node) if "TextMention" in m["labels"]}

    def regions(self, node: Json) -> list[Json]:
        return [m for m in self.mentions(node) if "Region" in m["labels"]]

    def event(self, trigger: str) -> Json:
        found = [n for n in self.family("Event") if trigger in self.words(n)]
        assert found, f"no event on {trigger!r}; triggers: {[sorted(self.words(n)) for n in self.family('Event')]}"
        return found[0]

    def roles(self, event: Json) -> dict[str, set[str]]:
        """Role -> the words and entity names that fill it."""
        filled: dict[str, set[str]] = {}
        for edge in self.edges:
            if edge["source_id"] != event["id"] or "role" not in edge["properties"]:
                continue
            evidence = [self.nodes[i]["properties"] for i in edge["properties"]["evidence_ids"]]
            texts = {p.get("text") or p.get("label") for p in evidence}
            filled.setdefault(edge["properties"]["role"], set()).update(
                texts | {self.nodes[edge["target_id"]]["properties"]["name"]}
            )
        return filled

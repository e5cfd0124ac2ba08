"""How far two event types lie apart in the ontology: the dotted path, and the ACE and M2E2 views that they share."""

from shared.ontology import Ontology

RELATED = 0.4
"""Events further apart than this are never one event."""


def type_distance(ontology: Ontology, left: str, right: str) -> float:
    """0 for one type, 0.1 for a type and its subtype, 0.15 and 0.25 for a shared ACE or M2E2 view, up to 1."""
    a, b = left.split("."), right.split(".")
    shared = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if shared == min(len(a), len(b)):
        return min(0.1 * abs(len(a) - len(b)), RELATED)
    distances = [0.4 if shared >= 2 else 0.7 if shared == 1 else 1.0]
    first, second = ontology.event_types.get(left), ontology.event_types.get(right)
    if first and second and first.ace and first.ace == second.ace:
        distances.append(0.15)
    if first and second and first.m2e2 and first.m2e2 == second.m2e2:
        distances.append(0.25)
    return min(distances)

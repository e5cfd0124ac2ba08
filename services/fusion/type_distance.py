"""How far two event types lie apart in the ontology: the dotted path, and the ACE and M2E2 views that they share."""

from services.fusion.thresholds import LIMITS
from shared.ontology import Ontology


def type_distance(ontology: Ontology, left: str, right: str) -> float:
    """0 for one type, little for a type and its subtype or for a shared ACE or M2E2 view, 1 for types with nothing in common."""
    a, b = left.split("."), right.split(".")
    shared = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if shared == min(len(a), len(b)):
        return min(LIMITS.subtype_distance * abs(len(a) - len(b)), LIMITS.sibling_distance)
    distances = [LIMITS.sibling_distance if shared >= 2 else LIMITS.cousin_distance if shared == 1 else 1.0]
    first, second = ontology.event_types.get(left), ontology.event_types.get(right)
    if first and second and first.ace and first.ace == second.ace:
        distances.append(LIMITS.ace_distance)
    if first and second and first.m2e2 and first.m2e2 == second.m2e2:
        distances.append(LIMITS.m2e2_distance)
    return min(distances)

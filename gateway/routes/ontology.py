"""The ontology: which types of entities, relations and events there are."""

from fastapi import APIRouter

from gateway.problems import responses
from shared.ontology import load_ontology
from shared.schemas.api import OntologyOut

router = APIRouter(tags=["ontology"])


@router.get("/ontology", responses=responses(401, 422))
def show_ontology() -> OntologyOut:
    """Every type of entity, relation and event with its definition; event types with their roles and who may fill them."""
    known = load_ontology()
    return OntologyOut(
        entity_types=tuple(known.entity_types.values()),
        relation_types=tuple(known.relation_types.values()),
        event_types=tuple(known.event_types.values()),
    )

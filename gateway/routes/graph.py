"""The graph: entities and events with their evidence."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, WithJsonSchema

from gateway.dependencies import Deps
from gateway.problems import not_found, responses
from gateway.query_parameters import first_moment, last_moment, require_entity_type, require_event_type, require_order
from gateway.routes.articles import Limit, Offset
from shared.schemas.api import EntityPage, EventPage
from shared.schemas.graph import Subgraph

router = APIRouter(tags=["graph"])


_PERIOD = {"type": "string", "examples": ["2017", "2017-04", "2017-04-05", "2017-04-05T08:00:00Z"]}
From = Annotated[datetime | None, BeforeValidator(first_moment), WithJsonSchema(_PERIOD)]
To = Annotated[datetime | None, BeforeValidator(last_moment), WithJsonSchema(_PERIOD)]


@router.get("/entities", responses=responses(401, 422, 503))
def search_entities(
    deps: Deps,
    q: Annotated[str, Query(max_length=200, description="part of a name or alias", examples=["Tillerson"])] = "",
    type: Annotated[str | None, Query(max_length=100, description="PER, GPE, ... or Person", examples=["PER"])] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> EntityPage:
    """Entities by name, those with most evidence first."""
    require_entity_type(type)
    found = deps.graph.search_entities(q, type, limit + 1, offset)
    return EntityPage(entities=tuple(found[:limit]), limit=limit, offset=offset, more=len(found) > limit)


@router.get("/entities/{entity_id}", responses=responses(401, 404, 503))
def show_entity(entity_id: str, deps: Deps) -> Subgraph:
    """The entity and everything one edge away: mentions, events, relations, records."""
    found = deps.graph.entity(entity_id)
    if found is None:
        raise not_found(f"entity {entity_id}")
    return found


@router.get("/events", responses=responses(401, 422, 503))
def search_events(
    deps: Deps,
    type: Annotated[str | None, Query(max_length=100, description="Conflict.Attack, Conflict, Conflict:Attack, ...")] = None,
    entity: Annotated[str | None, Query(max_length=200, description="id, or part of a name, of an argument")] = None,
    start: Annotated[From, Query(alias="from", description="not over before this time, day, month or year")] = None,
    end: Annotated[To, Query(alias="to", description="not begun after this time, or the end of this day, month or year")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> EventPage:
    """Events with their arguments by time; those without a known time last."""
    require_event_type(type)
    require_order(start, end)
    found = deps.graph.events(type, entity, start, end, limit + 1, offset)
    return EventPage(events=tuple(found[:limit]), limit=limit, offset=offset, more=len(found) > limit)

"""The graph: entities and events with their evidence."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from gateway.dependencies import Deps
from gateway.problems import not_found, responses
from gateway.routes.articles import Limit, Offset
from shared.schemas.api import EntityPage, EventPage
from shared.schemas.graph import Subgraph

router = APIRouter(tags=["graph"])


def _whole_day(end: object) -> object:
    """A day without a time ends at its last moment."""
    return f"{end}T23:59:59.999999" if isinstance(end, str) and len(end) == len("2017-04-05") else end


@router.get("/entities", responses=responses(401, 422, 503))
def search_entities(
    deps: Deps,
    q: Annotated[str, Query(max_length=200, description="part of a name or alias", examples=["Tillerson"])] = "",
    type: Annotated[str | None, Query(max_length=100, description="PER, GPE, ... or Person", examples=["PER"])] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> EntityPage:
    """Entities by name, those with most evidence first."""
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
    start: Annotated[datetime | None, Query(alias="from", description="not over before this time or day")] = None,
    end: Annotated[datetime | None, BeforeValidator(_whole_day), Query(alias="to", description="not begun after")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> EventPage:
    """Events with their arguments by time; those without a known time last."""
    found = deps.graph.events(type, entity, _in_utc(start), _in_utc(end), limit + 1, offset)
    return EventPage(events=tuple(found[:limit]), limit=limit, offset=offset, more=len(found) > limit)


def _in_utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time

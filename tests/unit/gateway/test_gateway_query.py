"""Query parameters: unknown ones, whole years, months and days, types with the nearest valid name; the ontology over HTTP."""

import re

import pytest
from gateway_platform import Platform, assert_problem

from shared.ontology import load_ontology
from shared.schemas.api import OntologyOut
from shared.schemas.graph import Node, Subgraph


def operations(platform: Platform) -> list[tuple[str, str]]:
    paths = platform.client.get("/openapi.json").json()["paths"]
    return [(method.upper(), re.sub(r"{kind}", "person", path)) for path, methods in paths.items() for method in methods]


def test_no_route_takes_a_query_parameter_that_it_does_not_have(platform: Platform) -> None:
    asked = operations(platform)
    assert len(asked) > 25
    for method, path in asked:
        response = platform.client.request(method, re.sub(r"{\w+}", "x", path), params={"nonsense": "1"})
        problem = assert_problem(response, 422, "unknown-parameter")
        assert "`nonsense`" in problem["detail"], path
        assert [fault["pointer"] for fault in problem["errors"]] == ["query/nonsense"]


@pytest.mark.parametrize(
    ("path", "nearest"),
    [("/events?tpye=Conflict", "type"), ("/events?From=2017", "from"), ("/articles?limits=3", "limit"), ("/images?qq=dog", "q")],
)
def test_an_unknown_parameter_is_answered_with_the_nearest_one(platform: Platform, path: str, nearest: str) -> None:
    problem = assert_problem(platform.client.get(path), 422, "unknown-parameter")
    assert f"did you mean `{nearest}`?" in problem["detail"]
    assert nearest in problem["change"]


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/entities?type=Persn", "Person"),
        ("/entities?type=PERS", "PER"),
        ("/entities?type=PER.Politican", "PER.Politician"),
        ("/events?type=Conflict.Atack", "Conflict.Attack"),
        ("/events?type=Conflict:Atack", "Conflict:Attack"),
        ("/events?type=Atack", "Attack"),
    ],
)
def test_an_unknown_type_is_answered_with_the_nearest_one(platform: Platform, path: str, nearest: str) -> None:
    problem = assert_problem(platform.client.get(path), 422, "unknown-type")
    assert f"did you mean `{nearest}`?" in problem["detail"]
    assert "GET /ontology" in problem["change"]
    assert platform.client.get(path.split("=")[0], params={"type": nearest}).status_code == 200


def test_every_type_that_the_ontology_names_is_known_in_any_case(platform: Platform) -> None:
    known = load_ontology()
    entities = [name for row in known.entity_types.values() for name in (row.id, row.label)]
    events = [name for row in known.event_types.values() for name in (row.id, row.label, row.ace, row.m2e2) if name]
    for path, names in (("/entities", [*entities, ""]), ("/events", [*events, "conflict", "Movement", "CONFLICT", ""])):
        for name in names[::7] + names[-4:]:
            response = platform.client.get(path, params={"type": name.lower() if len(name) % 2 else name})
            assert response.status_code == 200, response.text


def dated(platform: Platform, *days: str) -> None:
    """Put an event into the graph for each day, named by it."""
    for number, day in enumerate(days):
        article = Node(id=f"a{number}", labels=("Article",))
        times = {"earliest": f"{day}T00:00:00Z", "latest": f"{day}T23:59:59Z"}
        event = Node(id=day, labels=("Event", "Attack"), properties={"type": "Conflict.Attack", "name": "attack", **times})
        platform.graph.replace_article(article.id, Subgraph(nodes=(article, event), edges=()))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=2017", ["2017-01-01", "2017-04-30", "2017-12-31", "2018-01-01"]),
        ("to=2017", ["1969-12-31", "1970-01-01", "2016-12-31", "2017-01-01", "2017-04-30", "2017-12-31"]),
        ("from=2017&to=2017", ["2017-01-01", "2017-04-30", "2017-12-31"]),
        ("from=2017-04&to=2017-04", ["2017-04-30"]),
        ("from=2017-04-30&to=2017-04-30", ["2017-04-30"]),
        ("to=1970", ["1969-12-31", "1970-01-01"]),
        ("from=2017-12-31T12:00:00Z&to=2017-12-31T13:00:00", ["2017-12-31"]),
        ("from=2016-12-31T23:30:00-01:00&to=2017-01-01T02:00%2B01:00", ["2017-01-01"]),
    ],
)
def test_years_months_and_days_are_whole_periods(platform: Platform, query: str, found: list[str]) -> None:
    dated(platform, "1969-12-31", "1970-01-01", "2016-12-31", "2017-01-01", "2017-04-30", "2017-12-31", "2018-01-01")
    response = platform.client.get(f"/events?{query}")
    assert response.status_code == 200, response.text
    assert [view["event"]["id"] for view in response.json()["events"]] == found


def test_the_longest_month_and_the_last_year_end_as_the_calendar_says(platform: Platform) -> None:
    dated(platform, "2016-02-29", "2017-02-28")
    for month, day in (("2016-02", "2016-02-29"), ("2017-02", "2017-02-28")):
        page = platform.client.get("/events", params={"from": month, "to": month}).json()
        assert [view["event"]["id"] for view in page["events"]] == [day]
    assert platform.client.get("/events?to=9999").status_code == 200


@pytest.mark.parametrize("time", ["soon", "17", "1491350400", "20170405", "2017-13", "2017-02-30", "0000", "2017-04-05Tx", ""])
@pytest.mark.parametrize("name", ["from", "to"])
def test_what_is_no_period_is_refused(platform: Platform, name: str, time: str) -> None:
    problem = assert_problem(platform.client.get("/events", params={name: time}), 422, "invalid-fields")
    assert [fault["pointer"] for fault in problem["errors"]] == [f"query/{name}"]


@pytest.mark.parametrize("query", ["from=2018&to=2017", "from=2017-04-06&to=2017-04-05", "from=2017-05&to=2017-04-30T23:59:59Z"])
def test_a_period_that_ends_before_it_begins_is_refused(platform: Platform, query: str) -> None:
    assert_problem(platform.client.get(f"/events?{query}"), 422, "from-after-to")


def test_the_ontology_lists_types_with_definitions_and_roles(platform: Platform) -> None:
    answer = platform.client.get("/ontology")
    assert answer.status_code == 200
    listed, known = OntologyOut.model_validate_json(answer.content), load_ontology()
    assert {row.id for row in listed.entity_types} == set(known.entity_types)
    assert {row.id for row in listed.relation_types} == set(known.relation_types)
    assert {row.id for row in listed.event_types} == set(known.event_types)
    assert all(row.definition for row in (*listed.entity_types, *listed.relation_types, *listed.event_types))
    attack = next(row for row in answer.json()["event_types"] if row["id"] == "Conflict.Attack")
    assert attack["roles"][0]["name"] == "Attacker"
    assert {"GPE", "ORG", "PER"} <= set(attack["roles"][0]["fillers"])
    described = platform.client.get("/openapi.json").json()
    assert described["paths"]["/ontology"]["get"]["tags"] == ["ontology"]
    assert "roles" in described["components"]["schemas"]["EventType"]["properties"]

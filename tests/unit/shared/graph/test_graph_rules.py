"""Names, times and merging."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.errors import InputError
from shared.graph.labels import check_edge_type, check_labels, edge_type, type_label
from shared.graph.merge import merge_claims
from shared.graph.times import iso
from shared.schemas.graph import Node, PropertyValue


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Attacker", "ATTACKER"),
        ("GiverEntity", "GIVER_ENTITY"),
        ("part of", "PART_OF"),
        ("GeneralAffiliation.Origin", "GENERAL_AFFILIATION_ORIGIN"),
        ("GPE", "GPE"),
        ("evt-arg01", "EVT_ARG01"),
        ("2nd", "T_2ND"),
        ("Täter", "TATER"),
        ("`]->() DETACH DELETE n //", "DETACH_DELETE_N"),
        ("北京", "RELATED_TO"),
        ("", "RELATED_TO"),
        ("x" * 200, "X" * 60),
    ],
)
def test_any_name_becomes_an_edge_type_that_is_safe_in_a_query(given: str, expected: str) -> None:
    assert edge_type(given) == expected
    check_edge_type(edge_type(given))


@pytest.mark.parametrize("given", ["Person", "be born", "Entity", "Event", "3D", "北京", "", "a`b", "Ünit", "x" * 99])
def test_any_name_becomes_a_label_that_is_safe_in_a_query(given: str) -> None:
    check_labels(("Entity", type_label(given, "Thing")))


def test_a_node_without_a_family_is_refused() -> None:
    for labels in ((), ("Person", "Entity"), ("Nonsense",)):
        with pytest.raises(InputError, match="first label"):
            check_labels(labels)


def test_times_are_utc_to_the_second_and_sort_as_text() -> None:
    east = datetime(2020, 1, 1, 2, tzinfo=timezone(timedelta(hours=3)))
    assert iso(east) == "2019-12-31T23:00:00Z"
    assert iso(datetime(2020, 1, 1)) == iso(datetime(2020, 1, 1, tzinfo=UTC)) == "2020-01-01T00:00:00Z"
    assert iso(datetime(890, 1, 1)) == "0890-01-01T00:00:00Z"
    assert iso(None) is None


def claim(name: str, confidence: float, **more: PropertyValue) -> Node:
    return Node(id="x", labels=("Entity", name.title()), properties={"name": name, "confidence": confidence, **more})


def test_the_surest_claim_wins_and_words_are_united() -> None:
    merged = merge_claims({"b": claim("low", 0.25, aliases=["l", "x"], only=1), "a": claim("high", 0.5, aliases=["h", "x"])})
    assert merged.labels == ("Entity", "High")
    assert merged.properties["name"] == "high"
    assert merged.properties["aliases"] == ["h", "l", "x"]
    assert merged.properties["only"] == 1
    assert merged.properties["article_ids"] == ["a", "b"]


def test_equal_claims_are_decided_by_evidence_and_then_by_the_article() -> None:
    richer = claim("rich", 0.5, evidence_ids=["m1", "m2"])
    assert merge_claims({"a": claim("poor", 0.5, evidence_ids=["m3"]), "b": richer}).properties["name"] == "rich"
    assert merge_claims({"b": claim("second", 0.5), "a": claim("first", 0.5)}).properties["name"] == "first"

import pytest

from services.fusion.thresholds import LIMITS
from services.fusion.type_distance import type_distance
from shared.ontology import load_ontology


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Conflict.Attack", "Conflict.Attack.Bombing"),
        ("Movement.TransportPerson", "Movement.TransportArtifact"),
        ("Contact.Meet", "Contact.Collaborate.Meet"),
    ],
)
def test_subtypes_and_types_of_one_view_are_related(left: str, right: str) -> None:
    assert 0 < type_distance(load_ontology(), left, right) <= LIMITS.max_type_distance
    assert type_distance(load_ontology(), left, right) == type_distance(load_ontology(), right, left)


@pytest.mark.parametrize(
    ("left", "right"), [("Conflict.Attack", "Conflict.Demonstrate"), ("Life.Die", "Contact.Meet"), ("Unknown", "Life.Die")]
)
def test_other_types_are_not_related(left: str, right: str) -> None:
    assert type_distance(load_ontology(), left, right) > LIMITS.max_type_distance


def test_a_type_has_no_distance_to_itself() -> None:
    assert type_distance(load_ontology(), "Life.Die", "Life.Die") == 0

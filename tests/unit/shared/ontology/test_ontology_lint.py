"""The ontology files agree with each other and with the views they promise."""

import re

import pytest
import yaml

from shared.ontology import FOLDER, EntityType, EventType, RelationType, load_ontology

ONTOLOGY = load_ontology()
LABEL = re.compile(r"[A-Z][A-Za-z0-9]*")
RELATION_LABEL = re.compile(r"[A-Z]+(_[A-Z]+)*")
FAMILIES = {"Article", "Image", "Video", "Mention", "TextMention", "Region", "Entity", "Event", "KBRecord", "Run"}
M2E2 = [
    "Movement:Transport",
    "Conflict:Attack",
    "Conflict:Demonstrate",
    "Justice:Arrest-Jail",
    "Contact:Phone-Write",
    "Contact:Meet",
    "Life:Die",
    "Transaction:Transfer-Money",
]
ACE_ROLES = {
    "Life:Be-Born": {"Person", "Place"},
    "Life:Marry": {"Person", "Place"},
    "Life:Divorce": {"Person", "Place"},
    "Life:Injure": {"Agent", "Victim", "Instrument", "Place"},
    "Life:Die": {"Agent", "Victim", "Instrument", "Place"},
    "Movement:Transport": {"Agent", "Artifact", "Vehicle", "Price", "Origin", "Destination"},
    "Transaction:Transfer-Ownership": {"Buyer", "Seller", "Beneficiary", "Artifact", "Price", "Place"},
    "Transaction:Transfer-Money": {"Giver", "Recipient", "Beneficiary", "Money", "Place"},
    "Business:Start-Org": {"Agent", "Org", "Place"},
    "Business:Merge-Org": {"Org", "Place"},
    "Business:Declare-Bankruptcy": {"Org", "Place"},
    "Business:End-Org": {"Org", "Place"},
    "Conflict:Attack": {"Attacker", "Target", "Instrument", "Place"},
    "Conflict:Demonstrate": {"Entity", "Place"},
    "Contact:Meet": {"Entity", "Place"},
    "Contact:Phone-Write": {"Entity", "Place"},
    "Personnel:Start-Position": {"Person", "Entity", "Position", "Place"},
    "Personnel:End-Position": {"Person", "Entity", "Position", "Place"},
    "Personnel:Nominate": {"Person", "Agent", "Position", "Place"},
    "Personnel:Elect": {"Person", "Entity", "Position", "Place"},
    "Justice:Arrest-Jail": {"Person", "Agent", "Crime", "Place"},
    "Justice:Release-Parole": {"Person", "Entity", "Crime", "Place"},
    "Justice:Trial-Hearing": {"Defendant", "Prosecutor", "Adjudicator", "Crime", "Place"},
    "Justice:Charge-Indict": {"Defendant", "Prosecutor", "Adjudicator", "Crime", "Place"},
    "Justice:Sue": {"Plaintiff", "Defendant", "Adjudicator", "Crime", "Place"},
    "Justice:Convict": {"Defendant", "Adjudicator", "Crime", "Place"},
    "Justice:Sentence": {"Defendant", "Adjudicator", "Crime", "Sentence", "Place"},
    "Justice:Fine": {"Entity", "Adjudicator", "Money", "Crime", "Place"},
    "Justice:Execute": {"Person", "Agent", "Crime", "Place"},
    "Justice:Extradite": {"Person", "Agent", "Crime", "Origin", "Destination"},
    "Justice:Acquit": {"Defendant", "Adjudicator", "Crime", "Place"},
    "Justice:Appeal": {"Defendant", "Prosecutor", "Adjudicator", "Crime", "Place"},
    "Justice:Pardon": {"Defendant", "Adjudicator", "Crime", "Place"},
}


def _events(level: int) -> list[EventType]:
    return [event for event in ONTOLOGY.event_types.values() if event.id.count(".") == level - 1]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "key"), [("entity_types", "id"), ("relation_types", "id"), ("event_types", "id"), ("imsitu", "verb")]
)
def test_every_id_occurs_once(name: str, key: str) -> None:
    ids = [row[key] for row in yaml.safe_load((FOLDER / f"{name}.yaml").read_text())]
    assert len(ids) == len(set(ids))


@pytest.mark.unit
def test_every_event_type_has_roles_with_unique_names() -> None:
    for event in ONTOLOGY.event_types.values():
        names = [role.name for role in event.roles]
        assert names, event.id
        assert len(names) == len(set(names)), event.id


@pytest.mark.unit
def test_every_filler_is_an_entity_type_or_an_event() -> None:
    fillers = {f for event in ONTOLOGY.event_types.values() for role in event.roles for f in role.fillers}
    fillers |= {f for relation in ONTOLOGY.relation_types.values() for f in relation.source + relation.target}
    assert fillers - {"EVENT"} <= set(ONTOLOGY.entity_types)
    assert all(role.fillers for event in ONTOLOGY.event_types.values() for role in event.roles)


@pytest.mark.unit
def test_fillers_stand_in_order_and_once() -> None:
    for event in ONTOLOGY.event_types.values():
        for role in event.roles:
            assert list(role.fillers) == sorted(set(role.fillers)), (event.id, role.name)


@pytest.mark.unit
def test_wikidata_ids_are_ids_of_items() -> None:
    types: list[EntityType | EventType] = [*ONTOLOGY.entity_types.values(), *ONTOLOGY.event_types.values()]
    assert [row.id for row in types if row.wikidata is not None and not re.fullmatch(r"Q[1-9]\d*", row.wikidata)] == []


@pytest.mark.unit
def test_the_33_types_of_ace_are_there_each_with_one_level_two_type() -> None:
    views = [event.ace for event in _events(2) if event.ace]
    assert sorted(views) == sorted([*ACE_ROLES, "Movement:Transport"]), "transport has two: of persons and of artifacts"
    assert {event.ace for event in ONTOLOGY.event_types.values() if event.ace} == set(ACE_ROLES)
    assert len(ACE_ROLES) == 33


@pytest.mark.unit
def test_the_8_types_of_m2e2_are_there_under_their_ace_names() -> None:
    assert {event.m2e2 for event in ONTOLOGY.event_types.values() if event.m2e2} == set(M2E2)
    assert all(event.m2e2 in (None, event.ace) for event in ONTOLOGY.event_types.values())
    assert all(event.m2e2 for event in ONTOLOGY.event_types.values() if event.ace in M2E2)


@pytest.mark.unit
@pytest.mark.parametrize("ace", sorted(ACE_ROLES))
def test_types_with_an_ace_view_have_the_roles_of_ace(ace: str) -> None:
    for event in ONTOLOGY.event_types.values():
        if event.ace == ace:
            assert {role.name for role in event.roles} >= ACE_ROLES[ace], event.id


@pytest.mark.unit
def test_a_type_below_one_with_the_same_ace_view_has_all_its_roles() -> None:
    for event in _events(3):
        above = ONTOLOGY.event_types[event.id.rsplit(".", 1)[0]]
        if event.ace and event.ace == above.ace:
            assert {role.name for role in event.roles} >= {role.name for role in above.roles}, event.id


@pytest.mark.unit
def test_types_with_an_ace_view_at_level_two_have_two_different_examples() -> None:
    for event in _events(2):
        if event.ace:
            assert len(set(event.examples)) == 2, event.id


@pytest.mark.unit
def test_every_level_three_type_has_its_level_two_type() -> None:
    for event in _events(3):
        assert event.id.rsplit(".", 1)[0] in ONTOLOGY.event_types, event.id
    assert len(_events(3)) > 100


@pytest.mark.unit
def test_labels_can_stand_in_cypher_and_do_not_collide_with_the_families() -> None:
    types: list[EntityType | EventType] = [*ONTOLOGY.entity_types.values(), *ONTOLOGY.event_types.values()]
    assert [t.id for t in types if not LABEL.fullmatch(t.label) or t.label in FAMILIES] == []
    assert [r.id for r in ONTOLOGY.relation_types.values() if not RELATION_LABEL.fullmatch(r.label)] == []
    assert [e.id for e in ONTOLOGY.event_types.values() for r in e.roles if not LABEL.fullmatch(r.name)] == []


@pytest.mark.unit
def test_no_label_names_both_an_entity_and_an_event_type() -> None:
    entities = {t.label for t in ONTOLOGY.entity_types.values()}
    assert entities & {t.label for t in ONTOLOGY.event_types.values()} == set()


@pytest.mark.unit
def test_different_event_types_have_different_labels_unless_one_is_the_only_child_of_the_other() -> None:
    seen: dict[str, str] = {}
    for event in ONTOLOGY.event_types.values():
        other = seen.setdefault(event.label, event.id)
        doubled = event.id == f"{other}.{other.split('.')[-1]}"
        assert other == event.id or doubled or event.label == "Transport", (event.id, other)


@pytest.mark.unit
def test_all_definitions_are_sentences() -> None:
    rows: list[EntityType | EventType | RelationType] = [*ONTOLOGY.entity_types.values(), *ONTOLOGY.event_types.values()]
    for row in [*rows, *ONTOLOGY.relation_types.values()]:
        assert row.definition.endswith((".", ")")), row.id
        assert len(row.definition.split()) >= 3, row.id


@pytest.mark.unit
def test_imsitu_has_its_504_verbs_with_roles() -> None:
    assert len(ONTOLOGY.situation_verbs) == 504
    assert all(verb.roles and verb.verb in verb.template for verb in ONTOLOGY.situation_verbs.values())


@pytest.mark.unit
def test_every_verb_mapping_points_at_an_existing_type_and_role() -> None:
    mapped = [verb for verb in ONTOLOGY.situation_verbs.values() if verb.event]
    assert len(mapped) >= 100
    for verb in mapped:
        names = {role.name for role in ONTOLOGY.event_types[str(verb.event)].roles}
        assert set(verb.role_map) <= set(verb.roles), verb.verb
        assert set(verb.role_map.values()) <= names, verb.verb


@pytest.mark.unit
def test_the_template_of_a_verb_names_each_of_its_roles_once() -> None:
    for verb in ONTOLOGY.situation_verbs.values():
        assert sorted(re.findall(r"\b[A-Z][A-Z0-9]+\b", verb.template)) == sorted(role.upper() for role in verb.roles), verb.verb


@pytest.mark.unit
def test_the_place_of_a_verb_is_the_place_of_its_event() -> None:
    for verb in ONTOLOGY.situation_verbs.values():
        event = ONTOLOGY.event_types[verb.event] if verb.event else None
        both = event is not None and event.role("Place") is not None and "place" in verb.roles
        assert (verb.role_map.get("place") == "Place") == both, verb.verb
        assert bool(verb.event) == bool(verb.role_map), verb.verb


@pytest.mark.unit
def test_most_types_of_m2e2_can_be_seen_through_a_verb() -> None:
    seen = {ONTOLOGY.event_types[verb.event].m2e2 for verb in ONTOLOGY.situation_verbs.values() if verb.event}
    assert seen - {None} == set(M2E2) - {"Life:Die"}, "no imSitu verb shows a death itself"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("label", "expected"),
    [("truck", "VEH"), ("Person", "PER"), ("tank", "VEH"), ("Handgun", "WEA"), ("knife", "WEA"), ("House", "FAC"),
     ("cell phone", "COM"), ("Coin", "MONEY"), ("banana", None), ("", None)],
)  # fmt: skip
def test_object_labels_of_detectors_have_an_entity_type(label: str, expected: str | None) -> None:
    assert ONTOLOGY.object_entity_type(label) == expected


@pytest.mark.unit
def test_no_object_label_belongs_to_two_entity_types_and_all_are_lower_case() -> None:
    found = [label for row in ONTOLOGY.entity_types.values() for label in row.object_labels]
    assert len(found) == len(set(found))
    assert [label for label in found if label != label.lower()] == []

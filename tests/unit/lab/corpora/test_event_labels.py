"""Label and role maps of event corpora against the ontology, and the joining of split words."""

import pytest

from lab.corpora.event_labels import ace_type, fillers, label_map, m2e2_type, types_of_ace
from lab.corpora.split_words import join_split_words
from shared.errors import ConfigurationError
from shared.ontology import load_ontology

MAPS = ("kairos", "rams", "voa", "maven", "famus")


@pytest.mark.parametrize("name", MAPS)
def test_label_maps_name_only_types_of_the_ontology(name: str) -> None:
    known = load_ontology().event_types
    labels = label_map(name)
    targets = [types for types in [*labels.events.values(), *labels.words.values()] if types]
    assert {type_id for types in targets for type_id in types} <= set(known)
    groups = [set(labels.table.events), set(labels.table.none), set(labels.table.unsure)]
    assert sum(map(len, groups)) == len(set().union(*groups)), "a label stands in two groups"


def test_candidates_of_the_role_table_are_roles_of_some_event_type() -> None:
    names = {role.name for event in load_ontology().event_types.values() for role in event.roles}
    for name in MAPS:
        labels = label_map(name)
        rows = [*labels.roles.items(), *(row for table in labels.table.roles_of.values() for row in table.items())]
        assert [(role, wanted) for role, candidates in rows for wanted in candidates if wanted not in names] == []


@pytest.mark.parametrize(
    ("role", "label", "ours"),
    [
        ("PassengerArtifact", "Movement.Transportation.Unspecified", "Artifact"),
        ("Killer", "Life.Die.Unspecified", "Agent"),
        ("Detainee", "Justice.ArrestJailDetain.Unspecified", "Person"),
        ("Jailer", "Justice.ArrestJailDetain", "Agent"),
        ("Participant", "Contact.Contact.Meet", "Entity"),
        ("Participant", "Contact.Contact.Broadcast", "Communicator"),
        ("ExplosiveDevice", "Conflict.Attack.DetonateExplode", "Instrument"),
        ("JudgeCourt", "Justice.Sentence.Unspecified", "Adjudicator"),
        ("PlaceOfEmployment", "Personnel.EndPosition.Unspecified", "Entity"),
        ("Recipient", "Transaction.ExchangeBuySell.Unspecified", "Buyer"),
        ("BodyPart", "Life.Injure.Unspecified", None),
    ],
)
def test_kairos_roles_become_ours(role: str, label: str, ours: str | None) -> None:
    labels = label_map("kairos")
    types = labels.types(label)
    assert types
    assert labels.role(role, label, types) == ours


def test_a_mapped_role_exists_for_an_allowed_type_and_has_fillers() -> None:
    labels = label_map("voa")
    types = labels.types("Personnel.EndPosition")
    role = labels.role("Organization", "Personnel.EndPosition", types)
    assert role == "Entity"
    assert "ORG" in fillers(types, role)


def test_ace_view_of_a_set_is_that_of_its_general_types() -> None:
    assert ace_type(label_map("kairos").types("Movement.Transportation.Unspecified")) == "Movement:Transport"
    assert ace_type(label_map("kairos").types("Contact.Contact.Unspecified")) is None
    assert ace_type(label_map("rams").types("movement.transportperson.fall")) is None
    assert ace_type(label_map("rams").types("life.die.n/a")) == "Life:Die"
    assert ace_type(["Conflict.Attack", "Life.Die"]) is None
    assert ace_type([]) is None
    assert m2e2_type(["Life.Injure"]) is None


@pytest.mark.parametrize("ace", sorted({event.ace for event in load_ontology().event_types.values() if event.ace}))
def test_all_types_of_an_ace_type_have_that_view(ace: str) -> None:
    assert ace_type(types_of_ace(ace)) == ace


def test_a_missing_map_lists_those_that_exist() -> None:
    with pytest.raises(ConfigurationError, match="kairos"):
        label_map("atlantis")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Chan", "-", "ocha", "’", "s", "aide"], "Chan-ocha’s aide"),
        (['"', "No", ',"', "he", "said", "."], '"No," he said.'),
        (['"', "Go", ",", '"', "she", "said", "."], '"Go," she said.'),
        (["In", "the", "U", ".", "S", ".", "today"], "In the U.S. today"),
        (["FILE", "-", "A", "man"], "FILE - A man"),
        (["at", "4", ":", "30"], "at 4:30"),
        (["``", "Yes", "''"], '"Yes"'),
    ],
)
def test_split_words_are_joined_as_newspapers_write(words: list[str], text: str) -> None:
    joined, spans = join_split_words(words)
    assert joined == text
    plain = ['"' if word in ("``", "''") else word for word in words]
    assert [joined[start:end] for start, end in spans] == plain

"""The YAML rules fit the ontology and each other; assertion on hand-made parses."""

import pytest
import spacy
from spacy.tokens import Doc

from services.text_ie.english.events.assertion import asserted
from services.text_ie.english.events.roles import load_frames
from services.text_ie.english.events.triggers import load_rules
from services.text_ie.english.parse.syntax import is_passive, logical_objects, logical_subjects
from services.text_ie.lexicon import load_lexicon
from shared.ontology import load_ontology

pytestmark = pytest.mark.unit


def parse(*rows: tuple[str, str, str, str, int]) -> Doc:
    """A document from (word, lemma, tag, dependency, head) rows; coarse tags follow from the fine ones."""
    coarse = {"V": "VERB", "N": "NOUN", "J": "ADJ", "I": "ADP", "M": "AUX", "T": "PART", "R": "ADV", "D": "DET"}
    return Doc(
        spacy.blank("en").vocab,
        words=[r[0] for r in rows],
        lemmas=[r[1] for r in rows],
        tags=[r[2] for r in rows],
        pos=[coarse[r[2][0]] for r in rows],
        deps=[r[3] for r in rows],
        heads=[r[4] for r in rows],
    )


def test_every_rule_names_a_frame_and_every_frame_role_belongs_to_some_type_that_uses_it() -> None:
    frames, types = load_frames(), load_ontology().event_types
    rules = {rule for rules in load_rules().values() for rule in rules}
    used = {rule.frame for rule in rules}
    assert used == set(frames)
    for name, frame in frames.items():
        allowed = {role.name for rule in rules if rule.frame == name for role in types[rule.type].roles}
        assert set(frame) <= allowed, name


def test_all_33_ace_types_have_triggers() -> None:
    types = load_ontology().event_types
    covered = {types[rule.type].ace for rules in load_rules().values() for rule in rules} - {None}
    assert covered == {t.ace for t in types.values() if t.ace}


def test_noun_lexicon_uses_types_and_subtypes_of_the_ontology() -> None:
    known = load_ontology().entity_types
    for lemma, (kind, subtype) in load_lexicon().nouns.items():
        assert kind in known, lemma
        assert subtype is None or subtype in known, lemma


def test_country_forms_are_told_from_pronouns_and_demonyms() -> None:
    lexicon = load_lexicon()
    assert lexicon.country("U.S .") == lexicon.country("US") == "United States"
    assert lexicon.country("us") is None
    assert lexicon.is_demonym("Turkish")
    assert not lexicon.is_demonym("Turkey")


def test_a_passive_has_its_subject_as_object_and_its_by_phrase_as_subject() -> None:
    document = parse(
        ("rebels", "rebel", "NNS", "nsubjpass", 2),
        ("were", "be", "MD", "auxpass", 2),
        ("shelled", "shell", "VBN", "ROOT", 2),
        ("by", "by", "IN", "agent", 2),
        ("troops", "troop", "NNS", "pobj", 3),
    )
    assert is_passive(document[2])
    assert [t.text for t in logical_objects(document[2])] == ["rebels"]
    assert [t.text for t in logical_subjects(document[2])] == ["troops"]


def test_a_question_with_who_has_no_subject_and_ends() -> None:
    document = parse(
        ("Who", "who", "NN", "nsubj", 1), ("attacked", "attack", "VBD", "ROOT", 1), ("troops", "troop", "NNS", "dobj", 1)
    )
    assert logical_subjects(document[1]) == []


def test_modals_negation_and_failure_decide_assertion() -> None:
    plain = parse(("troops", "troop", "NNS", "nsubj", 1), ("attacked", "attack", "VBD", "ROOT", 1))
    modal = parse(("troops", "troop", "NNS", "nsubj", 2), ("may", "may", "MD", "aux", 2), ("attack", "attack", "VB", "ROOT", 2))
    denied = parse(
        ("troops", "troop", "NNS", "nsubj", 3),
        ("did", "do", "MD", "aux", 3),
        ("not", "not", "RB", "neg", 3),
        ("attack", "attack", "VB", "ROOT", 3),
    )
    failed = parse(
        ("troops", "troop", "NNS", "nsubj", 1),
        ("failed", "fail", "VBD", "ROOT", 1),
        ("to", "to", "TO", "aux", 3),
        ("attack", "attack", "VB", "xcomp", 1),
    )
    planned = parse(
        ("troops", "troop", "NNS", "nsubj", 1),
        ("planned", "plan", "VBD", "ROOT", 1),
        ("to", "to", "TO", "aux", 3),
        ("attack", "attack", "VB", "xcomp", 1),
    )
    found = [asserted(next(t for t in d if t.lemma_ == "attack")) for d in (plain, modal, denied, failed, planned)]
    assert found == ["asserted", "uncertain", "negated", "negated", "uncertain"]

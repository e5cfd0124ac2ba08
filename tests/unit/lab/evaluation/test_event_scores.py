"""Trigger and argument scores against arithmetic by hand."""

import pytest

from lab.evaluation.events import EVENTS
from tests.unit.lab.evaluation.gold import Draft, scored

TEXT = "Rebels attacked the old port of Ilmar. Two soldiers died there. Nobody met the mayor on Monday."
ATTACK, DIE, MEET, ELECT = "Conflict.Attack", "Life.Die", "Contact.Meet", "Personnel.Elect"


def gold() -> Draft:
    draft = Draft(TEXT)
    rebels, port = draft.mention("Rebels", "PER", kind="nominal"), draft.mention("the old port of Ilmar", "FAC", kind="nominal")
    soldiers = draft.mention("Two soldiers", "PER", kind="nominal")
    draft.event("attacked", ATTACK, Attacker=rebels, Target=port)
    draft.event("died", DIE, Victim=soldiers)
    return draft


def found() -> Draft:
    """One trigger right, one of a wrong type, one too many; arguments: see the test."""
    draft = Draft(TEXT)
    rebels, port = draft.mention("Rebels", "PER", kind="nominal"), draft.mention("port", "FAC", kind="nominal")
    soldiers, mayor = draft.mention("soldiers", "PER", kind="nominal"), draft.mention("the mayor", "PER", kind="nominal")
    draft.event("attacked", ATTACK, Attacker=port, Target=port, Place=rebels)
    draft.event("died", ATTACK, Target=soldiers)
    draft.event("met", MEET, Entity=mayor)
    return draft


def test_strict_scores_are_those_computed_by_hand() -> None:
    scores = scored(EVENTS, "m2e2", gold(), found()).scores
    # trigger places: gold {attacked, died}, found {attacked, died, met}, 2 right: F1 = 2*2 / (2+3)
    assert scores["trigger_id_f1"] == pytest.approx(80.0)
    # triggers with type: only Attack "attacked" is right: F1 = 2*1 / (2+3); precision 1/3, recall 1/2
    assert scores["trigger_f1"] == pytest.approx(40.0)
    assert (scores["trigger_precision"], scores["trigger_recall"]) == (33.33, 50.0)
    # found arguments: (Attack Attacker port) (Attack Target port) (Attack Place Rebels) (Attack Target soldiers) (Meet Entity
    # mayor); right by head, role and type: only (Attack Target port) of 3 gold and 5 found: F1 = 2*1 / (3+5)
    assert scores["argument_f1"] == pytest.approx(25.0)
    # the words "port" are not "the old port of Ilmar": none exact
    assert scores["argument_exact_f1"] == 0.0
    # without roles: gold (Attack Rebels) (Attack port) (Die soldiers), found (Attack port) (Attack Rebels) (Attack soldiers)
    # (Meet mayor), 2 right: F1 = 2*2 / (3+4)
    assert scores["argument_id_f1"] == pytest.approx(57.14)


def test_relaxed_drops_predictions_in_sentences_without_gold_events() -> None:
    scores = scored(EVENTS, "m2e2", gold(), found(), "relaxed").scores
    # "met" and its argument are gone: triggers 2*1 / (2+2), arguments 2*1 / (3+4)
    assert scores["trigger_f1"] == pytest.approx(50.0)
    assert scores["argument_f1"] == pytest.approx(28.57)


def test_types_get_rows_of_their_own() -> None:
    types = scored(EVENTS, "m2e2", gold(), found()).types
    # Attack: gold 1, found 2 (attacked, died), right 1
    assert types["Conflict:Attack"] == {"precision": 50.0, "recall": 100.0, "f1": 66.67, "support": 1, "predicted": 2}
    assert types["Life:Die"]["recall"] == 0.0
    assert types["Conflict:Attack/Target"]["support"] == 1


def test_m2e2_does_not_count_types_outside_its_eight() -> None:
    more = found()
    more.event("Nobody", ELECT)
    assert scored(EVENTS, "m2e2", gold(), more).scores == scored(EVENTS, "m2e2", gold(), found()).scores
    assert scored(EVENTS, "wikievents", gold(), more).scores["trigger_f1"] < 40.0


def test_m2e2_does_not_count_arguments_of_other_sentences_and_wikievents_does() -> None:
    far = Draft(TEXT)
    far.event("died", DIE, Place=far.mention("Ilmar", "GPE"))
    assert scored(EVENTS, "m2e2", gold(), far).counts["predicted_arguments"] == 0
    assert scored(EVENTS, "wikievents", gold(), far).counts["predicted_arguments"] == 1


def test_subtypes_are_equal_at_ace_level() -> None:
    fine = Draft(TEXT)
    fine.event("died", "Life.Die.DeathCausedByViolentEvents")
    scores = scored(EVENTS, "wikievents", gold(), fine).scores
    assert scores["trigger_f1"] == pytest.approx(66.67)  # 1 right of 1 found and 2 gold: 2 / 3


def test_a_place_in_the_gold_span_that_is_not_its_head_is_no_argument() -> None:
    wrong = Draft(TEXT)
    wrong.event("attacked", ATTACK, Target=wrong.mention("Ilmar", "GPE"))
    assert scored(EVENTS, "m2e2", gold(), wrong).scores["argument_f1"] == 0.0


def test_rams_counts_predictions_at_gold_triggers_only() -> None:
    outcome = scored(EVENTS, "rams", gold(), found())
    assert outcome.counts["predicted_triggers"] == 2  # not "met"
    assert any("one trigger a document" in note for note in outcome.notes)


def test_equal_triples_of_two_events_count_once() -> None:
    twice = Draft("They attacked and attacked the port.")
    port = twice.mention("port", "FAC", kind="nominal")
    twice.event("attacked", ATTACK, Target=port)
    twice.event("attacked", ATTACK, nth=1, Target=port)
    assert scored(EVENTS, "m2e2", twice, twice).counts["gold_arguments"] == 1


def test_a_gold_trigger_of_no_type_of_ours_is_no_miss_but_a_prediction_there_is_wrong() -> None:
    strange, guess = Draft("Rebels attacked. They sang."), Draft("Rebels attacked. They sang.")
    strange.event("attacked", ATTACK)
    strange.event("sang")
    guess.event("attacked", ATTACK)
    guess.event("sang", MEET)
    outcome = scored(EVENTS, "wikievents", strange, guess)
    assert outcome.counts["gold_triggers_without_type_of_ours"] == 1
    assert outcome.scores["trigger_f1"] == pytest.approx(66.67)  # 1 right of 1 gold and 2 found
    assert outcome.scores["trigger_id_f1"] == 100.0


def test_masked_places_are_ignored_on_both_sides() -> None:
    one, other = gold(), found()
    one.masked = (one.at("attacked"),)
    outcome = scored(EVENTS, "wikievents", one, other)
    assert (outcome.counts["gold_triggers"], outcome.counts["predicted_triggers"]) == (1, 2)


def test_half_a_gold_word_is_that_word() -> None:
    one, half = Draft("A counter-demonstration began."), Draft("A counter-demonstration began.")
    one.event("counter-demonstration", "Conflict.Demonstrate")
    half.event("demonstration", "Conflict.Demonstrate")
    assert scored(EVENTS, "m2e2", one, half).scores["trigger_f1"] == 100.0


def test_confusions_tell_wrong_missed_and_surplus_types_with_their_words() -> None:
    # "died" is taken for an Attack, "met" is surplus; with nothing found both gold triggers are missed
    rows = {(c.gold, c.predicted): (c.count, c.words) for c in scored(EVENTS, "m2e2", gold(), found()).confusions}
    assert rows == {("Life:Die", "Conflict:Attack"): (1, ("died",)), ("none", "Contact:Meet"): (1, ("met",))}
    missed = {(c.gold, c.predicted) for c in scored(EVENTS, "m2e2", gold(), Draft(TEXT)).confusions}
    assert missed == {("Conflict:Attack", "none"), ("Life:Die", "none")}


def test_a_trigger_of_the_right_type_with_more_words_is_no_confusion() -> None:
    longer = Draft(TEXT)
    longer.event("attacked the old port", ATTACK)
    longer.event("died", DIE)
    assert scored(EVENTS, "m2e2", gold(), longer).confusions == ()

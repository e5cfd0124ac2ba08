"""Scores of names and relations against arithmetic by hand."""

import pytest

from lab.evaluation.ner import NER
from lab.evaluation.relations import RELATIONS
from tests.unit.lab.evaluation.gold import Draft, scored

TEXT = "Ada Lind of Nordbank visited Ilmar and the Ural. Lind likes the Ilmar Cup."
LOC = ("GPE", "LOC", "FAC")
WORK, HOME = "OrganizationAffiliation.EmploymentMembership", "Physical.Resident"


def gold_names() -> Draft:
    draft = Draft(TEXT, frozenset({"names"}))
    for quote, types in (("Ada Lind", ("PER",)), ("Nordbank", ("ORG",)), ("Ilmar", LOC), ("Ural", LOC), ("Ilmar Cup", ())):
        draft.mention(quote, *types)
    return draft


def found_names() -> Draft:
    """Right: Nordbank, Ilmar, the Ural (article aside); wrong: Ada (too short), the Cup (none of the types)."""
    draft = Draft(TEXT)
    for quote, kind in (("Ada", "PER"), ("Nordbank", "ORG"), ("Ilmar", "GPE"), ("the Ural", "LOC"), ("Ilmar Cup", "ORG")):
        draft.mention(quote, kind)
    return draft


def test_names_are_right_by_words_and_allowed_types() -> None:
    outcome = scored(NER, "conll_ner", gold_names(), found_names())
    # 3 right (Nordbank, Ilmar, Ural) of 4 gold and 5 found: 2*3 / (4+5)
    assert outcome.scores["entity_f1"] == pytest.approx(66.67)
    # the Cup is a gold place of no type, so it does not count for identification: 2*3 / (4+4)
    assert outcome.scores["entity_id_f1"] == pytest.approx(75.0)
    assert outcome.types["FAC/GPE/LOC"] == {"precision": 100.0, "recall": 100.0, "f1": 100.0, "support": 2, "predicted": 2}
    assert outcome.types["ORG"]["precision"] == 50.0


def test_relaxed_names_may_be_too_short() -> None:
    # "Ada" touches "Ada Lind": 4 right of 4 gold and 5 found: 2*4 / (4+5)
    assert scored(NER, "conll_ner", gold_names(), found_names(), "relaxed").scores["entity_f1"] == pytest.approx(88.89)


def test_types_share_a_row_only_where_the_corpus_never_tells_them_apart() -> None:
    gold = Draft(TEXT, frozenset({"names"}))
    for quote, types in (("Ada Lind", ("PER",)), ("Nordbank", ("ORG",)), ("Ilmar", ("GPE", "ORG")), ("Ural", ("LOC", "FAC"))):
        gold.mention(quote, *types)
    # found: Nordbank and the Ilmar Cup as ORG, Ilmar as GPE, the Ural as LOC, Ada as PER; Ada Lind is missed
    rows = scored(NER, "gum", gold, found_names()).types
    assert {kind: (row["support"], row["predicted"]) for kind, row in rows.items()} == {
        "FAC/LOC": (1, 1),
        "GPE": (1, 1),
        "ORG": (1, 2),
        "PER": (1, 1),
    }


def test_types_that_the_corpus_never_marks_are_not_counted() -> None:
    more = found_names()
    more.mention("visited", "WEA")
    assert scored(NER, "conll_ner", gold_names(), more).scores == scored(NER, "conll_ner", gold_names(), found_names()).scores


def test_mentions_count_by_head_where_nominals_are_marked() -> None:
    gold, found = Draft("The old mayor of Ilmar resigned."), Draft("The old mayor of Ilmar resigned.")
    gold.mention("The old mayor of Ilmar", "PER", kind="nominal")
    gold.mention("Ilmar", "GPE")
    found.mention("mayor", "PER", kind="nominal")
    # 1 right of 2 gold and 1 found: 2*1 / (2+1)
    assert scored(NER, "gum", gold, found).scores["mention_head_f1"] == pytest.approx(66.67)
    assert "mention_head_f1" not in scored(NER, "conll_ner", gold_names(), found_names()).scores


def gold_relations() -> Draft:
    draft = Draft(TEXT, frozenset({"names", "relations"}))
    ada, bank = draft.mention("Ada Lind", "PER", cluster="ada"), draft.mention("Nordbank", "ORG")
    draft.mention("Lind", "PER", nth=1, cluster="ada")
    ilmar = draft.mention("Ilmar", "GPE")
    draft.relation(ada, bank, WORK, "OrganizationAffiliation.Founder")
    draft.relation(ada, ilmar, HOME)
    draft.relation(bank, ilmar)
    return draft


def found_relations(*extra: tuple[str, str]) -> Draft:
    """Employment, stated by a coreferent mention and as a subtype."""
    draft = Draft(TEXT)
    again, bank = draft.mention("Lind", "PER", nth=1), draft.mention("Nordbank", "ORG")
    draft.relation(again, bank, f"{WORK}.Employment")
    for kind, target in extra:
        draft.relation(again, draft.mention(target, "GPE", kind="nominal" if target == "visited" else "name"), kind)
    return draft


def test_relations_are_right_by_entity_pair_and_coarse_type() -> None:
    outcome = scored(RELATIONS, "redocred", gold_relations(), found_relations())
    # 1 right of 2 gold (the third has no type of ours) and 1 found: 2*1 / (2+1)
    assert outcome.scores["relation_f1"] == pytest.approx(66.67)
    assert outcome.counts["gold_relations_without_type_of_ours"] == 1
    assert outcome.types[HOME]["recall"] == 0.0


def test_a_wrong_entity_makes_a_relation_wrong() -> None:
    outcome = scored(RELATIONS, "redocred", gold_relations(), found_relations((HOME, "Ural")))
    # 1 right of 2 gold and 2 found
    assert outcome.scores["relation_f1"] == pytest.approx(50.0)
    # relaxed: the Ural is no gold entity, so that prediction goes: 2*1 / (2+1)
    relaxed = scored(RELATIONS, "redocred", gold_relations(), found_relations((HOME, "Ural")), "relaxed")
    assert relaxed.scores["relation_f1"] == pytest.approx(66.67)


def test_unmarked_types_and_nominal_only_entities_are_not_counted() -> None:
    more = found_relations(("Physical.LocatedNear", "Ilmar"), (HOME, "visited"))
    assert scored(RELATIONS, "redocred", gold_relations(), more).counts["predicted_relations"] == 1


def test_family_holds_in_both_directions_and_counts_once() -> None:
    gold, found = Draft("Ann and Bob married."), Draft("Ann and Bob married.")
    ann, bob = gold.mention("Ann", "PER"), gold.mention("Bob", "PER")
    gold.relation(ann, bob, "PersonalSocial.Family")
    gold.relation(bob, ann, "PersonalSocial.Family")
    a, b = found.mention("Ann", "PER"), found.mention("Bob", "PER")
    found.relation(b, a, "PersonalSocial.Family")
    outcome = scored(RELATIONS, "redocred", gold, found)
    assert (outcome.scores["relation_f1"], outcome.counts["gold_relations"]) == (100.0, 1)
    work = scored(RELATIONS, "redocred", gold_relations(), reversed_work())
    assert work.scores["relation_f1"] == 0.0


def reversed_work() -> Draft:
    draft = Draft(TEXT)
    ada, bank = draft.mention("Ada Lind", "PER"), draft.mention("Nordbank", "ORG")
    draft.relation(bank, ada, WORK)
    return draft

"""Gold as a prediction scores 100 in every task and protocol, nothing scores 0."""

import pytest

from lab.evaluation.events import EVENTS
from lab.evaluation.ner import NER
from lab.evaluation.relations import RELATIONS
from lab.evaluation.task import ProtocolName, Task
from tests.unit.lab.evaluation.gold import Draft, scored

CASES = [(EVENTS, "m2e2"), (EVENTS, "wikievents"), (EVENTS, "rams"), (NER, "conll_ner"), (NER, "gum"), (NER, "wikievents")]
ALL_CASES = [*CASES, (RELATIONS, "redocred"), (RELATIONS, "conll04")]
NAMED = {
    "events": ["trigger_id_f1", "trigger_f1", "argument_id_f1", "argument_f1", "argument_exact_f1"],
    "ner": ["entity_f1", "entity_id_f1"],
    "relations": ["relation_f1"],
}


def rich() -> Draft:
    """Coreferent events, an ambiguous type, types of none of ours, a role shared by events, one fact under two labels."""
    draft = Draft("The army of Ilmar shelled Tarn. It shelled the town again and killed Ada Lind. She ran the Tarn Cup.")
    army, ilmar = draft.mention("The army of Ilmar", "ORG", kind="nominal", cluster="army"), draft.mention("Ilmar", "GPE")
    tarn, it = draft.mention("Tarn", "GPE", "LOC", cluster="tarn"), draft.mention("It", "ORG", kind="pronoun", cluster="army")
    town = draft.mention("the town", "GPE", "LOC", kind="nominal", cluster="tarn")
    ada, cup = draft.mention("Ada Lind", "PER"), draft.mention("Tarn Cup")
    draft.event("shelled", "Conflict.Attack.AirstrikeMissileStrike", "Conflict.Attack", cluster="c", Attacker=army, Target=tarn)
    draft.event("shelled", "Conflict.Attack.AirstrikeMissileStrike", nth=1, cluster="c", Attacker=it, Target=town)
    draft.event("killed", "Life.Die", Agent=it, Victim=ada)
    draft.event("killed", "Conflict.Attack", Attacker=it, Target=ada)
    draft.event("ran", Agent=ada)
    draft.relation(army, ilmar, "PartWhole.Subsidiary", "GeneralAffiliation.Sponsorship")
    draft.relation(it, ilmar, "PartWhole.Subsidiary")
    draft.relation(ada, town, "Physical.Resident")
    draft.relation(ada, cup)
    return draft


@pytest.mark.parametrize("protocol", ["strict", "relaxed"])
@pytest.mark.parametrize(("task", "layout"), ALL_CASES)
def test_an_oracle_scores_100(task: Task, layout: str, protocol: ProtocolName) -> None:
    scores = scored(task, layout, rich(), rich(), protocol).scores
    assert set(NAMED[task.name]) <= scores.keys()
    assert set(scores.values()) == {100.0}


@pytest.mark.parametrize("protocol", ["strict", "relaxed"])
@pytest.mark.parametrize(("task", "layout"), ALL_CASES)
def test_an_empty_prediction_scores_0(task: Task, layout: str, protocol: ProtocolName) -> None:
    outcome = scored(task, layout, rich(), None, protocol)
    assert set(outcome.scores.values()) == {0.0}
    assert all(row["support"] > 0 for row in outcome.types.values())

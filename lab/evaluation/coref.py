"""``newsgraph eval coref``: entities of GUM and LitBank, pronouns of GAP, events of ECB+.

GUM and LitBank: the clusters are the stage's entities with PREDICTED mentions; singletons are dropped on both sides. A mention is
right when both its ends are (protocol strict) or when its head word is (relaxed): ``conll_f1 muc_f1 b3_f1 ceafe_f1`` follow the
protocol, ``conll_exact_f1`` and ``conll_head_f1`` are there under both. GUM clusters also abstract things and times, which no
entity type covers: ``conll_entity_f1`` and ``conll_entity_head_f1`` leave them out.
GAP: a name counts as meant if a mention of the pronoun's entity has its head in it (:mod:`lab.evaluation.gap_scores`).
ECB+: gold triggers of a topic are given and singletons count (:mod:`lab.evaluation.ecb`).
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from lab.corpora.document import GoldDocument
from lab.evaluation import ecb
from lab.evaluation.coref_clusters import entities_only, exact_clusters, gold_groups, head_clusters, predicted_groups
from lab.evaluation.coref_scores import CorefTally, tally
from lab.evaluation.gap import gap_answer
from lab.evaluation.gap_scores import gap_scores
from lab.evaluation.layouts import GUM, FileLayout, expected, read_layout
from lab.evaluation.spans import Page
from lab.evaluation.task import Gold, Outcome, ProtocolName, Task
from shared.settings import Settings
from shared.stage import StageInput

GAP = FileLayout("gap", "*.tsv (GAP)", (".tsv",), lambda text: text.startswith("ID\tText\tPronoun\t"))
LITBANK = FileLayout(
    "litbank",
    "coref/brat/*.ann and *.txt (LitBank) or its archive *.tar.gz",
    (".ann", ".tar.gz", ".tgz"),
    lambda text: "_brat.ann" in text or re.match(r"T\d+\t(PROP|NOM|PRON)_", text) is not None,
)
ECBPLUS = FileLayout(
    "ecbplus",
    "*.xml (ECB+) or its archive *.tar.gz",
    (".xml", ".tar.gz", ".tgz"),
    lambda text: "<Document doc_name=" in text and "<token t_id=" in text,
)
_LAYOUTS = (GAP, GUM, LITBANK, ECBPLUS)
_ENTITIES = "predicted mentions; singletons are dropped on both sides"
_MATCHES = {
    "strict": "strict: a mention is right when both its ends are; conll_head_f1: when its head word is",
    "relaxed": "relaxed: a mention is right when its head word is; conll_exact_f1: when both its ends are",
}
_TYPED = (
    "conll_entity_f1, conll_entity_head_f1: without gold clusters of abstract things, times and the like (the same on LitBank)"
)
_GAP = "gap_bias is feminine F1 divided by masculine F1, no percentage; 0 where one of them is 0"
_ECB = "gold triggers; all documents of a topic together; singletons count on both sides"
_ONE = "one protocol only: strict and relaxed give the same"
Builder = Callable[[], ecb.EventCoreference]


def coref_task(build: Builder) -> Task:
    """The task; ``build`` is called for ECB+ only and gives what clusters event mentions."""

    def score(gold: Gold, predictions: Sequence[StageInput], protocol: ProtocolName) -> Outcome:
        if gold.layout == ECBPLUS.name:
            return _score_events(gold.documents, build())
        if gold.layout == GAP.name:
            return _score_gap(gold.documents, predictions)
        return _score_entities(gold.documents, predictions, protocol)

    return Task(name="coref", summary="coreference", files=expected(_LAYOUTS), read=read, score=score)


def read(path: Path) -> Gold:
    """The documents of GAP, GUM, LitBank or ECB+ files, of a folder all tables of GAP; raises InputError."""
    tables = [file for file in sorted(path.rglob("*.tsv")) if GAP.place(file) is not None] if path.is_dir() else []
    parts = [read_layout(file, (GAP,)) for file in tables] or [read_layout(path, _LAYOUTS)]
    return Gold(tuple(document for part in parts for document in part.documents), parts[0].layout)


def percent(value: float) -> float:
    """A share in [0, 1] as percent with two digits."""
    return round(100.0 * value, 2)


def _score_entities(documents: Sequence[GoldDocument], predictions: Sequence[StageInput], protocol: ProtocolName) -> Outcome:
    totals = {name: CorefTally() for name in ("exact", "head", "entity", "entity head")}
    for document, prediction in zip(documents, predictions, strict=True):
        page = Page(document)
        gold, predicted = gold_groups(page), predicted_groups(page, prediction.text_ie)
        totals["exact"] += tally(*exact_clusters(gold, predicted))
        totals["head"] += tally(*head_clusters(gold, predicted))
        gold, predicted = entities_only(gold, predicted)
        totals["entity"] += tally(*exact_clusters(gold, predicted))
        totals["entity head"] += tally(*head_clusters(gold, predicted))
    more = {f"conll_{name.replace(' ', '_')}_f1": percent(total.conll_f1) for name, total in totals.items()}
    chosen = totals["exact" if protocol == "strict" else "head"]
    return Outcome(_scores(chosen) | more, _counts(chosen), _rows(totals), (_ENTITIES, _MATCHES[protocol], _TYPED))


def _score_gap(documents: Sequence[GoldDocument], predictions: Sequence[StageInput]) -> Outcome:
    scores = gap_scores(gap_answer(d, p.text_ie) for d, p in zip(documents, predictions, strict=True))
    counts = {"names": 2 * len(documents), "gold_coreferent": scores.overall.wanted, "predicted_coreferent": scores.overall.found}
    types = {"feminine": scores.feminine.row(), "masculine": scores.masculine.row()}
    return Outcome(scores.overall.scores("gap") | {"gap_bias": round(scores.bias or 0.0, 3)}, counts, types, (_GAP, _ONE))


def _score_events(documents: Sequence[GoldDocument], system: ecb.EventCoreference) -> Outcome:
    total = ecb.score_topics(documents, system)
    counts = _counts(total) | {"topics": len(ecb.topics(documents))}
    return Outcome(_scores(total), counts, _rows({"events": total}), (_ECB, f"clusters by {', '.join(system.manifest())}", _ONE))


def _scores(total: CorefTally) -> dict[str, float]:
    measures = {"muc": total.muc.f1, "b3": total.b3.f1, "ceafe": total.ceafe.f1}
    return {"conll_f1": percent(total.conll_f1)} | {f"{name}_f1": percent(value) for name, value in measures.items()}


def _counts(total: CorefTally) -> dict[str, int]:
    return {
        "gold_mentions": int(total.b3.expected),
        "predicted_mentions": int(total.b3.given),
        "gold_clusters": int(total.ceafe.expected),
        "predicted_clusters": int(total.ceafe.given),
    }


def _rows(totals: dict[str, CorefTally]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each measure, in percent."""
    measures = {f"{name} {key}": m for name, t in totals.items() for key, m in (("MUC", t.muc), ("B3", t.b3), ("CEAFe", t.ceafe))}
    return {
        name: {"precision": percent(m.precision), "recall": percent(m.recall), "f1": percent(m.f1)}
        for name, m in measures.items()
    }


COREF = coref_task(lambda: ecb.build_event_coreference(Settings()))

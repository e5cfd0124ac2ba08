"""The corpora of the training mix: where each lies below the data folder, who reads it, and how often it is drawn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.corpora import conll04, conll_ner, ecbplus, gap, gum, litbank, maven, rams, redocred, voa, wikievents
from lab.corpora.document import GoldDocument
from lab.corpora.held_out import is_ecb_topic, is_tenth
from lab.training.text import sources
from lab.training.text.sources import Source


@dataclass(frozen=True)
class TrainingSet:
    """One corpus. ``share`` is its part of the drawn batches; ``keep`` says which documents are taken (None: all)."""

    name: str
    path: str
    read: Callable[[Path], Iterable[GoldDocument]]
    share: float
    source: Source
    keep: Callable[[GoldDocument], bool] | None = None


def _not_tenth(document: GoldDocument) -> bool:
    return not is_tenth(document)


def _training_topic(document: GoldDocument) -> bool:
    return not is_ecb_topic(document)


_WIKIEVENTS = "wikievents_train/wikievents_train_rebuilt.jsonl"
_GUM = "gum/gum_news_interview_bio_voyage_speech_academic_court.tar.gz"
_LITBANK = "litbank/litbank_annotations.tar.gz"
_ECBPLUS = "ecbplus/ecbplus_xml.tar.gz"

SETS: tuple[TrainingSet, ...] = (
    TrainingSet("wikievents", _WIKIEVENTS, wikievents.read, 3.0, sources.WIKIEVENTS),
    TrainingSet("rams", "rams/dev.jsonlines.gz", rams.read, 1.5, sources.RAMS),
    TrainingSet("maven", "maven_part/maven_part_full.jsonl", maven.read, 2.5, sources.MAVEN),
    TrainingSet("voa", "voa_captions_silver/voa_captions_silver.jsonl", voa.read, 2.0, sources.VOA),
    TrainingSet("gum", _GUM, gum.read, 2.0, sources.GUM, _not_tenth),
    TrainingSet("litbank", _LITBANK, litbank.read, 2.0, sources.LITBANK, _not_tenth),
    TrainingSet("gap-validation", "gap/gap-validation.tsv", gap.read, 0.5, sources.GAP),
    TrainingSet("wikigold", "ner_extra/wikigold", conll_ner.read, 0.6, sources.WIKIGOLD),
    TrainingSet("ewt", "ner_extra/uner_ewt", conll_ner.read, 0.8, sources.EWT),
    TrainingSet("re3d", "ner_extra/re3d", conll_ner.read, 0.6, sources.RE3D),
    TrainingSet("crossner-politics", "crossner/politics", conll_ner.read, 0.5, sources.CROSSNER),
    TrainingSet("conll04", "conll04/train.txt", conll04.read, 0.6, sources.CONLL04),
    TrainingSet("redocred", "redocred", redocred.read, 1.5, sources.REDOCRED, _not_tenth),
    TrainingSet("ecbplus", _ECBPLUS, ecbplus.read, 1.6, sources.ECBPLUS, _training_topic),
)

DEVELOPMENT: tuple[TrainingSet, ...] = (
    TrainingSet("wikievents-dev", "wikievents/dev.jsonl", wikievents.read, 1.0, sources.WIKIEVENTS),
    TrainingSet("gum-dev", _GUM, gum.read, 1.0, sources.GUM, is_tenth),
    TrainingSet("litbank-dev", _LITBANK, litbank.read, 1.0, sources.LITBANK, is_tenth),
    TrainingSet("conll04-dev", "conll04/dev.txt", conll04.read, 1.0, sources.CONLL04),
    TrainingSet("redocred-dev", "redocred", redocred.read, 1.0, sources.REDOCRED, is_tenth),
    TrainingSet("ecbplus-dev", _ECBPLUS, ecbplus.read, 1.0, sources.ECBPLUS, is_ecb_topic),
)

"""``training.json`` beside the weights: how long they were trained, and on how much of what."""

from collections.abc import Iterable
from pathlib import Path

from lab.training.text.example import Allowed, Prepared, load_prepared
from services.text_ie.english.network.labels import NAME_TYPES, NOMINAL_TYPES, tag_names
from shared.schemas.base import Schema


class CorpusSize(Schema):
    """What one corpus teaches: ``share`` of the drawn batches, and how many labelled things of each kind it has."""

    name: str
    share: float
    documents: int
    words: int
    names: int
    nominals: int
    triggers: int
    arguments: int
    relations: int
    coreferences: int
    event_pairs: int


class TrainingReport(Schema):
    """The run that the weights come from."""

    steps: int
    seed: int
    corpora: tuple[CorpusSize, ...]

    @classmethod
    def read(cls, folder: Path) -> "TrainingReport":
        """The report of a model folder."""
        return cls.model_validate_json((folder / "training.json").read_text(encoding="utf-8"))


def training_report(work: Path, names: Iterable[str], steps: int, seed: int) -> TrainingReport:
    """Count the prepared corpora, one after the other."""
    sizes = tuple(corpus_size(corpus) for name in names for corpus in load_prepared(work, [name]))
    return TrainingReport(steps=steps, seed=seed, corpora=sizes)


def corpus_size(corpus: Prepared) -> CorpusSize:
    """Count one corpus; a thing counts where its label cannot be "none"."""
    examples = corpus.examples
    first, noun = _numbers("B", NAME_TYPES), _numbers("N", NOMINAL_TYPES)
    tags = [frozenset(allowed) for e in examples for allowed in e.targets.tags.values()]
    return CorpusSize(
        name=corpus.corpus,
        share=corpus.share,
        documents=len(examples),
        words=sum(len(e.pieces) for e in examples),
        names=sum(1 for allowed in tags if allowed <= first),
        nominals=sum(1 for allowed in tags if allowed <= noun),
        triggers=sum(_sure(e.targets.events.values()) for e in examples),
        arguments=sum(_sure(e.roles.allowed) for e in examples),
        relations=sum(_sure(e.relations.allowed) for e in examples),
        coreferences=sum(sum(e.coreference.gold) for e in examples),
        event_pairs=sum(sum(pairs.same) for pairs in corpus.topics.values()),
    )


def _numbers(part: str, types: Iterable[str]) -> frozenset[int]:
    return frozenset(tag_names().index(f"{part}-{kind}") for kind in types)


def _sure(sets: Iterable[Allowed]) -> int:
    return sum(1 for allowed in sets if 0 not in allowed)

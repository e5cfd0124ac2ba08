"""Prepare the training mix: read, parse, and turn every corpus into examples. Resumable: finished corpora are kept.

python -m lab.training.text.prepare --data DIR --work DIR
"""

from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer
from spacy.vocab import Vocab
from tqdm import tqdm

from lab.training.text.event_pairs import topic_pairs
from lab.training.text.example import Example, Prepared, TopicPairs, load, save
from lab.training.text.pairs import coreference_rows, count_paths, relation_rows, role_rows
from lab.training.text.parsed import Parsed, parse_all
from lab.training.text.sets import DEVELOPMENT, SETS, TrainingSet
from lab.training.text.silver import known_triggers, without_doubtful_triggers
from lab.training.text.targets import word_targets
from services.text_ie.english.network.features import PairFeatures
from services.text_ie.english.network.labels import (
    VALUE_TYPES,
    Labels,
    event_names,
    group_names,
    relation_names,
    role_names,
    tag_names,
)
from services.text_ie.english.network.tokens import Pieces
from services.text_ie.english.network.words import case_of
from services.text_ie.english.parse.spacy_parser import MODEL, SpacyParser
from services.text_ie.lexicon import load_lexicon
from shared.settings import Settings
from shared.weights import Weights

_PATHS = 120
_ALWAYS_MARKED = frozenset({"PER", "ORG", "GPE", "LOC", "FAC"})
TOKENIZER = "minilm-l6-tokenizer"


def main(
    data: Annotated[Path, typer.Option(envvar="NEWSGRAPH_DATA", help="folder with the corpora")] = Path("data"),
    work: Annotated[Path, typer.Option(help="where prepared corpora are kept")] = Path(".training/text-ie"),
) -> None:
    """Prepare all corpora of the mix that lie in the data folder."""
    weights = Weights(Settings().models_file)
    parser = SpacyParser(weights.path(MODEL))
    missing = [row.path for row in (*SETS, *DEVELOPMENT) if not (data / row.path).exists()]
    if missing:
        raise typer.BadParameter(f"{data} lacks {', '.join(missing)}; lab/training/text/README.md says where each comes from")
    for row in (*SETS, *DEVELOPMENT):
        _parse(row, data, work, parser)
    labels = _labels(work)
    pieces = Pieces(weights.path(TOKENIZER))
    todo = [row for row in (*SETS, *DEVELOPMENT) if not (work / f"prepared-{row.name}.pickle").exists()]
    known = known_triggers(parsed for row in SETS for parsed in _parsed(work, row.name)) if todo else {}
    for row in todo:
        documents = [without_doubtful_triggers(parsed, known) for parsed in _parsed(work, row.name)]
        save(work, f"prepared-{row.name}", _prepared(row, documents, labels, pieces, parser.vocab))


def _parse(row: TrainingSet, data: Path, work: Path, parser: SpacyParser) -> None:
    if (work / f"parsed-{row.name}.pickle").exists():
        return
    documents = [d for d in row.read(data / row.path) if row.keep is None or row.keep(d)]
    save(work, f"parsed-{row.name}", list(tqdm(parse_all(documents, parser), desc=f"parse {row.name}", total=len(documents))))


def _parsed(work: Path, name: str) -> list[Parsed]:
    found = load(work, f"parsed-{name}")
    return found if isinstance(found, list) else []


def _labels(work: Path) -> Labels:
    """The label spaces with the commonest dependency paths of the mix; kept in the working folder."""
    if not (work / "labels.json").exists():
        paths = [count_paths(_parsed(work, row.name)) for row in SETS]
        roles = sum((p[0] for p in paths[1:]), paths[0][0])
        relations = sum((p[1] for p in paths[1:]), paths[0][1])
        labels = Labels(
            tags=tag_names(),
            events=event_names(),
            groups=group_names(),
            roles=role_names(),
            relations=relation_names(),
            role_paths=tuple(path for path, _ in roles.most_common(_PATHS) if path not in {"", "far"}),
            relation_paths=tuple(path for path, _ in relations.most_common(_PATHS) if path not in {"", "far"}),
            trained_on=tuple(row.name for row in SETS),
        )
        (work / "labels.json").write_text(labels.model_dump_json(indent=1), encoding="utf-8")
    return Labels.read(work)


def _prepared(row: TrainingSet, documents: list[Parsed], labels: Labels, pieces: Pieces, vocab: Vocab) -> Prepared:
    marked = frozenset(kind for parsed in documents for mention in parsed.gold.mentions for kind in mention.types)
    covered = frozenset(kind for kind in marked if kind not in VALUE_TYPES) | _ALWAYS_MARKED
    roles, relations = PairFeatures(labels.role_paths, len(labels.groups)), PairFeatures(labels.relation_paths, 0)
    examples = [
        Example(
            corpus=row.name,
            id=parsed.gold.id,
            weight=parsed.gold.weight,
            pieces=[list(ids) for ids in pieces.of([word.text for word in parsed.words])],
            cases=[case_of(word.text) for word in parsed.words],
            sentences=[word.sentence for word in parsed.words],
            targets=word_targets(parsed, covered),
            roles=role_rows(parsed, roles),
            relations=relation_rows(parsed, relations),
            coreference=coreference_rows(parsed, load_lexicon()),
            topic=parsed.gold.topic,
        )
        for parsed in tqdm(documents, desc=f"prepare {row.name}")
    ]
    pairs = {topic: topic_pairs(rows, vocab) for topic, rows in _topics(documents).items()}
    return Prepared(row.name, row.share, _of_topics(examples, documents, pairs) if pairs else examples, pairs)


def _topics(documents: list[Parsed]) -> dict[str, list[Parsed]]:
    """Documents whose events have clusters, by topic."""
    topics: dict[str, list[Parsed]] = defaultdict(list)
    for parsed in documents:
        if parsed.gold.topic and any(event.cluster for event in parsed.gold.events):
            topics[parsed.gold.topic].append(parsed)
    return topics


def _of_topics(examples: list[Example], documents: list[Parsed], pairs: dict[str, TopicPairs]) -> list[Example]:
    """The examples that the pairs number, in that order."""
    known = {topic: {parsed.gold.id for parsed in rows} for topic, rows in _topics(documents).items()}
    return [example for topic in pairs for example in examples if example.topic == topic and example.id in known[topic]]


if __name__ == "__main__":
    typer.run(main)

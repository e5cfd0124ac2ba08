"""What ``newsgraph kb`` does: build, describe and search a knowledge base."""

from collections.abc import Callable
from pathlib import Path

from services.entity_linking.knowledge.dump import LANGUAGES, Progress, build_from_dump
from services.entity_linking.knowledge.embedded import build_embedded, embedded_kb
from services.entity_linking.knowledge.lists import read_lists
from services.entity_linking.knowledge.store import KnowledgeBase
from shared.schemas.linking import KBRecord
from shared.sentence_vectors import MODEL_ID, TOKENIZER_ID, MiniLM
from shared.settings import Settings
from shared.weights import Weights


def kb_path(settings: Settings) -> Path:
    """The knowledge base in force: NEWSGRAPH_KB, else the embedded one (built at first use)."""
    return settings.kb_file or embedded_kb(settings.data_dir)


def open_kb(settings: Settings) -> KnowledgeBase:
    """Open the knowledge base in force; raises ConfigurationError."""
    return KnowledgeBase(kb_path(settings))


def encoder(settings: Settings) -> MiniLM:
    """The sentence encoder that vectors of descriptions come from; raises WeightsError."""
    weights = Weights.of(settings)
    return MiniLM(weights.path(MODEL_ID), weights.path(TOKENIZER_ID), settings.device)


def build_dump(
    settings: Settings,
    dump: Path,
    out: Path,
    languages: tuple[str, ...] | None,
    vectors: bool,
    report: Callable[[int, int, int], None],
) -> tuple[int, int, int]:
    """Build from a Wikidata dump; gives and reports lines read, records written and lines that are no JSON."""

    def tell(progress: Progress) -> None:
        report(progress.lines, progress.records, progress.bad)

    with_vectors = encoder(settings) if vectors else None
    done = build_from_dump(dump, out, languages=languages or LANGUAGES, encoder=with_vectors, report=tell)
    return done.lines, done.records, done.bad


def build_own(out: Path, lists: Path | None) -> int:
    """Build the embedded knowledge base at ``out``, with name lists where a folder is given; gives the number of records."""
    build_embedded(out, read_lists(lists) if lists else ())
    counts = KnowledgeBase(out).counts()
    return sum(number for name, number in counts.items() if name not in {"aliases", "vectors"})


def describe(settings: Settings) -> dict[str, str | int]:
    """Path, sources and counts of the knowledge base in force."""
    kb = open_kb(settings)
    return {"path": str(kb.path), **kb.facts(), **kb.counts()}


def find(settings: Settings, name: str, count: int) -> list[tuple[KBRecord, float]]:
    """Records whose names are like ``name``, with how well the name fits in [0, 1]."""
    return [(found.record.schema(), found.match) for found in open_kb(settings).find(name, count)]

"""Set the weights of the linker by coordinate search on one half of labelled documents (ELEVANT JSONL), and score the other half.

    python -m lab.experiments.tune_linking FOLDER_OF_JSONL [--write]

A document belongs to the first half if the CRC-32 of its text is even, so that a text that stands in several files is in one
half only. The goal is the share of places of the knowledge base that are linked rightly, less a fifth of the share of other
names that are wrongly linked to a place.
"""

import json
import zlib
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
import yaml

from services.entity_linking.knowledge.embedded import embedded_kb
from services.entity_linking.knowledge.facts import DATA
from services.entity_linking.knowledge.store import KnowledgeBase
from services.entity_linking.linker import MentionLinker
from services.entity_linking.ranking import weights
from shared.settings import Settings

PLACE = "Q27096213"
STEPS = (0.0, 0.5, 0.8, 1.25, 2.0)
ADDS = (-1.0, 1.0, 0.5)
FIXED = ("meaning", "nil_share")  # the encoder is not run here; a name that stays unclear is to stay without a link


class LinkedText(NamedTuple):
    """A text with its spans; ``gold`` are record ids, ``known`` are places of the knowledge base, ``other`` no places at all."""

    text: str
    spans: list[tuple[int, int]]
    gold: list[str]
    known: list[bool]
    other: list[bool]


def read(folder: Path, kb: KnowledgeBase) -> list[list[LinkedText]]:
    """The two halves."""
    halves: list[list[LinkedText]] = [[], []]
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            labels = [label for label in row["labels"] if not label.get("optional")]
            places = [PLACE in label["type"].split("|") for label in labels]
            gold = [f"wikidata:{label['entity_id']}" for label in labels]
            known = [place and kb.known(ident) for place, ident in zip(places, gold, strict=True)]
            other = [not place and not kb.known(ident) for place, ident in zip(places, gold, strict=True)]
            spans = [(label["span"][0], label["span"][1]) for label in labels]
            halves[zlib.crc32(row["text"].encode()) % 2].append(LinkedText(row["text"], spans, gold, known, other))
    return halves


def measure(documents: list[LinkedText], linker: MentionLinker) -> tuple[float, float]:
    """In-KB accuracy on places, and the share of names of other things that were linked, both in percent."""
    right = places = wrong = others = 0
    for document in documents:
        for ident, gold, known, other in zip(linker.link(document.text, document.spans), *document[2:], strict=True):
            places, right = places + known, right + (known and ident == gold)
            others, wrong = others + other, wrong + (other and ident is not None)
    return 100 * right / max(places, 1), 100 * wrong / max(others, 1)


def tune(documents: list[LinkedText], linker: MentionLinker) -> None:
    """Change one weight after the other while that helps."""

    def goal() -> float:
        accuracy, wrong = measure(documents, linker)
        return accuracy - 0.2 * wrong

    best, improved = goal(), True
    while improved:
        improved = False
        for name in [n for n in linker.weight if n not in FIXED]:
            start = linker.weight[name]
            values = {round(start * step, 4) for step in STEPS} | {
                round(start + add, 4) for add in ADDS if not name.startswith("nil")
            }
            for value in sorted(values - {start}):
                linker.weight[name] = value
                if (score := goal()) > best + 0.02:
                    best, start, improved = score, value, True
            linker.weight[name] = start
        print(f"goal {best:.2f}", flush=True)


def main(
    folder: Annotated[Path, typer.Argument(help="folder of ELEVANT *.jsonl")],
    write: Annotated[bool, typer.Option("--write", help="put the weights into weights.yaml of the linker")] = False,
) -> None:
    """Set the weights of the linker on one half of the documents, and print the scores of both halves before and after."""
    kb = KnowledgeBase(embedded_kb(Settings().data_dir))
    linker = MentionLinker(kb, None, dict(weights()))
    halves = read(folder, kb)
    print("before:", [measure(half, linker) for half in halves])
    tune(halves[0], linker)
    print("after (tuned half, other half):", [measure(half, linker) for half in halves])
    print(yaml.safe_dump(linker.weight, sort_keys=False))
    if write:
        path = DATA / "weights.yaml"
        head = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text(head + "\n" + yaml.safe_dump(linker.weight, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)

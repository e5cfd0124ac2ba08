"""Which corpus layout a file or folder has, told by names and beginnings of files; the readers are in ``lab.corpora``."""

import gzip
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import cast

from lab.corpora.document import GoldDocument
from lab.evaluation.task import Gold
from shared.errors import InputError

_SNIFFED = 20_000  # characters from the beginning of a file
_MAX_FILES = 50  # looked into per layout
_ARCHIVES = (".tar.gz", ".tgz", ".tar")


@dataclass(frozen=True)
class FileLayout:
    """A file layout. ``files`` describes it to people; ``begins`` tells it by the beginning of a file with one of the endings."""

    name: str
    files: str
    endings: tuple[str, ...]
    begins: Callable[[str], bool]

    def place(self, path: Path) -> Path | None:
        """What to read: the path if it, or a file of the folder, has this layout; the archive if it lies packed in the folder."""
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        named = [p for p in files if p.name.lower().endswith(self.endings)]
        hit = next((p for p in islice(named, _MAX_FILES) if self.begins(_beginning(p))), None)
        return hit if hit is None or hit.name.lower().endswith(_ARCHIVES) else path

    def found_in(self, path: Path) -> bool:
        """Tell whether the path has this layout."""
        return self.place(path) is not None

    def read(self, path: Path) -> tuple[GoldDocument, ...]:
        """All documents; raises InputError."""
        reader = import_module(f"lab.corpora.{self.name}")
        return tuple(cast(Iterable[GoldDocument], reader.read(path)))


def _has(*words: str) -> Callable[[str], bool]:
    return lambda text: all(word in text for word in words)


def _is_conll04(text: str) -> bool:
    return any(len(row) == 5 and row[3].startswith("[") and row[4].startswith("[") for row in _rows(text))


def _is_conll(text: str) -> bool:
    if _is_conll04(text):
        return False
    tags = [row[-1] for row in _rows(text) if len(row) > 1]
    return any(tag == "O" for tag in tags) or any(tag[:2] in {"B-", "I-"} for row in _rows(text) for tag in row[1:])


def _rows(text: str) -> Iterator[list[str]]:
    return (line.split("\t") if "\t" in line else line.split() for line in text.splitlines() if line.strip())


M2E2 = FileLayout(
    "m2e2",
    "text_only_event.json[.gz] and text_multimedia_event.json (M2E2)",
    (".json", ".json.gz"),
    _has('"golden-event-mentions"', '"sentence_id"'),
)
WIKIEVENTS = FileLayout("wikievents", "*.jsonl (WikiEvents)", (".jsonl", ".jsonl.gz"), _has('"doc_id"', '"tokens"'))
RAMS = FileLayout("rams", "*.jsonlines[.gz] (RAMS)", (".jsonlines", ".jsonlines.gz"), _has('"evt_triggers"'))
CONLL = FileLayout(
    "conll_ner",
    "*.conll, *.txt, *.tsv, *.iob2 (CoNLL: a word a line with its tag)",
    (".conll", ".txt", ".tsv", ".iob", ".iob2", ".bio", ".annotated", ".conllu"),
    _is_conll,
)
GUM = FileLayout("gum", "GUM's folder with coref/gum/conll/*.conll, or its *.tar.gz", (".conll", ".tar.gz", ".tgz"), _has("GUM_"))
REDOCRED = FileLayout("redocred", "*.json[.gz] (Re-DocRED)", (".json", ".json.gz"), _has('"vertexSet"'))
CONLL04 = FileLayout("conll04", "*.txt (CoNLL04, five columns)", (".txt", ".conll"), _is_conll04)


def read_layout(path: Path, layouts: Sequence[FileLayout]) -> Gold:
    """The documents at a path in the first of the layouts that it has; raises InputError with the files that are expected."""
    if not path.exists():
        raise InputError(f"{path} does not exist; --data takes a file or folder with {expected(layouts)}")
    places = ((layout, layout.place(path)) for layout in layouts)
    layout, place = next(((one, place) for one, place in places if place is not None), (None, None))
    if layout is None or place is None:
        raise InputError(f"{path} holds no file of a known layout; expected {expected(layouts)}")
    documents = layout.read(place)
    if not documents:
        raise InputError(f"{path} looks like {layout.name}, but no document is in it")
    return Gold(documents, layout.name)


def expected(layouts: Sequence[FileLayout]) -> str:
    """The files of all layouts, for messages."""
    return ", or ".join(layout.files for layout in layouts)


def _beginning(path: Path) -> str:
    name = path.name.lower()
    with gzip.open(path) if name.endswith((".gz", ".tgz")) else path.open("rb") as file:
        try:
            return file.read(_SNIFFED).decode("utf-8", errors="replace")
        except (OSError, EOFError) as error:
            raise InputError(f"{path} cannot be read: {error}") from error

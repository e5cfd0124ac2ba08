"""Builds a knowledge base from a Wikidata JSON dump, line by line; a build that was interrupted goes on where it was."""

import bz2
import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from services.entity_linking.knowledge.wikidata_item import Item, parse
from services.entity_linking.knowledge.writer import KBWriter
from shared.errors import InputError
from shared.sentence_vectors import MiniLM

LANGUAGES = ("en", "ru", "zh", "es", "uk", "ar", "de", "fr")
_EVERY = 5_000
_SOURCE = "Wikidata (CC0)"


@dataclass(frozen=True)
class Progress:
    """How far a build is: lines read, records written, lines that are no JSON."""

    lines: int
    records: int
    bad: int


def build_from_dump(
    dump: Path,
    out: Path,
    *,
    languages: tuple[str, ...] = LANGUAGES,
    encoder: MiniLM | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
    every: int = _EVERY,
) -> Progress:
    """Read ``dump`` (.json, .gz or .bz2) into ``out``; after an interruption at most ``every`` lines are read again.

    Raises InputError if the dump is missing or ends early, or if ``out`` was begun from another dump.
    """
    if not dump.is_file():
        raise InputError(f"no such dump: {dump}")
    part = out.with_name(out.name + ".part")
    writer = KBWriter(part)
    try:
        progress = _continue(writer, dump, part, languages)
        with _open(dump) as lines:
            for batch, seen in _batches(lines, progress.lines, every):
                progress = _add(writer, batch, seen, progress, languages, encoder)
                report(progress)
    except (EOFError, OSError, zlib.error) as error:
        writer.close()
        raise InputError(
            f"{dump} ends early or is damaged ({error}); complete the download and run the same command again"
        ) from error
    except BaseException:
        writer.close()
        raise
    writer.finish()
    part.replace(out)
    return progress


def _continue(writer: KBWriter, dump: Path, part: Path, languages: tuple[str, ...]) -> Progress:
    """Where the last build stopped; notes what is built from what."""
    begun = f"{dump.name} {','.join(languages)}"
    if (writer.noted("dump") or begun) != begun:
        raise InputError(f"{part} was begun from {writer.noted('dump')}; delete it, or choose another --out")
    writer.note(dump=begun, sources=_SOURCE, name=dump.name)
    return Progress(*(int(writer.noted(key) or 0) for key in ("lines", "records", "bad")))


def _add(
    writer: KBWriter, batch: list[str], seen: int, before: Progress, languages: tuple[str, ...], encoder: MiniLM | None
) -> Progress:
    """Write a batch and how far it reaches, in one transaction."""
    items: list[Item] = []
    bad = 0
    for line in batch:
        try:
            item = parse(line, languages)
        except (ValueError, KeyError):
            bad += 1
            continue
        items += [item] if item else []
    vectors = encoder.encode([f"{i.record.name}, {i.record.description}" for i in items]) if encoder else None
    for number, item in enumerate(items):
        writer.add(item.record, item.aliases, vectors[number] if vectors is not None else None)
    after = Progress(seen, before.records + len(items), before.bad + bad)
    writer.note(lines=str(after.lines), records=str(after.records), bad=str(after.bad))
    writer.commit()
    return after


def _batches(lines: IO[bytes], skip: int, size: int) -> Iterator[tuple[list[str], int]]:
    """Lines after the first ``skip`` in batches, with the number of lines read so far."""
    batch: list[str] = []
    number = 0
    for number, line in enumerate(lines, 1):
        if number <= skip:
            continue
        batch.append(line.decode("utf-8", "replace"))
        if len(batch) >= size:
            yield batch, number
            batch = []
    if batch:
        yield batch, number


def _open(dump: Path) -> IO[bytes]:
    """The dump as a stream of lines, decompressed on the way."""
    if dump.suffix == ".gz":
        return cast(IO[bytes], gzip.open(dump, "rb"))
    if dump.suffix == ".bz2":
        return cast(IO[bytes], bz2.open(dump, "rb"))
    return dump.open("rb")

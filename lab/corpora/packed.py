"""Texts of a corpus that comes as a ``.tar.gz``, as a folder or as one file."""

import gzip
import tarfile
from collections.abc import Iterator
from pathlib import Path

from shared.errors import InputError


def packed_texts(path: Path, suffixes: tuple[str, ...], within: str = "") -> Iterator[tuple[str, str]]:
    """``(name, text)`` of all files with a suffix, sorted by name; ``within`` must occur in the name.

    Raises InputError where the path is absent or no tar archive.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            name = file.relative_to(path).as_posix()
            if file.is_file() and name.endswith(suffixes) and within in f"/{name}":
                yield name, file.read_text(encoding="utf-8")
    elif path.name.endswith((".tar.gz", ".tgz", ".tar")):
        yield from _archived(path, suffixes, within)
    elif path.is_file():
        yield path.name, file_text(path)
    else:
        raise InputError(f"{path} does not exist: give a file, a folder or a .tar.gz")


def _archived(path: Path, suffixes: tuple[str, ...], within: str) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        raise InputError(f"{path} does not exist: give a file, a folder or a .tar.gz")
    try:
        with tarfile.open(path) as archive:
            for member in sorted(archive.getmembers(), key=lambda member: member.name):
                file = archive.extractfile(member) if member.isfile() else None
                if file is not None and member.name.endswith(suffixes) and within in f"/{member.name}":
                    yield member.name, file.read().decode("utf-8")
    except tarfile.TarError as error:
        raise InputError(f"{path} is no tar archive: {error}") from error


def file_text(path: Path) -> str:
    """The text of a plain or gzip-compressed file; raises InputError where it cannot be read as UTF-8."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text: {error}") from error

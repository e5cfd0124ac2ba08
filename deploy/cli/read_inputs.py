"""Turns what the user names (files, folders, addresses) into articles; one that cannot be read never stops the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.cli.article_input import ArticleInput, is_video, pictures_beside, read_text, videos_beside
from deploy.cli.json_input import read_json
from deploy.cli.markdown_input import read_markdown
from deploy.cli.page_input import read_html, read_page
from shared.errors import InputError

ARTICLE_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".json", ".jsonl")


@dataclass(frozen=True)
class Unreadable:
    """Something that the user named and that gave no article, with the reason."""

    source: str
    reason: str


def read_inputs(sources: Iterable[str]) -> Iterator[ArticleInput | Unreadable]:
    """The articles of all sources, in order; folders are searched for article files at any depth."""
    for source in sources:
        folder = Path(source)
        if not _is_address(source) and folder.is_dir():
            files = [str(file) for file in article_files(folder)]
            if not files:
                yield Unreadable(source, f"no article files in the folder; known are {', '.join(ARTICLE_SUFFIXES)}")
        else:
            files = [source]
        for file in files:
            yield from _guarded(file)


def article_files(folder: Path) -> Iterator[Path]:
    """Article files under the folder, sorted; hidden ones and the captions in ``*_images`` and ``*_videos`` are not."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in inner) or any(p.endswith(("_images", "_videos")) for p in inner[:-1])
        if path.is_file() and path.suffix.lower() in ARTICLE_SUFFIXES and not hidden:
            yield path


def _read_file(path: Path) -> Iterator[ArticleInput]:
    if not path.exists():
        raise InputError(f"{path} does not exist")
    if is_video(path):
        path = _text_of(path)
    suffix = path.suffix.lower()
    if suffix not in ARTICLE_SUFFIXES:
        raise InputError(f"{path} is not an article file; known are {', '.join(ARTICLE_SUFFIXES)}, a folder, or a URL")
    if suffix in (".json", ".jsonl"):
        yield from read_json(path)
    elif suffix in (".html", ".htm"):
        yield replace(read_html(path, read_text(path)), videos=videos_beside(path))
    elif suffix in (".md", ".markdown"):
        yield replace(read_markdown(path, read_text(path)), videos=videos_beside(path))
    else:
        yield ArticleInput(str(path), read_text(path), pictures=pictures_beside(path), videos=videos_beside(path))


def _text_of(video: Path) -> Path:
    """The article file beside a video that the user named; raises InputError where there is none."""
    beside = [video.with_suffix(suffix) for suffix in ARTICLE_SUFFIXES if video.with_suffix(suffix).is_file()]
    if not beside:
        raise InputError(f"{video} is a video without an article; put its text beside it, in {video.with_suffix('.txt').name}")
    return beside[0]


def _guarded(source: str) -> Iterator[ArticleInput | Unreadable]:
    try:
        for article in [read_page(source)] if _is_address(source) else _read_file(Path(source)):
            yield article if article.text.strip() else Unreadable(article.source, "the text is empty")
    except InputError as error:
        yield Unreadable(source, str(error))


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))

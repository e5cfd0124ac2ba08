"""Articles from .json (one object, or a list of them) and .jsonl (one object a line)."""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from deploy.cli.article_input import (
    ArticleInput,
    MediaInput,
    as_time,
    pictures_beside,
    read_media,
    read_text,
    videos_beside,
)
from deploy.cli.page_input import download_picture
from shared.errors import InputError
from shared.schemas.base import Schema


class _Media(Schema):
    model_config = ConfigDict(extra="ignore")
    file: str | None = None
    url: str | None = None
    base64: str | None = None
    caption: str = ""
    credit: str = ""


class _Row(Schema):
    model_config = ConfigDict(extra="ignore")
    text: str
    title: str = ""
    language: str | None = None
    published_at: str | None = None
    source_url: str | None = None
    images: tuple[_Media, ...] = ()
    videos: tuple[_Media, ...] = ()


def read_json(path: Path) -> Iterator[ArticleInput]:
    """The article or articles of a file; raises InputError naming the line that is wrong."""
    if path.suffix.lower() == ".jsonl":
        lines = [(f"{path}:{number}", line) for number, line in enumerate(read_text(path).splitlines(), 1) if line.strip()]
        for source, line in lines:
            yield _article(_row(_load(line, source), source), source, path.parent)
        return
    content = _load(read_text(path), str(path))
    if isinstance(content, list):
        for number, item in enumerate(content, 1):
            yield _article(_row(item, f"{path}#{number}"), f"{path}#{number}", path.parent)
        return
    row = _row(content, str(path))
    article = _article(row, str(path), path.parent)
    pictures = article.pictures or pictures_beside(path)
    yield replace(article, pictures=pictures, videos=article.videos or videos_beside(path))


def _load(text: str, source: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{source} is not JSON: {error}") from error


def _row(content: object, source: str) -> _Row:
    try:
        return _Row.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(str(p) for p in e['loc']) or 'article'}: {e['msg']}" for e in error.errors()[:3])
        raise InputError(f"{source} is not an article ({faults}); it needs at least a `text`") from error


def _article(row: _Row, source: str, folder: Path) -> ArticleInput:
    pictures, videos = (tuple(_media(p, source, folder) for p in files) for files in (row.images, row.videos))
    time = as_time(row.published_at, source)
    return ArticleInput(source, row.text, row.title, row.language, time, row.source_url, pictures, videos)


def _media(row: _Media, source: str, folder: Path) -> MediaInput:
    if row.file is not None:
        return read_media(folder / row.file, row.caption, row.credit)
    if row.url is not None:
        return MediaInput(row.url, download_picture(row.url), row.caption, row.credit)
    try:
        return MediaInput("inline", base64.b64decode(row.base64 or "", validate=True), row.caption, row.credit)
    except binascii.Error as error:
        raise InputError(f"{source}: an image or video needs `file`, `url` or valid `base64` ({error})") from error

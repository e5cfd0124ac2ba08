"""Articles from Markdown: front matter gives the fields, ``![caption](file)`` the pictures, the rest becomes plain text."""

import re
from pathlib import Path

import yaml

from deploy.cli.article_input import ArticleInput, MediaInput, as_time, pictures_beside, read_media
from deploy.cli.page_input import download_picture
from shared.errors import InputError

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_TITLE = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_MARKS = (
    (re.compile(r"^#{1,6}\s+", re.MULTILINE), ""),
    (re.compile(r"^\s*>\s?", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)(.+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def read_markdown(path: Path, content: str) -> ArticleInput:
    """The article of a Markdown file; raises InputError."""
    fields, content = _front_matter(path, content.replace("\r\n", "\n"))
    pictures = tuple(_media(path, caption, target) for caption, target in _IMAGE.findall(content))
    title, body = _title(_IMAGE.sub("", content))
    return ArticleInput(
        source=str(path),
        text=plain_text(body),
        title=str(fields.get("title") or title),
        language=_text(fields.get("language")),
        published_at=as_time(fields.get("published_at") or fields.get("date"), str(path)),
        source_url=_text(fields.get("source_url")),
        pictures=pictures or pictures_beside(path),
    )


def plain_text(content: str) -> str:
    """Markdown without its marks: what a reader would read aloud."""
    content = _LINK.sub(r"\1", content)
    for pattern, replacement in _MARKS:
        content = pattern.sub(replacement, content)
    return content.strip()


def _front_matter(path: Path, content: str) -> tuple[dict[object, object], str]:
    match = _FRONT.match(content)
    if match is None:
        return {}, content
    try:
        fields = yaml.safe_load(match.group(1))
    except yaml.YAMLError as error:
        raise InputError(f"{path}: the front matter is not YAML: {error}") from error
    return fields if isinstance(fields, dict) else {}, content[match.end() :]


def _title(content: str) -> tuple[str, str]:
    match = _TITLE.match(content)
    return (plain_text(match.group(1)), content[match.end() :]) if match else ("", content)


def _media(path: Path, caption: str, target: str) -> MediaInput:
    if target.startswith(("http://", "https://")):
        return MediaInput(target, download_picture(target), caption)
    return read_media(path.parent / target, caption)


def _text(value: object) -> str | None:
    return str(value) if value else None

"""Articles from Markdown: front matter gives the fields, ``![caption](file)`` the pictures, the rest becomes plain text."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deploy.cli.article_input import ArticleInput, MediaInput, as_time, pictures_beside, read_media
from deploy.cli.page_input import download_picture
from shared.errors import InputError

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_PARSER = MarkdownIt("commonmark", {"html": False})  # tags stay as they are written: nothing of the text may get lost
_BREAKS = ("softbreak", "hardbreak")
_WORDS = ("text", "code_inline")


def read_markdown(path: Path, content: str) -> ArticleInput:
    """The article of a Markdown file; raises InputError."""
    fields, content = _front_matter(path, content.replace("\r\n", "\n"))
    tokens = _PARSER.parse(content)
    pictures = tuple(_media(path, image) for image in _images(tokens))
    title, body = _title(tokens)
    return ArticleInput(
        source=str(path),
        text=_plain(body),
        title=str(fields.get("title") or title),
        language=_text(fields.get("language")),
        published_at=as_time(fields.get("published_at") or fields.get("date"), str(path)),
        source_url=_text(fields.get("source_url")),
        pictures=pictures or pictures_beside(path),
    )


def _front_matter(path: Path, content: str) -> tuple[dict[object, object], str]:
    match = _FRONT.match(content)
    if match is None:
        return {}, content
    try:
        fields = yaml.safe_load(match.group(1))
    except yaml.YAMLError as error:
        raise InputError(f"{path}: the front matter is not YAML: {error}") from error
    return fields if isinstance(fields, dict) else {}, content[match.end() :]


def _title(tokens: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    """A first-level heading that the text begins with (pictures aside), and the tokens without it."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return _inline(tokens[place + 1]), [*tokens[:place], *tokens[place + 3 :]]
        if token.type != "paragraph_open" and _inline(token):
            break
    return "", tokens


def _plain(tokens: Sequence[Token]) -> str:
    """What a reader would read aloud: paragraphs apart, items of a list on lines of their own, their numbers kept."""
    text, number, was_tight = "", "", False
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "list_item_open":
            number = f"{token.info}{token.markup} " if token.info else ""
        was_tight = was_tight and token.level > 0
        words = _inline(token)
        if not words:
            continue
        tight = before is not None and before.hidden
        text += ("\n" if tight and was_tight else "\n\n") + number + words
        number, was_tight = "", tight
    return text.strip()


def _inline(token: Token) -> str:
    """The words of a leaf block; nothing for every other token."""
    if token.type in ("fence", "code_block"):
        return token.content.rstrip()
    return "".join(_words(token.children or ())).strip() if token.type == "inline" else ""


def _words(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        if child.type in _WORDS:
            yield child.content
        elif child.type in _BREAKS:
            yield "\n"


def _images(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from (child for child in token.children or () if child.type == "image")


def _media(path: Path, image: Token) -> MediaInput:
    target, caption = str(image.attrs["src"]), "".join(_words(image.children or ()))
    if target.startswith(("http://", "https://")):
        return MediaInput(target, download_picture(target), caption)
    return read_media(path.parent / unquote(target), caption)


def _text(value: object) -> str | None:
    return str(value) if value else None

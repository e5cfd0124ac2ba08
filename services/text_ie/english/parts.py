"""Articles cut into parts and parts put into groups, so that little is in memory at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.text_ie.reading import View, paragraphs, view
from services.text_ie.thresholds import LIMITS
from shared.schemas.article import Article

_MAX_PART = LIMITS.max_part_characters
_MAX_GROUP = LIMITS.max_group_characters


@dataclass(frozen=True)
class Part:
    """Paragraphs of one article that are read together; ``article`` is its index in the batch."""

    article: int
    views: list[View]


def groups_of(articles: Sequence[Article]) -> Iterator[list[Part]]:
    """Parts of about ``_MAX_GROUP`` characters together (a longer part alone), in the order of articles and text."""
    group: list[Part] = []
    size = 0
    for number, article in enumerate(articles):
        for views in _parts(article):
            length = sum(len(v.text) for v in views)
            if group and size + length > _MAX_GROUP:
                yield group
                group, size = [], 0
            group.append(Part(number, views))
            size += length
    if group:
        yield group


def _parts(article: Article) -> Iterator[list[View]]:
    """Paragraphs of all fields in parts of about ``_MAX_PART`` characters."""
    views: list[View] = []
    size = 0
    for name, text in article.fields().items():
        for start, end in paragraphs(text):
            views.append(view(name, text, start, end))
            size += end - start
            if size >= _MAX_PART:
                yield views
                views, size = [], 0
    if views:
        yield views

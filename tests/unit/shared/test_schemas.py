"""Identifiers, spans and boxes."""

import pytest
from pydantic import ValidationError

from shared.ids import make_id
from shared.schemas.article import Article, Image
from shared.schemas.base import Box, TextSpan


def test_ids_depend_on_where_the_parts_are_cut() -> None:
    assert make_id("x", "ab", "c") != make_id("x", "a", "bc")
    assert make_id("x", "ab", "c") == make_id("x", "ab", "c")


def test_a_span_must_have_a_positive_length() -> None:
    with pytest.raises(ValidationError, match="greater than start"):
        TextSpan(start=4, end=4)


def test_an_article_quotes_its_captions_and_title() -> None:
    image = Image(image_id="a1", media_type="image/png", width=1, height=1, caption="A café in Łódź")
    article = Article(article_id="x", title="Rain", text="It rained.", images=(image,))
    assert article.quote(TextSpan(field="caption:a1", start=2, end=6)) == "café"
    assert set(article.fields()) == {"title", "text", "caption:a1"}


def test_boxes_overlap_as_computed_by_hand() -> None:
    a, b = Box(x0=0, y0=0, x1=10, y1=10), Box(x0=5, y0=0, x1=15, y1=10)
    assert a.iou(b) == pytest.approx(50 / 150)
    assert a.iou(Box(x0=20, y0=0, x1=30, y1=10)) == 0

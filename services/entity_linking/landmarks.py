"""Landmarks of a gallery that the article speaks of: a mention makes a likeness credible that would be too weak alone."""

from collections.abc import Sequence

from services.entity_linking.knowledge.normalisation import normalise
from shared.gallery import Reference
from shared.schemas.article import Article
from shared.schemas.text import TextExtraction


def mentioned(references: Sequence[Reference], article: Article, text: TextExtraction | None) -> set[str]:
    """Ids of the references whose name stands in the title, text or captions, or is that of an entity of the text."""
    fields = [f" {normalise(field)} " for field in article.fields().values()]
    entities = {normalise(entity.name) for entity in text.entities} if text else set()
    return {
        row.reference_id
        for row in references
        if normalise(row.name) in entities or any(f" {normalise(row.name)} " in field for field in fields)
    }

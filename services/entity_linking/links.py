"""Links of the entities of one article to records of the knowledge base, each with its reasons in words."""

from services.entity_linking.knowledge.store import KnowledgeBase
from services.entity_linking.linker import Choice, MentionLinker
from services.entity_linking.queries import entity_queries
from shared.schemas.article import Article
from shared.schemas.linking import Link
from shared.schemas.text import TextExtraction

_SAYS = {
    "qualified": "the words after it name the larger place",
    "holds": "it stands after the name of a place within it",
    "same_division": "another place of that division is mentioned too",
    "siblings": "other divisions of that country are mentioned too",
}


def link_entities(article: Article, text: TextExtraction, linker: MentionLinker, model: str) -> list[Link]:
    """One link for each entity that the knowledge base knows well enough; the others stay without (NIL)."""
    entities, queries = entity_queries(text)
    choices = linker.choose(article.fields(), queries)
    return [
        Link(
            subject_id=entity.id,
            record=choice.record.schema(),
            confidence=choice.confidence,
            model=model,
            reason=_reason(choice, linker.kb),
        )
        for entity, choice in zip(entities, choices, strict=True)
        if choice is not None
    ]


def _reason(choice: Choice, kb: KnowledgeBase) -> str:
    parts = [f"one of {choice.others + 1} records of that name" if choice.others else "the only record of that name"]
    parts += [words for feature, words in _SAYS.items() if feature in choice.reasons]
    if "same_country" in choice.reasons:
        whole = choice.record.kind == "country"
        parts.append(f"{'a place within it' if whole else kb.country_name(choice.record.country)} is mentioned too")
    if "meaning" in choice.reasons:
        parts.append("the words around it were compared with its description")
    return "; ".join(parts)

"""What a text extraction says about one GAP example."""

from lab.corpora.document import GoldDocument, GoldMention
from lab.evaluation.gap_scores import GapAnswer
from lab.evaluation.spans import Span, overlaps, plain
from shared.errors import InputError
from shared.schemas.text import TextExtraction, TextMention


def gap_answer(document: GoldDocument, extraction: TextExtraction | None) -> GapAnswer:
    """Gold and prediction for both names; raises InputError where the document is no pronoun with two names."""
    pronoun, names = _parts(document)
    heads = _heads_with(extraction, (pronoun.start, pronoun.end)) if extraction else []
    gold = [pronoun.cluster is not None and name.cluster == pronoun.cluster for name in names]
    said = [any(overlaps(head, (name.start, name.end)) for head in heads) for name in names]
    return GapAnswer(document.text[pronoun.start : pronoun.end], (gold[0], gold[1]), (said[0], said[1]))


def _parts(document: GoldDocument) -> tuple[GoldMention, list[GoldMention]]:
    pronouns = [mention for mention in document.mentions if mention.kind == "pronoun"]
    names = [mention for mention in document.mentions if mention.kind != "pronoun"]
    if len(pronouns) != 1 or len(names) != 2:
        raise InputError(f"{document.id}: a GAP example has one pronoun and two names, not {len(pronouns)} and {len(names)}")
    return pronouns[0], names


def _heads_with(extraction: TextExtraction, pronoun: Span) -> list[Span]:
    """Heads of all mentions that are one entity with the pronoun, without the pronoun itself."""
    mentions = {mention.id: mention for mention in extraction.mentions if mention.span.field == "text"}
    entities = [[mentions[i] for i in entity.mention_ids if i in mentions] for entity in extraction.entities]
    return [plain(m.head) for group in entities if any(_is(m, pronoun) for m in group) for m in group if not _is(m, pronoun)]


def _is(mention: TextMention, pronoun: Span) -> bool:
    return overlaps(plain(mention.head), pronoun)

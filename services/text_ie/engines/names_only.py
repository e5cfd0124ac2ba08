"""The message of an engine that reads names only: sentences, mentions, and entities joined where names are alike."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.text_ie.reading import paragraphs
from shared.ids import make_id
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Entity, Language, MentionKind, NotAttempted, Sentence, TextExtraction, TextMention

COREFERENCE = "rules:same-name"
Splitter = Callable[[str], Iterable[tuple[int, int]]]


def names_alone(language: str, code: str) -> tuple[NotAttempted, ...]:
    """What an engine that reads names only leaves out of an article in the language."""
    reason = f"the article is in {language} ({code}): this profile reads entities only in {language}; "
    return (
        NotAttempted(
            part="coreference", reason=reason + "names that are alike are joined, pronouns and descriptions are not read"
        ),
        NotAttempted(part="relations", reason=reason + "relations need the gpu or llm profile"),
        NotAttempted(part="events", reason=reason + "events need the gpu or llm profile"),
    )


@dataclass(frozen=True)
class ForeignName:
    """A name or value at ``[start, end)`` of a sentence. ``key`` is its words in their base form: alike names are one entity.

    ``form`` is the name to show, ``english`` the English name where a list gives it.
    """

    start: int
    end: int
    type: str
    confidence: float
    model: str
    key: tuple[str, ...] = ()
    form: str = ""
    subtype: str | None = None
    english: str = ""
    kind: MentionKind = "name"


@dataclass(frozen=True)
class Cluster:
    """Mentions of one entity, with what each was read as."""

    names: list[ForeignName]
    mentions: list[TextMention]


def sentence_spans(article: Article, split: Splitter) -> Iterator[tuple[TextSpan, str]]:
    """The sentences of all fields with their words; ``split`` cuts one paragraph. Nothing but white space lies between."""
    for field, text in article.fields().items():
        for start, end in paragraphs(text):
            for a, b in split(text[start:end]):
                words = text[start + a : start + b]
                left = len(words) - len(words.lstrip())
                if words.strip():
                    span = TextSpan(field=field, start=start + a + left, end=start + a + left + len(words.strip()))
                    yield span, words.strip()


def extraction(
    article: Article,
    language: Language,
    found: Iterable[tuple[TextSpan, Iterable[ForeignName]]],
    not_attempted: tuple[NotAttempted, ...],
) -> TextExtraction:
    """``found``: every sentence with the names in it, in order."""
    sentences: list[Sentence] = []
    clusters: list[Cluster] = []
    mentions: list[TextMention] = []
    for span, names in found:
        sentences.append(Sentence(id=make_id("sentence", article.article_id, span.field, span.start, span.end), span=span))
        for name in names:
            mention = _mention(article, span, name)
            mentions.append(mention)
            if name.kind == "name":
                _join(clusters, name, mention)
    return TextExtraction(
        article_id=article.article_id,
        language=language,
        sentences=tuple(sentences),
        mentions=tuple(mentions),
        entities=tuple(_entity(article.article_id, cluster) for cluster in clusters),
        coverage=tuple(_coverage(article)),
        not_attempted=not_attempted,
    )


def _mention(article: Article, sentence: TextSpan, name: ForeignName) -> TextMention:
    span = TextSpan(field=sentence.field, start=sentence.start + name.start, end=sentence.start + name.end)
    return TextMention(
        id=make_id("mention", article.article_id, span.field, span.start, span.end, name.kind, name.type),
        span=span,
        head=span,
        text=article.quote(span),
        kind=name.kind,
        type=name.type,
        subtype=name.subtype,
        confidence=name.confidence,
        model=name.model,
    )


def _join(clusters: list[Cluster], name: ForeignName, mention: TextMention) -> None:
    """To the last cluster that it may belong to; a new one if there is none."""
    for cluster in reversed(clusters):
        if any(_alike(name, other) for other in cluster.names) and not any(_differ(name, other) for other in cluster.names):
            cluster.names.append(name)
            cluster.mentions.append(mention)
            return
    clusters.append(Cluster([name], [mention]))


def _alike(one: ForeignName, other: ForeignName) -> bool:
    if one.type != other.type:
        return False
    return one.key == other.key or (one.type == "PER" and one.key[-1:] == other.key[-1:] and not _differ(one, other))


def _differ(one: ForeignName, other: ForeignName) -> bool:
    """Persons of different first names; an initial stands for any name that begins with it."""
    if one.type != "PER" or len(one.key) < 2 or len(other.key) < 2:
        return False
    a, b = (name.key[0].rstrip(".") for name in (one, other))
    return not (a.startswith(b) or b.startswith(a)) or one.key[-1] != other.key[-1]


def _entity(article_id: str, cluster: Cluster) -> Entity:
    """Named by its longest form; other spellings are its aliases."""
    best = max(cluster.names, key=lambda n: (len(n.key), n.confidence))
    forms = sorted({n.form for n in cluster.names} - {best.form})
    ids = tuple(dict.fromkeys(m.id for m in cluster.mentions))
    attributes = {"english": best.english, "aliases": "; ".join(forms)}
    return Entity(
        id=make_id("entity", article_id, ids[0]),
        type=best.type,
        name=best.form,
        mention_ids=ids,
        attributes={key: value for key, value in attributes.items() if value},
        confidence=max(m.confidence for m in cluster.mentions),
        model=COREFERENCE if len(ids) > 1 else best.model,
    )


def _coverage(article: Article) -> Iterator[TextSpan]:
    for field, text in article.fields().items():
        yield TextSpan(field=field, start=len(text) - len(text.lstrip()), end=len(text.rstrip()))

"""The findings of an engine that reads names only: sentences, mentions, and entities joined where names are alike."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.text_ie.assembly import assemble, whole_text
from services.text_ie.findings import Findings, FoundEntity, FoundMention
from services.text_ie.reading import paragraphs
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, NotAttempted, TextExtraction

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
class NameForm:
    """How a mention names its entity. ``key`` is its words in their base form: alike names are one entity.

    ``form`` is the name to show, ``english`` the English name where a list gives it.
    """

    mention: FoundMention
    key: tuple[str, ...] = ()
    form: str = ""
    english: str = ""


def part_of(sentence: TextSpan, start: int, end: int) -> TextSpan:
    """Characters ``[start, end)`` of a sentence as a span of the article."""
    return TextSpan(field=sentence.field, start=sentence.start + start, end=sentence.start + end)


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
    found: Iterable[tuple[TextSpan, Iterable[NameForm]]],
    not_attempted: tuple[NotAttempted, ...],
) -> TextExtraction:
    """``found``: every sentence with the names and values in it, in order."""
    findings = Findings()
    clusters: list[list[NameForm]] = []
    for span, names in found:
        findings.sentences.append(span)
        for name in names:
            findings.mentions.append(name.mention)
            if name.mention.kind == "name":
                _join(clusters, name)
    findings.entities = [_entity(cluster) for cluster in clusters]
    return assemble(article, language, findings, tuple(whole_text(article)), not_attempted)


def _join(clusters: list[list[NameForm]], name: NameForm) -> None:
    """To the last cluster that it may belong to; a new one if there is none."""
    for cluster in reversed(clusters):
        if any(_alike(name, other) for other in cluster) and not any(_differ(name, other) for other in cluster):
            cluster.append(name)
            return
    clusters.append([name])


def _alike(one: NameForm, other: NameForm) -> bool:
    if one.mention.type != other.mention.type:
        return False
    surname = one.mention.type == "PER" and one.key[-1:] == other.key[-1:]
    return one.key == other.key or (surname and not _differ(one, other))


def _differ(one: NameForm, other: NameForm) -> bool:
    """Persons of different first names; an initial stands for any name that begins with it."""
    if one.mention.type != "PER" or len(one.key) < 2 or len(other.key) < 2:
        return False
    a, b = (name.key[0].rstrip(".") for name in (one, other))
    return not (a.startswith(b) or b.startswith(a)) or one.key[-1] != other.key[-1]


def _entity(cluster: list[NameForm]) -> FoundEntity:
    """Named by its longest form; other spellings are its aliases."""
    best = max(cluster, key=lambda n: (len(n.key), n.mention.confidence))
    forms = sorted({name.form for name in cluster} - {best.form})
    return FoundEntity(
        type=best.mention.type,
        name=best.form,
        mentions=tuple(name.mention for name in cluster),
        model=COREFERENCE if len(cluster) > 1 else best.mention.model,
        attributes={"english": best.english, "aliases": "; ".join(forms)},
    )

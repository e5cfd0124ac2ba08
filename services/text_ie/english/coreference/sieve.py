"""Coreference by rules, most certain first: names, syntax, definite nouns, pronouns (after Lee et al. 2013, the sieve)."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from services.text_ie.english.coreference.candidates import Candidate
from services.text_ie.english.coreference.clusters import Clusters
from services.text_ie.english.coreference.name_coreference import join_names
from services.text_ie.lexicon import word_list
from services.text_ie.pronouns import pronouns
from services.text_ie.thresholds import LIMITS

_MAX_RECENT = int(LIMITS.max_antecedents)
_MAX_SENTENCES = LIMITS.max_antecedent_sentences
_MAX_SAME_NOUN = LIMITS.max_same_noun_sentences
_MAX_BODY = LIMITS.max_body_noun_sentences
_MAX_VAGUE = LIMITS.max_vague_noun_sentences
_NAMELESS = LIMITS.weight_nameless_antecedent
_CONTAINED = LIMITS.weight_name_contains_noun
_SUBJECT_PRONOUNS = frozenset(pronoun.subject for pronoun in pronouns() if pronoun.person == 3)
_TOWNS = word_list("town_nouns")
_COUNTRIES = word_list("country_nouns")
_LESSER = word_list("lesser_offices")
_VAGUE_PERSONS = word_list("vague_person_nouns")
_THINGS = frozenset({"ORG", "GPE", "VEH", "FAC", "LOC", "WEA", "COM"})


def resolve(
    candidates: Sequence[Candidate],
    must_link: Iterable[tuple[int, int]],
    antecedents: Mapping[int, Sequence[tuple[int, float]]] | None = None,
    cannot_link: Iterable[tuple[int, int]] = (),
    cataphora: Iterable[tuple[int, int]] = (),
) -> Clusters:
    """Cluster the candidates of an article; ``must_link`` are pairs of ``order`` that syntax joins.

    ``cannot_link``: pairs that syntax keeps apart; ``cataphora``: pronouns with the later mention that they probably mean.
    ``antecedents`` are the network's, by order: where it ranked a mention, it decides instead of the rules for nouns.
    """
    clusters = Clusters(list(candidates), cannot_link)
    join_names(candidates, clusters)
    for one, other in must_link:
        clusters.join(one, other)
    recent: deque[Candidate] = deque(maxlen=_MAX_RECENT)
    ranked, later = antecedents or {}, dict(cataphora)
    for mention in candidates:
        if mention.order in later and _takes(mention, candidates[later[mention.order]], clusters):
            continue
        if mention.kind == "nominal" and mention.definite and _join_by_rule(mention, recent, clusters):
            pass
        elif mention.order in ranked:
            _join_ranked(mention, [(candidates[o], probability) for o, probability in ranked[mention.order]], clusters)
        elif mention.kind == "nominal" and mention.definite:
            _join_first(mention, _nominal_antecedents(mention, recent, clusters), clusters)
        elif mention.kind == "pronoun":
            _join_first(mention, _pronoun_antecedents(mention, recent, clusters), clusters)
        recent.append(mention)
    return clusters


def _takes(pronoun: Candidate, subject: Candidate, clusters: Clusters) -> bool:
    """Join a pronoun of a fronted phrase with the subject after it, if that is one person."""
    fits = subject.kind != "value" and subject.type == "PER" and not subject.plural
    return fits and clusters.join(pronoun.order, subject.order)


def _join_by_rule(mention: Candidate, recent: Iterable[Candidate], clusters: Clusters) -> bool:
    """Offices, and ``the town`` for the town just named: rules are surer of these than the network."""
    if mention.head in _TOWNS | _COUNTRIES:
        named = [c for c in _nominal_antecedents(mention, recent, clusters) if c.kind == "name"]
        return any(clusters.join(place.order, mention.order) for place in named)
    return _join_office(mention, recent, clusters)


def _join_office(mention: Candidate, recent: Iterable[Candidate], clusters: Clusters) -> bool:
    """``The vice president`` is the one last named with that title."""
    if mention.type != "PER" or mention.plural:
        return False
    holders = [c for c in recent if c.kind == "name" and c.type == "PER" and _holds_office(mention, c.title)]
    return any(clusters.join(holder.order, mention.order) for holder in reversed(holders))


def _join_ranked(mention: Candidate, ranked: Sequence[tuple[Candidate, float]], clusters: Clusters) -> None:
    """Join the cluster with the greatest summed probability, unless "new" has more; ``he`` and ``she`` are never new."""
    mass: defaultdict[int, float] = defaultdict(float)
    for other, probability in ranked:
        mass[clusters.find(other.order)] += probability
    personal = mention.kind == "pronoun" and mention.gender in {"m", "f"}
    new = 0.0 if personal else 1.0 - sum(mass.values())
    if personal and any(
        o.kind == "name" and o.type == "PER" and mention.sentence - o.sentence <= _MAX_SENTENCES for o, _ in ranked
    ):
        for cluster in mass:
            mass[cluster] *= 1.0 if clusters.type(cluster) == "PER" else _NAMELESS
    for cluster in sorted(mass, key=lambda c: -mass[c]):
        if mass[cluster] <= new or clusters.join(cluster, mention.order):
            return


def _join_first(mention: Candidate, antecedents: list[Candidate], clusters: Clusters) -> None:
    for antecedent in antecedents:
        if clusters.join(antecedent.order, mention.order):
            return


def _nominal_antecedents(mention: Candidate, recent: Iterable[Candidate], clusters: Clusters) -> list[Candidate]:
    """``the town``, ``the president``, ``the soldiers``: earlier mentions that it may take up, best first."""
    fitting = [c for c in recent if c.kind != "pronoun" and c.type == mention.type and _fits(mention, c)]
    return sorted(fitting, key=lambda c: (c.sentence + _CONTAINED * _contains(c, mention.head), -c.depth, c.order), reverse=True)


def _contains(name: Candidate, head: str) -> bool:
    """``Space Shuttle Columbia`` for ``the shuttle``: worth going back two sentences further."""
    return name.kind == "name" and head in name.text.lower().split()


def _fits(mention: Candidate, other: Candidate) -> bool:
    if other.kind == "nominal":
        agree = mention.modifiers <= other.modifiers or not mention.modifiers
        return (
            other.head == mention.head
            and other.plural == mention.plural
            and agree
            and mention.sentence - other.sentence <= _MAX_SAME_NOUN
        )
    if mention.type == "PER" and not mention.plural and _holds_office(mention, other.title):
        return True
    if mention.plural or mention.modifiers or other.demonym:
        return False
    near = mention.sentence - other.sentence
    if mention.head in _TOWNS:
        return other.country is None and near <= _MAX_SENTENCES
    if mention.head in _COUNTRIES:
        return other.country is not None and near <= _MAX_SENTENCES
    if mention.head in word_list("body_nouns"):
        return mention.head in other.text.lower().split() or (near <= _MAX_BODY and other.subject)
    if mention.type == "PER":
        return mention.head in _VAGUE_PERSONS and near <= _MAX_VAGUE and other.subject
    return mention.head in other.text.lower().split()


def _holds_office(mention: Candidate, title: str) -> bool:
    """``The president`` has the title President, not Vice President."""
    words = title.split(" of ")[0].split()
    own = {w.lower() for w in mention.words}
    return bool(words) and words[-1] == mention.head and _LESSER & set(words) == _LESSER & own and mention.modifiers <= set(words)


def _pronoun_antecedents(pronoun: Candidate, recent: Iterable[Candidate], clusters: Clusters) -> list[Candidate]:
    fitting = [c for c in recent if _may_be(pronoun, c, clusters)]
    return sorted(fitting, key=lambda c: _salience(pronoun, c), reverse=True)


def _may_be(pronoun: Candidate, other: Candidate, clusters: Clusters) -> bool:
    near = other.field == pronoun.field and pronoun.sentence - other.sentence <= _MAX_SENTENCES
    if not near or other.kind == "value" or other.demonym or not clusters.type(other.order):
        return False
    if (
        not pronoun.reflexive_or_possessive
        and pronoun.verb >= 0
        and pronoun.verb == other.verb
        and pronoun.sentence == other.sentence
    ):
        return False
    kind = clusters.type(other.order)
    if pronoun.gender in {"m", "f"}:
        return kind == "PER" and not other.plural and clusters.gender(other.order) in {"", pronoun.gender}
    if pronoun.plural:
        return other.plural or (kind == "ORG" and other.kind != "pronoun") or (other.kind == "pronoun" and other.plural)
    return kind in _THINGS and not other.plural and pronoun.type != "PER"


def _salience(pronoun: Candidate, other: Candidate) -> tuple[float, int]:
    score = -LIMITS.salience_sentence * (pronoun.sentence - other.sentence) + LIMITS.salience_subject * other.subject
    score += LIMITS.salience_name * (other.kind == "name") - LIMITS.salience_depth * other.depth
    score += LIMITS.salience_plural_people * (pronoun.plural and other.type == "PER" and other.plural)
    score += LIMITS.salience_subject_pronoun * (
        other.kind == "pronoun" and other.words[0].lower() in _SUBJECT_PRONOUNS and other.subject
    )
    return score, other.order

"""Which place a name means: population as the prior, the words after it, and the countries that the article also mentions."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.entity_linking.engines.gazetteer import Candidate, Gazetteer, Place
from shared.schemas.article import Article
from shared.schemas.linking import Link
from shared.schemas.text import Entity, TextExtraction, TextMention

MODEL = "geonames"
_TYPES = {"GPE", "LOC"}
_NIL_BELOW = 0.5
_SAME_COUNTRY = 0.4
_QUALIFIED = 3.0
_SHARPNESS = 9.0
_AFTER = re.compile(r"\s*,\s*(?:in\s+)?((?:[A-Z][\w.'’-]*\s?){1,3})")


def link_places(article: Article, text: TextExtraction, gazetteer: Gazetteer) -> list[Link]:
    """One link for each place entity that the gazetteer knows well enough; the others stay without (NIL)."""
    mentions = {mention.id: mention for mention in text.mentions}
    places = [entity for entity in text.entities if entity.type in _TYPES]
    options = {entity.id: _candidates(entity, mentions, gazetteer) for entity in places}
    qualifiers = {entity.id: _qualifiers(article, entity, mentions, gazetteer) for entity in places}
    holding = {larger.id for e in places for larger in qualifiers[e.id] if any(_within(c.place, larger) for c in options[e.id])}
    known = _countries(options.values())
    links = [
        _link(e, options[e.id], _Context(qualifiers[e.id], holding, _others(known, options[e.id])), gazetteer)
        for e in places
        if options[e.id]
    ]
    return [link for link in links if link is not None]


def _candidates(entity: Entity, mentions: dict[str, TextMention], gazetteer: Gazetteer) -> list[Candidate]:
    """Places of any of the entity's names; its own name counts first."""
    names = [entity.name, *(mentions[i].text for i in entity.mention_ids if mentions[i].kind == "name")]
    if not any(mentions[i].kind == "name" for i in entity.mention_ids):
        return []
    for name in dict.fromkeys(names):
        if found := gazetteer.candidates(name):
            return found
    return []


def _countries(options: Iterable[Sequence[Candidate]]) -> list[set[str]]:
    """For each name, the countries that it may point to, when it leaves little choice."""
    known = []
    for candidates in options:
        sure = {c.place.country for c in candidates if c.place.kind == "country"} or _dominating(candidates)
        if sure:
            known.append(sure)
    return known


def _dominating(candidates: Sequence[Candidate]) -> set[str]:
    ranked = sorted(candidates, key=lambda c: -_prior(c))
    if not ranked or (len(ranked) > 1 and _prior(ranked[0]) - _prior(ranked[1]) < 0.3):
        return set()
    return {ranked[0].place.country}


def _others(known: list[set[str]], own: Sequence[Candidate]) -> set[str]:
    """Countries that names other than this one point to."""
    mine = {c.place.country for c in own if c.place.kind == "country"} or _dominating(own)
    rest = list(known)
    if mine in rest:
        rest.remove(mine)
    return set().union(*rest) if rest else set()


def _qualifiers(article: Article, entity: Entity, mentions: dict[str, TextMention], gazetteer: Gazetteer) -> list[Place]:
    """Places named right after a comma, as Texas in "Paris, Texas"."""
    found = []
    fields = article.fields()
    for mention_id in entity.mention_ids:
        span = mentions[mention_id].span
        match = _AFTER.match(fields.get(span.field, ""), span.end)
        if match:
            words = match.group(1).split()
            names = (" ".join(words[:n]) for n in range(len(words), 0, -1))
            larger = next((hits for name in names if (hits := gazetteer.candidates(name.rstrip(".,")))), [])
            found += [c.place for c in larger if c.place.kind in {"country", "state"}]
    return found


def _prior(candidate: Candidate) -> float:
    """About 0.4 for a small town to 1.6 for a large country."""
    place = candidate.place
    people = place.population or (3_000_000 if place.kind == "state" else 1_000)
    kind = {"country": 0.6, "state": 0.25, "town": 0.0}[place.kind]
    return math.log10(people) / 10 + kind + (0.5 if place.capital else 0.0) + 0.4 * (candidate.exact - 1)


def _within(place: Place, larger: Place) -> bool:
    if larger.kind == "state":
        return place.kind == "town" and place.country == "US" and place.admin == larger.admin
    return place.kind != "country" and place.country == larger.country


@dataclass(frozen=True)
class _Context:
    """What the article says around a name: places named right after it, places named after others, other countries."""

    qualifiers: list[Place]
    holding: set[str]
    countries: set[str]

    def score(self, candidate: Candidate) -> float:
        score = _prior(candidate)
        if candidate.place.country in self.countries:
            score += _SAME_COUNTRY
        if candidate.place.id in self.holding or self.qualified(candidate.place):
            score += _QUALIFIED
        return score

    def qualified(self, place: Place) -> bool:
        return any(_within(place, larger) for larger in self.qualifiers)


def _link(entity: Entity, candidates: Sequence[Candidate], context: _Context, gazetteer: Gazetteer) -> Link | None:
    scored = sorted(((context.score(c), c.place.id, c) for c in candidates), key=lambda row: (-row[0], row[1]))
    best, _, winner = scored[0]
    total = sum(math.exp(_SHARPNESS * (score - best)) for score, _, _ in scored)
    confidence = round(min(0.98, winner.exact / total), 4)
    if confidence < _NIL_BELOW:
        return None
    place = winner.place
    reasons = [f"one of {len(candidates)} places of that name" if len(candidates) > 1 else "the only place of that name"]
    if context.qualified(place):
        reasons.append("the words after it name the larger place")
    if place.country in context.countries:
        reasons.append(f"{gazetteer.country_name(place.country)} is mentioned too")
    record = place.record(gazetteer.country_name(place.country))
    return Link(subject_id=entity.id, record=record, confidence=confidence, model=MODEL, reason="; ".join(reasons))

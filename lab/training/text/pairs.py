"""Rows for the pair heads: pairs of words with allowed labels for roles and relations, candidate antecedents for coreference."""

import random
from collections import Counter
from collections.abc import Iterable

from lab.corpora.document import GoldEvent, GoldMention
from lab.training.text.example import Antecedents, Rows
from lab.training.text.parsed import Parsed
from lab.training.text.targets import kind_of
from services.text_ie.english.network.coreference import MAX_NEAREST, MAX_SAME_HEAD
from services.text_ie.english.network.describe import describe
from services.text_ie.english.network.features import CoreferenceFeatures, DescribedMention, PairFeatures, dependency_path
from services.text_ie.english.network.labels import group_name, group_names, relation_names, role_names, roles_of_group
from services.text_ie.lexicon import Lexicon

_SENTENCES = 3
_FILLER_POS = frozenset({"NOUN", "PROPN", "PRON"})


def fillers(parsed: Parsed) -> list[int]:
    """Words that can be the head of a role's filler: nouns, names and pronouns that modify no other noun."""
    return [
        number
        for number, word in enumerate(parsed.words)
        if word.pos in _FILLER_POS and not (word.dep == "compound" and parsed.words[word.head].pos in {"NOUN", "PROPN"})
    ]


def role_pairs(parsed: Parsed) -> Iterable[tuple[GoldEvent, int, int, tuple[int, ...]]]:
    """Every (event, trigger word, filler word, allowed roles) near an event; far negatives are thinned."""
    if "arguments" not in parsed.gold.layers:
        return
    mentions = {mention.id: mention for mention in parsed.gold.mentions}
    candidates = fillers(parsed)
    dice = random.Random(parsed.gold.id)
    for event in parsed.gold.events:
        covered = parsed.covered(event.start, event.end)
        if not event.types or not covered:
            continue
        trigger = parsed.head(covered)
        gold = _gold_roles(parsed, event, mentions)
        possible = roles_of_group(group_name(event.types[0]))
        for filler in dict.fromkeys([*gold, *candidates]):
            apart = abs(parsed.words[filler].sentence - parsed.words[trigger].sentence)
            if filler == trigger or apart > _SENTENCES or (apart and filler not in gold and dice.random() > 0.35):
                continue
            names = [role for role in gold.get(filler, ()) if role in possible]
            if filler in gold and not names:
                continue
            yield event, trigger, filler, tuple(role_names().index(role) for role in names) or (0,)


def _gold_roles(parsed: Parsed, event: GoldEvent, mentions: dict[str, GoldMention]) -> dict[int, list[str]]:
    roles: dict[int, list[str]] = {}
    for argument in event.arguments:
        mention = mentions.get(argument.mention_id)
        if mention is not None and (covered := parsed.covered(mention.start, mention.end)):
            roles.setdefault(parsed.head_of(mention, covered), []).append(argument.role)
    return roles


def count_paths(documents: Iterable[Parsed]) -> tuple[Counter[str], Counter[str]]:
    """How often each dependency path links a true pair: of roles and of relations."""
    roles: Counter[str] = Counter()
    relations: Counter[str] = Counter()
    for parsed in documents:
        for _, trigger, filler, allowed in role_pairs(parsed):
            if allowed != (0,):
                roles[dependency_path(parsed.words, trigger, filler)] += 1
        for left, right, allowed in relation_pairs(parsed):
            if allowed != (0,):
                relations[dependency_path(parsed.words, left, right)] += 1
    return roles, relations


def role_rows(parsed: Parsed, features: PairFeatures) -> Rows:
    """Role pairs with their features."""
    rows = Rows()
    for event, trigger, filler, allowed in role_pairs(parsed):
        group = group_names().index(group_name(event.types[0]))
        rows.add(trigger, filler, allowed, features.indices(parsed.words, trigger, filler, group))
    return rows


def relation_pairs(parsed: Parsed) -> Iterable[tuple[int, int, tuple[int, ...]]]:
    """Every ordered pair of mentions within three sentences: the nearest pair of related entities, and a third of the rest."""
    if "relations" not in parsed.gold.layers:
        return
    heads = {m.id: parsed.head_of(m, c) for m in parsed.gold.mentions if (c := parsed.covered(m.start, m.end))}
    owner = {m.id: m.cluster or m.id for m in parsed.gold.mentions}
    gold: dict[tuple[str, str], set[int]] = {}
    for relation in parsed.gold.relations:
        ends = owner[relation.source_id], owner[relation.target_id]
        gold.setdefault(ends, set()).update(relation_names().index(group_name(kind)) for kind in relation.types)
    nearest = _nearest(parsed, heads, owner, set(gold))
    dice = random.Random(parsed.gold.id)
    for one, left in heads.items():
        for other, right in heads.items():
            ends = owner[one], owner[other]
            apart = abs(parsed.words[left].sentence - parsed.words[right].sentence)
            if ends[0] == ends[1] or left == right or apart > _SENTENCES:
                continue
            if ends in gold:
                if gold[ends] and (nearest[ends] == (left, right) or apart == 0):
                    yield left, right, tuple(sorted(gold[ends]))
            elif dice.random() < (0.5 if apart == 0 else 0.12):
                yield left, right, (0,)


def _nearest(
    parsed: Parsed, heads: dict[str, int], owner: dict[str, str], wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, int]]:
    best: dict[tuple[str, str], tuple[int, int]] = {}
    for one, left in heads.items():
        for other, right in heads.items():
            ends = owner[one], owner[other]
            if ends in wanted and left != right and (ends not in best or abs(left - right) < abs(best[ends][0] - best[ends][1])):
                best[ends] = (left, right)
    return best


def relation_rows(parsed: Parsed, features: PairFeatures) -> Rows:
    """Relation pairs with their features."""
    rows = Rows()
    for left, right, allowed in relation_pairs(parsed):
        rows.add(left, right, allowed, features.indices(parsed.words, left, right))
    return rows


def coreference_rows(parsed: Parsed, lexicon: Lexicon) -> Antecedents:
    """Candidate antecedents of every mention; in GAP only the two named ones, for there nothing else is marked."""
    rows = Antecedents()
    closed = "A-coref" in parsed.gold.notes
    if "coreference" not in parsed.gold.layers and not closed:
        return rows
    mentions = _described(parsed, lexicon)
    for number, (anaphor, cluster) in enumerate(mentions):
        if closed and anaphor.kind != "pronoun":
            continue
        earlier = mentions if closed else mentions[max(0, number - MAX_NEAREST) : number] + _same_head(parsed, mentions, number)
        for antecedent, other in earlier:
            if antecedent.head == anaphor.head:
                continue
            rows.left.append(antecedent.head)
            rows.right.append(anaphor.head)
            rows.group.append(number)
            rows.gold.append(cluster is not None and cluster == other)
            rows.features.append(CoreferenceFeatures().indices(parsed.words, antecedent, anaphor))
    return rows


def _described(parsed: Parsed, lexicon: Lexicon) -> list[tuple[DescribedMention, str | None]]:
    found: dict[int, tuple[DescribedMention, str | None]] = {}
    spans = [(parsed.covered(m.start, m.end), m) for m in parsed.gold.mentions]
    for covered, mention in sorted((row for row in spans if row[0]), key=lambda row: (row[0][0], -row[0][-1])):
        head = parsed.head_of(mention, covered)
        kind = kind_of(parsed, mention, head)
        described = describe(parsed.words, head, (covered[0], covered[-1] + 1), kind, 0, lexicon)
        if head not in found or found[head][1] is None:
            found[head] = (described, mention.cluster)
    ordered = sorted(found.values(), key=lambda row: row[0].head)
    return [
        (DescribedMention(d.head, d.start, d.end, d.kind, d.gender, d.plural, order), c) for order, (d, c) in enumerate(ordered)
    ]


def _same_head(
    parsed: Parsed, mentions: list[tuple[DescribedMention, str | None]], number: int
) -> list[tuple[DescribedMention, str | None]]:
    """Farther mentions with the anaphor's head word, the nearest first."""
    word = parsed.words[mentions[number][0].head].lower
    far = mentions[: max(0, number - MAX_NEAREST)]
    return [row for row in reversed(far) if parsed.words[row[0].head].lower == word][:MAX_SAME_HEAD]

"""What the network should say of each word: sets of allowed labels. What a corpus did not mark is not learned as absent."""

from functools import cache

from lab.corpora.document import GoldMention
from lab.training.text.example import Allowed, WordTargets
from lab.training.text.parsed import Parsed
from services.text_ie.english.network.labels import NAME_TYPES, NOMINAL_TYPES, VALUE_TYPES, event_names, tag_names


@cache
def _tag(name: str) -> int:
    return tag_names().index(name)


@cache
def _event(name: str) -> int:
    return event_names().index(name)


def kind_of(parsed: Parsed, mention: GoldMention, head: int) -> str:
    """The kind that the corpus gives, or the head's part of speech tells."""
    if mention.kind in {"name", "nominal", "pronoun"}:
        return mention.kind
    return {"PROPN": "name", "PRON": "pronoun"}.get(parsed.words[head].pos, "nominal")


def word_targets(parsed: Parsed, covered_types: frozenset[str]) -> WordTargets:
    """Targets of one document; ``covered_types`` are the entity types that its corpus marks at all."""
    default = _tag_default(parsed, covered_types)
    tags: dict[int, Allowed] = {}
    for mention in sorted(parsed.gold.mentions, key=lambda m: m.start - m.end):
        _tag_mention(parsed, mention, tags, default)
    for first, last, kind in parsed.values:
        if not any(i in tags for i in range(first, last)):
            tags.update({i: (_tag(f"{'B' if i == first else 'I'}-{kind}"),) for i in range(first, last)})
    everything_tag, everything_event = tuple(range(len(tag_names()))), tuple(range(len(event_names())))
    event_default = (0,) if "events" in parsed.gold.layers else everything_event
    events: dict[int, Allowed] = {}
    for event in parsed.gold.events:
        allowed = tuple(_event(kind) for kind in event.types) or (0,)
        for word in parsed.covered(event.start, event.end):
            events[word] = allowed if events.get(word, (0,)) == (0,) else tuple({*events[word], *allowed})
    for start, end in parsed.gold.masked:
        for word in parsed.covered(start, end):
            if word not in events or event_default == everything_event:
                events.setdefault(word, everything_event)
            tags.setdefault(word, everything_tag)
    return WordTargets(tags, default, events, event_default)


def _tag_default(parsed: Parsed, covered_types: frozenset[str]) -> Allowed:
    """``O``, and the tags of layers or types that the corpus did not mark."""
    layers = parsed.gold.layers
    if not layers & {"names", "nominals", "pronouns"}:
        return tuple(range(len(tag_names())))
    open_tags = {_tag("O")}
    for part, types, layer in (("BI", NAME_TYPES, "names"), ("N", NOMINAL_TYPES, "nominals"), ("P", NAME_TYPES, "pronouns")):
        for kind in types:
            if layer not in layers or kind not in covered_types:
                open_tags |= {_tag(f"{letter}-{kind}") for letter in part}
    return tuple(sorted(open_tags))


def _tag_mention(parsed: Parsed, mention: GoldMention, tags: dict[int, Allowed], default: Allowed) -> None:
    covered = parsed.covered(mention.start, mention.end)
    if not covered:
        return
    head = parsed.head_of(mention, covered)
    kind = kind_of(parsed, mention, head)
    types = [t for t in mention.types if t not in VALUE_TYPES]
    if not types and mention.types:
        return
    if kind == "name" and types:
        _tag_name(parsed, parsed.covered(*mention.head) if mention.head else covered, [t for t in types if t in NAME_TYPES], tags)
    elif kind == "pronoun" and types:
        tags.setdefault(head, tuple(_tag(f"P-{t}") for t in types if t in NAME_TYPES) or (_tag("O"),))
    elif kind == "nominal" and types:
        tags.setdefault(head, tuple(_tag(f"N-{t}") for t in types if t in NOMINAL_TYPES) or (_tag("O"),))
    elif _tag("O") in default and not types:
        for word in covered if kind == "name" else [head]:
            tags.setdefault(word, (_tag("O"),))


def _tag_name(parsed: Parsed, covered: list[int], types: list[str], tags: dict[int, Allowed]) -> None:
    """The whole span where names are marked exactly; only its head where they are fillers of roles of unsure extent."""
    if not types or any(word in tags for word in covered):
        return
    if "names" in parsed.gold.layers:
        for word in covered:
            tags[word] = tuple(_tag(f"{'B' if word == covered[0] else 'I'}-{t}") for t in types)
        return
    head = parsed.head(covered)
    tags[head] = tuple(_tag(f"{part}-{t}") for t in types for part in "BI")

"""Silver corpora (output of an older system): a trigger counts only where annotators or rules know the word for that event."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lab.training.text.parsed import Parsed
from services.text_ie.english.events.triggers import load_rules
from services.text_ie.english.network.labels import group_name

Known = Mapping[str, set[str]]


def known_triggers(documents: Iterable[Parsed]) -> Known:
    """Event groups by lemma, from annotated documents (of weight 1) and from the trigger rules."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for (lemma, _), rules in load_rules().items():
        known[lemma] |= {group_name(rule.type) for rule in rules}
    for parsed in documents:
        for event in parsed.gold.events if parsed.gold.weight == 1.0 else ():
            covered = parsed.covered(event.start, event.end)
            if covered and event.types:
                known[parsed.words[parsed.head(covered)].lemma] |= {group_name(kind) for kind in event.types}
    return known


def without_doubtful_triggers(parsed: Parsed, known: Known) -> Parsed:
    """A silver document whose doubtful triggers are masked, not learned; others stay as they are."""
    if parsed.gold.weight == 1.0:
        return parsed
    kept, masked = [], list(parsed.gold.masked)
    for event in parsed.gold.events:
        covered = parsed.covered(event.start, event.end)
        lemma = parsed.words[parsed.head(covered)].lemma if covered else ""
        if {group_name(kind) for kind in event.types} & known.get(lemma, set()):
            kept.append(event)
        else:
            masked.append((event.start, event.end))
    return replace(parsed, gold=replace(parsed.gold, events=tuple(kept), masked=tuple(masked)))

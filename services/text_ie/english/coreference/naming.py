"""The name of an entity: its fullest name mention, a country's usual name for demonyms, else its first noun phrase."""

from collections.abc import Sequence

from services.text_ie.english.coreference.candidates import Candidate


def best_name(mentions: Sequence[Candidate]) -> str:
    """The most telling of the mentions' texts."""
    names = [m for m in mentions if m.kind == "name"]
    country = next((m.country for m in names if m.country), None)
    if country is not None:
        return country
    if names:
        return max(names, key=lambda m: (len(m.words), len(m.text), -m.order)).text
    return mentions[0].text


def aliases(mentions: Sequence[Candidate], name: str) -> str:
    """Other names, joined with semicolons."""
    other = dict.fromkeys(m.text for m in mentions if m.kind == "name" and m.text != name)
    return "; ".join(other)

"""What the network decides and what the rules decide; the defaults are what measurement on development data preferred."""

from dataclasses import dataclass
from typing import Literal

Which = Literal["none", "some", "all"]


@dataclass(frozen=True)
class Choices:
    """Switches of the English engine beside the network; without a network the rules decide everything.

    - ``tagger``: spaCy's names and values, joined with the network's; without it that part of spaCy is not loaded.
    - ``frames``: grammar fills roles before the network does: never, with the trigger's own subject or object, from any slot.
    - ``sure_role``: from this probability on, the network fills a role that grammar left empty.
    - ``nominals``: nouns of the lexicon that the network passes over are mentions.
    - ``possible``: nouns that the tag head is unsure of may fill roles.
    - ``coreference``, ``relations``: the network ranks antecedents, finds relations.
    - ``cross_sentence``: greatest distance of a role's filler, in sentences.
    - ``sure_trigger``: from this probability on, the network's trigger needs no rule that finds an event of its type there too.
    - ``sure_against_rules``: the same for words that rules know for such events, where their conditions do not hold.
    - ``sure``: from this probability on, the network's type of a name or noun stands against the rules'.
    """

    tagger: bool = True
    frames: Which = "all"
    nominals: bool = True
    possible: bool = False
    coreference: bool = True
    relations: bool = True
    cross_sentence: int = 3
    sure_trigger: float = 0.6
    sure_against_rules: float = 0.92
    sure_role: float = 0.7
    sure: float = 0.75

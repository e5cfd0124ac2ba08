"""Gender and number of a mention from its words, for the agreement features."""

from collections.abc import Sequence

from services.text_ie.english.network.features import DescribedMention
from services.text_ie.english.network.words import Word
from services.text_ie.lexicon import Lexicon, word_list
from services.text_ie.pronouns import pronoun_forms

_MALE = pronoun_forms(gender="m")
_FEMALE = pronoun_forms(gender="f")
_PLURAL = word_list("trained_plural_pronouns")
_PLURAL_NOUNS = word_list("plural_nouns")


def describe(
    words: Sequence[Word], head: int, span: tuple[int, int], kind: str, order: int, lexicon: Lexicon
) -> DescribedMention:
    """A mention with head word ``head`` and words ``span`` (end exclusive)."""
    return DescribedMention(head, *span, kind, _gender(words, head, span, kind, lexicon), _is_plural(words[head], kind), order)


def _gender(words: Sequence[Word], head: int, span: tuple[int, int], kind: str, lexicon: Lexicon) -> str:
    """``m``, ``f``, or empty when neither pronoun, title, noun nor first name tells."""
    inside = [words[i].lower for i in range(*span)]
    signs = {words[head].lower} if kind == "pronoun" else set(inside[:1]) | {words[head].lower}
    before = {words[i].lower for i in range(max(0, span[0] - 2), span[0])} if kind == "name" else set()
    male = (signs | before) & (_MALE | lexicon.lists["male"]) or (kind == "name" and inside[0] in lexicon.lists["male_names"])
    female = (signs | before) & (_FEMALE | lexicon.lists["female"]) or (
        kind == "name" and inside[0] in lexicon.lists["female_names"]
    )
    if bool(male) == bool(female):
        return ""
    return "m" if male else "f"


def _is_plural(word: Word, kind: str) -> bool:
    if kind == "pronoun":
        return word.lower in _PLURAL
    return word.tag in {"NNS", "NNPS"} or (kind == "nominal" and word.lower in _PLURAL_NOUNS)

"""Sums of money, shares, measures and ages by their form; they replace what the name tagger made of the same words."""

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Span

MODEL = "rules:values"
_WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|a hundred|one hundred|half a|a|several|hundreds of|thousands of|millions of|billions of|tens of thousands of"
)
_SCALE = r"(?: ?(?:hundred|thousand|million|billion|trillion|bn|tn|m|k)\b)"
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_NUMBER = rf"(?<![$£€¥₽₹₩₪₺₴\d,.])(?:{_DIGITS}(?: ?(?:-|to) ?{_DIGITS})?{_SCALE}?|(?:{_WORDS}){_SCALE}?)"
_PREFIX = r"(?:US|A|C|HK|NZ|S|R|NT)?[$£€¥₽₹₩₪₺₴]"
_CURRENCY = (
    r"(?:(?:U\.?S\.?|Canadian|Australian|Hong Kong) )?(?:dollars?|euros?|rubles?|roubles?|yen|yuan|rupees?|francs?|pesos?|liras?"
    r"|shekels?|krona|kronor|dinars?|rials?|riyals?|dirhams?|naira|hryvnias?|zlotys?|cents"
    r"|USD|EUR|GBP|pounds(?! of\b)(?: sterling)?)"
)
_UNIT = (
    r"(?:kilomet(?:er|re)s?|km|miles?|met(?:er|re)s?|feet|foot|inch(?:es)?|tons?|tonnes?|kilograms?|kilos?|kg|pounds|grams?|ounces?"
    r"|lit(?:er|re)s?|gallons?|barrels?|acres?|hectares?|degrees|mph|knots|megawatts?)"
)
_FORMS = {
    "MONEY": re.compile(rf"{_PREFIX} ?{_DIGITS}{_SCALE}?(?![\w%])|\b{_NUMBER}[ -]{_CURRENCY}\b"),
    "PERCENT": re.compile(rf"\b{_NUMBER} ?(?:%|per ?cent\b|percentage points?\b)", re.IGNORECASE),
    "QUANTITY": re.compile(rf"\b{_NUMBER}[ -]{_UNIT}\b|\b\d{{1,3}}[- ]years?[- ]old\b", re.IGNORECASE),
}
_LABELS = frozenset({*_FORMS, "CARDINAL", "DATE", "TIME", "ORDINAL"})


def correct_values(document: Doc) -> None:
    """Replace entities of the tagger where a form is found; their ``kb_id_`` names the rules. Names of the tagger stay."""
    found = list(_values(document))
    named = {t.i for entity in document.ents if entity.label_ not in _LABELS for t in entity}
    found = [value for value in found if not any(t.i in named for t in value)]
    taken = {t.i for value in found for t in value}
    kept = [entity for entity in document.ents if not any(t.i in taken for t in entity)]
    document.set_ents(sorted([*kept, *found], key=lambda span: span.start))


def _values(document: Doc) -> Iterator[Span]:
    taken: set[int] = set()
    for label, form in _FORMS.items():
        for match in form.finditer(document.text):
            span = document.char_span(*match.span(), label=label, kb_id=MODEL, alignment_mode="expand")
            if span is not None and not any(t.i in taken for t in span):
                taken.update(t.i for t in span)
                yield span

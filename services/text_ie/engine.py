"""What a text engine is: something that reads articles of certain languages. The stage picks engines by profile and language."""

from collections.abc import Sequence
from typing import Protocol

from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction


class TextEngine(Protocol):
    """One way to read an article; ``languages`` are ISO 639-1 codes, None means any."""

    name: str
    languages: frozenset[str] | None

    def load(self) -> None:
        """Load models; raises WeightsError. Called once, before ``extract``."""
        ...

    def extract(self, items: Sequence[tuple[Article, Language]]) -> list[TextExtraction | StageError]:
        """Read a batch; one result an article, in order."""
        ...

"""What a picture task works with: production stages, a clock, progress, and pictures that never reach the user's blob store."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from lab.evaluation.predict import load_stage, through
from services.pipeline import step
from services.stage_process import build_stage
from shared.blobs import FolderBlobs
from shared.errors import StageError
from shared.ids import content_hash
from shared.pictures import decode_rgb
from shared.schemas.article import Article, Image
from shared.schemas.job import StageName
from shared.settings import Settings
from shared.stage import Stage, StageInput

Progress = Callable[[int, int], None]
T = TypeVar("T")
_BATCH = 16


class BorrowedBlobs(FolderBlobs):
    """The user's blob store as it is, with bytes of pictures in memory before it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.data_dir)
        self._borrowed: dict[str, bytes] = {}

    def lend(self, pictures: Sequence[bytes]) -> None:
        """Have these bytes at hand, and no longer those lent before."""
        self._borrowed = {content_hash(data): data for data in pictures}

    def get(self, digest: str) -> bytes:
        """The bytes; raises BlobNotFound."""
        return self._borrowed[digest] if digest in self._borrowed else super().get(digest)


class Bench:
    """One evaluation. ``seconds`` is the time of all batches; ``failures`` messages by the hash of the picture."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self.seconds = 0.0
        self.failures: dict[str, str] = {}
        self._progress = progress
        self._blobs = BorrowedBlobs(settings)
        self._stages: dict[StageName, Stage] = {}

    def stage(self, name: StageName) -> Stage:
        """The stage of production, loaded at first use; raises WeightsError. Ask before the batches: loading is not measured."""
        if name not in self._stages:
            self._stages[name] = load_stage(name, self.settings, self._blobs)
        return self._stages[name]

    def models(self, names: Sequence[StageName]) -> tuple[str, ...]:
        """The manifests of these stages, whether loaded or not."""
        stages = (self._stages.get(name) or build_stage(step(name), self.settings, self._blobs) for name in names)
        return tuple(model for stage in stages for model in stage.manifest())

    def batches(self, items: Sequence[T], size: int = _BATCH, told: bool = True) -> Iterator[Sequence[T]]:
        """The items in parts; what the caller does with a part is measured; progress is ``told`` where these are pictures."""
        progress = self._progress if told else lambda done, total: None
        progress(0, len(items))
        for start in range(0, len(items), size):
            batch = items[start : start + size]
            begin = time.perf_counter()
            yield batch
            self.seconds += time.perf_counter() - begin
            progress(start + len(batch), len(items))

    def through(self, names: Sequence[StageName], pictures: Sequence[bytes]) -> list[StageInput]:
        """Each picture as an article without text, with the outputs of the stages in order (None where one failed)."""
        self._blobs.lend(pictures)
        return self.run(names, [StageInput(article=self._article(data)) for data in pictures])

    def load(self, names: Sequence[StageName]) -> None:
        """Have these stages loaded before the clock runs; raises WeightsError."""
        for name in names:
            self.stage(name)

    def run(self, names: Sequence[StageName], items: list[StageInput]) -> list[StageInput]:
        """The items with the outputs of these stages."""
        for name in names:
            items = through(self.stage(name), items, self.failures)
        return items

    def _article(self, data: bytes) -> Article:
        digest = content_hash(data)
        try:
            height, width = decode_rgb(data).shape[:2]
        except StageError as error:
            self.failures[digest] = str(error)
            return Article(article_id=digest, text="")
        image = Image(image_id=digest, media_type="image/*", width=width, height=height)
        return Article(article_id=digest, text="", images=(image,))

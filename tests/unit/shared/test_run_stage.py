"""Running a stage over a stored article, with plain stages and real stores."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from services.pipeline import step
from shared.articles import ArticleStore
from shared.blobs import FolderBlobs
from shared.errors import StageError
from shared.jobs import MemoryJobStore
from shared.outputs import Outputs
from shared.run_stage import count_results, run_stage
from shared.schemas.article import Article
from shared.schemas.base import Box, TextSpan
from shared.schemas.graph import GraphReceipt
from shared.schemas.job import Job, StageName, StageReport
from shared.schemas.linking import EntityLinking
from shared.schemas.text import Language, NotAttempted, Sentence, TextExtraction
from shared.schemas.vision import ImageAnalysis, ImageTag, ObjectDetection, Region
from shared.stage import StageInput, StageOutput

ARTICLE = Article(article_id="article-1", text="One. Two. Three.")


class Sentences:
    """Finds sentences; its behaviour can be changed between runs."""

    name: ClassVar[StageName] = "text_ie"

    def __init__(self) -> None:
        self.calls = 0
        self.version = "rules:dots@1"
        self.error: Exception | None = None

    def load(self) -> None: ...

    def manifest(self) -> tuple[str, ...]:
        return (self.version,)

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        self.calls += 1
        if isinstance(self.error, StageError):
            return [self.error]
        if self.error:
            raise self.error
        return [self._read(given.article) for given in batch]

    def _read(self, article: Article) -> TextExtraction:
        ends = [place + 1 for place, char in enumerate(article.text) if char == "."]
        spans = [TextSpan(start=start, end=end) for start, end in zip([0, *ends], ends, strict=False)]
        return TextExtraction(
            article_id=article.article_id,
            language=Language(code="en", confidence=1.0, model=self.version),
            sentences=tuple(Sentence(id=f"s-{span.start}", span=span) for span in spans),
            not_attempted=(NotAttempted(part="events", reason="only dots are read"),),
        )


class Linker:
    """Tells what it was given."""

    name: ClassVar[StageName] = "entity_linking"

    def __init__(self) -> None:
        self.given: list[StageInput] = []

    def load(self) -> None: ...

    def manifest(self) -> tuple[str, ...]:
        return ("rules:none@1",)

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        self.given += batch
        return [EntityLinking(article_id=given.article.article_id) for given in batch]


class Writer:
    """Counts its writes."""

    name: ClassVar[StageName] = "graph_writer"

    def __init__(self) -> None:
        self.writes = 0

    def load(self) -> None: ...

    def manifest(self) -> tuple[str, ...]:
        return ("rules:writer@1",)

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        self.writes += 1
        return [
            GraphReceipt(article_id=given.article.article_id, nodes={"Entity": 2, "Event": 1}, edges={"AGENT": 1})
            for given in batch
        ]


class Bench:
    """Stores with one article and one job."""

    def __init__(self, folder: Path) -> None:
        self.blobs, self.jobs = FolderBlobs(folder), MemoryJobStore()
        self.outputs = Outputs(self.blobs)
        ArticleStore(self.blobs).save(ARTICLE)
        self.jobs.create(Job(job_id="job-1", article_id="article-1", created_at=datetime.now(UTC)))

    def run(self, stage: Sentences | Linker | Writer, *, force: bool = False) -> StageReport:
        return run_stage(step(stage.name), stage, "article-1", self.blobs, self.jobs, "job-1", force)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_stage_stores_its_output_and_reports_counts_and_models(bench: Bench) -> None:
    report = bench.run(Sentences())
    output = bench.outputs.get("article-1", "text_ie")
    assert isinstance(output, TextExtraction)
    assert [ARTICLE.quote(sentence.span) for sentence in output.sentences] == ["One.", " Two.", " Three."]
    assert (report.state, report.counts["sentences"], report.models) == ("done", 3, ("rules:dots@1",))
    assert report.not_attempted[0].part == "events"
    assert report.seconds is not None
    job = bench.jobs.get("job-1")
    assert job is not None
    assert job.stages[0] == report


def test_the_job_says_running_before_the_stage_has_ended(bench: Bench) -> None:
    bench.run(Sentences())
    states = [job.stages[0].state for _, job in bench.jobs.events("job-1", timeout=0.01)]
    assert states == ["waiting", "running", "done"]


def test_the_same_input_is_not_worked_through_again(bench: Bench) -> None:
    stage = Sentences()
    bench.run(stage)
    again = bench.run(stage)
    assert (again.state, stage.calls, again.counts["sentences"]) == ("reused", 1, 3)


def test_force_and_a_new_manifest_work_again(bench: Bench) -> None:
    stage = Sentences()
    bench.run(stage)
    assert bench.run(stage, force=True).state == "done"
    stage.version = "rules:dots@2"
    assert bench.run(stage).state == "done"
    assert stage.calls == 3
    stage.version = "rules:dots@1"
    assert bench.run(stage).state == "reused"


def test_another_output_of_an_earlier_stage_is_another_input(bench: Bench) -> None:
    stage, linker = Sentences(), Linker()
    bench.run(stage)
    assert [bench.run(linker).state for _ in range(2)] == ["done", "reused"]
    stage.version = "rules:dots@2"
    bench.run(stage)
    assert bench.run(linker).state == "done"


def test_an_expected_failure_is_reported_with_its_reason(bench: Bench) -> None:
    stage = Sentences()
    stage.error = StageError("the text is in Klingon; send English")
    report = bench.run(stage)
    assert (report.state, report.error) == ("failed", "the text is in Klingon; send English")
    assert report.finished_at is not None


def test_a_bug_is_reported_as_such_and_logged_with_traceback_and_job(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    stage = Sentences()
    stage.error = ZeroDivisionError("division by zero")
    report = bench.run(stage)
    assert report.state == "failed"
    assert report.error is not None
    assert "a bug in text_ie (ZeroDivisionError" in report.error
    assert "Traceback" in caplog.text


def test_a_failed_stage_leaves_no_output_of_an_earlier_run(bench: Bench) -> None:
    stage, linker = Sentences(), Linker()
    bench.run(stage)
    stage.error = StageError("no")
    bench.run(stage, force=True)
    assert bench.outputs.get("article-1", "text_ie") is None
    bench.run(linker)
    assert linker.given[-1].text_ie is None


def test_a_stage_runs_without_the_outputs_that_are_missing_and_with_those_that_are_there(bench: Bench) -> None:
    linker = Linker()
    assert bench.run(linker).state == "done"
    assert linker.given[0].text_ie is None
    bench.run(Sentences())
    bench.run(linker)
    assert isinstance(linker.given[1].text_ie, TextExtraction)
    assert linker.given[1].object_detection is None


def test_the_graph_is_written_every_time(bench: Bench) -> None:
    writer = Writer()
    reports = [bench.run(writer) for _ in range(2)]
    assert [report.state for report in reports] == ["done", "done"]
    assert writer.writes == 2
    assert reports[0].counts == {"nodes": 3, "edges": 1}


def test_an_article_that_is_gone_fails_the_stage_only(bench: Bench) -> None:
    ArticleStore(bench.blobs).delete("article-1")
    report = bench.run(Sentences())
    assert report.state == "failed"
    assert report.error is not None
    assert "article-1" in report.error


def test_a_stored_output_that_was_damaged_is_made_again(bench: Bench) -> None:
    stage = Sentences()
    bench.run(stage)
    digest = bench.outputs.digest("article-1", "text_ie")
    assert digest is not None
    bench.blobs.delete(digest)
    assert bench.run(stage).state == "done"
    assert bench.outputs.get("article-1", "text_ie") is not None


def test_results_within_images_are_counted() -> None:
    region = Region(id="r", image_id="i", box=Box(x0=0, y0=0, x1=2, y1=2), kind="object", label="dog", confidence=0.9, model="m")
    tag = ImageTag(label="dog", confidence=0.5, model="m")
    image = ImageAnalysis(image_id="i", width=4, height=4, regions=(region, region), tags=(tag,))
    assert count_results(ObjectDetection(article_id="a", images=(image, image))) == {
        "images": 2,
        "regions": 4,
        "tags": 2,
        "poses": 0,
        "segments": 0,
    }

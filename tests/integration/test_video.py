"""A film of the shipped pictures through all stages with their real weights, as the workers run them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.pipeline import PIPELINE
from services.stage_process import build_stage
from shared.articles import ArticleStore
from shared.blobs import FolderBlobs
from shared.graph.evidence import unsupported
from shared.graph.projection import project
from shared.jobs import MemoryJobStore
from shared.outputs import Outputs
from shared.run_stage import run_stage
from shared.schemas.article import Article, Video
from shared.schemas.job import Job, StageReport
from shared.schemas.situations import VisualEvents
from shared.settings import Settings
from shared.stage import StageInput
from tests.films import SIZE, film, scenes

pytestmark = pytest.mark.integration
Finished = tuple[StageInput, dict[str, StageReport]]
TEXT = "Barack Obama and Eileen Collins spoke in Washington on Friday."


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The outputs of all stages but the graph writer, and their reports."""
    root = tmp_path_factory.mktemp("film")
    blobs, jobs = FolderBlobs(root), MemoryJobStore()
    video_id = blobs.put(film(scenes(("obama.jpg", "astronaut.png", "obama.jpg"), 2.0)))
    video = Video(video_id=video_id, media_type="video/mp4", width=SIZE[0], height=SIZE[1], duration=6.0, caption="Two speakers")
    article = Article(article_id="article-film", text=TEXT, videos=(video,))
    ArticleStore(blobs).save(article)
    jobs.create(Job(job_id="job-film", article_id=article.article_id, created_at=datetime.now(UTC)))
    reports = {}
    for row in PIPELINE[:-1]:
        stage = build_stage(row, Settings(data_dir=root), blobs)
        stage.load()
        reports[row.name] = run_stage(row, stage, article.article_id, blobs, jobs, "job-film")
    outputs = {row.name: Outputs(blobs).get(article.article_id, row.name) for row in PIPELINE[:-1]}
    return StageInput.model_validate({"article": article, **outputs}), reports


def test_every_stage_ends_well_and_the_cuts_are_counted(finished: Finished) -> None:
    given, reports = finished
    assert {name: (report.state, report.error) for name, report in reports.items()} == dict.fromkeys(reports, ("done", None))
    assert reports["video_frames"].counts["shots"] == 3
    assert reports["object_detection"].counts["images"] == reports["video_frames"].counts["keyframes"] == len(given.pictures)


def test_one_person_is_followed_through_the_cuts_by_the_face(finished: Finished) -> None:
    seen = finished[0].visual_events
    assert isinstance(seen, VisualEvents)
    by_face = [t for t in seen.tracks if t.cluster_id and t.start < 2 and t.end > 4]
    assert by_face, [(t.label, t.start, t.end, t.cluster_id) for t in seen.tracks]


def test_the_graph_points_at_seconds_and_lacks_no_evidence(finished: Finished) -> None:
    graph = project(finished[0])
    assert unsupported(graph) == []
    regions = [node.properties for node in graph.nodes if "Region" in node.labels]
    assert regions
    assert all(0 <= float(str(p["start_seconds"])) < float(str(p["end_seconds"])) <= 6.1 for p in regions)


def test_a_failed_video_stage_leaves_the_words_to_the_graph(finished: Finished, tmp_path: Path) -> None:
    given = finished[0].model_copy(update={"video_frames": None, "object_detection": None})
    row = next(row for row in PIPELINE if row.name == "object_detection")
    stage = build_stage(row, Settings(data_dir=tmp_path), FolderBlobs(tmp_path))
    stage.load()
    assert stage.run([given])[0].model_dump()["images"] == ()
    assert [node.labels[0] for node in project(given).nodes].count("Video") >= 1

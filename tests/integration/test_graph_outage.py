"""The graph goes away in the middle of work, in order or at once, and comes back: nothing fails, nothing is lost."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.arcadedb import USER, ArcadeDB
from deploy.local.ports import any_free_port
from services.pipeline import step
from services.stage_process import StageProcess
from shared.articles import ArticleStore
from shared.blobs import FolderBlobs
from shared.graph.bolt import BoltGraph
from shared.jobs import JobStore
from shared.jobs.states import report_of
from shared.schemas.article import Article
from shared.schemas.job import Job, StageReport
from shared.settings import Settings
from tests.servers import PASSWORD

ROW = step("graph_writer")
NUMBERS = range(5)


def jobs_for(store: JobStore, blobs: FolderBlobs) -> list[Job]:
    made = []
    for number in NUMBERS:
        article = Article(article_id=f"article-{number}", text="Ankara.")
        ArticleStore(blobs).save(article)
        job = Job(job_id=f"job-{number}", article_id=article.article_id, created_at=datetime.now(UTC))
        store.create(job)
        for name in ROW.needs:
            store.update_stage(job.job_id, StageReport(stage=name, state="done"))
        made.append(job)
    return made


@pytest.mark.parametrize("how", ["in order", "at once"])
def test_jobs_wait_for_a_graph_that_is_away_and_all_arrive(tmp_path: Path, how: str) -> None:
    graph = ArcadeDB(tmp_path / "graph", any_free_port(), any_free_port(), PASSWORD, heap="256m")
    graph.start()
    settings = Settings(data_dir=tmp_path, broker_url="memory://", graph_url=graph.url, graph_user=USER, graph_password=PASSWORD)
    process = StageProcess(settings, "graph_writer")
    jobs = jobs_for(process.jobs, FolderBlobs(tmp_path))
    assert process.run("job-0", "article-0", force=False) == "done"
    ending = threading.Thread(target=graph.stop, kwargs={"timeout": 20.0 if how == "in order" else 0.0})
    ending.start()
    states = [process.run(job.job_id, job.article_id, force=False) for job in jobs[1:]]
    ending.join()
    waiting = [report_of(process.jobs.get(job.job_id) or job, "graph_writer") for job in jobs[1:]]
    assert set(states) <= {"done", "waiting"}
    assert "waiting" in states
    assert all((report.error or "").startswith("waiting for the graph") for report in waiting if report.state == "waiting")
    graph.start()
    deadline = time.monotonic() + 60
    while process.jobs.list_unfinished():
        assert time.monotonic() < deadline
        for job in process.jobs.list_unfinished():
            process.run(job.job_id, job.article_id, force=False)
    store = BoltGraph(graph.url, USER, PASSWORD)
    try:
        assert all(store.article_graph(job.article_id) for job in jobs)
        assert process.jobs.counts()["done"] == len(jobs)
    finally:
        store.close()
        graph.stop()

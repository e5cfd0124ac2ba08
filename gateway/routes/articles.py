"""Articles: take in, list, show, delete."""

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from gateway.bodies import ARTICLE_FORM, NDJSON, media_type, parse, read_submission, unsupported
from gateway.dependencies import Dependencies, Deps
from gateway.intake import Intake, Submission
from gateway.problems import Refusal, not_found, request_id, responses, unavailable
from shared.blobs import BlobNotFound
from shared.errors import ServiceUnavailable
from shared.faces.store import forget_article
from shared.jobs.states import UNFINISHED
from shared.outputs import Outputs
from shared.schemas.api import Accepted, ArticleOut, ArticlePage, ArticleSummary, BatchLine, links
from shared.schemas.api_requests import EXAMPLE_ARTICLE, ArticleIn
from shared.schemas.article import Article
from shared.schemas.graph import Subgraph
from shared.schemas.job import STAGE_NAMES, Job

log = logging.getLogger(__name__)
router = APIRouter(tags=["articles"])

Force = Annotated[bool, Query(description="work again although the article is done; finished stages are recomputed")]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
_BODY: dict[str, Any] = {
    "application/json": {"schema": {"$ref": "#/components/schemas/ArticleIn"}, "example": EXAMPLE_ARTICLE},
    "multipart/form-data": {"schema": ARTICLE_FORM},
}
_LINES: dict[str, Any] = {NDJSON[0]: {"schema": {"type": "string"}, "example": json.dumps(EXAMPLE_ARTICLE)}}


@router.post(
    "/articles",
    status_code=202,
    response_model=Accepted,
    responses={200: {"model": Accepted, "description": "Known already; no new work"}, **responses(400, 401, 413, 415, 422, 503)},
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
)
async def submit_article(request: Request, response: Response, deps: Deps, force: Force = False) -> Accepted:
    """Take in one article with its pictures and videos; the same article again gives the same id, and no new work."""
    sent = await read_submission(request, deps.settings)
    accepted = await run_in_threadpool(_accept, deps, sent, force)
    response.status_code = 202 if accepted.created else 200
    response.headers["Location"] = accepted.links.article
    return accepted


@router.post(
    "/articles:batch",
    response_class=StreamingResponse,
    responses={
        200: {"content": {NDJSON[0]: {"schema": {"$ref": "#/components/schemas/BatchLine"}}}, "description": "One answer a line"},
        **responses(401, 413, 415),
    },
    openapi_extra={"requestBody": {"required": True, "content": _LINES}},
)
async def submit_batch(request: Request, deps: Deps, force: Force = False) -> StreamingResponse:
    """Take in many articles, one JSON object a line; each line is answered by a line, and a bad line never stops the others."""
    if media_type(request) not in NDJSON:
        raise unsupported(media_type(request), NDJSON[0])
    lines = (await request.body()).split(b"\n")
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if len(numbered) > deps.settings.max_batch_lines:
        detail = f"the batch has {len(numbered):,} lines; {deps.settings.max_batch_lines:,} are allowed"
        raise Refusal(413, "batch-too-long", detail, change="send several batches; nothing of this one was kept")
    answers = _answers(deps, numbered, force, request_id(request))
    return StreamingResponse((a.model_dump_json(exclude_none=True) + "\n" for a in answers), media_type=NDJSON[0])


@router.get("/articles", responses=responses(401, 422))
def list_articles(deps: Deps, limit: Limit = 50, offset: Offset = 0) -> ArticlePage:
    """The articles, newest arrival first."""
    found = deps.articles.list(limit, offset)
    jobs = _latest_jobs(deps, [article.article_id for article in found])
    rows = tuple(_summary(article, jobs.get(article.article_id)) for article in found)
    return ArticlePage(total=deps.articles.count(), limit=limit, offset=offset, articles=rows)


@router.get("/articles/{article_id}", responses=responses(401, 404))
def show_article(article_id: str, deps: Deps) -> ArticleOut:
    """The article exactly as given, with the reports of its newest job (none while the broker does not answer)."""
    article = _article(deps, article_id)
    job = _latest_jobs(deps, [article_id]).get(article_id)
    return ArticleOut(article=article, job=job, links=links(article_id, job.job_id if job else None))


@router.get("/articles/{article_id}/graph", responses=responses(401, 404, 503))
def show_article_graph(article_id: str, deps: Deps) -> Subgraph:
    """What the graph knows from this article, with the evidence; empty until the job has written it."""
    _article(deps, article_id)
    return deps.graph.article_graph(article_id) or Subgraph()


@router.delete("/articles/{article_id}", status_code=204, responses=responses(401, 404, 409, 503))
def delete_article(
    article_id: str, deps: Deps, force: Annotated[bool, Query(description="although its job runs")] = False
) -> None:
    """Forget the article, its pictures and videos, and everything that only it says in the graph."""
    _article(deps, article_id)
    job = deps.jobs.latest(article_id)
    if job is not None and job.state in UNFINISHED and not force:
        change = "wait until the job has ended, or add ?force=true if it never will"
        raise Refusal(409, "job-running", f"job {job.job_id} still works on this article", change=change)
    deps.graph.delete_article(article_id)
    with deps.keeping:
        _forget_outputs(deps, article_id)
        deps.articles.delete(article_id)


def _forget_outputs(deps: Dependencies, article_id: str) -> None:
    """What the stages found holds the words of the article, so it goes with it."""
    outputs = Outputs(deps.blobs)
    for stage in STAGE_NAMES:
        digest = outputs.digest(article_id, stage)
        outputs.forget(article_id, stage)
        if digest is not None:
            deps.blobs.delete(digest)
    forget_article(deps.blobs, article_id)


def _accept(deps: Dependencies, sent: bytes | Submission, force: bool) -> Accepted:
    submission = sent if isinstance(sent, Submission) else Submission(parse(ArticleIn, sent))
    return Intake(deps).accept(submission, force=force)


def _answers(deps: Dependencies, lines: list[tuple[int, bytes]], force: bool, ident: str) -> Iterator[BatchLine]:
    for number, line in lines:
        try:
            accepted = _accept(deps, line, force)
            yield BatchLine(line=number, status=202 if accepted.created else 200, accepted=accepted)
        except Refusal as refusal:
            yield BatchLine(line=number, status=refusal.status, problem=refusal.problem(f"/articles:batch#{number}", ident))
        except ServiceUnavailable as error:
            problem = unavailable(error).problem(f"/articles:batch#{number}", ident)
            yield BatchLine(line=number, status=problem.status, problem=problem)


def _article(deps: Dependencies, article_id: str) -> Article:
    try:
        return deps.articles.get(article_id)
    except BlobNotFound as error:
        raise not_found(f"article {article_id}") from error


def _latest_jobs(deps: Dependencies, article_ids: Sequence[str]) -> dict[str, Job]:
    """The newest job of each article; none where the broker does not answer: the articles are here all the same."""
    try:
        jobs = {article_id: deps.jobs.latest(article_id) for article_id in article_ids}
    except ServiceUnavailable as error:
        log.warning("articles are shown without their jobs: %s", error)
        return {}
    return {article_id: job for article_id, job in jobs.items() if job}


def _summary(article: Article, job: Job | None) -> ArticleSummary:
    return ArticleSummary(
        article_id=article.article_id,
        title=article.title,
        beginning=article.text[:300],
        language=article.language,
        published_at=article.published_at,
        source_url=article.source_url,
        images=len(article.images),
        videos=len(article.videos),
        job_id=job.job_id if job else None,
        state=job.state if job else None,
    )

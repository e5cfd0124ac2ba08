"""Takes an article in: everything is checked first, then kept in full or not at all, then handed to the workers."""

import contextlib
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.dependencies import Dependencies
from gateway.fetch import Kind, fetch
from gateway.images import CheckedImage, inspect_image
from gateway.problems import Refusal
from gateway.videos import CheckedVideo, inspect_video
from services.advance import advance
from shared.blobs import BlobNotFound, Blobs
from shared.errors import ServiceUnavailable
from shared.ids import make_id
from shared.schemas.api import Accepted, links
from shared.schemas.api_requests import ArticleIn, ImageIn, VideoIn
from shared.schemas.article import Article
from shared.schemas.job import STAGE_NAMES, Job, StageReport

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upload:
    """A picture or video that came as a file of a multipart form."""

    data: bytes
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Submission:
    """What was sent: the fields, and images and videos beside those that the fields name."""

    fields: ArticleIn
    uploads: tuple[Upload, ...] = ()
    videos: tuple[Upload, ...] = ()


class Intake:
    """Accepts submissions; the same article twice is the same work once."""

    def __init__(self, deps: Dependencies) -> None:
        self._settings, self._blobs, self._articles = deps.settings, deps.blobs, deps.articles
        self._jobs, self._dispatcher, self._lock = deps.jobs, deps.dispatcher, deps.keeping

    def accept(self, submission: Submission, *, force: bool = False) -> Accepted:
        """Start work on the article unless it is done or under way; raises Refusal, ServiceUnavailable (nothing is kept then)."""
        self._check(submission)
        images, videos = self._images(submission), self._videos(submission)
        article = _article(submission.fields, images, videos)
        with self._lock:
            job = None if force else self._useful_job(article)
            created = job is None
            job = job or self._begin(article, [*images, *videos], force)
        return Accepted(
            article_id=article.article_id,
            job_id=job.job_id,
            state=job.state,
            created=created,
            links=links(article.article_id, job.job_id),
        )

    def _check(self, submission: Submission) -> None:
        text, limit = submission.fields.text, self._settings.max_text_chars
        if not text.strip():
            raise Refusal(422, "empty-text", "the text is empty", change="send the article's words in `text`")
        if len(text) > limit:
            detail = f"the text has {len(text):,} characters; {limit:,} are allowed"
            raise Refusal(413, "text-too-long", detail, change="split the article, or raise NEWSGRAPH_MAX_TEXT_CHARS")
        count, most = len(submission.fields.images) + len(submission.uploads), self._settings.max_images
        if count > most:
            detail = f"the article has {count} images; {most} are allowed"
            raise Refusal(422, "too-many-images", detail, change="send fewer images")
        count, most = len(submission.fields.videos) + len(submission.videos), self._settings.max_videos
        if count > most:
            raise Refusal(
                422, "too-many-videos", f"the article has {count} videos; {most} are allowed", change="send fewer videos"
            )

    def _images(self, submission: Submission) -> list[CheckedImage]:
        """Fetch, decode and verify all images, in the order of the fields and then of the uploads."""
        found: dict[str, CheckedImage] = {}
        sources: list[ImageIn | Upload] = [*submission.fields.images, *submission.uploads]
        for number, source in enumerate(sources, start=1):
            checked = self._image(source, f"image {number}")
            if checked.file_id in found:
                detail = f"image {number} is the same picture as an earlier one"
                raise Refusal(422, "image-twice", detail, change="send each picture once, with one caption")
            found[checked.file_id] = checked
        return list(found.values())

    def _image(self, source: ImageIn | Upload, name: str) -> CheckedImage:
        data = source.data if isinstance(source, Upload) else self._bytes(source, name, "image")
        image = inspect_image(data, name, self._settings)
        url = source.url if isinstance(source, ImageIn) else None
        told = {"caption": source.caption, "credit": source.credit, "source_url": url}
        return CheckedImage(data, image.model_copy(update=told))

    def _videos(self, submission: Submission) -> list[CheckedVideo]:
        """Fetch and verify all videos, in the order of the fields and then of the uploads."""
        found: dict[str, CheckedVideo] = {}
        sources: list[VideoIn | Upload] = [*submission.fields.videos, *submission.videos]
        for number, source in enumerate(sources, start=1):
            name = f"video {number}"
            data = source.data if isinstance(source, Upload) else self._bytes(source, name, "video")
            video = inspect_video(data, name, self._settings)
            if video.video_id in found:
                raise Refusal(422, "video-twice", f"{name} is the same video as an earlier one", change="send each video once")
            url = source.url if isinstance(source, VideoIn) else None
            told = {"caption": source.caption, "credit": source.credit, "source_url": url}
            found[video.video_id] = CheckedVideo(data, video.model_copy(update=told))
        return list(found.values())

    def _bytes(self, source: ImageIn, name: str, kind: Kind) -> bytes:
        if source.url is not None:
            return fetch(source.url, self._settings, kind)
        try:
            return source.decoded()
        except ValueError as error:
            raise Refusal(422, "bad-base64", f"{name} is {error}", change="encode the bytes as standard base64") from error

    def _useful_job(self, article: Article) -> Job | None:
        """The job to point at instead of starting a new one."""
        if not self._articles.exists(article.article_id):
            return None
        job = self._jobs.latest(article.article_id)
        return job if job is not None and job.state != "failed" else None

    def _begin(self, article: Article, files: Sequence[CheckedImage | CheckedVideo], force: bool) -> Job:
        """Keep images and videos, then the article, then the job (undo all where one step fails), then tell the workers."""
        job = _new_job(article.article_id, force)
        with ExitStack() as undo:
            for file in files:
                keep_blob(self._blobs, file.data, file.file_id, undo)
            if not self._articles.exists(article.article_id):
                undo.callback(self._forget, article.article_id)
            self._articles.save(article)
            self._jobs.create(job)
            undo.pop_all()
        self._start(job)
        return job

    def _start(self, job: Job) -> None:
        """Send the first messages; the reconciler does it where the broker takes none now: the job is kept."""
        try:
            advance(job, self._jobs, self._dispatcher)
        except ServiceUnavailable as error:
            log.warning("job %s starts later: %s", job.job_id, error)

    def _forget(self, article_id: str) -> None:
        with contextlib.suppress(BlobNotFound):
            self._articles.delete(article_id)


def keep_blob(blobs: Blobs, data: bytes, digest: str, undo: ExitStack) -> None:
    """Store bytes, to be deleted by ``undo`` if they were not stored before."""
    try:
        blobs.get(digest)
    except BlobNotFound:
        undo.callback(blobs.delete, digest)
        blobs.put(data)


def _article(fields: ArticleIn, images: Sequence[CheckedImage], videos: Sequence[CheckedVideo]) -> Article:
    """The article under an id made of everything that decides what is found in it."""
    shown = [part for p in images for part in (p.image.image_id, p.image.caption)]
    shown += [part for f in videos for part in ("video", f.video.video_id, f.video.caption)]
    published = fields.published_at.astimezone(UTC).isoformat() if fields.published_at else ""
    natural = (fields.title, fields.text, fields.language or "", published, fields.source_url or "", *shown)
    return Article(
        article_id=make_id("article", *natural),
        title=fields.title,
        text=fields.text,
        language=fields.language,
        published_at=fields.published_at,
        source_url=fields.source_url,
        images=tuple(p.image for p in images),
        videos=tuple(f.video for f in videos),
    )


def _new_job(article_id: str, force: bool) -> Job:
    now = datetime.now(UTC)
    job_id = make_id("job", article_id, now.isoformat())
    stages = tuple(StageReport(stage=name) for name in STAGE_NAMES)
    return Job(job_id=job_id, article_id=article_id, created_at=now, forced=force, stages=stages)

"""What the command line sends: an article read from a file or page, with the bytes of its pictures and videos."""

import base64
import mimetypes
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from shared.errors import InputError
from shared.schemas.api_requests import ArticleIn
from shared.video_formats import SUFFIXES as VIDEO_SUFFIXES

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")


@dataclass(frozen=True)
class MediaInput:
    """A picture or video as bytes."""

    name: str
    data: bytes
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class ArticleInput:
    """An article as it will be sent; ``source`` is how the user called it, ``warnings`` what was left out."""

    source: str
    text: str
    title: str = ""
    language: str | None = None
    published_at: str | None = None
    source_url: str | None = None
    pictures: tuple[MediaInput, ...] = ()
    videos: tuple[MediaInput, ...] = ()
    warnings: tuple[str, ...] = field(default=(), compare=False)

    def body(self) -> ArticleIn:
        """The body of ``POST /articles``; raises InputError for what the API would refuse at first sight."""
        fields = {"text": self.text, "title": self.title, "language": self.language, "published_at": self.published_at}
        images, videos = [_encoded(p) for p in self.pictures], [_encoded(v) for v in self.videos]
        try:
            return ArticleIn.model_validate({**fields, "source_url": self.source_url, "images": images, "videos": videos})
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(str(p) for p in row['loc'])}: {row['msg']}" for row in error.errors()[:3])
            raise InputError(f"{self.source}: {faults}") from error


def read_text(path: Path) -> str:
    """The file as UTF-8, with or without a byte order mark; raises InputError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text (byte {error.start}); convert it, e.g. with `iconv -f latin1 -t utf-8`"
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def read_media(path: Path, caption: str = "", credit: str = "") -> MediaInput:
    """The bytes of a picture or video; raises InputError."""
    try:
        return MediaInput(path.name, path.read_bytes(), caption, credit)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def pictures_beside(path: Path) -> tuple[MediaInput, ...]:
    """Pictures that go with an article file: of the same stem, or in ``<stem>_images``, where ``x.txt`` captions ``x.jpg``."""
    same_stem = [p for p in sorted(path.parent.iterdir()) if p.stem == path.stem and is_picture(p)]
    folder = path.with_name(f"{path.stem}_images")
    inside = [p for p in sorted(folder.iterdir()) if is_picture(p)] if folder.is_dir() else []
    return tuple(read_media(p) for p in same_stem) + tuple(read_media(p, _caption(p)) for p in inside)


def videos_beside(path: Path) -> tuple[MediaInput, ...]:
    """Videos that go with an article file: of the same stem, or in ``<stem>_videos``, where ``x.txt`` captions ``x.mp4``."""
    same_stem = [p for p in sorted(path.parent.iterdir()) if p.stem == path.stem and is_video(p)]
    folder = path.with_name(f"{path.stem}_videos")
    inside = [p for p in sorted(folder.iterdir()) if is_video(p)] if folder.is_dir() else []
    return tuple(read_media(p) for p in same_stem) + tuple(read_media(p, _caption(p)) for p in inside)


def is_video(path: Path) -> bool:
    """Tell by its name whether the file is a video."""
    return path.is_file() and path.suffix.lower() in VIDEO_SUFFIXES


def is_picture(path: Path) -> bool:
    """Tell by its name whether the file is a picture."""
    return path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES


def is_picture_address(address: str) -> bool:
    """Tell by its name whether an address may be that of a raster picture."""
    kind, _ = mimetypes.guess_type(address.partition("?")[0])
    return kind is None or (kind.startswith("image/") and kind != "image/svg+xml")


def as_time(value: object, source: str) -> str | None:
    """A date or time as ISO 8601 (UTC where no zone is given); raises InputError."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            time = datetime(value.year, value.month, value.day, tzinfo=UTC)
        else:
            time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InputError(f"{source}: {value!r} is not a date; write 2024-05-14 or 2024-05-14T08:00:00Z") from error
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()


def _encoded(file: MediaInput) -> dict[str, str]:
    return {"base64": base64.b64encode(file.data).decode(), "caption": file.caption, "credit": file.credit}


def _caption(picture: Path) -> str:
    beside = picture.with_suffix(".txt")
    return read_text(beside).strip() if beside.is_file() else ""

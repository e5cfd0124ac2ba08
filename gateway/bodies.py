"""Reads request bodies: JSON or a multipart form, told apart by the media type."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from gateway.intake import Submission, Upload
from gateway.problems import Refusal, invalid
from gateway.settings import GatewaySettings
from shared.schemas.api_requests import ArticleIn, ReferenceIn, decode_base64
from shared.schemas.base import Schema

JSON, FORM = "application/json", "multipart/form-data"
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
Message = TypeVar("Message", bound=Schema)

ARTICLE_FORM = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {"type": "string"},
        "title": {"type": "string"},
        "language": {"type": "string", "description": "ISO 639-1"},
        "published_at": {"type": "string", "format": "date-time"},
        "source_url": {"type": "string", "format": "uri"},
        "images": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "captions": {"type": "array", "items": {"type": "string"}, "description": "one per image, in the same order"},
        "credits": {"type": "array", "items": {"type": "string"}, "description": "one per image, in the same order"},
        "videos": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "video_captions": {"type": "array", "items": {"type": "string"}, "description": "one per video, in the same order"},
        "video_credits": {"type": "array", "items": {"type": "string"}, "description": "one per video, in the same order"},
    },
}
REFERENCE_FORM = {
    "type": "object",
    "required": ["name", "images"],
    "properties": {
        "name": {"type": "string"},
        "kb_id": {"type": "string"},
        "images": {"type": "array", "items": {"type": "string", "format": "binary"}},
    },
}


def media_type(request: Request) -> str:
    """The media type of the body in lower case, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def parse(schema: type[Message], body: bytes) -> Message:
    """The JSON body as a message; raises Refusal (400 not JSON, 422 other shape)."""
    try:
        return schema.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from error


async def read_submission(request: Request, settings: GatewaySettings) -> bytes | Submission:
    """A form as a submission; JSON as bytes, since large ones are better parsed off the event loop."""
    kind = media_type(request)
    if kind == JSON:
        return await request.body()
    if kind != FORM:
        raise unsupported(kind, f"{JSON} or {FORM}")
    async with _form(request, settings) as form:
        several = ("captions", "credits", "videos", "video_captions", "video_credits")
        fields = _fields(form, ("text", "title", "language", "published_at", "source_url"), several)
        pictures = await _uploads(form, "images", "captions", "credits")
        videos = await _uploads(form, "videos", "video_captions", "video_credits")
    return Submission(_validate(ArticleIn, fields), pictures, videos)


async def read_reference(request: Request, settings: GatewaySettings) -> tuple[ReferenceIn, list[bytes]]:
    """A reference of a gallery and the bytes of its pictures."""
    kind = media_type(request)
    if kind == JSON:
        sent = parse(ReferenceIn, await request.body())
        return sent, [_decoded(text, number) for number, text in enumerate(sent.images, start=1)]
    if kind != FORM:
        raise unsupported(kind, f"{JSON} or {FORM}")
    async with _form(request, settings) as form:
        files = await _files(form, "images")
        return _validate(ReferenceIn, _fields(form, ("name", "kb_id"), ())), files


def unsupported(kind: str, wanted: str) -> Refusal:
    """A 415 for a body of another media type."""
    return Refusal(415, "unsupported-media-type", f"the body is {kind or 'of no stated type'}", change=f"send {wanted}")


@asynccontextmanager
async def _form(request: Request, settings: GatewaySettings) -> AsyncIterator[FormData]:
    """The form, read; raises Refusal where its charset does not fit its bytes."""
    try:
        form = await request.form(max_files=1_000, max_fields=3_000, max_part_size=settings.max_body_bytes)
    except UnicodeError as error:
        detail = f"the fields of the form cannot be decoded as its charset says: {error}"
        raise Refusal(400, "bad-charset", detail, change="send the form in UTF-8") from error
    try:
        yield form
    finally:
        await form.close()


async def _uploads(form: FormData, name: str, captions: str, credits: str) -> tuple[Upload, ...]:
    """The files of a field, each with the caption and credit at the same place of their fields."""
    files = await _files(form, name)
    texts = [_texts(form, field, len(files), name) for field in (captions, credits)]
    _check_lines(texts[0] + texts[1])
    return tuple(Upload(*row) for row in zip(files, *texts, strict=True))


async def _files(form: FormData, name: str) -> list[bytes]:
    sent = form.getlist(name)
    files = [item for item in sent if isinstance(item, UploadFile) and (item.filename or item.size)]
    if any(isinstance(item, str) and item for item in sent):
        raise Refusal(422, "invalid-fields", f"`{name}` holds text", change=f"send {name} as files, or JSON with `{name}[].url`")
    return [await file.read() for file in files]


def _fields(form: FormData, single: tuple[str, ...], several: tuple[str, ...]) -> dict[str, str]:
    """The non-empty text fields; raises Refusal for unknown, repeated and file fields."""
    unknown = sorted(set(form) - {*single, *several, "images"})
    if unknown:
        raise Refusal(
            422, "invalid-fields", f"unknown form field {unknown[0]}", change=f"send {', '.join((*single, *several))}, images"
        )
    fields: dict[str, str] = {}
    for name in single:
        values = form.getlist(name)
        if len(values) > 1 or any(isinstance(value, UploadFile) for value in values):
            raise Refusal(422, "invalid-fields", f"{name} must be one text field", change=f"send {name} once, not as a file")
        if values and values[0]:
            fields[name] = str(values[0])
    return fields


def _texts(form: FormData, name: str, count: int, files: str) -> list[str]:
    values = form.getlist(name)
    if len(values) > count or any(isinstance(value, UploadFile) for value in values):
        raise Refusal(
            422,
            "invalid-fields",
            f"there are more {name} than {files}",
            change=f"send one of {name} per file of {files}, in order",
        )
    return [str(value) for value in values] + [""] * (count - len(values))


def _check_lines(lines: list[str]) -> None:
    if any(len(line) > 5_000 or "\x00" in line for line in lines):
        raise Refusal(
            422, "invalid-fields", "a caption or credit is longer than 5,000 characters or holds NUL", change="shorten it"
        )


def _validate(schema: type[Message], fields: dict[str, str]) -> Message:
    try:
        return schema.model_validate({"text": "", **fields} if schema is ArticleIn else fields)
    except ValidationError as error:
        raise invalid(error) from error


def _decoded(text: str, number: int) -> bytes:
    try:
        return decode_base64(text)
    except ValueError as error:
        raise Refusal(422, "bad-base64", f"image {number} is {error}", change="encode the bytes as standard base64") from error

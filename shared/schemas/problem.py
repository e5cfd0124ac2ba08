"""Why a request was refused, as the API answers it (RFC 9457)."""

from pydantic import ConfigDict

from shared.schemas.base import Schema


class Fault(Schema):
    """One fault of the request; ``pointer`` is a JSON pointer into the body or ``query/<name>``."""

    pointer: str
    detail: str


class Problem(Schema):
    """A problem document (RFC 9457); ``change`` says what the sender has to change."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:newsgraph:problem:text-too-long",
                "title": "Text too long",
                "status": 413,
                "detail": "the text has 3,000,000 characters; 1,000,000 are allowed",
                "instance": "/articles",
                "change": "split the article, or raise NEWSGRAPH_MAX_TEXT_CHARS",
                "request_id": "6f1c0a9e4d5b4b0f",
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    change: str = ""
    request_id: str = ""
    errors: tuple[Fault, ...] = ()

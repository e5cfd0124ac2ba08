"""The base of all messages and the ways to point at evidence: TextSpan, Box and Mask."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]


class Schema(BaseModel):
    """A frozen message that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scored(Schema):
    """Something a model claims: how sure it is, and which model (an id of deploy/models.toml, or ``rules:<name>``)."""

    confidence: Confidence
    model: str


class TextSpan(Schema):
    """Characters ``[start, end)`` of one field of the article as given: ``text``, ``title`` or ``caption:<image_id>``."""

    field: str = "text"
    start: int = Field(ge=0)
    end: int

    @model_validator(mode="after")
    def _ordered(self) -> "TextSpan":
        if self.end <= self.start:
            raise ValueError(f"span end {self.end} must be greater than start {self.start}")
        return self

    def contains(self, other: "TextSpan") -> bool:
        """Tell whether the other span lies in this one."""
        return self.field == other.field and self.start <= other.start and other.end <= self.end


class Box(Schema):
    """A rectangle in pixels of the original image; x to the right, y down; ``x1`` and ``y1`` are exclusive."""

    x0: float
    y0: float
    x1: float
    y1: float

    @model_validator(mode="after")
    def _ordered(self) -> "Box":
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise ValueError("box must have positive width and height")
        return self

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def intersection(self, other: "Box") -> float:
        """Shared area in square pixels."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: "Box") -> float:
        """Intersection over union, in [0, 1]."""
        shared = self.intersection(other)
        return shared / (self.area + other.area - shared)


class Mask(Schema):
    """A region's pixels, run-length encoded like COCO's uncompressed RLE: column by column, runs of 0 and 1 in turn, 0 first."""

    height: int
    width: int
    counts: tuple[int, ...]

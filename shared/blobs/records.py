"""Records as messages: read one by its schema, and put aside what a crash or a full disk has left of one."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from shared.blobs.keys import BlobNotFound
from shared.schemas.base import Schema

if TYPE_CHECKING:
    from shared.blobs import Blobs

log = logging.getLogger(__name__)
Record = TypeVar("Record", bound=Schema)


class RecordDamaged(BlobNotFound):
    """Raised when a record was not what its kind must be; it has been put aside, and counts as absent from now on."""


def read_as(blobs: "Blobs", kind: str, key: str, schema: type[Record]) -> Record:
    """The record; raises BlobNotFound, and RecordDamaged for one that is empty, cut off or of another shape."""
    data = blobs.read_record(kind, key)
    try:
        return schema.model_validate_json(data)
    except ValidationError as error:
        blobs.quarantine(kind, key)
        log.error("record %s/%s is damaged (%d bytes) and was put aside; send its source again", kind, key, len(data))
        raise RecordDamaged(f"record {kind}/{key} was damaged and has been put aside; send its source again") from error


def readable(blobs: "Blobs", kind: str, schema: type[Record]) -> Iterator[Record]:
    """All records of a kind in the order of their keys, without those that are damaged or were removed meanwhile."""
    for key in blobs.list_records(kind):
        with suppress(BlobNotFound):
            yield read_as(blobs, kind, key, schema)

"""The bundled sample articles and the people of the sample gallery."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from shared.cli.api import Api
from shared.errors import ConfigurationError, NewsgraphError
from shared.schemas.base import Schema
from shared.settings import REPOSITORY

_FIXTURES = REPOSITORY / "tests" / "fixtures"


class SamplePerson(Schema):
    """A person of ``people.json``, with picture files beside it."""

    name: str
    kb_id: str | None = None
    files: tuple[str, ...]


def sample_articles() -> Path:
    """The folder of the samples; raises ConfigurationError where newsgraph is installed without them."""
    folder = _FIXTURES / "articles"
    if not folder.is_dir():
        raise ConfigurationError(
            f"the sample articles are not in {folder}: they come with the source tree; use `newsgraph up` and `newsgraph ingest`"
        )
    return folder


def sample_people() -> list[SamplePerson]:
    """The people of the sample gallery; none where the file is missing; raises ConfigurationError where it is malformed."""
    file = _FIXTURES / "people" / "people.json"
    try:
        return TypeAdapter(list[SamplePerson]).validate_json(file.read_bytes())
    except FileNotFoundError:
        return []
    except ValidationError as error:
        raise ConfigurationError(f"{file} is malformed: {error}") from error


def add_sample_people(api: Api) -> list[str]:
    """Add the people that the gallery does not have yet, and return what to tell the user."""
    known = {person.name for person in api.references("person").references}
    told = []
    for person in sample_people():
        if person.name in known:
            continue
        try:
            api.add_reference("person", person.name, person.kb_id, [_FIXTURES / "people" / name for name in person.files])
            told.append(f"{person.name} is in the people gallery now")
        except NewsgraphError as error:
            told.append(f"{person.name} is not in the people gallery: {error}")
    return told

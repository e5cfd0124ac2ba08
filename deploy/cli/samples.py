"""The people of the sample gallery."""

from pydantic import TypeAdapter, ValidationError

from deploy.cli.api import Api
from shared.errors import ConfigurationError, NewsgraphError
from shared.samples import FIXTURES
from shared.schemas.base import Schema


class SamplePerson(Schema):
    """A person of ``people.json``, with picture files beside it."""

    name: str
    kb_id: str | None = None
    files: tuple[str, ...]


def sample_people() -> list[SamplePerson]:
    """The people of the sample gallery; none where the file is missing; raises ConfigurationError where it is malformed."""
    file = FIXTURES / "people" / "people.json"
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
            api.add_reference("person", person.name, person.kb_id, [FIXTURES / "people" / name for name in person.files])
            told.append(f"{person.name} is in the people gallery now")
        except NewsgraphError as error:
            told.append(f"{person.name} is not in the people gallery: {error}")
    return told

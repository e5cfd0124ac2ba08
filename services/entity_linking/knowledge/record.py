"""What the knowledge base holds: records and their names."""

from dataclasses import dataclass
from typing import Literal

from services.entity_linking.thresholds import LIMITS
from shared.schemas.linking import KBRecord

AliasKind = Literal["name", "alias", "demonym"]
STRENGTH: dict[str, float] = {"name": 1.0, "alias": LIMITS.alias_match, "demonym": LIMITS.demonym_match}


@dataclass(frozen=True)
class Alias:
    """A name of a record. ``language`` is an ISO 639 code, empty where unknown."""

    name: str
    kind: AliasKind = "alias"
    language: str = ""


@dataclass(frozen=True)
class Record:
    """A record. ``kind`` is finer than ``type``: country, division, town, river, company, ...

    ``prior`` is how widely known it is, in [0, 1]; ``admin`` is GeoNames' code of the division; population 0 is unknown.
    """

    id: str
    name: str
    type: str
    kind: str
    description: str = ""
    country: str = ""
    admin: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    prior: float = 0.0
    capital: bool = False

    def schema(self) -> KBRecord:
        """The record as the output of the stage shows it."""
        return KBRecord(
            id=self.id,
            name=self.name,
            type=self.type,
            description=self.description,
            country_code=self.country or None,
            latitude=self.latitude,
            longitude=self.longitude,
        )


@dataclass(frozen=True)
class Candidate:
    """A record that a name may mean; ``match`` is 1 for its main name, less for an alias, a demonym or a misspelling."""

    record: Record
    kind: AliasKind
    match: float

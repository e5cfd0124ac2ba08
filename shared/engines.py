"""One registry of engines for all stages: which ones fill the roles of a stage, on which models, and what a licence keeps out.

``catalogue.py`` of a stage holds its roles and its table ``ENGINES``. A row says who fills a role in which profiles, on which
models of ``models.toml``: on those that it names, or (``CHOSEN``) on any model of its engine that the user's setting names. Of
rows that name their models the first that is wanted and allowed is taken: one that is free to use stands behind a stronger one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Generic, Literal, TypeVar, cast  # Any: a table has rows for roles of several types

from shared.errors import ConfigurationError, WeightsError
from shared.schemas.text import NotAttempted
from shared.settings import Settings
from shared.weights import ModelRecord, Weights

T = TypeVar("T")
Profile = Literal["embedded", "gpu", "llm"]
ALL: Final[tuple[Profile, ...]] = ("embedded", "gpu", "llm")
CHOSEN: Final = None
"""In place of a row's models: one row works for every model of its engine that the role's setting names."""
_UNFETCHED = "@unfetched"


@dataclass(frozen=True)
class Role(Generic[T]):
    """What an engine of type T does for its stage.

    ``asks``: ids of models that the user's ``setting`` names. ``stand_in``: the model that works in place of one of those where a
    licence refuses it. ``optional``: the stage can do without, so that ``models.toml`` may lack the models.
    """

    name: str
    setting: str = ""
    asks: Callable[[], Sequence[str]] = tuple
    stand_in: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Order:
    """What a builder is told: its models, in the row's order, and the other engines of the stage."""

    registry: "EngineRegistry"
    models: tuple[str, ...]

    @property
    def settings(self) -> Settings:
        """The settings of the process."""
        return self.registry.settings

    def path(self, number: int = 0) -> Path:
        """The verified file or folder of a model, fetched where it comes from a hub; raises WeightsError."""
        return self.registry.weights.fetch(self.models[number])


@dataclass(frozen=True)
class Engine(Generic[T]):
    """A row: ``name`` is the engine of ``models.toml``; ``build`` imports what is heavy and raises WeightsError.

    ``instead`` says what works where a licence refuses the row's models; ``wanted`` tells from the user's settings whether the
    row is meant; ``decides`` gives lines of the manifest beside the models' revisions.
    """

    name: str
    role: Role[T]
    profiles: tuple[Profile, ...]
    build: Callable[[Order], T]
    models: tuple[str, ...] | None = ()
    instead: str = ""
    wanted: Callable[[], bool] = lambda: True
    decides: Callable[[Settings], tuple[str, ...]] = lambda _: ()


@dataclass(frozen=True)
class _Plan(Generic[T]):
    """What fills a role: rows with the models of each; and what a licence kept out."""

    parts: tuple[tuple[Engine[T], tuple[str, ...]], ...] = ()
    refused: tuple[NotAttempted, ...] = ()


class EngineRegistry:
    """The engines of a stage under given settings. Nothing is read before it is asked; each role is built once."""

    def __init__(self, table: Sequence[Engine[Any]], settings: Settings) -> None:
        self.settings, self.weights = settings, Weights.of(settings)
        self._table = table
        self._built: dict[str, list[Any]] = {}
        self._lines: tuple[str, ...] = ()

    def all(self, role: Role[T]) -> list[T]:
        """Every engine that fills the role, loaded; raises WeightsError, or ConfigurationError for an unfit setting."""
        if role.name not in self._built:
            parts = self._plan(role).parts
            self._built[role.name] = [row.build(Order(self, models)) for row, models in parts]
        return cast("list[T]", self._built[role.name])

    def maybe(self, role: Role[T]) -> T | None:
        """The engine that fills the role; None where the profile, a setting or a licence leaves it out."""
        return next(iter(self.all(role)), None)

    def one(self, role: Role[T]) -> T:
        """The engine that fills a role without which the stage cannot work; raises WeightsError where none does."""
        found = self.maybe(role)
        if found is None:
            raise WeightsError(f"profile {self.settings.profile} has no {role.name} that may be used; see `newsgraph models`")
        return found

    def refusals(self, *roles: Role[Any]) -> tuple[NotAttempted, ...]:
        """What outputs say of models that licences keep out of these roles, or of all."""
        notes = (note for role in roles or self._roles for note in self._plan(role).refused)
        return tuple(dict.fromkeys(notes))

    def models(self, role: Role[Any]) -> tuple[str, ...]:
        """Ids of the models that fill the role."""
        return tuple(model for _, models in self._plan(role).parts for model in models)

    def manifest(self) -> tuple[str, ...]:
        """Revisions of all models in use and what else the rows name; fixed once all weights are there, as is what is loaded."""
        if not self._lines:
            lines = self.lines(*self._roles)
            if any(line.endswith(_UNFETCHED) for line in lines):
                return lines
            self._lines = lines
        return self._lines

    def lines(self, *roles: Role[Any]) -> tuple[str, ...]:
        """Lines of the manifest about these roles."""
        return tuple(dict.fromkeys(self._manifest(roles)))

    def _manifest(self, roles: Sequence[Role[Any]]) -> Iterator[str]:
        for role in roles:
            for row, models in self._plan(role).parts:
                yield from map(self.weights.revision, models)
                yield from row.decides(self.settings)
        if self.settings.device != "cpu":
            yield f"device:{self.settings.device}"

    @cached_property
    def _roles(self) -> tuple[Role[Any], ...]:
        return tuple(dict.fromkeys(row.role for row in self._table))

    @cached_property
    def _records(self) -> list[ModelRecord]:
        return self.weights.records()

    def _plan(self, role: Role[T]) -> _Plan[T]:
        rows = [row for row in self._table if row.role is role and self.settings.profile in row.profiles and row.wanted()]
        open_rows = {row.name: row for row in rows if row.models is CHOSEN}
        asked = [model for model in role.asks() if model] if open_rows else []
        if asked:
            return self._by_setting(role, open_rows, asked)
        return self._by_table(role, [row for row in rows if row.models is not CHOSEN])

    def _by_setting(self, role: Role[T], rows: Mapping[str, Engine[T]], asked: Sequence[str]) -> _Plan[T]:
        """The models that the user named; what is refused gives way to the stand-in, where there is one."""
        taken: dict[str, Engine[T]] = {}
        refused = []
        for model in asked:
            row, used = self._fitting(role, rows, model), model
            if role.stand_in and not self.weights.allowed(model):
                refused.append(self.weights.refusal(model, f"{role.stand_in} does this work instead"))
                row, used = self._fitting(role, rows, role.stand_in), role.stand_in
            taken[used] = row
        return _Plan(tuple((row, (model,)) for model, row in taken.items()), tuple(refused))

    def _fitting(self, role: Role[T], rows: Mapping[str, Engine[T]], model: str) -> Engine[T]:
        record = next((record for record in self._records if record.id == model), None)
        if record is None or record.engine not in rows:
            fitting = ", ".join(record.id for record in self._records if record.engine in rows)
            which = f"{role.name} of profile {self.settings.profile}"
            raise ConfigurationError(f"{role.setting}: {model} is no {which}; choose one of: {fitting}")
        return rows[record.engine]

    def _by_table(self, role: Role[T], rows: Sequence[Engine[T]]) -> _Plan[T]:
        """The first row whose models are allowed; those before it that are refused say so."""
        refused: list[NotAttempted] = []
        for row in rows:
            models = row.models or ()
            if role.optional and not {record.id for record in self._records}.issuperset(models):
                continue
            forbidden = [model for model in models if not self.weights.allowed(model)]
            if not forbidden:
                return _Plan(((row, models),), tuple(refused))
            refused += [self.weights.refusal(model, row.instead) for model in forbidden]
        return _Plan((), tuple(refused))

"""The tables of engines and models.toml say the same."""

from typing import Any

import pytest

from services.entity_linking.catalogue import ENGINES as LINKING
from services.fusion.catalogue import ENGINES as FUSION
from services.object_detection.catalogue import ENGINES as DETECTION
from services.text_ie.catalogue import ENGINES as TEXT
from services.visual_events.catalogue import ENGINES as VISUAL
from shared.engines import CHOSEN, Engine
from shared.settings import Settings
from shared.weights import Weights

TABLES: dict[str, tuple[Engine[Any], ...]] = {
    "text_ie": TEXT,
    "object_detection": DETECTION,
    "entity_linking": LINKING,
    "visual_events": VISUAL,
    "fusion": FUSION,
}
ROWS = [(stage, row) for stage, table in TABLES.items() for row in table]
RECORDS = Weights.of(Settings()).records()
BY_OTHER_MEANS = {
    "gliner2.5-multi",  # NEWSGRAPH_GLINER_MODEL names it by its id of the hub
    "dinov2-base",
}


@pytest.mark.parametrize(("stage", "row"), ROWS, ids=lambda value: value if isinstance(value, str) else value.name)
def test_every_row_has_its_models(stage: str, row: Engine[Any]) -> None:
    if row.models is CHOSEN:
        assert row.role.setting.startswith("NEWSGRAPH_")
        assert [record for record in RECORDS if record.engine == row.name]
    else:
        assert set(row.models or ()) <= {record.id for record in RECORDS}


def test_every_model_is_built_by_a_row() -> None:
    named = {model for _, row in ROWS for model in row.models or ()}
    engines = {row.name for _, row in ROWS if row.models is CHOSEN}
    unbuilt = {record.id for record in RECORDS if record.id not in named and record.engine not in engines}
    assert unbuilt <= BY_OTHER_MEANS


def test_stand_ins_are_free_for_commercial_use() -> None:
    stand_ins = {row.role.stand_in for _, row in ROWS if row.role.stand_in}
    assert len(stand_ins) == 3
    assert all(record.commercial for record in RECORDS if record.id in stand_ins)

from collections.abc import Callable
from pathlib import Path

import pytest

from services.fusion.stage import FusionStage, build
from shared.blobs import FolderBlobs
from shared.schemas.fusion import FusedEntity, FusedEvent, FusedGraph
from shared.settings import Settings
from shared.stage import StageInput
from tests.unit.services.fusion.builders import Scene


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> FusionStage:
    folder: Path = tmp_path_factory.mktemp("blobs")
    made = build(Settings(), FolderBlobs(folder))
    made.load()
    return made


class Fused:
    """A fused scene with short ways to ask about it."""

    def __init__(self, given: StageInput, graph: FusedGraph) -> None:
        self.given = given
        self.graph = graph

    def entity(self, name: str) -> FusedEntity:
        (found,) = [e for e in self.graph.entities if e.name == name]
        return found

    def event(self, name: str) -> FusedEvent:
        (found,) = [e for e in self.graph.events if e.name == name]
        return found

    def roles(self, name: str) -> set[tuple[str, str]]:
        names = {e.id: e.name for e in self.graph.entities}
        return {(a.role, names[a.entity_id]) for a in self.event(name).arguments}

    def shown(self, mention_text: str) -> set[str]:
        """The regions in which a mention with these words is grounded."""
        assert self.given.text_ie
        ids = {m.id for m in self.given.text_ie.mentions if m.text == mention_text}
        return {g.region_id for g in self.graph.groundings if g.mention_id in ids}


@pytest.fixture
def fuse(stage: FusionStage) -> Callable[[Scene], Fused]:
    def run(scene: Scene) -> Fused:
        given = scene.build()
        (graph,) = stage.run([given])
        assert isinstance(graph, FusedGraph)
        return Fused(given, graph)

    return run

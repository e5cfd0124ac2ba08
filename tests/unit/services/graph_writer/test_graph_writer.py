"""The stage that writes, on the store in memory."""

from pathlib import Path

import pytest

from services.graph_writer.stage import build
from shared.blobs import FolderBlobs
from shared.errors import ServiceUnavailable, StageError
from shared.graph.open import open_store
from shared.schemas.graph import GraphReceipt
from shared.settings import Settings
from shared.stage import StageInput
from tests.unit.shared.graph import stage_outputs as sample


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings(graph_url=f"memory://{request.node.name}")


def test_the_receipt_counts_what_stands_in_the_graph(settings: Settings, tmp_path: Path) -> None:
    stage = build(settings, FolderBlobs(tmp_path))
    stage.load()
    (receipt,) = stage.run([sample.everything()])
    assert isinstance(receipt, GraphReceipt)
    assert receipt.nodes == {"Article": 1, "Entity": 4, "Event": 2, "Image": 1, "KBRecord": 1, "Mention": 11, "Run": 1}
    written = open_store(settings).article_graph(sample.ARTICLE)
    assert written is not None
    assert len(written.nodes) == sum(receipt.nodes.values())
    assert len(written.edges) == sum(receipt.edges.values())


def test_a_bad_input_does_not_stop_its_neighbours(settings: Settings, tmp_path: Path) -> None:
    stage = build(settings, FolderBlobs(tmp_path))
    stage.load()
    fused = sample.fusion()
    huge = sample.everything().article.images[0].model_copy(update={"width": 2**70})
    bad = StageInput(article=sample.article().model_copy(update={"images": (huge,)}), fusion=fused)
    first, second = stage.run([bad, sample.everything()])
    assert isinstance(first, StageError)
    assert "64 bits" in str(first)
    assert isinstance(second, GraphReceipt)


def test_loading_says_when_no_graph_answers(tmp_path: Path) -> None:
    stage = build(Settings(graph_url="bolt://127.0.0.1:1"), FolderBlobs(tmp_path))
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        stage.load()


def test_the_manifest_changes_with_the_graph_but_never_shows_a_password(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    one = build(Settings(graph_url="bolt://neo4j:secret@127.0.0.1:7687"), blobs).manifest()
    two = build(Settings(graph_url="bolt://127.0.0.1:7688"), blobs).manifest()
    assert one != two
    assert "secret" not in "".join(one)

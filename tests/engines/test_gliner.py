"""GLiNER2 through its real loading code, on tiny random weights: what it finds means nothing, how it is handled does."""

import os
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the engines' tests need torch: run `make test-engines`")
torch.set_num_threads(1)
os.environ["HF_HUB_OFFLINE"] = "1"

from services.text_ie.engines.gliner.engine import GlinerEngine
from services.text_ie.settings import EngineSettings
from shared.errors import WeightsError
from shared.ontology import load_ontology
from shared.schemas.article import Article, Image
from shared.schemas.text import Language, TextExtraction
from tests.engines.tiny_gliner import save_tiny

_PICTURE = Image(image_id="i1", media_type="image/jpeg", width=9, height=9, caption="Smoke over Aden.")
_ENGLISH = Article(
    article_id="a1", title="Rebels attack airport", images=(_PICTURE,),
    text="Rebels attacked the airport of Aden with mortars on Sunday. President Hadi met three soldiers in London.",
)  # fmt: skip


_REACHED = {"tiny-span": 0.4, "tiny-boundary": 0.48}  # thresholds that random scores reach now and then


@pytest.fixture(scope="module", params=["span", "boundary"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of each architecture."""
    return save_tiny(tmp_path_factory.mktemp("gliner") / f"tiny-{request.param}", request.param)


@pytest.fixture(scope="module")
def engine(folder: Path) -> GlinerEngine:
    """The loaded engine."""
    loaded = _engine(folder)
    loaded.load()
    return loaded


def _engine(folder: Path, **more: object) -> GlinerEngine:
    settings = {"gliner_model": str(folder), "gliner_threshold": _REACHED[folder.name], **more}
    return GlinerEngine(EngineSettings.model_validate(settings), "cpu")


def _read(engine: GlinerEngine, article: Article, code: str = "en") -> TextExtraction:
    result = engine.extract([(article, Language(code=code, confidence=1, model="rules:test"))])[0]
    assert isinstance(result, TextExtraction), result
    return result


def test_mentions_quote_the_article_and_bear_types_of_the_ontology(engine: GlinerEngine) -> None:
    result, ontology = _read(engine, _ENGLISH), load_ontology()
    assert result.mentions
    assert all(_ENGLISH.quote(m.span) == m.text and m.text.strip() for m in result.mentions)
    triggers = [m for m in result.mentions if m.kind == "trigger"]
    assert triggers
    assert all(m.type in ontology.event_types for m in triggers)
    assert all(m.type in ontology.entity_types for m in result.mentions if m.kind != "trigger")
    assert {m.model for m in result.mentions} == {engine.model}


def test_arguments_have_roles_and_fillers_that_the_ontology_allows(engine: GlinerEngine) -> None:
    result, ontology = _read(engine, _ENGLISH), load_ontology()
    entities = {e.id: e for e in result.entities}
    arguments = [(event, a) for event in result.events for a in event.arguments]
    assert arguments
    for event, argument in arguments:
        role = ontology.event_types[event.type].role(argument.role)
        assert role is not None
        assert entities[argument.entity_id].type in role.fillers
        assert argument.mention_id in entities[argument.entity_id].mention_ids


def test_relations_join_entities_of_allowed_types(engine: GlinerEngine) -> None:
    result, ontology = _read(engine, _ENGLISH), load_ontology()
    entities = {e.id: e for e in result.entities}
    assert result.relations
    for relation in result.relations:
        kind = ontology.relation_types[relation.type]
        assert entities[relation.source_id].type in kind.source
        assert entities[relation.target_id].type in kind.target


def test_all_fields_are_covered(engine: GlinerEngine) -> None:
    result = _read(engine, _ENGLISH)
    assert {s.field: _ENGLISH.quote(s) for s in result.coverage} == _ENGLISH.fields()
    assert {n.part for n in result.not_attempted} == {"coreference", "assertion"}


def test_long_text_is_read_to_its_end_in_windows(engine: GlinerEngine) -> None:
    text = " ".join(f"Rebels attacked airport number {n} on Sunday." for n in range(45))
    result = _read(engine, Article(article_id="a2", text=text))
    assert [(s.start, s.end) for s in result.coverage] == [(0, len(text))]
    assert max(m.span.end for m in result.mentions) > 0.7 * len(text)


def test_text_without_spaces_is_split_by_characters(folder: Path) -> None:
    engine = _engine(folder, gliner_threshold=0.4)
    engine.load()
    article = Article(article_id="a3", text="叛军周日袭击了亚丁机场。总统在北京会见了三名士兵。")
    result = _read(engine, article, "zh")
    assert [article.quote(s.span) for s in result.sentences] == ["叛军周日袭击了亚丁机场。", "总统在北京会见了三名士兵。"]
    assert result.mentions
    assert all(article.quote(m.span) == m.text for m in result.mentions)
    assert min(len(m.text) for m in result.mentions) < 6


def test_the_same_weights_give_the_same_output(engine: GlinerEngine, folder: Path) -> None:
    again = _engine(folder)
    again.load()
    assert again.manifest() == engine.manifest()
    assert _read(again, _ENGLISH) == _read(engine, _ENGLISH)


def test_a_higher_threshold_finds_less(engine: GlinerEngine, folder: Path) -> None:
    strict = _engine(folder, gliner_threshold=0.99)
    strict.load()
    assert len(_read(strict, _ENGLISH).mentions) < len(_read(engine, _ENGLISH).mentions)


def test_no_machine_path_is_written_into_results(engine: GlinerEngine, folder: Path) -> None:
    assert engine.model == f"gliner2:{folder.name}"
    assert str(folder.parent) not in _read(engine, _ENGLISH).model_dump_json() + str(engine.manifest())


def test_a_folder_that_is_no_checkpoint_is_explained(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    engine = GlinerEngine(EngineSettings(gliner_model=str(tmp_path)), "cpu")
    with pytest.raises(WeightsError, match="NEWSGRAPH_GLINER_MODEL must be"):
        engine.load()


def test_weights_that_do_not_fit_their_configuration_are_explained(folder: Path, tmp_path: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(folder)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes() if path.suffix != ".safetensors" else b"truncated")
    engine = GlinerEngine(EngineSettings(gliner_model=str(tmp_path)), "cpu")
    with pytest.raises(WeightsError, match="does not load as a GLiNER2 model"):
        engine.load()


def test_a_hub_that_cannot_be_reached_is_explained() -> None:
    engine = GlinerEngine(EngineSettings(gliner_model="nobody/no-such-model"), "cpu")
    with pytest.raises(WeightsError, match="set NEWSGRAPH_GLINER_MODEL to the folder"):
        engine.load()

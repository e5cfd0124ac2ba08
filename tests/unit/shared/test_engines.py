"""The registry of engines on a table of its own: profile, setting and licence decide, and a wrong choice is explained."""

from pathlib import Path

import pytest

from shared.engines import ALL, CHOSEN, Engine, EngineRegistry, Order, Role
from shared.errors import ConfigurationError, WeightsError
from shared.settings import Settings

ROW = """
[[model]]
id = "{id}"
stage = "fusion"
engine = "{engine}"
task = "the task of {id}"
source = "somewhere"
hub = "https://models.invalid/{id}"
licence_code = "MIT"
licence_weights = "MIT"
commercial = {commercial}
size_bytes = 1
profiles = ["gpu"]
"""
MODELS = (("strong", "closed", "false"), ("plain", "open", "true"), ("other", "open", "true"), ("lamp", "light", "true"))
asked: list[str] = []
EYE: Role[str] = Role("eye", setting="NEWSGRAPH_EYES", asks=lambda: tuple(asked), stand_in="plain")
EAR: Role[str] = Role("ear")
NOSE: Role[str] = Role("nose", optional=True)


def named(order: Order) -> str:
    return "+".join(order.models)


TABLE = (
    Engine("fixed", EYE, ("embedded",), named, models=("plain",)),
    Engine("closed", EYE, ("gpu",), named, models=CHOSEN),
    Engine("open", EYE, ("gpu",), named, models=CHOSEN),
    Engine("good", EAR, ALL, named, models=("strong",), instead="the plain ear hears instead"),
    Engine("free", EAR, ("embedded", "gpu"), named, models=("plain", "other"), decides=lambda s: (f"ear:{s.profile}",)),
    Engine("fine", NOSE, ALL, named, models=("unlisted",)),
)


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    asked.clear()


@pytest.fixture
def models_file(tmp_path: Path) -> Path:
    file = tmp_path / "models.toml"
    file.write_text("".join(ROW.format(id=name, engine=engine, commercial=free) for name, engine, free in MODELS))
    return file


def registry(models_file: Path, profile: str = "gpu", *, commercial: bool = False, **more: object) -> EngineRegistry:
    given = {"profile": profile, "commercial": commercial, "models_file": models_file, **more}
    return EngineRegistry(TABLE, Settings.model_validate(given))


def test_the_first_row_of_the_profile_that_a_licence_allows_is_taken(models_file: Path) -> None:
    assert registry(models_file).one(EAR) == "strong"
    free = registry(models_file, commercial=True)
    assert free.one(EAR) == "plain+other"
    (note,) = free.refusals(EAR)
    assert note.part == "the task of strong"
    assert note.reason.endswith("the plain ear hears instead")


def test_where_nothing_is_allowed_the_stage_says_so_or_does_without(models_file: Path) -> None:
    none = registry(models_file, "llm", commercial=True)
    assert none.maybe(EAR) is None
    with pytest.raises(WeightsError, match="profile llm has no ear"):
        none.one(EAR)


def test_the_setting_chooses_among_all_models_of_the_engines(models_file: Path) -> None:
    asked.extend(["other", "strong"])
    assert registry(models_file).all(EYE) == ["other", "strong"]
    assert registry(models_file, "embedded").all(EYE) == ["plain"]


def test_what_a_licence_refuses_gives_way_to_the_stand_in_once(models_file: Path) -> None:
    asked.extend(["strong", "plain"])
    free = registry(models_file, commercial=True)
    assert free.all(EYE) == ["plain"]
    assert [note.reason.rsplit("; ")[-1] for note in free.refusals(EYE)] == ["plain does this work instead"]


def test_an_empty_setting_leaves_the_role_out(models_file: Path) -> None:
    asked.append("")
    assert registry(models_file).maybe(EYE) is None


@pytest.mark.parametrize("wrong", ["lamp", "unknown"])
def test_a_wrong_choice_names_the_setting_and_the_valid_ones(models_file: Path, wrong: str) -> None:
    asked.append(wrong)
    with pytest.raises(ConfigurationError, match=f"NEWSGRAPH_EYES: {wrong} is no eye of profile gpu.*strong, plain, other$"):
        registry(models_file).models(EYE)


def test_an_optional_role_is_left_out_where_no_model_is_listed(models_file: Path) -> None:
    assert registry(models_file).maybe(NOSE) is None


def test_each_role_is_built_once(models_file: Path) -> None:
    built: list[Order] = []
    table = (Engine("fixed", EAR, ALL, lambda order: str(built.append(order)), models=("plain",)),)
    made = EngineRegistry(table, Settings(models_file=models_file))
    assert made.one(EAR) is made.one(EAR)
    assert len(built) == 1


def test_the_manifest_names_models_and_settings_in_the_order_of_the_table(models_file: Path) -> None:
    asked.append("other")
    free = registry(models_file, commercial=True, device="cuda")
    assert free.manifest() == ("other@unfetched", "plain@unfetched", "ear:gpu", "device:cuda")


def test_what_is_loaded_stays_in_the_manifest_though_its_files_change(models_file: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    asked.append("strong")
    made = registry(models_file, model_folders={"strong": tmp_path / "own"})
    before = made.manifest()
    (tmp_path / "own" / "config.json").write_text("{}")
    assert made.manifest() == before
    assert registry(models_file, model_folders={"strong": tmp_path / "own"}).manifest() != before


def test_nothing_is_read_before_it_is_asked(tmp_path: Path) -> None:
    made = registry(tmp_path / "missing.toml")
    with pytest.raises(FileNotFoundError):
        made.manifest()

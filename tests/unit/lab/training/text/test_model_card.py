"""The model card says what the reports beside the weights say, and shows no score of other weights."""

from pathlib import Path

import pytest

from lab.evaluation.confusion import Confusion
from lab.evaluation.plan import Results
from lab.evaluation.run import EvalResult
from lab.training.text.calibration import Calibration, write_calibration
from lab.training.text.card import card
from lab.training.text.card_tables import reliability, wrong_types
from lab.training.text.record import recorded
from lab.training.text.report import CorpusSize, TrainingReport
from lab.training.text.sets import DEVELOPMENT, SETS
from services.text_ie.english.network.labels import Labels, event_names, group_names, relation_names, role_names, tag_names
from services.text_ie.english.network.model import MODEL
from shared.settings import REPOSITORY, Settings
from shared.weights import Weights, digest

pytestmark = pytest.mark.unit
HEAD = Calibration(temperature=1.25, error_before=0.081, error=0.012, f1=0.5, bins=[(0.25, 0.5, 40), (0.75, 0.5, 10)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Reports as training leaves them; the weights are bytes without meaning, as the card only counts them."""
    labels = Labels(
        tags=tag_names(), events=event_names(), groups=group_names(), roles=role_names(), relations=relation_names(),
        role_paths=(), relation_paths=(), trained_on=("wikievents",),
    )  # fmt: skip
    size = CorpusSize(
        name="wikievents", share=3.0, documents=206, words=150_000, names=0, nominals=0, triggers=2359, arguments=3670,
        relations=0, coreferences=0, event_pairs=0,
    )  # fmt: skip
    (tmp_path / "encoder.onnx").write_bytes(b"x" * 2_500_000)
    (tmp_path / "labels.json").write_text(labels.model_dump_json())
    (tmp_path / "training.json").write_text(TrainingReport(steps=1700, seed=5, corpora=(size,)).model_dump_json())
    write_calibration(tmp_path, {"events": HEAD})
    return tmp_path


@pytest.fixture
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of the repository, without results yet."""
    made = tmp_path_factory.mktemp("evaluation")
    (made / "runs.toml").write_text((REPOSITORY / "lab" / "results" / "runs.toml").read_text())
    return made


def result(model: str) -> EvalResult:
    row = {"precision": 50.0, "recall": 40.0, "f1": 44.44, "support": 5, "predicted": 4}
    confusion = Confusion(gold="Life:Die", predicted="Conflict:Attack", count=7, words=("killed",))
    return EvalResult(
        task="events", data="wikievents/dev.jsonl", protocol="strict", scores={"trigger_f1": 61.7, "argument_f1": 40.2},
        counts={"documents": 20, "words": 12000}, seconds=2.0, models=(model,), types={"Life:Die": row}, notes=(),
        confusions=(confusion,),
    )  # fmt: skip


def test_the_card_names_the_mix_its_licences_and_the_calibration(folder: Path, evaluation: Path) -> None:
    text = card(folder, evaluation)
    assert "1,700 steps" in text
    assert "2.5 MB" in text
    assert "2,359 triggers, 3,670 arguments" in text
    assert "| events | 1.25 | 0.081 | 0.012 | 50.0 |" in text
    assert "not for commercial use" in text
    assert all(row.source.title in text for row in SETS if not row.source.free)
    assert "Not measured yet" in text


def test_scores_appear_only_if_they_were_measured_with_these_weights(folder: Path, evaluation: Path) -> None:
    own = f"{MODEL}@{digest(folder)[:12]}"
    Results(runs={"wikievents-dev": result(f"{MODEL}@000000000000")}).write(evaluation / "results.json")
    assert "61.7" not in card(folder, evaluation)
    Results(runs={"wikievents-dev": result(own)}).write(evaluation / "results.json")
    text = card(folder, evaluation)
    assert "trigger F1 **61.7**" in text
    assert "| Life:Die | Conflict:Attack | 7 | killed |" in text


def test_writing_the_card_does_not_change_the_revision_of_the_weights(folder: Path) -> None:
    before = digest(folder)
    (folder / "README.md").write_text("a card")
    assert digest(folder) == before
    (folder / "labels.json").write_text("{}")
    assert digest(folder) != before


def test_bars_show_how_often_a_head_is_right_beside_how_often_it_should_be() -> None:
    lines = reliability({"events": HEAD}).splitlines()
    under, over = lines[2], lines[3]
    assert under.count("#") == 19
    assert under.index("|") < under.rindex("#"), "more often right than it says: the mark lies in the bar"
    assert over.rindex("#") < over.index(".", 8), "less often right: the mark lies beyond"


def test_pairs_of_types_leave_out_what_is_missed_or_surplus() -> None:
    rows = [Confusion(gold=a, predicted=b, count=1, words=("w",)) for a, b in (("A", "none"), ("none", "B"), ("A", "B"))]
    assert wrong_types(rows).splitlines()[2:] == ["| A | B | 1 | w |"]


def test_every_corpus_has_an_origin_and_lies_below_the_data_folder() -> None:
    for row in (*SETS, *DEVELOPMENT):
        assert row.source.url.startswith("https://")
        assert not Path(row.path).is_absolute()
    readme = (REPOSITORY / "lab" / "training" / "text" / "README.md").read_text()
    assert [row.name for row in SETS if row.path not in readme and f"{row.path}/dev_revised.json.gz" not in readme] == []


def test_exported_weights_are_recorded_as_not_commercial_and_recorded_again_in_place(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    plain = Settings().models_file.read_text()
    file.write_text(recorded(plain, "ab" * 32, 123))
    record = Weights(file).record(MODEL)
    assert (record.sha256, record.size_bytes, record.commercial) == ("ab" * 32, 123, False)
    again = tmp_path / "again.toml"
    again.write_text(recorded(file.read_text(), "cd" * 32, 456))
    assert Weights(again).record(MODEL).size_bytes == 456
    assert len(Weights(again).records()) == len(Weights(file).records())
    others = [r for r in Weights(Settings().models_file).records() if r.id != MODEL]
    assert [r for r in Weights(again).records() if r.id != MODEL] == others

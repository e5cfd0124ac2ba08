"""Training of the text network for real: losses that fall, runs that go on where they stopped, graphs that say the same."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: run `make test-engines`")
torch.set_num_threads(1)
pytest.importorskip("onnx", reason="export needs onnx: run `make test-engines`")

import onnxruntime

from lab.training.text.batches import WINDOW, Sampler, collate, windows
from lab.training.text.calibrate import calibrate
from lab.training.text.development import HeadLogits, collect
from lab.training.text.example import Example
from lab.training.text.export import export, export_words, load_network
from lab.training.text.losses import allowed_mask, batch_losses, set_loss
from lab.training.text.network import Network
from lab.training.text.report import corpus_size
from lab.training.text.train import Plan, train
from services.text_ie.english.network.labels import Labels
from tests.engines.tiny_bert import LABELS, WORDS, corpora, example, save_base

_HEADS = {"tags", "events", "roles", "relations", "coreference", "event_coreference"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny encoder."""
    return save_base(tmp_path_factory.mktemp("base"))


def _network(base: Path) -> Network:
    torch.manual_seed(5)
    return Network(base, LABELS).train()


def _work(folder: Path) -> Path:
    folder.mkdir()
    (folder / "labels.json").write_text(LABELS.model_dump_json())
    return folder


def _losses(work: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (work / "losses.jsonl").read_text().splitlines()]


def _shorter(made: Example) -> Example:
    return replace(made, pieces=made.pieces[:20], cases=made.cases[:20], sentences=made.sentences[:20])


def test_the_losses_of_all_heads_fall_within_thirty_steps(base: Path, tmp_path: Path) -> None:
    work = _work(tmp_path / "work")
    train(_network(base), corpora(), work, Plan(30, budget=300, save_every=10))
    rows = _losses(work)
    assert [row["step"] for row in rows] == [10, 20, 30]
    assert rows[0].keys() >= _HEADS
    assert all(rows[-1][head] < 0.95 * rows[0][head] for head in _HEADS)


def test_a_run_that_breaks_off_and_goes_on_ends_with_the_weights_of_one_that_does_not(base: Path, tmp_path: Path) -> None:
    plan = Plan(6, budget=300, save_every=3)
    whole, broken = _work(tmp_path / "whole"), _work(tmp_path / "broken")
    train(_network(base), corpora(), whole, plan)
    (broken / "losses.jsonl").mkdir()  # the report of step 3 cannot be written: the run dies right after its checkpoint
    with pytest.raises(OSError, match=r"losses\.jsonl"):
        train(_network(base), corpora(), broken, plan)
    assert torch.load(broken / "checkpoint.pt", weights_only=True)["step"] == 3
    (broken / "losses.jsonl").rmdir()
    train(_network(base), corpora(), broken, plan)
    one, other = (load_network(work, base).state_dict() for work in (whole, broken))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert not torch.equal(one["tags.weight"], _network(base).state_dict()["tags.weight"])


def test_the_loss_of_a_set_of_labels_is_minus_the_log_of_its_probability() -> None:
    logits = torch.log(torch.tensor([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])) + 3.0
    loss = set_loss(logits, allowed_mask([(1,), (0, 2)], 3))
    assert loss.tolist() == pytest.approx([-np.log(0.3), -np.log(0.7)], abs=1e-6)


def test_a_word_for_which_everything_is_allowed_teaches_nothing(base: Path) -> None:
    network, made = _network(base).eval(), example(1)
    open_words = replace(made.targets, tags={}, tag_default=tuple(range(len(LABELS.tags))))
    losses = batch_losses(network, collate([(replace(made, targets=open_words), windows(made))]))
    assert losses["tags"].item() == pytest.approx(0.0, abs=1e-5)
    assert losses["events"].item() > 0.1


def test_windows_hold_every_word_once_and_fit() -> None:
    made = example(3)
    long = replace(made, pieces=made.pieces * 40, cases=made.cases * 40, sentences=[n // 17 for n in range(WORDS * 40)])
    spans = windows(long)
    assert [word for first, last in spans for word in range(first, last)] == list(range(WORDS * 40))
    assert max(sum(map(len, long.pieces[first:last])) for first, last in spans) <= WINDOW
    inner = [first for first, _ in spans[1:]]
    assert all(long.sentences[first] != long.sentences[first - 1] for first in inner), "short sentences are not cut"


def test_a_sentence_longer_than_a_window_is_cut_and_kept() -> None:
    made = example(3)
    long = replace(made, pieces=[[200, 201]] * 500, cases=[1] * 500, sentences=[0] * 500)
    spans = windows(long)
    assert [word for first, last in spans for word in range(first, last)] == list(range(500))
    assert len(spans) == 5


def test_a_batch_places_every_word_at_its_first_piece() -> None:
    made = example(4)
    batch = collate([(made, windows(made))])
    places = batch.members[0].places
    assert len(places) == WORDS
    assert all(batch.input_ids[row, column] == made.pieces[word][0] for word, (row, column) in places.items())
    assert all(batch.case_ids[row, column] == made.cases[word] for word, (row, column) in places.items())


def test_skipping_batches_goes_on_where_another_run_would_be() -> None:
    one, other = Sampler(corpora(), 300, 3), Sampler(corpora(), 300, 3)
    drawn = [one.next() for _ in range(5)]
    other.skip(4)
    assert torch.equal(other.next().input_ids, drawn[4].input_ids)


def test_the_exported_encoder_says_what_the_network_says(base: Path, tmp_path: Path) -> None:
    network, batch = _network(base).eval(), collate([(made, windows(made)) for made in (example(0), _shorter(example(1)))])
    export_words(network, tmp_path / "float.onnx")
    export(network, tmp_path)
    with torch.no_grad():
        hidden = network.encoder(batch.input_ids, batch.attention_mask, batch.case_ids)
        wanted = {"hidden": hidden, "tag_logits": network.tags(hidden), "event_logits": network.events(hidden)}
    feeds = {name: getattr(batch, name).numpy() for name in ("input_ids", "attention_mask", "case_ids")}
    read = batch.attention_mask.numpy() == 1
    for file, tolerance in (("float.onnx", 1e-4), ("encoder.onnx", 0.1)):
        given = onnxruntime.InferenceSession(tmp_path / file).run(list(wanted), feeds)
        for (name, one), other in zip(wanted.items(), given, strict=True):
            assert np.abs(one.numpy()[read] - other[read]).max() < tolerance, f"{file}: {name}"


def test_the_exported_heads_say_what_the_network_says(base: Path, tmp_path: Path) -> None:
    network = _network(base).eval()
    export(network, tmp_path)
    dice = np.random.default_rng(2)
    for name in ("roles", "relations", "coreference", "event_coreference"):
        head = getattr(network, name)
        left, right = dice.normal(size=(2, 9, 32)).astype(np.float32)
        features = dice.integers(0, 2, (9, head.features.in_features)).astype(np.float32)
        with torch.no_grad():
            wanted = head(torch.from_numpy(left), torch.from_numpy(right), torch.from_numpy(features)).numpy()
        feeds = {"left": left, "right": right, "features": features}
        given = onnxruntime.InferenceSession(tmp_path / f"{name}.onnx").run(["logits"], feeds)[0]
        assert np.abs(wanted - given).max() < 1e-4, name


def test_calibration_finds_the_temperature_that_logits_were_multiplied_with() -> None:
    dice = np.random.default_rng(4)
    logits = dice.normal(size=(4000, 5)).astype(np.float32) * 2
    chances = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    truth = [dice.choice(5, p=row / row.sum()) for row in chances.astype(np.float64)]
    result = calibrate(HeadLogits([3.0 * logits], [np.eye(5, dtype=np.bool_)[truth]]), None)
    assert result.temperature == pytest.approx(3.0, rel=0.1)
    assert result.error < 0.04 < 0.1 < result.error_before


def test_the_development_logits_cover_every_head_and_leave_out_what_teaches_nothing(base: Path) -> None:
    seen = collect(_network(base).eval(), corpora())
    assert seen.keys() == _HEADS
    logits, allowed = seen["events"].arrays()
    assert logits.shape == allowed.shape == (6 * WORDS, len(LABELS.events))
    assert seen["event_coreference"].arrays()[1].sum() == 12


def test_the_sizes_of_a_corpus_are_counted_from_its_labels() -> None:
    size = corpus_size(corpora()[0])
    assert (size.documents, size.words, size.triggers, size.names) == (6, 6 * WORDS, 6 * 12, 6 * 8)


def test_labels_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    assert Labels.read(_work(tmp_path / "work")) == LABELS

"""The plan of evaluations: what is kept, what is measured anew, and the table that is made of it."""

from pathlib import Path

import pytest

from lab.evaluation.plan import Results, Run, installed_models, load_runs, measure, needed
from lab.evaluation.registry import TASKS
from lab.evaluation.run import EvalResult
from lab.evaluation.table import BEGIN, END, replaced, table, type_table
from shared.errors import InputError
from shared.settings import REPOSITORY, Settings

pytestmark = pytest.mark.unit
RUN = Run(
    id="r1", what="names", data="a corpus", task="ner", path="a/b.conll", protocol="strict", show={"entity_f1": "typed F1"},
    seen="thresholds", published="others 50",
)  # fmt: skip


def result(*models: str) -> EvalResult:
    return EvalResult(
        task="ner", data="a/b.conll", protocol="strict", scores={"entity_f1": 61.26}, counts={"documents": 1200, "words": 34000},
        seconds=1.0, models=models, types={}, notes=(),
    )  # fmt: skip


def test_the_plan_of_the_repository_names_known_tasks_and_each_run_once() -> None:
    runs = load_runs(REPOSITORY / "lab" / "results" / "runs.toml")
    assert set(TASKS) - {run.task for run in runs} <= {"situations", "flags"}, "these are for those who have such pictures"
    assert {run.task for run in runs} <= set(TASKS)
    assert len({run.id for run in runs}) == len(runs)
    assert not any(Path(run.path).is_absolute() for run in runs)


def test_what_was_measured_with_the_installed_models_is_not_measured_again() -> None:
    settings = Settings()
    assert needed([RUN], Results(), settings) == [RUN]
    assert needed([RUN], Results(runs={"r1": result("text-ie-multitask@other")}), settings) == [RUN]
    assert needed([RUN], Results(runs={"r1": result(*installed_models(RUN, settings))}), settings) == []


def test_results_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    results = Results(runs={"r1": result("m@1")})
    results.write(tmp_path / "results.json")
    assert Results.read(tmp_path / "results.json") == results
    assert Results.read(tmp_path / "absent.json") == Results()


def test_a_run_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.conll").write_text("Angela\tB-PER\nflew\tO\nto\tO\nParis\tB-LOC\n.\tO\n\n")
    bad = RUN.model_copy(update={"id": "bad", "held_out": True})
    file = tmp_path / "results.json"
    failures = measure([bad, RUN], tmp_path, file, Settings(), lambda run: lambda done, total: None)
    assert list(failures) == ["bad"]
    made = Results.read(file).runs
    assert list(made) == ["r1"]
    assert made["r1"].data == "a/b.conll", "no path of this machine"
    assert made["r1"].counts["documents"] == 1
    assert needed([RUN], Results.read(file), Settings()) == []


def test_the_table_has_a_row_a_measured_run_with_protocol_size_and_what_others_got() -> None:
    other = RUN.model_copy(update={"id": "r2"})
    text = table([RUN, other], Results(runs={"r1": result("m@1")}))
    row = "| names | a corpus (1,200 documents, 34,000 words) ¹ | strict | typed F1 **61.3** | others 50 |"
    assert text.splitlines()[2:] == [row, "", text.splitlines()[-1]]
    assert text.splitlines()[-1].startswith("¹ Not trained on")


def test_a_row_of_pictures_counts_pictures() -> None:
    counts = result("m@1").model_copy(update={"counts": {"pictures": 2926}})
    assert "a corpus (2,926 pictures) ¹" in table([RUN], Results(runs={"r1": counts}))


def test_the_block_between_the_marks_is_replaced_and_nothing_else() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter"
    assert replaced(text, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter"
    assert replaced(replaced(text, "new"), "new") == replaced(text, "new")
    with pytest.raises(InputError, match="marks"):
        replaced("no marks", "new")


def test_types_come_by_frequency_without_the_rarest() -> None:
    row = {"precision": 50.0, "recall": 25.0, "f1": 33.33, "predicted": 2}
    rows = type_table({"A": row | {"support": 1}, "B": row | {"support": 4}, "C": row | {"support": 9}}, least=2).splitlines()
    assert [line.split(" | ")[0] for line in rows[2:]] == ["| C", "| B"]
    assert rows[3] == "| B | 50.0 | 25.0 | 33.3 | 4 | 2 |"

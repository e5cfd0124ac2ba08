"""``newsgraph eval`` as a user types it, with the real stage, on small hand-written files of each layout."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any  # Any: a JSON object

import pytest

from shared.settings import REPOSITORY

pytestmark = pytest.mark.integration
KEYS = {"task", "data", "protocol", "scores", "counts", "seconds", "models", "types", "notes", "confusions"}
WORDS = ["Rebels", "attacked", "the", "town", "of", "Ilmar", "on", "Monday", "."]
M2E2 = [
    {
        "sentence_id": f"VOA_TEST_{number}",
        "sentence_start": 100 * number,
        "sentence_end": 100 * number + 44,
        "sentence": "Rebels attacked the town of Ilmar on Monday.",
        "words": WORDS,
        "index": [[str(100 * number + a), str(100 * number + b)] for a, b in
                  [(0, 5), (7, 14), (16, 18), (20, 23), (25, 26), (28, 32), (34, 35), (37, 42), (43, 43)]],
        "golden-entity-mentions": [{"entity-type": "PER", "text": "Rebels", "start": 0, "end": 1}],
        "golden-event-mentions": [
            {
                "trigger": {"start": 1, "end": 2, "text": "attacked"},
                "event_type": "Conflict:Attack",
                "arguments": [{"role": "Attacker", "start": 0, "end": 1, "text": "Rebels"}],
            }
        ] if number == 0 else [],
        "image": [],
    }
    for number in range(2)
]  # fmt: skip
WIKIEVENTS = {
    "doc_id": "wiki_1",
    "tokens": WORDS,
    "text": "Rebels attacked the town of Ilmar on Monday.",
    "sentences": [
        [
            [[w, s, e] for w, (s, e) in zip(
                WORDS, [(0, 6), (7, 15), (16, 19), (20, 24), (25, 27), (28, 33), (34, 36), (37, 43), (43, 44)], strict=True)],
            "Rebels attacked the town of Ilmar on Monday.",
        ]
    ],
    "entity_mentions": [
        {"id": "wiki_1-T1", "sent_idx": 0, "start": 0, "end": 1, "entity_type": "PER", "mention_type": "NOM", "text": "Rebels"},
        {"id": "wiki_1-T2", "sent_idx": 0, "start": 5, "end": 6, "entity_type": "GPE", "mention_type": "NAM", "text": "Ilmar"},
    ],
    "relation_mentions": [],
    "event_mentions": [
        {
            "id": "wiki_1-E1",
            "event_type": "Conflict.Attack.Unspecified",
            "trigger": {"start": 1, "end": 2, "text": "attacked", "sent_idx": 0},
            "arguments": [{"entity_id": "wiki_1-T1", "role": "Attacker", "text": "Rebels"}],
        }
    ],
}  # fmt: skip
RAMS = {
    "doc_key": "rams_1",
    "language_id": "eng",
    "split": "dev",
    "sentences": [WORDS],
    "ent_spans": [[0, 0, [["evt001arg01attacker", 1.0]]]],
    "evt_triggers": [[1, 1, [["conflict.attack.n/a", 1.0]]]],
    "gold_evt_links": [[[1, 1], [0, 0], "evt001arg01attacker"]],
    "rel_triggers": [],
    "gold_rel_links": [],
}
CONLL = "Angela\tB-PER\nMerkel\tI-PER\nflew\tO\nto\tO\nWashington\tB-LOC\n.\tO\n\n"
CONLL04 = """#doc 1
0	Paris	B-Loc	['Located_In']	[5]
1	is	O	['N']	[1]
2	a	O	['N']	[2]
3	city	O	['N']	[3]
4	in	O	['N']	[4]
5	France	B-Loc	['N']	[5]
6	.	O	['N']	[6]
"""
REDOCRED = [
    {
        "title": "Paris",
        "sents": [["Paris", "is", "a", "city", "in", "France", "."]],
        "vertexSet": [
            [{"name": "Paris", "pos": [0, 1], "sent_id": 0, "type": "LOC", "global_pos": [0, 0], "index": "0_0"}],
            [{"name": "France", "pos": [5, 6], "sent_id": 0, "type": "LOC", "global_pos": [5, 5], "index": "1_0"}],
        ],
        "labels": [{"h": 0, "t": 1, "r": "P17", "evidence": [0]}],
    }
]


def newsgraph_eval(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSGRAPH_")}
    environment = kept | {"NEWSGRAPH_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"}
    command = [sys.executable, "-m", "deploy.cli.main", "eval", *arguments]
    return subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=200, check=False)


def evaluated(folder: Path, *arguments: str) -> Any:
    answer = newsgraph_eval(folder, *arguments, "--json")
    assert answer.returncode == 0, answer.stderr
    result = json.loads(answer.stdout)
    assert set(result) == KEYS
    return result


def test_m2e2_folders_are_scored_in_both_protocols(tmp_path: Path) -> None:
    (tmp_path / "text_only_event.json").write_text(json.dumps(M2E2))
    strict = evaluated(tmp_path, "events", "--data", str(tmp_path))
    relaxed = evaluated(tmp_path, "events", "--data", str(tmp_path), "--protocol", "relaxed")
    # the same sentence twice, the event marked in the first only: the second is a false alarm under the strict protocol alone
    assert strict["scores"]["trigger_f1"] == pytest.approx(66.67)
    assert relaxed["scores"]["trigger_f1"] == 100.0
    assert strict["models"]


@pytest.mark.parametrize(("name", "content"), [("dev.jsonl", WIKIEVENTS), ("dev.jsonlines", RAMS)])
def test_wikievents_and_rams_files_are_scored(tmp_path: Path, name: str, content: dict[str, object]) -> None:
    (tmp_path / name).write_text(json.dumps(content) + "\n")
    result = evaluated(tmp_path, "events", "--data", str(tmp_path / name))
    assert result["scores"]["trigger_f1"] == 100.0
    assert result["counts"]["gold_arguments"] == 1
    assert result["types"]["Conflict:Attack"]["support"] == 1


def test_conll_names_are_scored(tmp_path: Path) -> None:
    (tmp_path / "dev.conll").write_text(CONLL * 2)
    result = evaluated(tmp_path, "ner", "--data", str(tmp_path), "--limit", "1")
    assert result["scores"]["entity_f1"] == 100.0
    assert result["types"]["FAC/GPE/LOC"]["recall"] == 100.0


@pytest.mark.parametrize(("name", "content"), [("dev.txt", CONLL04), ("dev_revised.json", json.dumps(REDOCRED))])
def test_relations_are_scored(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    result = evaluated(tmp_path, "relations", "--data", str(tmp_path / name))
    assert result["scores"]["relation_f1"] == 100.0


def test_held_out_keeps_the_tenth_that_training_leaves_out(tmp_path: Path) -> None:
    path = tmp_path / "dev_revised.json"
    path.write_text(json.dumps(REDOCRED * 40))
    ids = [f"{path.name}:{number}" for number in range(40)]
    result = evaluated(tmp_path, "relations", "--data", str(path), "--held-out")
    assert result["counts"]["documents"] == sum(sum(map(ord, ident)) % 10 == 0 for ident in ids) == 4
    assert "training leaves out" in " ".join(result["notes"])


def test_held_out_is_refused_where_training_takes_all_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "dev.conll").write_text(CONLL)
    answer = newsgraph_eval(tmp_path, "ner", "--data", str(tmp_path), "--held-out")
    assert answer.returncode == 1
    assert "only gum, litbank, redocred, ecbplus, elevant have a held-out part" in " ".join(answer.stderr.split())


def test_people_get_a_table_and_progress_goes_to_standard_error(tmp_path: Path) -> None:
    (tmp_path / "dev.conll").write_text(CONLL)
    answer = newsgraph_eval(tmp_path, "ner", "--data", str(tmp_path))
    assert answer.returncode == 0, answer.stderr
    assert "entity_f1" in answer.stdout
    assert "words/s" in answer.stdout
    assert "documents" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("events", "--data", "{empty}"), 1, "text_only_event.json"),
        (("events", "--data", "{empty}/absent"), 1, "does not exist"),
        (("entities", "--data", "{empty}"), 1, "choose one of"),
        (("events",), 2, "--data"),
        (("events", "--data", "{empty}", "--protocol", "lenient"), 2, "lenient"),
    ],
)
def test_wrong_use_is_answered_with_what_to_change(tmp_path: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    answer = newsgraph_eval(tmp_path, *(a.replace("{empty}", str(tmp_path)) for a in arguments))
    assert answer.returncode == code
    assert message in " ".join(answer.stderr.split())
    assert "Traceback" not in answer.stderr

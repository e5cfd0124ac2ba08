"""``newsgraph eval coref`` and ``linking`` from small files in the corpora's layouts to scores, with the real stages."""

import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from lab.evaluation.run import EvalResult, Request, evaluate
from shared.errors import InputError
from shared.settings import Settings

pytestmark = pytest.mark.integration
GAP_TEXT = "Maria Keller spoke to reporters in Vienna on Monday. She said that Peter Hofer was ill."
STORY = ("Anna Berg lives in Oslo .", "She is a nurse .", "Anna Berg likes her work .")
CHAINS = (("PROP_PER", "anna-1", "Anna Berg", 0), ("PRON_PER", "anna-1", "She", 0), ("PROP_PER", "anna-1", "Anna Berg", 1))


def run(task: str, data: Path, tmp_path: Path) -> EvalResult:
    return evaluate(Request(task, data), Settings(data_dir=tmp_path / "state"), lambda done, total: None)


def gap_file(folder: Path) -> Path:
    columns = ["ID", "Text", "Pronoun", "Pronoun-offset", "A", "A-offset", "A-coref", "B", "B-offset", "B-coref", "URL"]
    at = GAP_TEXT.index
    row = ["test-1", GAP_TEXT, "She", str(at("She")), "Maria Keller", str(at("Maria")), "TRUE"]
    row += ["Peter Hofer", str(at("Peter")), "FALSE", "http://example.org/"]
    file = folder / "gap-tiny.tsv"
    file.write_text("\t".join(columns) + "\n" + "\t".join(row) + "\n")
    return file


def litbank_folder(folder: Path) -> Path:
    brat = folder / "coref" / "brat"
    brat.mkdir(parents=True)
    text = "\n".join(STORY)
    (brat / "1_tiny_brat.txt").write_text(text)
    lines: list[str] = []
    for label, chain, quote, nth in CHAINS:
        start = text.index(quote, text.index(quote) + 1) if nth else text.index(quote)
        for name in (label, chain):
            lines.append(f"T{len(lines) + 1}\t{name} {start} {start + len(quote)}\t{quote}")
    (brat / "1_tiny_brat.ann").write_text("\n".join(lines) + "\n")
    return folder


def ecb_file(topic: str, name: str, words: str, events: dict[str, str]) -> str:
    tokens = [(number, word) for number, word in enumerate(words.split(), 1)]
    marks = "".join(
        f'<ACTION_OCCURRENCE m_id="{n}"><token_anchor t_id="{number}"/></ACTION_OCCURRENCE>'
        for n, (number, word) in enumerate(((number, word) for number, word in tokens if word in events), 1)
    )
    found = [word for _, word in tokens if word in events]
    links = "".join(
        f'<CROSS_DOC_COREF r_id="{n}" note="{events[word]}"><source m_id="{n}"/><target m_id="9{n}"/></CROSS_DOC_COREF>'
        for n, word in enumerate(found, 1)
    )
    body = "".join(f'<token t_id="{number}" sentence="1" number="{number - 1}">{word}</token>' for number, word in tokens)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<Document doc_name="{topic}_{name}.xml" doc_id="D">'
    return f"{head}{body}<Markables>{marks}</Markables><Relations>{links}</Relations></Document>"


def ecb_archive(folder: Path) -> Path:
    inner = folder / "xml" / "7"
    inner.mkdir(parents=True)
    first = ecb_file("7", "1ecb", "An earthquake struck Lima .", {"earthquake": "ACT1"})
    (inner / "7_1ecb.xml").write_text(first)
    second = ecb_file("7", "2ecbplus", "The earthquake hit Lima and a fire broke out .", {"earthquake": "ACT1", "fire": "ACT2"})
    (inner / "7_2ecbplus.xml").write_text(second)
    archive = folder / "ecb.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(inner.parent, "ECB+")
    return archive


def elevant_file(folder: Path) -> Path:
    text = "The prime minister of France met the chancellor of Germany in Paris."
    known = {"France": "Q142", "Germany": "Q183", "Paris": "Q90"}
    labels = [
        {"id": n, "span": [text.index(name), text.index(name) + len(name)], "entity_id": kb_id, "name": name, "type": "Q27096213"}
        for n, (name, kb_id) in enumerate(known.items())
    ]
    article = {"id": 1, "title": "", "text": text, "evaluation_span": [0, len(text)], "labels": labels}
    file = folder / "tiny.benchmark.jsonl"
    file.write_text(json.dumps(article) + "\n")
    return file


def test_a_clear_pronoun_of_a_gap_file_is_given_to_the_right_name(tmp_path: Path) -> None:
    result = run("coref", gap_file(tmp_path), tmp_path)
    assert result.scores["gap_f1"] == 100.0
    assert result.counts["gold_coreferent"] == 1
    assert result.models


def test_a_folder_of_gap_files_is_read_as_one(tmp_path: Path) -> None:
    folder = tmp_path / "gap"
    folder.mkdir()
    gap_file(folder)
    (folder / "gap-second.tsv").write_text((folder / "gap-tiny.tsv").read_text().replace("test-1", "test-2"))
    assert run("coref", folder, tmp_path).counts["documents"] == 2


def test_litbank_chains_are_scored_against_predicted_mentions(tmp_path: Path) -> None:
    result = run("coref", litbank_folder(tmp_path / "litbank"), tmp_path)
    assert {"conll_f1", "muc_f1", "b3_f1", "ceafe_f1", "conll_head_f1"} <= set(result.scores)
    assert result.counts["gold_mentions"] == 3
    assert result.scores["conll_f1"] > 50.0


def test_events_of_a_topic_are_clustered_across_documents(tmp_path: Path) -> None:
    result = run("coref", ecb_archive(tmp_path), tmp_path)
    assert (result.counts["gold_mentions"], result.counts["gold_clusters"], result.counts["topics"]) == (3, 2, 1)
    assert result.counts["predicted_mentions"] == 3
    assert result.scores["conll_f1"] > 50.0


def test_countries_and_a_capital_are_linked_with_and_without_given_mentions(tmp_path: Path) -> None:
    result = run("linking", elevant_file(tmp_path), tmp_path)
    assert result.counts["gold_in_kb"] == result.counts["gold_places_in_kb"] == 3
    assert result.scores["in_kb_accuracy"] == result.scores["places_accuracy"] == 100.0
    assert result.scores["end_to_end_f1"] == 100.0
    assert set(result.types) >= {"countries", "other places"}


@pytest.mark.parametrize("task", ["coref", "linking"])
def test_a_folder_without_a_corpus_is_refused_with_what_is_expected(task: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    names: Sequence[str] = {"coref": ("GAP", "GUM", "LitBank", "ECB+"), "linking": ("ELEVANT",)}[task]
    with pytest.raises(InputError) as refused:
        run(task, tmp_path, tmp_path)
    assert all(name in str(refused.value) for name in names)

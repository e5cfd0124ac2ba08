"""One-to-one matching, spans on gold words, and telling layouts apart."""

import gzip
from pathlib import Path

import pytest

from lab.corpora.document import GoldDocument, GoldMention
from lab.evaluation.layouts import CONLL, CONLL04, GUM, M2E2, RAMS, REDOCRED, WIKIEVENTS, FileLayout, read_layout
from lab.evaluation.matching import match
from lab.evaluation.run import find_task
from lab.evaluation.spans import Page
from lab.evaluation.tally import Tally
from shared.errors import InputError


def test_matching_moves_an_earlier_pair_to_make_room() -> None:
    fits = {("a", 1), ("a", 2), ("b", 1)}
    assert match(["a", "b"], [1, 2], lambda gold, predicted: (gold, predicted) in fits) == [(0, 1), (1, 0)]


def test_two_predictions_cannot_share_a_gold_item() -> None:
    assert len(match(["a"], [1, 2], lambda gold, predicted: True)) == 1


def test_f1_is_the_harmonic_mean() -> None:
    tally = Tally(right=3, found=4, wanted=6)
    # precision 3/4, recall 1/2: 2 * .75 * .5 / 1.25
    assert [tally.precision, tally.recall, tally.f1] == pytest.approx([75.0, 50.0, 60.0])
    assert Tally().f1 == 0.0


def test_spans_grow_to_gold_words_and_stay_where_there_are_none() -> None:
    page = Page(GoldDocument("d", "the US-led war", words=((0, 3), (4, 10), (11, 14))))
    assert page.snap((4, 6)) == (4, 10)
    assert page.snap((7, 12)) == (4, 14)
    assert page.snap((0, 3)) == (0, 3)
    assert Page(GoldDocument("d", "the US-led war")).snap((4, 6)) == (4, 6)


@pytest.mark.parametrize(
    ("words", "head"),
    [
        ("the old port of Ilmar", "port"),
        ("three men who fled", "men"),
        ("the king 's guards", "guards"),
        ("of Ilmar", "Ilmar"),
    ],
)
def test_the_head_of_a_phrase_is_its_last_word_before_what_hangs_on_it(words: str, head: str) -> None:
    spans, position = [], 0
    for word in words.split():
        spans.append((position, position + len(word)))
        position += len(word) + 1
    page = Page(GoldDocument("d", words, words=tuple(spans)))
    start, end = page.head(GoldMention("m", 0, len(words)))
    assert words[start:end] == head


M2E2_TEXT = '[{"sentence_id": "a_0", "golden-event-mentions": []}]'
CASES = [
    ("text_only_event.json", M2E2_TEXT, M2E2),
    ("text_only_event.json.gz", M2E2_TEXT, M2E2),
    ("dev.jsonl", '{"doc_id": "a", "tokens": ["A"]}', WIKIEVENTS),
    ("dev.jsonlines.gz", '{"doc_key": "a", "evt_triggers": []}', RAMS),
    ("dev.json", '[{"title": "A", "vertexSet": []}]', REDOCRED),
    ("dev.conll", "Ada\tB-PER\nslept\tO\n", CONLL),
    ("dev.txt", "#doc 1\n0\tAda\tB-Peop\t['N']\t[0]\n", CONLL04),
]


@pytest.mark.parametrize(("name", "content", "layout"), CASES, ids=[case[0] for case in CASES])
def test_each_layout_is_told_by_name_and_beginning_and_no_other_claims_it(
    tmp_path: Path, name: str, content: str, layout: FileLayout
) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    claims = [one for one in (M2E2, WIKIEVENTS, RAMS, REDOCRED, CONLL04, CONLL, GUM) if one.place(path) is not None]
    assert claims == [layout]
    assert layout.place(tmp_path) == tmp_path


def test_an_archive_in_a_folder_is_what_is_read(tmp_path: Path) -> None:
    archive = tmp_path / "corpus.tar.gz"
    archive.write_bytes(gzip.compress(b"coref/gum/conll/GUM_news_x.conll"))
    assert GUM.place(tmp_path) == archive


def test_a_wrong_folder_is_told_with_the_files_that_are_expected(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(InputError, match=r"text_only_event\.json.*\*\.jsonl"):
        read_layout(tmp_path, (M2E2, WIKIEVENTS))
    with pytest.raises(InputError, match="does not exist"):
        read_layout(tmp_path / "absent", (M2E2,))


def test_an_unknown_task_is_told_with_all_tasks() -> None:
    with pytest.raises(InputError, match=r"events.*ner.*relations"):
        find_task("entities")

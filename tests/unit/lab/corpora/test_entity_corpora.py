"""Readers of coreference, linking and relation corpora on small hand-written files of each layout."""

import gzip
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.corpora import conll04, conll_ner, crossre, ecbplus, elevant, gap, gum, litbank, redocred
from lab.corpora.document import GoldDocument
from lab.corpora.gum_parse import conllu_words
from shared.errors import InputError
from tests.corpora import DATA
from tests.unit.lab.corpora.entity_layouts import (
    CONLL04,
    DOCRED,
    GAP_HEADER,
    GAP_TEXT,
    LITBANK_COREF,
    LITBANK_TEXT,
    by_text,
    ecb_xml,
    gum_files,
    head,
    packed,
    quotes,
    write,
)

Reader = Callable[[Path], Iterator[GoldDocument]]


def test_gap_rows_join_the_pronoun_to_the_right_name(tmp_path: Path) -> None:
    rows = [
        f"t-{i}\t{GAP_TEXT}\tshe\t19\tEva\t0\t{a}\tIda\t8\t{b}\tu\n"
        for i, (a, b) in enumerate([("FALSE", "TRUE"), ("FALSE", "FALSE")])
    ]
    second, neither = gap.read(write(tmp_path / "gap.tsv", GAP_HEADER + "".join(rows)))
    clusters = {mention.id: mention.cluster for mention in second.mentions}
    assert clusters["P"] == clusters["B"] != clusters["A"]
    assert second.notes["B-coref"] == "TRUE"
    assert len({mention.cluster for mention in neither.mentions}) == 3
    assert neither.layers == frozenset()


def test_a_wrong_gap_offset_or_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not quote"):
        list(gap.read(write(tmp_path / "h.tsv", f"{GAP_HEADER}t\t{GAP_TEXT}\tshe\t3\tEva\t0\tTRUE\tIda\t8\tFALSE\tu\n")))
    with pytest.raises(InputError, match="lacks the columns"):
        list(gap.read(write(tmp_path / "i.tsv", "ID\tText\nx\ty\n")))


def test_conll04_relations_join_mentions(tmp_path: Path) -> None:
    (document,) = conll04.read(write(tmp_path / "train.txt", CONLL04))
    assert document.text == "Mina Roe of Oslo left Acme Ltd)"
    named = {mention.id: document.text[mention.start : mention.end] for mention in document.mentions}
    found = {(named[r.source_id], r.types, named[r.target_id]) for r in document.relations}
    assert found == {
        ("Mina Roe", ("Physical.Resident",), "Oslo"),
        ("Mina Roe", ("OrganizationAffiliation.EmploymentMembership",), "Acme Ltd"),
        ("Acme Ltd", ("Physical.OrganizationHeadquarters",), "Oslo"),
    }
    with pytest.raises(InputError, match="line 1"):
        list(conll04.read(write(tmp_path / "bad.txt", "Mina B-Peop\n")))


def test_docred_relations_are_turned_to_our_direction_between_the_nearest_mentions(tmp_path: Path) -> None:
    path = tmp_path / "dev.json.gz"
    path.write_bytes(gzip.compress(json.dumps([DOCRED]).encode()))
    (document,) = redocred.read(path)
    assert document.text == "Norland is led by Uma Berg. Berg likes Norland since 1999."
    leads, founded = document.relations
    assert leads.types == ("OrganizationAffiliation.Leadership.HeadOfState",)
    mentions = {mention.id: mention for mention in document.mentions}
    assert document.text[mentions[leads.source_id].start :].startswith("Berg likes")
    assert mentions[leads.target_id].start == document.text.index("Norland since")
    assert founded.types == ()
    assert by_text(document, "1999").kind == "value"
    assert len({mention.cluster for mention in document.mentions}) == 3


def test_gum_mentions_have_types_kinds_names_chains_and_identities(tmp_path: Path) -> None:
    (document,) = gum.read(packed(tmp_path / "gum.tar.gz", gum_files()))
    assert document.text == "US President Ada Quill, who, drove her truck"
    assert document.topic == "news"
    person, place, truck, she = (by_text(document, text) for text in ("US President Ada Quill, who,", "US", "her truck", "her"))
    assert [mention.kind for mention in (person, place, truck, she)] == ["name", "name", "nominal", "pronoun"]
    assert [head(document, mention) for mention in (person, place, truck)] == ["Ada Quill", "US", "truck"]
    assert [mention.types for mention in (person, place, truck)] == [("PER",), ("GPE", "LOC", "FAC"), ("VEH",)]
    assert person.cluster == she.cluster != truck.cluster
    assert person.kb_id == "wikipedia:Ada_Quill"


def test_gum_can_be_filtered_by_genre_and_read_with_ontonotes_chains(tmp_path: Path) -> None:
    for name, text in gum_files().items():
        write(tmp_path / name, text)
    assert list(gum.read(tmp_path, genres=("bio",))) == []
    (document,) = gum.read(tmp_path, scheme="ontogum")
    assert quotes(document) == ["US", "her"]
    assert {mention.cluster for mention in document.mentions} == {"4"}
    assert document.layers == {"coreference"}
    with pytest.raises(InputError, match="coref/gum/conll"):
        list(gum.read(packed(tmp_path / "empty.tar.gz", {"readme.txt": "x"})))


def test_gum_words_of_a_contraction_stand_together() -> None:
    cells = "\t_\tNOUN\t_\t_\t0\troot\t_\t_"
    words = conllu_words(f"1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n1\tdo{cells}\n2\tn't{cells}\n3\t.{cells}\n\n")
    assert [(word.form, word.space) for word in words] == [("do", False), ("n't", False), (".", True)]


def test_litbank_spans_have_kind_type_and_chain(tmp_path: Path) -> None:
    files = {
        "coref/brat/1_finch_brat.txt": LITBANK_TEXT,
        "coref/brat/1_finch_brat.ann": LITBANK_COREF,
        "entities/brat/1_finch_brat.txt": LITBANK_TEXT,
        "entities/brat/1_finch_brat.ann": "T1\tPER 0 13\tOld Mr. Finch\nT2\tLOC 41 47\tthe ba\n",
    }
    (document,) = litbank.read(packed(tmp_path / "litbank.tar.gz", files))
    assert document.text == "Old Mr. Finch met a tall sailor. He saw the bay."
    assert quotes(document) == ["Old Mr. Finch", "a tall sailor", "He", "the bay"]
    assert [mention.kind for mention in document.mentions] == ["name", "nominal", "pronoun", "nominal"]
    assert [mention.types[0] for mention in document.mentions] == ["PER", "PER", "PER", "LOC"]
    assert [mention.cluster for mention in document.mentions] == ["Finch-0", "sailor-1", "Finch-0", None]
    with pytest.raises(InputError, match="coref/brat"):
        list(litbank.read(packed(tmp_path / "empty.tar.gz", {"readme.txt": "x"})))


def test_ecbplus_clusters_hold_across_documents_and_only_listed_sentences_count(tmp_path: Path) -> None:
    files = {f"ECB+/3/3_{i}ecbplus.xml": ecb_xml(f"3_{i}", ["Ana", "checked", "it", "out"], "It") for i in (1, 2)}
    archive = packed(tmp_path / "ecb.tar.gz", files)
    everything = list(ecbplus.read(archive))
    assert [len(document.events) for document in everything] == [2, 2]
    assert everything[0].events[1].asserted == "negated"
    write(tmp_path / ecbplus.CURATED, "Topic,File,Sentence Number\n3,1ecbplus,1\n")
    first, second = ecbplus.read(archive)
    assert first.text == "Ana checked it out It fell apart"
    assert [first.text[event.start : event.end] for event in first.events] == ["checked"]
    assert first.events[0].cluster == everything[1].events[0].cluster == "ACT77"
    assert [first.text[start:end] for start, end in first.masked] == ["It fell apart"]
    assert (first.topic, first.notes["subtopic"]) == ("3", "3_ecbplus")
    assert not second.events
    assert not second.mentions


def test_elevant_labels_have_wikidata_ids_nil_and_masks(tmp_path: Path) -> None:
    text = "Intro. Uma moved to Norland in 1999. She sang."
    labels = [
        {"id": 0, "span": [7, 10], "entity_id": "<NIL>", "type": "Q215627"},
        {"id": 1, "span": [20, 27], "entity_id": "Q20", "type": "Q27096213|Q43229"},
        {"id": 2, "span": [31, 35], "entity_id": "DATETIME", "type": "DATETIME"},
        {"id": 3, "span": [37, 40], "entity_id": "Q5", "type": "Q215627", "coref": True, "optional": True},
        {"id": 4, "span": [11, 16], "entity_id": "<NO_MAPPING>", "type": "OTHER", "parent": 1},
    ]
    row = {"id": 9, "title": "", "text": text, "labels": labels, "evaluation_span": [7, len(text)], "hyperlinks": []}
    (document,) = elevant.read(write(tmp_path / "x.benchmark.jsonl", json.dumps(row) + "\n"))
    assert [mention.kb_id for mention in document.mentions] == ["NIL", "Q20", None, "Q5", None]
    assert document.mentions[1].types == ("GPE", "LOC", "FAC", "ORG")
    assert [mention.kind for mention in document.mentions] == ["name", "name", "value", "pronoun", "name"]
    assert {document.text[start:end].strip() for start, end in document.masked} == {"Intro.", "She", "moved"}
    assert document.notes["inner"] == "4"
    with pytest.raises(InputError, match="line 1"):
        list(elevant.read(write(tmp_path / "y.jsonl", "{}\n")))


def test_crossre_drops_relations_of_unsure_annotators(tmp_path: Path) -> None:
    row = {
        "doc_key": "news-dev-1",
        "sentence": ["Mina", "Roe", "joined", "Acme", "in", "Oslo"],
        "ner": [[0, 1, "person"], [3, 3, "organisation"], [5, 5, "location"]],
        "relations": [[0, 1, 3, 3, "role", "", False, False], [3, 3, 5, 5, "physical", "", True, False]],
    }
    (document,) = crossre.read(write(tmp_path / "news-dev.json", json.dumps(row) + "\n"))
    (relation,) = document.relations
    assert relation.types[0] == "OrganizationAffiliation.EmploymentMembership"
    assert (relation.source_id, relation.target_id) == ("0-1", "3-3")
    assert document.topic == "news"


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    for reader in (conll_ner.read, gum.read, litbank.read, ecbplus.read, elevant.read, crossre.read, redocred.read, gap.read):
        with pytest.raises(InputError, match=r"none\.tar\.gz"):
            list(reader(tmp_path / "none.tar.gz"))


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        (conll_ner.read, "wnut17/emerging.dev.conll"),
        (gap.read, "gap/gap-validation.tsv"),
        (conll04.read, "conll04/dev.txt"),
        (redocred.read, "redocred/dev_revised.json.gz"),
        (elevant.read, "elevant_el/kore50.benchmark.jsonl"),
        (litbank.read, "litbank/litbank_annotations.tar.gz"),
    ],
)
def test_published_files_give_documents_whose_spans_quote_words(reader: Reader, name: str) -> None:
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is absent: set NEWSGRAPH_DATA to the folder of the corpora")
    documents = list(itertools.islice(reader(DATA / name), 40))
    texts = [text for document in documents for text in quotes(document)]
    assert len(texts) > len(documents) / 2
    assert all(text and text == text.strip() for text in texts)
    for document in documents:
        assert len({mention.id for mention in document.mentions}) == len(document.mentions)

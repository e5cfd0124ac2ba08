"""What labels of entity and relation corpora mean, and CoNLL files that carry them."""

from pathlib import Path

import pytest

from lab.corpora import conll_ner
from lab.corpora.entity_labels import entity_labels, entity_meaning, noun_type, relation_labels, relation_meaning
from lab.corpora.iob import Chunk, chunks
from shared.errors import InputError
from shared.ontology import load_ontology
from tests.unit.lab.corpora.entity_layouts import head, quotes, write

SCHEMES = ("conll", "re3d", "ours", "gum", "litbank", "ecbplus", "docred", "elevant")
NOUN_HEADS = ("ship", "rifle", "bridge", "idea", "")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_entity_label_means_types_of_the_ontology(scheme: str) -> None:
    known = load_ontology().entity_types
    meanings = [entity_meaning(scheme, label, noun) for label in entity_labels(scheme) for noun in NOUN_HEADS]
    assert meanings
    assert {type_id for meaning in meanings for type_id in meaning.types} <= set(known)
    assert not any(meaning.masked and meaning.types for meaning in meanings)


@pytest.mark.parametrize("scheme", ["conll04", "docred", "crossre"])
def test_every_relation_label_means_types_of_the_ontology(scheme: str) -> None:
    known, everything = load_ontology().relation_types, tuple(load_ontology().entity_types)
    mapped = {label: relation_meaning(scheme, label, everything, everything).types for label in relation_labels(scheme)}
    assert any(mapped.values())
    assert {type_id for types in mapped.values() for type_id in types} <= set(known)


def test_a_relation_keeps_only_types_that_fit_its_ends() -> None:
    place, company = ("GPE", "LOC", "FAC"), ("ORG",)
    assert relation_meaning("docred", "P131", place, place).types == ("PartWhole.Geographical",)
    assert relation_meaning("docred", "P131", company, place).types == ("Physical.OrganizationHeadquarters",)
    assert relation_meaning("docred", "P131", ("PER",), ("TIME",)).types == ()
    assert relation_meaning("docred", "P9999", place, place).types == ()
    leads = relation_meaning("docred", "P35", place, ("PER",))
    assert leads.flip
    assert leads.types == ("OrganizationAffiliation.Leadership.HeadOfState",)


def test_unknown_labels_are_masked_and_nouns_decide_objects() -> None:
    assert entity_meaning("conll", "spaceopera").masked
    assert entity_meaning("gum", "object", "trucks").types == ("VEH",)
    assert entity_meaning("gum", "object", "knives").types == ("WEA",)
    assert entity_meaning("gum", "object", "sandwich") == entity_meaning("gum", "abstract")
    assert noun_type("Buses") == "VEH"
    assert noun_type("gas") is None


def test_iob1_and_iob2_and_bioes_give_the_same_chunks() -> None:
    wanted = [Chunk(0, 2, "PER"), Chunk(2, 3, "PER"), Chunk(4, 5, "LOC")]
    assert list(chunks(["I-PER", "I-PER", "B-PER", "O", "I-LOC"])) == wanted
    assert list(chunks(["B-PER", "I-PER", "B-PER", "O", "B-LOC"])) == wanted
    assert list(chunks(["B-PER", "E-PER", "S-PER", "O", "S-LOC"])) == wanted


def test_conll_files_without_document_lines_give_sentences(tmp_path: Path) -> None:
    text = "Ana\tB-person\nMora\tI-person\nleft\tO\nLima\tB-location\n.\tO\n\nNothing\tO\nhere\tO\n"
    first, second = conll_ner.read(write(tmp_path / "a.conll", text))
    assert first.text == "Ana Mora left Lima."
    assert quotes(first) == ["Ana Mora", "Lima"]
    assert [mention.types for mention in first.mentions] == [("PER",), ("GPE", "LOC", "FAC")]
    assert first.layers == {"names"}
    assert second.text == "Nothing here"
    assert second.mentions == ()


def test_conll_document_lines_group_sentences_and_the_last_tag_column_counts(tmp_path: Path) -> None:
    start = "-DOCSTART- -X- O O\n\n"
    text = f"{start}Oslo NNP B-NP I-LOC\nslept VBD B-VP O\n\nIbsen NNP B-NP I-PER\n\n{start}End NN O O\n"
    documents = list(conll_ner.read(write(tmp_path / "b.conll", text)))
    assert [document.text for document in documents] == ["Oslo slept Ibsen", "End"]
    assert len(documents[0].sentences) == 2
    assert [mention.label for mention in documents[0].mentions] == ["LOC", "PER"]


def test_universal_ner_files_have_numbered_words(tmp_path: Path) -> None:
    text = (
        "# newdoc id = mail-7\n# sent_id = mail-7-1\n# text = #1 in Kyiv\n1\t#1\tO\t-\t-\n2\tin\tO\t-\t-\n3\tKyiv\tB-LOC\t-\tx\n"
    )
    (document,) = conll_ner.read(write(tmp_path / "c.iob2", text))
    assert document.id == "mail-7"
    assert document.text == "#1 in Kyiv"
    assert quotes(document) == ["Kyiv"]


def test_ambiguous_conll_labels_are_masked_and_files_with_gpe_keep_loc(tmp_path: Path) -> None:
    (misc,) = conll_ner.read(write(tmp_path / "d.conll", "Danish I-MISC\nbikes O\n"))
    assert misc.masked == ((0, 6),)
    assert misc.mentions[0].types == ()
    (ours,) = conll_ner.read(write(tmp_path / "e.conll", "Chile B-GPE\nand O\nAtacama B-LOC\n"))
    assert [mention.types for mention in ours.mentions] == [("GPE",), ("LOC",)]


def test_phrases_of_re3d_have_kinds_and_heads(tmp_path: Path) -> None:
    rows = [
        *("Minister\tB-Person", "Jo\tI-Person", "Bloggs\tI-Person", "told\tO", "the\tB-Organisation", "Omani\tI-Organisation"),
        *("forces\tI-Organisation", "that\tO", "he\tB-Person", "left\tO", "today\tB-Temporal"),
    ]
    (document,) = conll_ner.read(write(tmp_path / "f.conll", "\n".join(rows)))
    assert [mention.kind for mention in document.mentions] == ["name", "nominal", "pronoun", "value"]
    assert [head(document, mention) for mention in document.mentions[:2]] == ["Jo Bloggs", "forces"]
    masked = {document.text[start:end].strip() for start, end in document.masked}
    assert masked == {"Minister", "the", "Omani"}


def test_a_file_without_tags_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column"):
        list(conll_ner.read(write(tmp_path / "g.conll", "just words\nno tags\n")))

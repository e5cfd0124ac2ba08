"""Small hand-written files in the layouts of entity, coreference and relation corpora, and what to look at in documents."""

import io
import tarfile
from pathlib import Path

from lab.corpora.document import GoldDocument, GoldMention


def quotes(document: GoldDocument) -> list[str]:
    return [document.text[mention.start : mention.end] for mention in document.mentions]


def head(document: GoldDocument, mention: GoldMention) -> str:
    assert mention.head is not None
    return document.text[mention.head[0] : mention.head[1]]


def by_text(document: GoldDocument, text: str) -> GoldMention:
    return next(mention for mention in document.mentions if document.text[mention.start : mention.end] == text)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def packed(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            data = text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


GAP_HEADER = "ID\tText\tPronoun\tPronoun-offset\tA\tA-offset\tA-coref\tB\tB-offset\tB-coref\tURL\n"
GAP_TEXT = "Eva met Ida before she left."


CONLL04 = """#doc 7
0\tMina\tB-Peop\t['N']\t[0]
1\tRoe\tI-Peop\t['Live_In', 'Work_For']\t[3, 6]
2\tof\tO\t['N']\t[2]
3\tOslo\tB-Loc\t['N']\t[3]
4\tleft\tO\t['N']\t[4]
5\tAcme\tB-Org\t['N']\t[5]
6\tLtd\tI-Org\t['OrgBased_In']\t[3]
7\t-RRB-\tO\t['N']\t[7]
"""


DOCRED = {
    "title": "Norland",
    "sents": [["Norland", "is", " ", "led", "by", "Uma", "Berg", "."], ["Berg", "likes", "Norland", "since", "1999", "."]],
    "vertexSet": [
        [{"type": "LOC", "sent_id": 0, "pos": [0, 1]}, {"type": "LOC", "sent_id": 1, "pos": [2, 3]}],
        [{"type": "PER", "sent_id": 0, "pos": [5, 7]}, {"type": "PER", "sent_id": 1, "pos": [0, 1]}],
        [{"type": "TIME", "sent_id": 1, "pos": [4, 5]}],
    ],
    "labels": [{"r": "P35", "h": 0, "t": 1, "evidence": [0]}, {"r": "P571", "h": 0, "t": 2, "evidence": []}],
}


def conllu(rows: list[tuple[str, str, int, str, str]]) -> str:
    lines = [f"{i}\t{form}\t_\t{upos}\t_\t_\t{h}\t{dep}\t_\t{misc}" for i, (form, upos, h, dep, misc) in enumerate(rows, 1)]
    return "# sent_id = 1\n" + "\n".join(lines) + "\n\n"


GUM_WORDS = [
    ("US", "PROPN", 2, "compound", "_"),
    ("President", "PROPN", 8, "nsubj", "_"),
    ("Ada", "PROPN", 2, "flat", "_"),
    ("Quill", "PROPN", 2, "flat", "SpaceAfter=No"),
    (",", "PUNCT", 6, "punct", "_"),
    ("who", "PRON", 2, "acl", "SpaceAfter=No"),
    (",", "PUNCT", 6, "punct", "_"),
    ("drove", "VERB", 0, "root", "_"),
    ("her", "PRON", 10, "nmod:poss", "_"),
    ("truck", "NOUN", 8, "obj", "_"),
]
GUM_CHAINS = [
    "(person-1-Ada_Quill(place-2-United_States)",
    "_",
    "_",
    "_",
    "_",
    "_",
    "person-1-Ada_Quill)",
    "_",
    "(object-3(person-1)",
    "object-3)",
]


def gum_files() -> dict[str, str]:
    rows = "".join(f"{i}\t{word[0]}\t{cell}\n" for i, (word, cell) in enumerate(zip(GUM_WORDS, GUM_CHAINS, strict=True)))
    links = "".join(f"{i}\t{word[0]}\t{'(4)' if word[0] in {'US', 'her'} else '_'}\n" for i, word in enumerate(GUM_WORDS))
    return {
        "coref/gum/conll/GUM_news_truck.conll": f"# begin document GUM_news_truck\n{rows}# end document\n",
        "coref/ontogum/conll/GUM_news_truck.conll": f"# begin document\n{links}\n",
        "coref/ontogum/conllu/GUM_news_truck.conllu": conllu(GUM_WORDS),
    }


LITBANK_TEXT = "Old Mr. Finch met a tall sailor .\nHe saw the bay .\n"
LITBANK_COREF = (
    "T1\tPROP_PER 0 13\tOld Mr. Finch\nT2\tFinch-0 0 13\tOld Mr. Finch\n"
    "T3\tNOM_PER 18 31\ta tall sailor\nT4\tsailor-1 18 31\ta tall sailor\n"
    "T5\tPRON_PER 34 36\tHe\nT6\tFinch-0 34 36\tHe\nR1\tcop Arg1:T2 Arg2:T4\n"
)


def ecb_xml(name: str, words: list[str], second: str) -> str:
    sentences = [["http", "x"], words, [second, "fell", "apart"]]
    tokens, number = [], 0
    for sentence, row in enumerate(sentences):
        for index, word in enumerate(row):
            number += 1
            tokens.append(f'<token t_id="{number}" sentence="{sentence}" number="{index}">{word}</token>')
    return f"""<Document doc_name="{name}">{"".join(tokens)}<Markables>
    <HUMAN_PART_PER m_id="1"><token_anchor t_id="3"/></HUMAN_PART_PER>
    <ACTION_OCCURRENCE m_id="2"><token_anchor t_id="4"/><token_anchor t_id="6"/></ACTION_OCCURRENCE>
    <NEG_ACTION_OCCURRENCE m_id="3"><token_anchor t_id="8"/></NEG_ACTION_OCCURRENCE>
    <ACTION_OCCURRENCE m_id="9" RELATED_TO="" TAG_DESCRIPTOR="d" instance_id="ACT77"/></Markables>
    <Relations><CROSS_DOC_COREF r_id="5" note="ACT77">
    <source m_id="2"/><target m_id="9"/></CROSS_DOC_COREF></Relations></Document>"""

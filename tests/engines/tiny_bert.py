"""A BERT of two layers with random weights, and a hand-made corpus in the form that training reads."""

from pathlib import Path

import torch
from transformers import BertConfig, BertModel

from lab.training.text.example import Antecedents, Example, Prepared, Rows, TopicPairs, WordTargets
from services.text_ie.english.network.features import CoreferenceFeatures, EventCoreferenceFeatures, PairFeatures
from services.text_ie.english.network.labels import Labels, event_names, group_names, relation_names, role_names, tag_names

PIECES, WORDS = 300, 36
LABELS = Labels(
    tags=tag_names(),
    events=event_names(),
    groups=group_names(),
    roles=role_names(),
    relations=relation_names(),
    role_paths=("nsubj", "dobj"),
    relation_paths=("prep:of>pobj",),
    trained_on=("hand", "topics"),
)


def save_base(folder: Path) -> Path:
    """Save the encoder that the network starts from: width 32, 300 word pieces."""
    torch.manual_seed(11)
    config = BertConfig(
        vocab_size=PIECES, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def example(number: int, corpus: str = "hand", topic: str = "") -> Example:
    """Six sentences of six words: every third word is a trigger, every fifth a name, and each pair head has a few rows."""
    pieces = [[110 + (7 * word + 13 * number) % 180] * (1 + word % 3 // 2) for word in range(WORDS)]
    trigger, name = event_names().index("Conflict.Attack.Bombing"), tag_names().index("B-PER")
    targets = WordTargets(
        tags={word: (name,) for word in range(0, WORDS, 5)},
        tag_default=(0,),
        events={word: (trigger,) for word in range(0, WORDS, 3)},
        event_default=(0,),
    )
    return Example(
        corpus=corpus, id=f"{corpus}{number}", weight=1.0, pieces=pieces, cases=[1 + word % 6 for word in range(WORDS)],
        sentences=[word // 6 for word in range(WORDS)], targets=targets, roles=_roles(), relations=_relations(),
        coreference=_coreference(), topic=topic,
    )  # fmt: skip


def corpora() -> list[Prepared]:
    """One corpus of documents, and one of a topic whose events corefer across its documents."""
    pairs = TopicPairs()
    for word in range(0, WORDS, 3):
        pairs.left.append((0, word))
        pairs.right.append((1, word))
        pairs.same.append(word % 2 == 0)
        pairs.features.append([word % EventCoreferenceFeatures.size])
    topic = Prepared("topics", 1.0, [example(n, "topics", "t1") for n in (7, 8)], {"t1": pairs})
    return [Prepared("hand", 3.0, [example(n) for n in range(6)]), topic]


def _roles() -> Rows:
    rows, size = Rows(), PairFeatures(LABELS.role_paths, len(LABELS.groups)).size
    for word in range(0, WORDS - 6, 3):
        rows.add(word, word + 5, (word % 4,), [word % size])
    return rows


def _relations() -> Rows:
    rows = Rows()
    for word in range(0, WORDS - 6, 5):
        rows.add(word, word + 5, (word % 2, 3), [word % 20])
    return rows


def _coreference() -> Antecedents:
    rows = Antecedents()
    for anaphor in range(5, WORDS, 5):
        for antecedent in range(0, anaphor, 5):
            rows.left.append(antecedent)
            rows.right.append(anaphor)
            rows.group.append(anaphor)
            rows.gold.append(antecedent % 10 == anaphor % 10)
            rows.features.append([antecedent % CoreferenceFeatures.size])
    return rows

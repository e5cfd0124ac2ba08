"""The multi-task network: one MiniLM encoder, word heads for tags and events, pair heads for roles, relations and coreference."""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel

from services.text_ie.english.network.features import CoreferenceFeatures, EventCoreferenceFeatures, PairFeatures
from services.text_ie.english.network.labels import Labels

_CASES = 7
_INNER = 128
_DROPOUT = 0.1


class Encoder(nn.Module):
    """BERT whose word-piece embeddings get the case class of the word added (the vocabulary is uncased)."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(base, add_pooling_layer=False)
        self.size: int = self.bert.config.hidden_size
        self.case = nn.Embedding(_CASES, self.size)
        nn.init.zeros_(self.case.weight)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, case_ids: Tensor) -> Tensor:
        """Vectors [B, T, H] of word pieces [B, T]."""
        embedded = self.bert.embeddings.word_embeddings(input_ids) + self.case(case_ids)
        hidden: Tensor = self.bert(inputs_embeds=embedded, attention_mask=attention_mask).last_hidden_state
        return hidden


class PairHead(nn.Module):
    """Logits [N, K] of pairs of vectors [N, H] with features [N, F]."""

    def __init__(self, hidden: int, features: int, labels: int) -> None:
        super().__init__()
        self.left, self.right, self.features = nn.Linear(hidden, _INNER), nn.Linear(hidden, _INNER), nn.Linear(features, _INNER)
        self.mix = nn.Sequential(
            nn.GELU(), nn.Dropout(_DROPOUT), nn.Linear(4 * _INNER, _INNER), nn.GELU(), nn.Linear(_INNER, labels)
        )

    def forward(self, left: Tensor, right: Tensor, features: Tensor) -> Tensor:
        """Score pairs."""
        one, other = self.left(left), self.right(right)
        mixed: Tensor = self.mix(torch.cat([one, other, one * other, self.features(features)], dim=-1))
        return mixed


class Network(nn.Module):
    """The encoder and all heads."""

    def __init__(self, base: Path, labels: Labels) -> None:
        super().__init__()
        self.encoder = Encoder(base)
        hidden = self.encoder.size
        self.dropout = nn.Dropout(_DROPOUT)
        self.tags, self.events = nn.Linear(hidden, len(labels.tags)), nn.Linear(hidden, len(labels.events))
        roles, relations = PairFeatures(labels.role_paths, len(labels.groups)), PairFeatures(labels.relation_paths, 0)
        self.roles = PairHead(hidden, roles.size, len(labels.roles))
        self.relations = PairHead(hidden, relations.size, len(labels.relations))
        self.coreference = PairHead(hidden, CoreferenceFeatures.size, 1)
        self.event_coreference = PairHead(hidden, EventCoreferenceFeatures.size, 1)

"""What the network says on the development documents: logits beside the allowed labels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lab.training.text.batches import Batch, Member, collate, windows
from lab.training.text.example import Antecedents, Example, Prepared
from lab.training.text.losses import allowed_mask, vectors
from lab.training.text.network import Network, PairHead
from services.text_ie.english.network.features import dense

Floats = npt.NDArray[np.float32]
Booleans = npt.NDArray[np.bool_]
_BATCH = 12
MAX_ANTECEDENTS = 60


@dataclass
class HeadLogits:
    """Logits [N, K] and allowed labels [N, K] of one head, piece by piece."""

    logits: list[Floats] = field(default_factory=list)
    allowed: list[Booleans] = field(default_factory=list)

    def add(self, logits: Tensor, allowed: Tensor) -> None:
        """Keep rows that teach something: those where not everything is allowed."""
        kept = ~allowed.all(-1)
        self.logits.append(logits[kept].float().numpy())
        self.allowed.append(allowed[kept].numpy())

    def arrays(self) -> tuple[Floats, Booleans]:
        """All rows."""
        return np.concatenate(self.logits), np.concatenate(self.allowed)


def collect(network: Network, corpora: Iterable[Prepared]) -> dict[str, HeadLogits]:
    """Run the network (in evaluation mode) over all documents; one ``HeadLogits`` a head."""
    seen = {name: HeadLogits() for name in ("tags", "events", "roles", "relations", "coreference", "event_coreference")}
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for corpus in corpora:
            for topic in sorted(corpus.topics):
                _collect_topic(network, corpus, topic, seen["event_coreference"])
            if not corpus.topics:
                for chunk in _chunks(corpus.examples):
                    _collect_batch(network, collate([(e, windows(e)) for e in chunk]), seen)
    return {name: rows for name, rows in seen.items() if rows.logits}


def _chunks(examples: list[Example]) -> Iterator[list[Example]]:
    chunk: list[Example] = []
    for example in examples:
        chunk.append(example)
        if sum(len(windows(e)) for e in chunk) >= _BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _collect_batch(network: Network, batch: Batch, seen: dict[str, HeadLogits]) -> None:
    hidden = network.encoder(batch.input_ids, batch.attention_mask, batch.case_ids)
    for member in batch.members:
        targets, words = member.example.targets, list(member.places)
        own = vectors(hidden, member, words)
        tags, events = network.tags(own), network.events(own)
        seen["tags"].add(tags, allowed_mask([targets.tags.get(w, targets.tag_default) for w in words], tags.shape[-1]))
        seen["events"].add(events, allowed_mask([targets.events.get(w, targets.event_default) for w in words], events.shape[-1]))
        for name, rows in (("roles", member.example.roles), ("relations", member.example.relations)):
            if rows.left:
                logits = _score(getattr(network, name), hidden, member, (rows.left, rows.right, rows.features))
                seen[name].add(logits, allowed_mask(rows.allowed, logits.shape[-1]))
        _collect_coreference(network.coreference, hidden, member, seen["coreference"])


def _score(head: PairHead, hidden: Tensor, member: Member, rows: tuple[list[int], list[int], list[list[int]]]) -> Tensor:
    features = torch.from_numpy(dense(rows[2], head.features.in_features))
    logits: Tensor = head(vectors(hidden, member, rows[0]), vectors(hidden, member, rows[1]), features)
    return logits.float()


def _collect_coreference(head: PairHead, hidden: Tensor, member: Member, seen: HeadLogits) -> None:
    """An anaphor is a row: index 0 is "new", then the antecedents, padded with minus infinity."""
    rows: Antecedents = member.example.coreference
    if not rows.left:
        return
    scores = _score(head, hidden, member, (rows.left, rows.right, rows.features))[:, 0].numpy()
    for group in dict.fromkeys(rows.group):
        mine = [n for n, g in enumerate(rows.group) if g == group][:MAX_ANTECEDENTS]
        logits = np.full((1, MAX_ANTECEDENTS + 1), -1e4, dtype=np.float32)
        allowed = np.zeros((1, MAX_ANTECEDENTS + 1), dtype=np.bool_)
        logits[0, 0] = 0.0
        logits[0, 1 : len(mine) + 1] = scores[mine]
        allowed[0, 1 : len(mine) + 1] = [rows.gold[n] for n in mine]
        allowed[0, 0] = not allowed[0].any()
        seen.logits.append(logits)
        seen.allowed.append(allowed)


def _collect_topic(network: Network, corpus: Prepared, topic: str, seen: HeadLogits) -> None:
    """A pair is a row of two: "other event" with logit 0, and the score."""
    documents = [example for example in corpus.examples if example.topic == topic]
    batch = collate([(example, windows(example)) for example in documents])
    hidden = network.encoder(batch.input_ids, batch.attention_mask, batch.case_ids)
    pairs = corpus.topics[topic]
    left = torch.tensor([batch.members[d].places[w] for d, w in pairs.left])
    right = torch.tensor([batch.members[d].places[w] for d, w in pairs.right])
    head = network.event_coreference
    features = torch.from_numpy(dense(pairs.features, head.features.in_features))
    scores = head(hidden[left[:, 0], left[:, 1]], hidden[right[:, 0], right[:, 1]], features).float()
    same = torch.tensor(pairs.same)[:, None]
    seen.add(torch.cat([torch.zeros_like(scores), scores], 1), torch.cat([~same, same], 1))

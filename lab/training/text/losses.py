"""The losses of a batch, one a head.

Labels are sets: the loss is minus the log of the probability of the whole set (Cour et al. 2011).
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from lab.training.text.batches import Batch, Member
from lab.training.text.example import Allowed, Rows
from lab.training.text.network import Network, PairHead
from services.text_ie.english.network.features import dense

WEIGHTS = {"tags": 2.0, "events": 4.0, "roles": 1.0, "relations": 0.7, "coreference": 1.0, "event_coreference": 2.0}


def batch_losses(network: Network, batch: Batch) -> dict[str, Tensor]:
    """Losses by head, each weighted; only heads for which the batch has labels."""
    hidden = network.encoder(batch.input_ids, batch.attention_mask, batch.case_ids)
    dropped = network.dropout(hidden)
    found: dict[str, list[Tensor]] = {}
    for name, head in (("tags", network.tags), ("events", network.events)):
        found[name] = [_word_loss(dropped, head(dropped), batch, name)]
    for member in batch.members:
        for name in ("roles", "relations"):
            rows: Rows = getattr(member.example, name)
            found.setdefault(name, []).extend(_pair_loss(getattr(network, name), hidden, member, rows))
        found.setdefault("coreference", []).extend(_coreference_loss(network.coreference, hidden, member))
    if batch.pairs is not None:
        found["event_coreference"] = _event_coreference_loss(network.event_coreference, hidden, batch)
    return {name: WEIGHTS[name] * torch.stack(parts).mean() for name, parts in found.items() if parts}


def set_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Minus log probability [N] of sets: ``logits`` [N, K], ``allowed`` [N, K] of booleans."""
    logits = logits.float()
    inside = logits.masked_fill(~allowed, float("-inf"))
    return torch.logsumexp(logits, -1) - torch.logsumexp(inside, -1)


def allowed_mask(sets: Sequence[Allowed], size: int) -> Tensor:
    """Sets of label numbers as booleans [N, size]."""
    mask = torch.zeros(len(sets), size, dtype=torch.bool)
    cache: dict[Allowed, Tensor] = {}
    for number, labels in enumerate(sets):
        if labels not in cache:
            cache[labels] = torch.tensor(labels)
        mask[number, cache[labels]] = True
    return mask


def _word_loss(hidden: Tensor, logits: Tensor, batch: Batch, name: str) -> Tensor:
    rows, columns, sets, weights = [], [], [], []
    for member in batch.members:
        targets = member.example.targets
        special, default = (targets.tags, targets.tag_default) if name == "tags" else (targets.events, targets.event_default)
        for word, (row, column) in member.places.items():
            rows.append(row)
            columns.append(column)
            sets.append(special.get(word, default))
            weights.append(member.example.weight)
    loss = set_loss(logits[torch.tensor(rows), torch.tensor(columns)], allowed_mask(sets, logits.shape[-1]))
    return (loss * torch.tensor(weights)).mean()


def vectors(hidden: Tensor, member: Member, words: Sequence[int]) -> Tensor:
    """Vectors [N, H] of words of a member."""
    places = [member.places[word] for word in words]
    return hidden[torch.tensor([p[0] for p in places]), torch.tensor([p[1] for p in places])]


def _pair_loss(head: PairHead, hidden: Tensor, member: Member, rows: Rows) -> list[Tensor]:
    kept = [n for n in range(len(rows.left)) if rows.left[n] in member.places and rows.right[n] in member.places]
    if not kept:
        return []
    size = head.features.in_features
    logits = head(
        vectors(hidden, member, [rows.left[n] for n in kept]),
        vectors(hidden, member, [rows.right[n] for n in kept]),
        torch.from_numpy(dense([rows.features[n] for n in kept], size)),
    )
    loss = set_loss(logits, allowed_mask([rows.allowed[n] for n in kept], logits.shape[-1]))
    return [member.example.weight * loss.mean()]


def _coreference_loss(head: PairHead, hidden: Tensor, member: Member) -> list[Tensor]:
    """Antecedent ranking with a dummy of score 0 that stands for "new" (Lee et al. 2017)."""
    rows = member.example.coreference
    kept = [n for n in range(len(rows.left)) if rows.left[n] in member.places and rows.right[n] in member.places]
    if not kept:
        return []
    scores = head(
        vectors(hidden, member, [rows.left[n] for n in kept]),
        vectors(hidden, member, [rows.right[n] for n in kept]),
        torch.from_numpy(dense([rows.features[n] for n in kept], head.features.in_features)),
    )[:, 0].float()
    numbers = {group: at for at, group in enumerate(dict.fromkeys(rows.group[n] for n in kept))}
    group = torch.tensor([numbers[rows.group[n]] for n in kept])
    gold = torch.tensor([rows.gold[n] for n in kept])
    every = _group_logsumexp(scores, group, len(numbers), dummy=True)
    true = scores.masked_fill(~gold, float("-inf"))
    has_gold = (
        torch.zeros(len(numbers), dtype=torch.bool).index_fill(0, group[gold], True)
        if gold.any()
        else torch.zeros(len(numbers), dtype=torch.bool)
    )
    right = torch.where(has_gold, _group_logsumexp(true, group, len(numbers), dummy=False), torch.zeros(len(numbers)))
    return [(every - right).mean()]


def _group_logsumexp(scores: Tensor, group: Tensor, count: int, dummy: bool) -> Tensor:
    """Log of the summed exponentials by group [count]; with a ``dummy`` of score 0 in each."""
    top = scores.detach().clamp(min=0).max()
    total = torch.zeros(count).index_add(0, group, torch.exp(scores - top))
    return torch.log(total + (torch.exp(-top) if dummy else 1e-30)) + top


def _event_coreference_loss(head: PairHead, hidden: Tensor, batch: Batch) -> list[Tensor]:
    pairs = batch.pairs
    if pairs is None:
        return []
    kept = [
        n
        for n in range(len(pairs.left))
        if pairs.left[n][1] in batch.members[pairs.left[n][0]].places
        and pairs.right[n][1] in batch.members[pairs.right[n][0]].places
    ]
    if not kept:
        return []
    left, right = (_places(batch, [ends[n] for n in kept]) for ends in (pairs.left, pairs.right))
    features = torch.from_numpy(dense([pairs.features[n] for n in kept], head.features.in_features))
    scores = head(hidden[left[:, 0], left[:, 1]], hidden[right[:, 0], right[:, 1]], features)[:, 0].float()
    return [functional.binary_cross_entropy_with_logits(scores, torch.tensor([float(pairs.same[n]) for n in kept]))]


def _places(batch: Batch, ends: Sequence[tuple[int, int]]) -> Tensor:
    """Row and column [N, 2] of (document, word)."""
    return torch.tensor([batch.members[document].places[word] for document, word in ends])

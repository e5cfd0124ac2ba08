"""Train the network on the prepared mix; goes on from its last checkpoint.

python -m lab.training.text.train --work DIR --base DIR
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer
from tqdm import tqdm

from lab.training.text.base import base_model
from lab.training.text.batches import Sampler
from lab.training.text.example import Prepared, load_prepared
from lab.training.text.losses import batch_losses
from lab.training.text.network import Network
from lab.training.text.seed import SEED
from services.text_ie.english.network.labels import Labels

_ENCODER_RATE, _HEAD_RATE = 1e-4, 1e-3
_WARM_UP = 0.05


@dataclass(frozen=True)
class Plan:
    """How long to train; ``budget`` counts word pieces a batch, ``accumulate`` batches a step."""

    steps: int
    budget: int = 1100
    accumulate: int = 2
    save_every: int = 200


def main(
    work: Annotated[Path, typer.Option(help="where prepare.py left the corpora")] = Path(".training/text-ie"),
    steps: Annotated[int, typer.Option(help="optimizer steps in all")] = 1700,
    budget: Annotated[int, typer.Option(help="word pieces a batch")] = 1100,
    accumulate: Annotated[int, typer.Option(help="batches a step, each of another corpus")] = 2,
    threads: Annotated[int, typer.Option(help="threads of torch")] = 2,
) -> None:
    """Train for ``steps`` steps."""
    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    labels = Labels.read(work)
    network = Network(base_model(), labels).train()
    train(network, load_prepared(work, labels.trained_on), work, Plan(steps, budget, accumulate))


def train(network: Network, corpora: Sequence[Prepared], work: Path, plan: Plan) -> None:
    """Go on from the checkpoint in ``work`` to the last step of the plan; saves and reports every ``plan.save_every`` steps."""
    optimizer = _optimizer(network)
    done = _resume(work, network, optimizer)
    sampler = Sampler(corpora, plan.budget, SEED)
    sampler.skip(done * plan.accumulate)
    started = time.time()
    running: dict[str, list[float]] = {}
    for step in tqdm(range(done, plan.steps), initial=done, total=plan.steps, desc="train"):
        _set_rates(optimizer, step, plan.steps)
        _step(network, sampler, optimizer, plan.accumulate, running)
        if (step + 1) % plan.save_every == 0 or step + 1 == plan.steps:
            _save(work, network, optimizer, step + 1)
            _report(work, step + 1, running, time.time() - started)
            running = {}


def _step(
    network: Network, sampler: Sampler, optimizer: torch.optim.Optimizer, accumulate: int, running: dict[str, list[float]]
) -> None:
    """One step of the optimizer over ``accumulate`` batches; their losses are added to ``running``."""
    for _ in range(accumulate):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses = batch_losses(network, sampler.next())
        (torch.stack(list(losses.values())).sum() / accumulate).backward()
        for name, value in losses.items():
            running.setdefault(name, []).append(value.item())
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()


def _optimizer(network: Network) -> torch.optim.Optimizer:
    heads = [p for n, p in network.named_parameters() if not n.startswith("encoder.bert.")]
    return torch.optim.AdamW(
        [{"params": network.encoder.bert.parameters(), "lr": _ENCODER_RATE}, {"params": heads, "lr": _HEAD_RATE}],
        weight_decay=0.01,
    )


def _set_rates(optimizer: torch.optim.Optimizer, step: int, steps: int) -> None:
    """Linear warm-up, then linear decay to a twentieth."""
    at = step / steps
    factor = at / _WARM_UP if at < _WARM_UP else max(0.05, (1 - at) / (1 - _WARM_UP))
    for group, rate in zip(optimizer.param_groups, (_ENCODER_RATE, _HEAD_RATE), strict=True):
        group["lr"] = rate * factor


def _save(work: Path, network: Network, optimizer: torch.optim.Optimizer, step: int) -> None:
    partial = work / "checkpoint.partial"
    state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seeds": torch.get_rng_state()}
    torch.save(state, partial)
    partial.replace(work / "checkpoint.pt")


def _resume(work: Path, network: Network, optimizer: torch.optim.Optimizer) -> int:
    """Load the last checkpoint, if there is one; the number of steps already done."""
    if not (work / "checkpoint.pt").exists():
        return 0
    state = torch.load(work / "checkpoint.pt", weights_only=True)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    if "seeds" in state:
        torch.set_rng_state(state["seeds"])
    return int(state["step"])


def _report(work: Path, step: int, running: dict[str, list[float]], seconds: float) -> None:
    row = {"step": step, "seconds": round(seconds)} | {name: round(sum(v) / len(v), 4) for name, v in running.items()}
    with (work / "losses.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    tqdm.write(json.dumps(row))


if __name__ == "__main__":
    typer.run(main)

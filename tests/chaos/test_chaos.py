"""While articles flow, parts are killed, frozen and robbed of messages: at the end everything stands in the graph, once.

``make test-chaos`` runs all faults over 100 articles; among the other tests a short form runs. The table it prints is in
deploy/OPERATIONS.md.
"""

import os
import random
import time
from pathlib import Path

from tests.chaos.faults import Fault, faults
from tests.chaos.running_platform import Platform, running

FULL = os.environ.get("NEWSGRAPH_CHAOS") == "full"
ARTICLES, PAUSE = (100, 60.0) if FULL else (16, 10.0)
PATIENCE = 300.0
PEOPLE = ("Emma Larsen", "John Rivers", "Ana Torres", "Omar Haddad", "Li Wei", "Peter Novak")
PLACES = ("Oslo", "Aleppo", "Madrid", "Cairo", "Beijing", "Prague")
HAPPENINGS = (
    "Rebels attacked the airport of {place} on Sunday and {person} was injured.",
    "{person} met union leaders in {place} on Tuesday.",
    "Police in {place} arrested {person} on Friday after a protest.",
    "{person} travelled to {place} and said that the talks would go on.",
)


def texts(count: int) -> list[str]:
    """Articles that share people and places, the same at every run."""
    chance, made = random.Random(12), []
    for number in range(count):
        lines = [t.format(person=chance.choice(PEOPLE), place=chance.choice(PLACES)) for t in chance.sample(HAPPENINGS, 3)]
        made.append(f"Report number {number}. " + " ".join(lines))
    return made


def test_everything_accepted_stands_in_the_graph_once_whatever_happens(tmp_path: Path) -> None:
    chosen = [fault for fault in faults(PAUSE) if FULL or fault.bounded]
    share = max(1, ARTICLES // len(chosen))
    sent = texts(share * len(chosen))
    with running(tmp_path / "calm") as calm:
        calm.send(sent)
        calm.settle(PATIENCE)
        wanted = {article: calm.graph(article) for article in calm.jobs}
    rows = []
    with running(tmp_path / "struck") as struck:
        for number, fault in enumerate(chosen):
            seconds = _strike(struck, fault, sent[number * share : (number + 1) * share])
            rows.append(f"| {fault.name} | {share} | {seconds:.0f} |")
        states = struck.states()
        found = {article: struck.graph(article) for article in struck.jobs}
        total = struck.ask("GET", "/articles?limit=1")["total"]
    differing = {
        article: sorted(set(graph) ^ set(found[article])) for article, graph in wanted.items() if found.get(article) != graph
    }
    lost = wanted.keys() - found.keys()
    print("\n| fault | articles | seconds until all had ended |\n|---|---|---|\n" + "\n".join(rows))
    print(f"accepted {total}, jobs {sorted(map(str, states))}, lost {len(lost)}, other than undisturbed {len(differing)}")
    assert (total, lost, states) == (len(sent), set(), {"done"})
    assert differing == {}


def _strike(platform: Platform, fault: Fault, articles: list[str]) -> float:
    """Send, strike in the middle, and wait; the seconds from the fault until every job has ended."""
    half = (len(articles) + 1) // 2
    platform.send(articles[:half])
    begin = time.monotonic()
    fault.act(platform)
    platform.send(articles[half:])
    platform.settle(PATIENCE)
    return time.monotonic() - begin

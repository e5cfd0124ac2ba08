"""Lists of things: each stands once, and rules and geometry read the same."""

import pytest

from services.visual_events.cues import ObjectsCue
from services.visual_events.event_rules import load_rules
from services.visual_events.objects import expand, objects
from services.visual_events.roles import load_role_rules
from shared.errors import ConfigurationError

pytestmark = pytest.mark.unit


def test_a_list_may_hold_other_lists_and_each_label_stands_once() -> None:
    assert expand(["knife", "+weapons", "rifle"]) == ("knife", "gun", "rifle", "handgun", "baseball bat")
    assert objects("firearms") < objects("weapons")


def test_an_unknown_list_is_named_beside_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"'wepons'.*weapons"):
        expand(["+wepons"])


def test_rules_and_geometry_read_the_same_lists() -> None:
    handshake = next(rule for rule in load_rules().rules if rule.name == "handshake")
    cue = handshake.cues["no_sport"]
    assert isinstance(cue, ObjectsCue)
    assert set(cue.labels) == objects("sport")
    assert set(load_role_rules().kinds["weapon"].labels) == objects("weapons")

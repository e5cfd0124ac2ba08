"""Situations by a vision-language model behind an endpoint: what is asked, and what of the answer is kept."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image as Pillow

from services.visual_events.catalogue import ENGINES, SITUATIONS
from services.visual_events.engines.vlm import EndpointVlm, VlmSituations
from services.visual_events.engines.vlm_answer import answer_schema
from services.visual_events.scene import Scene
from services.visual_events.settings import VlmSettings
from shared.engines import EngineRegistry
from shared.errors import ConfigurationError, StageError
from shared.ontology import load_ontology
from shared.schemas.base import Box
from shared.schemas.situations import SituationFrame
from shared.schemas.vision import ImageAnalysis, Region
from shared.settings import Settings
from tests.unit.services.text_ie.llm_endpoint import Answer, Endpoint, endpoint

_WIDTH, _HEIGHT = 400, 200
_PICTURE = np.zeros((_HEIGHT, _WIDTH, 3), dtype=np.uint8)


def _scene(*regions: Region) -> Scene:
    return Scene("a1", ImageAnalysis(image_id="i1", width=_WIDTH, height=_HEIGHT, regions=regions))


def _role(role: str, noun: str, box: list[float] | None = None) -> dict[str, object]:
    return {"role": role, "noun": noun, "box": box}


def _answer(verb: str, *roles: dict[str, object]) -> str:
    return json.dumps({"frames": [{"verb": verb, "roles": roles}]})


def _read(text: str, *regions: Region, **more: object) -> tuple[list[SituationFrame], list[Region], Endpoint]:
    with endpoint(Answer(text)) as served:
        settings = VlmSettings.model_validate({"url": served.url, "model": "m", **more})
        frames, made = VlmSituations(EndpointVlm(settings, backoff=0.01), settings).read(_scene(*regions), _PICTURE)
    return frames, made, served


def test_a_frame_has_the_roles_of_its_verb_and_boxes_in_pixels() -> None:
    text = _answer("attacking", _role("agent", "Soldier", [100, 100, 500, 900]), _role("place", "street", [0, 0, 1000, 1000]))
    frames, made, _ = _read(text)
    assert [(r.role, r.noun) for r in frames[0].roles] == [("agent", "soldier"), ("place", "street")]
    assert made[0].box == Box(x0=40, y0=20, x1=200, y1=180)
    assert [r.region_id for r in frames[0].roles] == [made[0].id, None]
    assert frames[0].model == "vlm:m"


def test_boxes_in_pixels_are_scaled_from_the_picture_as_it_was_sent() -> None:
    frames, made, served = _read(_answer("marching", _role("agent", "crowd", [10, 10, 50, 40])), boxes="pixels", side=100)
    assert made[0].box == Box(x0=40, y0=40, x1=200, y1=160)
    content = json.dumps(served.requests[0]["messages"])
    data = base64.b64decode(content.split("base64,")[1].split('"')[0])
    assert Pillow.open(io.BytesIO(data)).size == (100, 50)
    assert frames


@pytest.mark.parametrize(
    "box",
    [[500, 100, 400, 900], [100, 100, 100, 900], [-50, 0, 300, 400], [100, 100, 1300, 400], [0, 0, 1000, 1000], [5, 5, 6, 6]],
    ids=["backwards", "no width", "left of the picture", "right of it", "all of it", "a speck"],
)
def test_a_box_that_cannot_be_is_dropped_and_the_noun_stays(box: list[float]) -> None:
    frames, made, _ = _read(_answer("marching", _role("agent", "crowd", box)))
    assert made == []
    assert [(r.noun, r.region_id) for r in frames[0].roles] == [("crowd", None)]


def test_unknown_verbs_and_roles_of_other_verbs_are_dropped() -> None:
    text = json.dumps(
        {
            "frames": [
                {"verb": "hovering about", "roles": []},
                {"verb": "marching", "roles": [_role("weapon", "gun"), _role("agent", " "), _role("place", "road")]},
            ]
        }
    )
    frames, _, _ = _read(text)
    assert [(f.verb, [r.role for r in f.roles]) for f in frames] == [("marching", ["place"])]


def test_a_box_around_a_known_region_refers_to_that() -> None:
    box = Box(x0=41, y0=21, x1=199, y1=181)
    known = Region(id="r1", image_id="i1", box=box, kind="object", label="person", confidence=0.9, model="m")
    frames, made, _ = _read(_answer("marching", _role("agent", "man", [100, 100, 500, 900])), known)
    assert made == []
    assert frames[0].roles[0].region_id == "r1"


def test_an_answer_out_of_form_is_explained() -> None:
    with pytest.raises(StageError, match="not the JSON asked for"):
        _read("I see a march.")


def test_a_fence_around_the_answer_is_read_through() -> None:
    assert _read(f"```json\n{_answer('marching')}\n```")[0][0].verb == "marching"


def test_errors_of_the_endpoint_name_its_own_settings() -> None:
    with endpoint(Answer(status=401, raw="no")) as served:
        settings = VlmSettings(url=served.url, model="m")
        with pytest.raises(StageError, match=r"^visual_events: .*NEWSGRAPH_VLM_KEY"):
            VlmSituations(EndpointVlm(settings), settings).read(_scene(), _PICTURE)


def test_prompt_and_schema_hold_every_verb_with_its_roles() -> None:
    _, _, served = _read(_answer("marching"))
    asked, schema = json.dumps(served.requests[0]["messages"]), json.dumps(answer_schema())
    for verb in load_ontology().situation_verbs.values():
        assert f"{verb.verb}: {', '.join(verb.roles)}" in asked
        assert f'"{verb.verb}"' in schema


def test_an_endpoint_without_a_model_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSGRAPH_VLM_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(ConfigurationError, match="NEWSGRAPH_VLM_MODEL"):
        EngineRegistry(ENGINES, Settings(profile="gpu")).one(SITUATIONS)

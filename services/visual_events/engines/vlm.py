"""Situations by a vision-language model, behind an OpenAI-compatible endpoint or loaded by transformers."""

import base64
import io
import logging
from pathlib import Path
from typing import Protocol

from PIL import Image as Pillow

from services.visual_events.engines.torch_models import load, processor, require
from services.visual_events.engines.vlm_answer import Answer, Verified, answer_schema, parse_answer, prompt
from services.visual_events.scene import Scene
from services.visual_events.settings import VlmSettings
from shared.chat import Chat, ChatEndpoint
from shared.errors import StageError
from shared.pictures import RgbArray
from shared.schemas.situations import SituationFrame
from shared.schemas.vision import Region

log = logging.getLogger(__name__)


class Asks(Protocol):
    """Something that answers a prompt about one picture with text."""

    model_id: str

    def ask(self, prompt: str, picture: Pillow.Image) -> str:
        """The model's text; raises StageError."""
        ...


class VlmSituations:
    """Asks about each picture once, and keeps of the answer what the ontology and the picture allow."""

    def __init__(self, model: Asks, settings: VlmSettings) -> None:
        self.model_id, self._model, self._settings = model.model_id, model, settings
        self._prompt = prompt(settings.boxes)

    def read(self, scene: Scene, picture: RgbArray) -> tuple[list[SituationFrame], list[Region]]:
        """At most two frames with the regions they add; raises StageError where the model gives no usable answer."""
        sent = Pillow.fromarray(picture)
        sent.thumbnail((self._settings.side, self._settings.side))
        verified = Verified(scene, self.model_id)
        answer = parse_answer(self._model.ask(self._prompt, sent))
        verified.take(_in_picture(answer, picture, sent) if self._settings.boxes == "pixels" else answer, self._settings.boxes)
        if verified.dropped_labels or verified.dropped_boxes:
            dropped = verified.dropped_labels, verified.dropped_boxes
            log.info("%s: %d labels and %d boxes of its answer were not usable", self.model_id, *dropped)
        return verified.frames.frames, verified.frames.regions


def _in_picture(answer: Answer, picture: RgbArray, sent: Pillow.Image) -> Answer:
    """Boxes in pixels of the picture as sent, scaled to the picture as it is."""
    scale = picture.shape[1] / sent.width
    frames = []
    for frame in answer.frames:
        roles = (r.model_copy(update={"box": tuple(v * scale for v in r.box)}) if r.box else r for r in frame.roles)
        frames.append(frame.model_copy(update={"roles": tuple(roles)}))
    return answer.model_copy(update={"frames": tuple(frames)})


class EndpointVlm:
    """A model behind an OpenAI-compatible API; the picture travels in the request."""

    def __init__(self, settings: VlmSettings, backoff: float = 1.0) -> None:
        self.model_id = f"vlm:{settings.model}"
        self._schema = answer_schema()
        endpoint = ChatEndpoint(
            url=settings.url,
            model=settings.model,
            key=settings.key.get_secret_value(),
            timeout=settings.timeout,
            max_tokens=settings.max_tokens,
            extra=settings.extra,
            stage="visual_events",
            settings="NEWSGRAPH_VLM",
            input_setting="NEWSGRAPH_VLM_SIDE",
            fewer="raise the limit there",
        )
        self._chat = Chat(endpoint, backoff)

    def ask(self, prompt: str, picture: Pillow.Image) -> str:
        """The answer; raises StageError where there is none, or it was cut off."""
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=90)
        url = f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"
        seen = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": "What happens here?"}]
        reply = self._chat.complete([{"role": "system", "content": prompt}, {"role": "user", "content": seen}], self._schema)
        if reply.cut:
            raise StageError("visual_events: the vision-language model's answer was cut off; raise NEWSGRAPH_VLM_MAX_TOKENS")
        return reply.text


class TransformersVlm:
    """A checkpoint that ``AutoModelForImageTextToText`` loads (Qwen-VL, LLaVA, Idefics, InternVL, ...)."""

    def __init__(self, model_id: str, folder: Path, device: str, max_tokens: int = 800) -> None:
        """Load the folder, in half precision on CUDA; raises WeightsError."""
        self.model_id, self._device, self._max_tokens = model_id, device, max_tokens
        self._torch = require("torch", model_id)
        self._model = load("AutoModelForImageTextToText", model_id, folder, device)
        self._processor = processor("AutoProcessor", model_id, folder)

    def ask(self, prompt: str, picture: Pillow.Image) -> str:
        """The text generated without sampling."""
        seen = [{"type": "image", "image": picture}, {"type": "text", "text": "What happens here?"}]
        said = [{"role": "system", "content": [{"type": "text", "text": prompt}]}, {"role": "user", "content": seen}]
        fed = self._processor.apply_chat_template(
            said, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
        ).to(self._device)
        if "pixel_values" in fed:
            fed["pixel_values"] = fed["pixel_values"].to(self._model.dtype)
        with self._torch.inference_mode():
            written = self._model.generate(**fed, max_new_tokens=self._max_tokens, do_sample=False)
        told = written[:, fed["input_ids"].shape[1] :]
        return str(self._processor.batch_decode(told, skip_special_tokens=True)[0])

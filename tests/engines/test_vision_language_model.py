"""Situations by a vision-language model: a LLaVA of two layers that was taught one answer."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image as Pillow

from tests.engines.vision_parts import need, picture

need("torch", "transformers")
import torch
from transformers import (
    AutoImageProcessor,
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
)

torch.set_num_threads(1)
os.environ["HF_HUB_OFFLINE"] = "1"

from services.visual_events.engines.vlm import TransformersVlm, VlmSituations
from services.visual_events.scene import Scene
from services.visual_events.settings import VlmSettings
from shared.errors import StageError, WeightsError
from shared.schemas.vision import ImageAnalysis
from tests.engines import tiny_pictures as tiny

_PICTURE = picture(120)
_ANSWER = '{"frames":[{"verb":"marching","roles":[{"role":"agent","noun":"crowd","box":[100,200,900,950]}]}]}'
_TEMPLATE = (
    "{% for m in messages %}{% for c in m.content %}{% if c.type == 'image' %}<image>{% else %}{{ c.text }}{% endif %}"
    "{% endfor %} {% endfor %}"
)
_PROMPT = "What happens?"
_MAX_STEPS = 400


def _tokenizer() -> object:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *(chr(code) for code in range(32, 127)), "\n"]
    made = Tokenizer(models.WordLevel({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    made.pre_tokenizer, made.decoder = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated"), decoders.Fuse()
    words = PreTrainedTokenizerFast(tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]", eos_token="[SEP]")
    words.add_special_tokens({"additional_special_tokens": ["<image>"]})
    words.model_input_names = ["input_ids", "attention_mask"]
    return words


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LLaVA that has learnt to say the answer to anything, saved as the hub's are."""
    place, words = tmp_path_factory.mktemp("llava"), _tokenizer()
    image = words.convert_tokens_to_ids("<image>")
    torch.manual_seed(8)
    small = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 128}
    config = LlavaConfig(
        text_config=LlamaConfig(**small, vocab_size=len(words), max_position_embeddings=20000, eos_token_id=3, pad_token_id=0),
        vision_config=CLIPVisionConfig(**small, image_size=tiny.SIDE, patch_size=tiny.PATCH), image_token_index=image,
        image_token_id=image,
    )  # fmt: skip
    told = {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": tiny.SIDE}, "crop_size": tiny.SIDE}
    (place / "preprocessor_config.json").write_text(json.dumps(told), encoding="utf-8")
    processor = LlavaProcessor(
        AutoImageProcessor.from_pretrained(place), words, patch_size=tiny.PATCH, vision_feature_select_strategy="default",
        chat_template=_TEMPLATE, num_additional_image_tokens=1,
    )  # fmt: skip
    processor.save_pretrained(place)
    model = LlavaForConditionalGeneration(config)
    _teach(model, processor)
    model.save_pretrained(place)
    return place


def _teach(model: LlavaForConditionalGeneration, processor: LlavaProcessor) -> None:
    """Learn by heart the answer to one prompt with the picture."""
    asked = processor(images=Pillow.fromarray(_PICTURE), text=f"{_PROMPT} <image>What happens here? ", return_tensors="pt")
    answer = [*processor.tokenizer(_ANSWER, add_special_tokens=False)["input_ids"], 3]
    ids = torch.cat([asked["input_ids"], torch.tensor([answer])], dim=1)
    labels = ids.clone()
    labels[:, : -len(answer)] = -100
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(_MAX_STEPS):
        optimizer.zero_grad()
        told = model(input_ids=ids, labels=labels, pixel_values=asked["pixel_values"], attention_mask=torch.ones_like(ids))
        if told.loss.item() < 0.01:
            return
        told.loss.backward()
        optimizer.step()
    raise AssertionError(f"the tiny model has not learnt its answer: loss {told.loss.item():.3f}")


class Taught:
    """Asks a model in the words that it has learnt."""

    def __init__(self, model: TransformersVlm) -> None:
        self.model_id, self.model = model.model_id, model

    def ask(self, prompt: str, picture: Pillow.Image) -> str:
        assert prompt != _PROMPT
        return self.model.ask(_PROMPT, picture)


def _scene() -> Scene:
    height, width = _PICTURE.shape[:2]
    return Scene("a1", ImageAnalysis(image_id="i1", width=width, height=height))


def test_what_a_local_model_writes_becomes_a_frame_with_a_box_in_the_picture(folder: Path) -> None:
    model = TransformersVlm("tiny-llava", folder, "cpu", max_tokens=150)
    sent = Pillow.fromarray(_PICTURE)
    assert model.ask(_PROMPT, sent) == _ANSWER
    reader = VlmSituations(Taught(model), VlmSettings())
    frames, regions = reader.read(_scene(), _PICTURE)
    height, width = _PICTURE.shape[:2]
    assert [(frame.verb, [(r.role, r.noun) for r in frame.roles]) for frame in frames] == [("marching", [("agent", "crowd")])]
    assert regions[0].box.x0 == pytest.approx(0.1 * width, abs=0.1)
    assert regions[0].box.y1 == pytest.approx(0.95 * height, abs=0.1)
    assert frames[0].roles[0].region_id == regions[0].id


def test_an_answer_that_is_no_json_is_explained(folder: Path) -> None:
    model = TransformersVlm("tiny-llava", folder, "cpu", max_tokens=20)
    reader = VlmSituations(Taught(model), VlmSettings())
    with pytest.raises(StageError, match="not the JSON asked for"):
        reader.read(_scene(), _PICTURE)


def test_a_folder_that_is_no_checkpoint_is_explained(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="does not load as AutoModelForImageTextToText"):
        TransformersVlm("tiny-llava", tmp_path, "cpu")

"""Checkpoints of CLIP, SigLIP, DINOv2, OWLv2, Grounding DINO and LLaVA with random weights, in the layout that the hub's have."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    CLIPConfig,
    CLIPModel,
    Dinov2Config,
    Dinov2Model,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    Owlv2Config,
    Owlv2ForObjectDetection,
    PreTrainedTokenizerFast,
    SiglipConfig,
    SiglipModel,
    SwinConfig,
)

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
_MEANS = {"image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28]}
SIDE, PATCH = 64, 16


def tokenizer() -> PreTrainedTokenizerFast:
    """Letter by letter after the first letter of a word; begins with [CLS], ends with [SEP]."""
    letters = [chr(code) for code in range(33, 127)]
    pieces = {piece: number for number, piece in enumerate([*_SPECIAL, *letters, *(f"##{letter}" for letter in letters)])}
    made = Tokenizer(models.WordPiece(pieces, unk_token="[UNK]", max_input_chars_per_word=40))
    made.normalizer, made.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", pieces["[CLS]"]), ("[SEP]", pieces["[SEP]"])]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    return PreTrainedTokenizerFast(tokenizer_object=made, **names)


def save_clip(folder: Path) -> Path:
    """CLIP of two layers, pictures of 64 pixels in 4x4 patches."""
    torch.manual_seed(1)
    words = _SMALL | {"vocab_size": len(tokenizer()), "max_position_embeddings": 60, "eos_token_id": 3, "bos_token_id": 2}
    seen = _SMALL | {"image_size": SIDE, "patch_size": PATCH}
    model = CLIPModel(CLIPConfig(text_config=words, vision_config=seen, projection_dim=24))
    return _save(folder, model, "CLIPImageProcessor", "CLIPProcessor")


def save_siglip(folder: Path) -> Path:
    """SigLIP of two layers, pictures of 64 pixels in 4x4 patches."""
    torch.manual_seed(2)
    words = _SMALL | {"vocab_size": len(tokenizer()), "max_position_embeddings": 60}
    model = SiglipModel(SiglipConfig(text_config=words, vision_config=_SMALL | {"image_size": SIDE, "patch_size": PATCH}))
    return _save(folder, model, "SiglipImageProcessor", "SiglipProcessor")


def save_dinov2(folder: Path) -> Path:
    """DINOv2 of two layers."""
    torch.manual_seed(3)
    model = Dinov2Model(Dinov2Config(**_SMALL, image_size=56, patch_size=14))
    return _save(folder, model, "BitImageProcessor", None)


def save_owlv2(folder: Path) -> Path:
    """OWLv2 of two layers, pictures of 64 pixels."""
    torch.manual_seed(4)
    words = _SMALL | {"vocab_size": len(tokenizer()), "max_position_embeddings": 60, "eos_token_id": 3, "bos_token_id": 2}
    config = Owlv2Config(text_config=words, vision_config=_SMALL | {"image_size": SIDE, "patch_size": PATCH}, projection_dim=32)
    model = Owlv2ForObjectDetection(config)
    with torch.no_grad():  # boxes stay near their patches, as those of a trained head
        model.box_head.dense2.weight.mul_(0.01)
        model.box_head.dense2.bias.zero_()
    return _save(folder, model, "Owlv2ImageProcessor", "Owlv2Processor", size=[SIDE, SIDE])


def save_grounding_dino(folder: Path) -> Path:
    """Grounding DINO of few layers on a Swin of four stages of one block, and a BERT of two layers."""
    torch.manual_seed(5)
    swin = SwinConfig(
        embed_dim=8, depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2], window_size=4, image_size=SIDE,
        out_features=["stage2", "stage3", "stage4"],
    )  # fmt: skip
    config = GroundingDinoConfig(
        backbone_config=swin, text_config=BertConfig(**_SMALL, vocab_size=len(tokenizer())), d_model=32, encoder_layers=1,
        decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64,
        num_queries=20, disable_custom_kernels=True,
    )  # fmt: skip
    model = GroundingDinoForObjectDetection(config)
    return _save(folder, model, "GroundingDinoImageProcessor", "GroundingDinoProcessor", size=[96, 128])


def _save(folder: Path, model: torch.nn.Module, pictures: str, parts: str | None, size: list[int] | None = None) -> Path:
    model.save_pretrained(folder)
    scaled = {"height": SIDE, "width": SIDE}
    if size is not None and pictures.startswith("Grounding"):
        scaled = {"shortest_edge": size[0], "longest_edge": size[1]}
    named = {"processor_class": parts} if parts else {}
    told = {"image_processor_type": pictures, "size": scaled, "do_resize": True, "do_normalize": True} | _MEANS | named
    (folder / "preprocessor_config.json").write_text(json.dumps(told), encoding="utf-8")
    if parts:
        tokenizer().save_pretrained(folder)
    return folder

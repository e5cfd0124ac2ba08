"""A GLiNER2 checkpoint with random weights, in the layout that the hub's have: config, encoder_config, tokenizer, safetensors."""

import re
from pathlib import Path

import torch
from gliner2 import AutoExtractor
from gliner2.configuration import ExtractorConfig
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import DebertaV2Config, PreTrainedTokenizerFast

from shared.ontology import load_ontology

_FEW = {"start_top_k": 4, "end_top_k": 4, "ends_per_start": 2, "starts_per_end": 2, "candidate_budget": 12}  # spans of a query
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,()叛军周日袭击了亚丁机场。总统在北京会见了三名士兵。"


def save_tiny(folder: Path, architecture: str, seed: int = 6) -> Path:
    """Save a DeBERTa-v2 of two layers of width 32 under a head of the given architecture (``span`` or ``boundary``)."""
    tokenizer = _tokenizer()
    tokenizer.save_pretrained(folder)
    encoder = DebertaV2Config(  # relative positions only, as in DeBERTa-v3
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        relative_attention=True, position_buckets=32, position_biased_input=False, share_att_key=True,
        pos_att_type=["p2c", "c2p"], norm_rel_ebd="layer_norm",
    )  # fmt: skip
    encoder.save_pretrained(folder / "encoder_config")
    torch.manual_seed(seed)
    head = {"boundary_head": _FEW} if architecture == "boundary" else {}
    config = ExtractorConfig(model_name="tiny", architecture=architecture, **head)
    AutoExtractor.from_config(config, encoder_config=encoder, tokenizer=tokenizer).save_pretrained(folder)
    return folder


def _tokenizer() -> PreTrainedTokenizerFast:
    """The words of the ontology's definitions whole, all else letter by letter. (Training one would not be deterministic.)"""
    words = {w for event in load_ontology().event_types.values() for w in re.findall(r"\w+", event.definition)}
    pieces = [*_SPECIAL, *sorted(words), *_LETTERS, *_LETTERS.upper(), *(f"##{c}" for c in _LETTERS)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)

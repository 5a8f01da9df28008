# SPDX-License-Identifier: Apache-2.0
"""Brings weights into MLX: a folder as mlx-lm reads it, or a GGUF file of a kind that MLX reads without unpacking.

Names of tensors and of what is told about a model: ggml's docs/gguf.md; how texts are cut: llama.cpp's llama-vocab.cpp.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tektra.common.errors import BackendError

PIP_LINE = "pip install -r requirements/mlx.in"
MAKE_FOLDER = "give a folder with safetensors, as `mlx_lm.convert` makes one"
#: llama.cpp writes the rows of llama's queries and keys in pairs.
PAIRED_ROPE = {"llama": True, "qwen2": False}
#: A token that is no piece of text: control, or the user's own (gguf.md, token_type).
MARKS = (3, 4)
_APOSTROPHES = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_AS_GPT4 = rf"{_APOSTROPHES}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}%s| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
#: By `tokenizer.ggml.pre`: where a text is cut before pairs are joined. None: as GPT-2 does.
CUTS = {"qwen2": _AS_GPT4 % "", "llama-bpe": _AS_GPT4 % "{1,3}", "smollm": None, "gpt-2": None}
_NAMES = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_TENSOR = re.compile(r"(?:blk\.(\d+)\.)?(\w+)\.(weight|bias|scales|biases)")


def imported(name: str) -> Any:
    """The module, or a BackendError with its pip line."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        raise BackendError(
            f"the llm back end 'mlx' needs the Python package {missing.name!r}", PIP_LINE
        ) from missing


def loaded_weights(path: Path) -> tuple[Any, Any]:
    """Model and tokenizer, as mlx-lm's generate takes them. Blocks for seconds. Raises BackendError."""
    mlx_lm, utils = imported("mlx_lm"), imported("mlx_lm.utils")
    try:
        if path.is_dir():
            return tuple(mlx_lm.load(str(path)))  # type: ignore[return-value]
        return _from_gguf(path, utils)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, MemoryError) as error:
        raise BackendError(
            f"MLX could not load {path} ({str(error)[:200]})", f"pull the model again, or {MAKE_FOLDER}"
        ) from error


def _from_gguf(path: Path, utils: Any) -> tuple[Any, Any]:
    mx, nn = imported("mlx.core"), imported("mlx.nn")
    weights, told = mx.load(str(path), format="gguf", return_metadata=True)
    weights = {_named(name): weight for name, weight in weights.items()}
    config = _config(told)
    classes = imported(f"mlx_lm.models.{config['model_type']}")
    config["tie_word_embeddings"] = "lm_head.weight" not in weights
    model = classes.Model(classes.ModelArgs.from_dict(config))

    def packed(name: str, module: Any) -> Any:
        scales = weights.get(f"{name}.scales")
        if scales is None:
            return False
        wide = module.weight.shape[-1]
        bits = weights[f"{name}.weight"].shape[-1] * 32 // wide
        return {"group_size": wide // scales.shape[-1], "bits": bits}

    nn.quantize(model, class_predicate=packed)
    model.eval()
    model.load_weights(list(weights.items()))
    mx.eval(model.parameters())
    return model, _tokenizer(told)


def _named(name: str) -> str:
    """The name that mlx-lm has for a tensor of GGUF. Raises ValueError."""
    found = _TENSOR.fullmatch(name)
    if found is None or found[2] not in _NAMES:
        raise ValueError(f"it holds a tensor {name[:60]!r}, which this back end does not know")
    layer = "" if found[1] is None else f"model.layers.{found[1]}."
    return f"{layer}{_NAMES[found[2]]}.{found[3]}"


def _config(told: Mapping[str, Any]) -> dict[str, Any]:
    """What mlx-lm wants to know. Raises ValueError for an architecture that is not known, KeyError where something lacks."""
    kind = str(told["general.architecture"])
    if kind not in PAIRED_ROPE:
        raise ValueError(
            f"its architecture is {kind[:60]!r}; of GGUF this back end reads {', '.join(PAIRED_ROPE)}"
        )
    if f"{kind}.rope.scaling.type" in told:
        raise ValueError("its positions are scaled, which is not read from GGUF")
    heads = told[f"{kind}.attention.head_count"].item()
    return {
        "model_type": kind,
        "hidden_size": told[f"{kind}.embedding_length"].item(),
        "num_hidden_layers": told[f"{kind}.block_count"].item(),
        "intermediate_size": told[f"{kind}.feed_forward_length"].item(),
        "num_attention_heads": heads,
        "num_key_value_heads": told[f"{kind}.attention.head_count_kv"].item(),
        "rms_norm_eps": told[f"{kind}.attention.layer_norm_rms_epsilon"].item(),
        "vocab_size": len(told["tokenizer.ggml.tokens"]),
        "max_position_embeddings": told[f"{kind}.context_length"].item(),
        "rope_theta": told[f"{kind}.rope.freq_base"].item(),
        "rope_traditional": PAIRED_ROPE[kind],
    }


def _tokenizer(told: Mapping[str, Any]) -> Any:
    """Cuts texts as the file says. Raises ValueError for a way that is not known."""
    tokenizers, transformers = imported("tokenizers"), imported("transformers")
    wrapped = imported("mlx_lm.tokenizer_utils")
    way, cut = str(told["tokenizer.ggml.model"]), str(told.get("tokenizer.ggml.pre", ""))
    if way != "gpt2" or cut not in CUTS:
        raise ValueError(
            f"its texts are cut by {way[:40]!r}, {cut[:40]!r}, which this back end does not know"
        )
    words = told["tokenizer.ggml.tokens"]
    merges = [tuple(pair.split(" ", 1)) for pair in told["tokenizer.ggml.merges"]]
    made = tokenizers.Tokenizer(
        tokenizers.models.BPE({word: number for number, word in enumerate(words)}, merges)
    )
    made.pre_tokenizer = _cutting(tokenizers.pre_tokenizers, tokenizers.Regex, cut)
    made.decoder = tokenizers.decoders.ByteLevel()
    kinds = told["tokenizer.ggml.token_type"].tolist()
    marks = [word for word, kind in zip(words, kinds, strict=True) if kind in MARKS]
    made.add_special_tokens([tokenizers.AddedToken(mark, special=True, normalized=False) for mark in marks])
    end = int(told["tokenizer.ggml.eos_token_id"].item())
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made,
        eos_token=words[end],
        chat_template=str(told["tokenizer.chat_template"]),
        clean_up_tokenization_spaces=False,
    )
    return wrapped.TokenizerWrapper(fast, wrapped.BPEStreamingDetokenizer, eos_token_ids=[end])


def _cutting(kinds: Any, regex: Any, cut: str) -> Any:
    if (pattern := CUTS[cut]) is not None:
        parts = [
            kinds.Split(regex(pattern), "isolated"),
            kinds.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    else:
        parts = [kinds.ByteLevel(add_prefix_space=False, use_regex=True)]
        if cut == "smollm":
            parts.insert(0, kinds.Digits(individual_digits=True))
    return kinds.Sequence(parts)

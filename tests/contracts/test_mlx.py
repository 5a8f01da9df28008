# SPDX-License-Identifier: Apache-2.0
"""What only the back end of MLX does: it reads GGUF by itself, keeps what it read, and may be given a folder.

What needs no MLX is tried everywhere; the rest where requirements/mlx.in is installed, on Linux or an Apple machine.
"""

import importlib.util
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tektra.common import models
from tektra.common.errors import BackendError, MissingModel
from tektra.planner.backends import LlmOptions, Message
from tektra.planner.backends.mlx import Mlx
from tektra.planner.backends.mlx_weights import _config, _named

SMALL = "smollm2-135m"
LONG = [Message("user", "Count these: " + ", ".join(map(str, range(10, 30))))]
TEXTS = [
    "Hello, it's 2,048 x 17.5 m!",
    "  l'été à la gare\n\n",
    "привет, мир",
    "日本語 テキスト",
    "\t\tI'LL  don't ",
    "",
]
needs_mlx = pytest.mark.skipif(importlib.util.find_spec("mlx_lm") is None, reason="mlx-lm is not installed")


@pytest.fixture
def mlx() -> Iterator[Mlx]:
    made = Mlx(SMALL, LlmOptions(context_tokens=1024))
    try:
        made.load()
    except MissingModel as missing:
        pytest.skip(str(missing))
    yield made
    made.close()


def asked(llm: Mlx, messages: list[Message], max_tokens: int = 8) -> str:
    return "".join(
        llm.stream(messages, schema=None, max_tokens=max_tokens, temperature=0.0, stop=threading.Event())
    )


@pytest.mark.parametrize(
    ("gguf", "ours"),
    [
        ("token_embd.weight", "model.embed_tokens.weight"),
        ("blk.11.attn_q.scales", "model.layers.11.self_attn.q_proj.scales"),
        ("blk.0.attn_k.bias", "model.layers.0.self_attn.k_proj.bias"),
        ("blk.3.ffn_norm.weight", "model.layers.3.post_attention_layernorm.weight"),
        ("output.biases", "lm_head.biases"),
    ],
)
def test_a_tensor_has_the_name_that_mlx_lm_knows(gguf: str, ours: str) -> None:
    assert _named(gguf) == ours


@pytest.mark.parametrize(
    "name", ["rope_freqs.weight", "blk.0.ssm_a.weight", "blk.x.attn_q.weight", "", "output"]
)
def test_a_tensor_that_is_not_known_is_told_and_not_left_out(name: str) -> None:
    with pytest.raises(ValueError, match="does not know"):
        _named(name)


@pytest.mark.parametrize("kind", ["gemma", "mamba", ""])
def test_an_architecture_that_is_not_known_is_told(kind: str) -> None:
    with pytest.raises(ValueError, match="architecture"):
        _config({"general.architecture": kind})


def test_nothing_is_asked_of_one_that_is_not_loaded() -> None:
    for ask in (lambda llm: llm.tokens("x"), lambda llm: asked(llm, LONG)):
        with pytest.raises(BackendError, match="load it first"):
            ask(Mlx(SMALL, LlmOptions()))


@needs_mlx
@pytest.mark.model
def test_it_cuts_texts_as_llama_cpp_does(mlx: Mlx) -> None:
    from tektra.planner.backends.llama_cpp import LlamaCpp

    other = LlamaCpp(SMALL, LlmOptions(context_tokens=256))
    other.load()
    try:
        assert [mlx.tokens(text) for text in TEXTS] == [other.tokens(text) for text in TEXTS]
    finally:
        other.close()


@needs_mlx
@pytest.mark.model
def test_what_was_read_is_not_read_again(mlx: Mlx) -> None:
    before = time.process_time()
    mlx.read(LONG, lasting=True, stop=threading.Event())
    first_s, before = time.process_time() - before, time.process_time()
    mlx.read(
        [*LONG, Message("assistant", "20"), Message("user", "And?")], lasting=False, stop=threading.Event()
    )
    assert time.process_time() - before < 0.5 * first_s


@needs_mlx
@pytest.mark.model
def test_a_stop_ends_it_also_while_it_reads(mlx: Mlx) -> None:
    stop = threading.Event()
    stop.set()
    mlx.read(LONG, lasting=False, stop=stop)
    assert not mlx._cache[0].offset
    want = asked(mlx, LONG)
    assert want == asked(mlx, LONG)


@needs_mlx
@pytest.mark.model
def test_a_prompt_that_is_too_long_is_refused_and_it_goes_on(mlx: Mlx) -> None:
    with pytest.raises(BackendError, match="context"):
        asked(mlx, [Message("user", "word " * 3000)])
    assert asked(mlx, [Message("user", "Hello")])


@needs_mlx
@pytest.mark.model
def test_a_folder_as_mlx_lm_writes_it_answers_as_the_file_does(mlx: Mlx, tmp_path: Path) -> None:
    from mlx.core import save_safetensors
    from mlx.utils import tree_flatten

    model, tokenizer = mlx._model, mlx._tokenizer
    save_safetensors(str(tmp_path / "model.safetensors"), dict(tree_flatten(model.parameters())))
    config = {
        **vars(model.args),
        "quantization": {"group_size": 32, "bits": 4},
        "eos_token_id": tokenizer.eos_token_id,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    tokenizer._tokenizer.save_pretrained(tmp_path)
    other = Mlx(str(tmp_path), LlmOptions(context_tokens=1024))
    other.load()
    question = [Message("user", "What is the capital of France?")]
    assert asked(other, question) == asked(mlx, question) == "The capital of France is Paris."
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_file": "own.py"}))
    with pytest.raises(BackendError, match="could not load"):
        Mlx(str(tmp_path), LlmOptions()).load()


@needs_mlx
@pytest.mark.model
def test_a_gguf_of_a_kind_that_mlx_does_not_read_is_told_with_what_to_give(tmp_path: Path) -> None:
    try:
        path = models.path("qwen2.5-coder-0.5b")
    except MissingModel as missing:
        pytest.skip(str(missing))
    with pytest.raises(BackendError, match=r"could not load.*mlx_lm\.convert"):
        Mlx(str(path), LlmOptions()).load()
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(20))
    with pytest.raises(BackendError, match="could not load"):
        Mlx(str(broken), LlmOptions()).load()

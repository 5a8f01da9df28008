# SPDX-License-Identifier: Apache-2.0
"""Holds a model of MLX to a JSON schema: which tokens may come next, by llguidance, as llama.cpp does it here, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tektra.common.errors import BackendError
from tektra.planner.backends.mlx_weights import imported

#: Compact JSON: white space would cost a third of the tokens of a plan.
COMPACT = {"x-guidance": {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}}
BITS = 32  # of a word of a mask


class SchemaMask:
    """A logits processor of mlx-lm, for one answer. Raises BackendError for a schema that it does not know."""

    def __init__(self, cutter: Any, schema: Mapping[str, object]) -> None:
        matcher = imported("llguidance").LLMatcher
        self._mx = imported("mlx.core")
        self._masks = imported("llguidance.numpy")
        self._matcher = matcher(cutter, matcher.grammar_from_json_schema({**schema, **COMPACT}))
        self._words = self._masks.allocate_token_bitmask(1, cutter.vocab_size)
        self._begun = False
        if self._matcher.is_error():
            raise BackendError("llguidance does not know the schema", "see the log") from ValueError(
                self._matcher.get_error()
            )

    @staticmethod
    def cutter(tokenizer: Any) -> Any:
        """How the model's words are cut, as llguidance wants it told. Takes a second: keep it."""
        return imported("llguidance.hf").from_tokenizer(
            tokenizer._tokenizer, eos_token=sorted(tokenizer.eos_token_ids)
        )

    def __call__(self, tokens: Any, logits: Any) -> Any:
        """`tokens`: the prompt and what was answered so far. `logits`: one row."""
        if self._begun and not self._matcher.is_stopped():  # then nothing but the end may come
            self._matcher.consume_token(int(tokens[-1].item()))
        self._begun = True
        self._masks.fill_next_token_bitmask(self._matcher, self._words)
        mx = self._mx
        words = mx.array(self._words[0]).astype(mx.uint32)
        allowed = ((words[:, None] >> mx.arange(BITS, dtype=mx.uint32)) & 1).reshape(-1)
        width = logits.shape[-1]
        if allowed.shape[0] < width:
            allowed = mx.concatenate([allowed, mx.zeros(width - allowed.shape[0], dtype=allowed.dtype)])
        return mx.where(allowed[:width] == 1, logits, -float("inf"))

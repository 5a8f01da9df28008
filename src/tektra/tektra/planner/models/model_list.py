# SPDX-License-Identifier: Apache-2.0
"""Which language models there are, where each one runs, which serves which task, and who stands in for one that fails.

Three sources: config/models.lock, the planner's parameters (`model`, `base_url`, `endpoint_model`), and a file of one's own:

    endpoints:                       # OpenAI-compatible: vLLM, Ollama, llama-server, a cloud
      garage:
        base_url: http://127.0.0.1:11434/v1
        api_key_env: GARAGE_KEY      # the environment variable that holds the key; left out: none is sent
        timeout_s: 60
        models: [llama3.2:3b, phi4-mini]
    files:                           # weights on this machine
      mine: {path: /models/mine.gguf}        # GGUF: llama_cpp; a folder with safetensors: transformers, or mlx
    use: {talk: llama3.2:3b, plan: mine, summary: mine}     # left out: the selected model does it
    fallback: [qwen2.5-coder-0.5b]           # asked in this order where the one before fails before its first word
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tektra.common import models
from tektra.common.world_yaml import Reader, read_file
from tektra.planner.backends import LlmOptions
from tektra.planner.options import PlannerOptions

#: The back end of endpoints' models.
ENDPOINT = "openai"
LOCAL = "llama_cpp"
#: What a model may be chosen for: free talk, orders that the rules did not read whole, or summing up what was talked about.
TASKS = ("talk", "plan", "summary")
NAME_MAX = 120
MODELS_MAX = 200


@dataclass(frozen=True)
class ModelSource:
    """Where one model runs. `weights`: what its back end is given: a name of the lock, a path, or an endpoint's own name."""

    name: str
    backend: str
    weights: str
    options: LlmOptions


@dataclass(frozen=True)
class ModelList:
    """All of them by name, in the order in which they are told of."""

    sources: Mapping[str, ModelSource]
    use: Mapping[str, str] = field(default_factory=dict)
    fallback: tuple[str, ...] = ()


def read_models(options: PlannerOptions) -> ModelList:
    """Reads the lock and the file that `models_file` names. Blocks on the disk. Raises ConfigError."""
    told = options.llm
    local = options.backend if options.backend != ENDPOINT else LOCAL
    lock = models.lock().models.values()
    found = {m.name: ModelSource(m.name, local, m.name, told) for m in lock if m.kind == "llm"}
    if options.base_url and options.endpoint_model:
        found[options.endpoint_model] = ModelSource(
            options.endpoint_model, ENDPOINT, options.endpoint_model, told
        )
    if options.model not in found:
        found[options.model] = ModelSource(options.model, options.backend, options.model, told)
    if not options.models_file:
        return ModelList(found)
    top = read_file(Path(options.models_file).expanduser())
    _endpoints(top, found, told)
    _files(top, found, told)
    use = _use(top, found)
    fallback = top.texts("fallback")
    for name in fallback:
        _known(top, "fallback", name, found)
    top.finish()
    return ModelList(found, use, fallback)


def _endpoints(top: Reader, found: dict[str, ModelSource], told: LlmOptions) -> None:
    for _, endpoint in top.sections("endpoints"):
        url = endpoint.text("base_url")
        key = endpoint.text("api_key_env", default="")
        silent_s = endpoint.number("timeout_s", low=1.0, high=600.0, default=told.timeout_s)
        named = endpoint.texts("models")
        if not named:
            raise endpoint.error("models", "is empty: name the models that this endpoint serves")
        for name in named:
            options = replace(told, base_url=url, api_key_env=key, timeout_s=silent_s)
            _add(endpoint, "models", ModelSource(name, ENDPOINT, name, options), found)
        endpoint.finish()


def _files(top: Reader, found: dict[str, ModelSource], told: LlmOptions) -> None:
    for name, file in top.sections("files"):
        path = Path(file.text("path")).expanduser()
        backend = file.text("backend", default=backend_of_file(path))
        file.finish()
        _add(top, f"files.{name}", ModelSource(name, backend, str(path), told), found)


def backend_of_file(path: Path) -> str:
    """Which back end reads such weights: a folder that was packed for MLX says so in its config.json. Blocks on the disk."""
    if path.suffix.lower() == ".gguf":
        return LOCAL
    try:
        told = json.loads((path / "config.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return "transformers"
    packed = told.get("quantization") if isinstance(told, dict) else None
    return "mlx" if isinstance(packed, dict) and "group_size" in packed else "transformers"


def _add(at: Reader, key: str, source: ModelSource, found: dict[str, ModelSource]) -> None:
    if source.name in found:
        raise at.error(key, f"names {source.name[:60]!r}, which is a model already; give another name")
    if len(source.name) > NAME_MAX or len(found) >= MODELS_MAX:
        raise at.error(
            key, f"has a name of over {NAME_MAX} characters, or is one of over {MODELS_MAX} models"
        )
    found[source.name] = source


def _use(top: Reader, found: Mapping[str, ModelSource]) -> dict[str, str]:
    section = top.section("use", optional=True)
    use = {task: section.text(task, default="") for task in TASKS}
    section.finish()
    for task, name in use.items():
        if name:
            _known(section, task, name, found)
    return {task: name for task, name in use.items() if name}


def _known(at: Reader, key: str, name: str, found: Mapping[str, ModelSource]) -> None:
    if name not in found:
        raise at.error(key, f"is {name[:60]!r}, which is no model; known: {', '.join(found)}")

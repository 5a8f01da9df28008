# SPDX-License-Identifier: Apache-2.0
"""The planner's options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.errors import OptionError
from tektra.common.options import option
from tektra.planner.backends import LlmOptions

WHO = "who may move robots is settled at the start: setting a parameter asks for no account"
PROMPT = "what the model has read already is made with it"


@dataclass(frozen=True)
class PlannerOptions:
    """Parameters of the node `planner`."""

    FIXED: ClassVar[str] = "model, store and files are opened with it"

    backend: str = option("llama_cpp", "Back end that runs the language model: an entry point of tektra.llm.")
    model: str = option("qwen2.5-coder-1.5b", "Model that answers first; `select` changes it while running.")
    models_file: str = option(
        "",
        "YAML file of further models (endpoints, weights of one's own), of which one serves which task, and of who "
        "stands in for one that fails; empty: none. See docs/planner.md.",
    )
    threads: int = option(2, "Threads of the language model.", low=1, high=64)
    context_tokens: int = option(
        4096, "Longest prompt and answer together.", unit="tokens", low=1024, high=131072
    )
    history_tokens: int = option(
        250,
        "How much of the conversation goes into the prompt.",
        unit="tokens",
        low=0,
        high=100000,
        fixed=PROMPT,
    )
    answer_tokens: int = option(
        400, "Longest answer with its plan.", unit="tokens", low=32, high=4096, live=True
    )
    temperature: float = option(0.0, "0 always gives the likeliest answer.", low=0.0, high=2.0, live=True)
    base_url: str = option("", "OpenAI-compatible endpoint up to and with /v1; empty: none is listed.")
    endpoint_model: str = option("", "Model of that endpoint.")
    api_key_env: str = option(
        "", "Environment variable that holds the endpoint's key; empty: no key is sent."
    )
    timeout_s: float = option(60.0, "Longest silence of the endpoint.", unit="s", low=1.0, high=600.0)
    store: str = option(
        "sqlite",
        "Back end that keeps conversations: sqlite, postgresql or another entry point of tektra.store.",
    )
    store_file: str = option("", "File of the SQLite store; empty: planner.sqlite in the state folder.")
    store_url: str = option(
        "",
        "Of a PostgreSQL store, as postgresql://user@host:5432/database; the password is in PGPASSWORD or ~/.pgpass.",
    )
    store_key_file: str = option(
        "",
        "Keys that encrypt the store; empty: planner.key in the state folder, made at the first start. "
        "TEKTRA_STORE_KEY in the environment goes before it.",
    )
    keep_days: float = option(
        0.0, "Conversations that rested longer are forgotten; 0: none is.", unit="days", low=0.0, high=36500.0
    )
    world_file: str = option("", "World file; empty: config/world.yaml.")
    prompt_file: str = option("", "System prompt; empty: config/prompts/planner.md.")
    manners_file: str = option(
        "",
        "YAML file of how Tektra speaks, for everybody and for single persons; empty: manners.yaml of Tektra's data folder, which the page "
        "writes. See docs/planner.md.",
    )
    voice: str = option("default", "Voice whose final speech is a request: /humans/voices/<voice>/speech.")
    unknown_may_move: bool = option(
        True,
        "Whether words that nobody knows the speaker of may move robots. A stop is obeyed whoever says it.",
        fixed=WHO,
    )
    stop_at_alarms: bool = option(
        True,
        "Whether cries that name no stop (`you are on my foot`) stop everything while something moves. See docs/decisions/alarms.md.",
        fixed="what stops robots is settled at the start",
    )
    guests_may_move: bool = option(
        False,
        "Whether persons whose role is guest, or who are known without a role, may move robots.",
        fixed=WHO,
    )
    max_steps: int = option(8, "Most steps of one plan.", low=1, high=20, fixed=PROMPT)
    max_waiting: int = option(
        8, "Most requests that wait for the model; a further one is refused.", low=1, high=100
    )
    map_resolution_m: float = option(0.05, "Cell of the map on /map.", unit="m", low=0.02, high=0.5)
    speak_outcomes: bool = option(True, "Whether outcomes are spoken too, not only answers.", live=True)

    def check(self) -> None:
        """Raises OptionError for an answer that leaves no room for what is asked."""
        if self.answer_tokens >= self.context_tokens:
            raise OptionError(
                f"answer_tokens = {self.answer_tokens}",
                f"give less than context_tokens = {self.context_tokens}",
            )

    @property
    def llm(self) -> LlmOptions:
        """What the language model is told."""
        return LlmOptions(
            threads=self.threads,
            context_tokens=self.context_tokens,
            base_url=self.base_url,
            api_key_env=self.api_key_env,
            timeout_s=self.timeout_s,
        )

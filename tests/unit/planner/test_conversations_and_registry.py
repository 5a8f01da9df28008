# SPDX-License-Identifier: Apache-2.0
"""Conversations and models: which one is meant, and what is told of it."""

import json
from pathlib import Path

import pytest

from tektra.common.errors import BackendError, ConfigError, InputError
from tektra.common.sealing import Sealer
from tektra.planner.backends import LlmOptions, StoredConversation, StoredMessage
from tektra.planner.backends.sql import SqliteStore
from tektra.planner.conversation.conversations import (
    READ_CONVERSATIONS,
    REST_S,
    AtOnce,
    Conversations,
    read_kept,
)
from tektra.planner.conversation.export import export
from tektra.planner.conversation.replies import replies
from tektra.planner.models.model_list import backend_of_file
from tektra.planner.models.registry import ModelRegistry
from tektra.planner.options import PlannerOptions
from tektra.planner.plans.outcomes import told
from tektra.planner.plans.plan import PlanStatus, Step, StepStatus
from tektra.planner.plans.runner import Progress
from tektra.planner.world.safety_state import SafetyState


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    made = SqliteStore(str(tmp_path / "planner.sqlite"), Sealer((bytes(32),)))
    made.open()
    return made


@pytest.fixture
def talk(store: SqliteStore) -> Conversations:
    return Conversations(AtOnce(store))


def test_a_conversation_goes_on_until_it_has_rested(talk: Conversations) -> None:
    first = talk.conversation_for("", 0.0)
    assert talk.conversation_for("", REST_S) == first
    assert talk.conversation_for("", 2.1 * REST_S) != first


def test_a_named_conversation_becomes_the_current_one_of_whoever_named_it(talk: Conversations) -> None:
    mine = talk.conversation_for("", 0.0, person="ann", channel="web")
    assert talk.conversation_for("other", 1.0, person="bob", channel="web") == "other"
    assert talk.conversation_for("", 2.0, person="bob", channel="web") == "other"
    assert talk.conversation_for("", 2.0, person="ann", channel="web") == mine
    assert talk.conversation_for("", 2.0, person="bob", channel="voice") not in (mine, "other")


def test_a_new_one_begins_when_asked(talk: Conversations) -> None:
    first = talk.conversation_for("", 0.0)
    second = talk.conversation_for("new", 1.0)
    assert second not in (first, "new")
    assert talk.conversation_for("", 2.0) == second
    talk.begin_anew(second)
    assert talk.conversation_for("", 3.0) != second


def test_a_conversation_goes_on_after_a_restart(talk: Conversations, store: SqliteStore) -> None:
    talk.conversation_for("a", 0.0, person="ann", channel="web")
    talk.asked("a", "hello", 10.0, person="ann", channel="web")
    talk.answered("a", "hi", [Step(1, "rover1", "wait", {"seconds": 1})], 12.0)
    again = Conversations(AtOnce(store), read_kept(store))
    assert again.conversation_for("", 13.0) != "a"
    assert again.conversation_for("", 13.0, person="ann", channel="web") == "a"
    assert [message.text for message in again.history("a")] == ["hello", "hi"]
    assert again.earlier_words("a") == ("hello",)


def test_nobody_goes_on_in_an_old_conversation_of_somebody_else_after_a_restart(store: SqliteStore) -> None:
    talk = Conversations(AtOnce(store))
    for number in range(READ_CONVERSATIONS + 5):
        talk.asked(f"c{number}", "hello", float(number), person="ann", channel="web")
    again = Conversations(AtOnce(store), read_kept(store))
    assert again.conversation_for("c0", 1000.0, person="bob", channel="web") != "c0"
    assert again.conversation_for("c0", 1000.0, person="ann", channel="web") == "c0"


def test_a_deleted_conversation_is_gone_also_while_an_answer_is_made(
    talk: Conversations, store: SqliteStore
) -> None:
    talk.conversation_for("a", 0.0)
    talk.asked("a", "my meeting is at nine", 1.0)
    talk.remember("the meeting is at nine", 1.0, conversation_id="a")
    store.delete("a")
    talk.forget("a")
    talk.answered("a", "All right.", (), 2.0)
    talk.remember("the meeting is at nine", 2.0, conversation_id="a")
    assert talk.conversation_for("", 3.0) != "a"
    assert talk.history("a") == []
    assert talk.facts_about("when is my meeting?", 5) == ()
    assert store.facts() == []
    assert store.messages("a") == []


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("when is my meeting?", True),
        ("what about the meetings", True),
        ("rover1 go to the kitchen", False),
        ("how are you today?", False),
        ("", False),
    ],
)
def test_a_fact_is_shown_only_where_the_words_are_about_it(
    talk: Conversations, words: str, shown: bool
) -> None:
    talk.remember("the meeting about the garden is at nine", 1.0)
    assert bool(talk.facts_about(words, 5)) == shown


def test_a_persons_facts_are_shown_to_nobody_else(talk: Conversations) -> None:
    talk.remember("the birthday present is a bicycle", 1.0, person="ann")
    assert talk.facts_about("what is the present?", 5, person="ann")
    assert not talk.facts_about("what is the present?", 5, person="bob")
    assert not talk.facts_about("what is the present?", 5)


def test_an_export_holds_texts_times_and_plans() -> None:
    plan = json.dumps([Step(1, "rover1", "wait", {"seconds": 1}).as_dict()])
    info = StoredConversation("a", "hello", 2, 0.0, 60.0)
    messages = [StoredMessage(0.0, "user", "hello"), StoredMessage(60.0, "assistant", "hi", plan)]
    content = json.loads(export(info, messages, "json"))
    assert content["messages"][1]["plan"][0]["who"] == "rover1"
    assert content["created"] == "1970-01-01T00:00:00+00:00"
    page = export(info, messages, "markdown")
    assert "# hello" in page
    assert '- 1. rover1 `wait` `{"seconds": 1}` after []' in page
    with pytest.raises(InputError, match="json or markdown"):
        export(info, messages, "pdf")


class FakeLlm:
    """Notes whether it is loaded; the model "broken" cannot be."""

    def __init__(self, model: str) -> None:
        self.model, self.loaded = model, False

    def load(self) -> None:
        if self.model == "smollm2-135m":
            raise BackendError("it is broken", "mend it")
        self.loaded = True

    def close(self) -> None:
        self.loaded = False


@pytest.fixture
def registry() -> ModelRegistry:
    made: dict[str, FakeLlm] = {}
    registry = ModelRegistry(
        PlannerOptions(), lambda backend, model, options: made.setdefault(model, FakeLlm(model))
    )
    registry.made = made
    return registry


BIG, SMALL = "qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"


def test_a_switch_loads_the_new_model_and_frees_the_old(registry: ModelRegistry) -> None:
    with pytest.raises(InputError, match="no language model is loaded"):
        registry.llm()
    registry.select(BIG)
    registry.select(SMALL)
    assert (registry.selected, registry.llm().model) == (SMALL, SMALL)
    assert not registry.made[BIG].loaded


def test_a_model_that_was_loaded_by_name_stays_loaded(registry: ModelRegistry) -> None:
    registry.load(BIG)
    registry.select(BIG)
    registry.select(SMALL)
    assert registry.made[BIG].loaded
    assert registry.unload(BIG)
    assert not registry.made[BIG].loaded


def test_a_failed_switch_leaves_the_old_model_at_work(registry: ModelRegistry) -> None:
    registry.select(BIG)
    with pytest.raises(BackendError):
        registry.select("smollm2-135m")
    with pytest.raises(InputError, match="use one of"):
        registry.select("unheard-of")
    assert registry.llm().model == BIG


def test_the_model_in_use_and_an_unloaded_one_cannot_be_unloaded(registry: ModelRegistry) -> None:
    registry.select(BIG)
    with pytest.raises(InputError, match="in use"):
        registry.unload(BIG)
    with pytest.raises(InputError, match="not loaded"):
        registry.unload(SMALL)


def test_the_list_tells_kinds_and_states(registry: ModelRegistry) -> None:
    registry.select(BIG)
    entries = {entry.name: entry for entry in registry.entries("llm")}
    assert (entries[BIG].loaded, entries[BIG].selected, entries[BIG].backend) == (True, True, "llama_cpp")
    assert not entries[SMALL].loaded
    assert entries[BIG].size_bytes > 1e9
    assert {"stt", "tts"} <= {entry.kind for entry in registry.entries()}


def test_an_endpoint_is_listed_where_one_is_given() -> None:
    options = PlannerOptions(base_url="http://127.0.0.1:1/v1", endpoint_model="big-one")
    entries = {entry.name: entry.backend for entry in ModelRegistry(options).entries("llm")}
    assert entries["big-one"] == "openai"


MODELS = """
endpoints:
  garage: {base_url: "http://127.0.0.1:11434/v1", timeout_s: 5, models: [llama, phi]}
  cloud: {base_url: "https://cloud.example/v1", api_key_env: CLOUD_KEY, models: [large]}
files:
  mine: {path: FOLDER/mine.gguf}
  folder: {path: FOLDER}
use: {talk: llama}
fallback: [mine, qwen2.5-coder-0.5b]
"""


def listed(folder: Path, text: str = MODELS) -> PlannerOptions:
    (folder / "mine.gguf").write_bytes(b"GGUF")
    (folder / "models.yaml").write_text(text.replace("FOLDER", str(folder)))
    return PlannerOptions(models_file=str(folder / "models.yaml"))


def test_a_file_names_endpoints_weights_tasks_and_who_stands_in(tmp_path: Path) -> None:
    made = {}

    def make(backend: str, model: str, options: LlmOptions) -> FakeLlm:
        made[model] = (backend, options)
        return FakeLlm(model)

    registry = ModelRegistry(listed(tmp_path), make)
    entries = {entry.name: (entry.backend, entry.available) for entry in registry.entries("llm")}
    assert entries["llama"] == entries["large"] == ("openai", True)
    assert (entries["mine"], entries["folder"]) == (("llama_cpp", True), ("transformers", True))
    registry.select(BIG)
    assert [llm.model for _, llm in registry.serving("talk")] == ["llama", f"{tmp_path}/mine.gguf", SMALL]
    assert [name for name, _ in registry.serving("plan")] == [BIG, "mine", SMALL]
    assert made["llama"][1].base_url.endswith(":11434/v1") and made["llama"][1].timeout_s == 5.0
    registry.select("large")
    assert made["large"][1].api_key_env == "CLOUD_KEY"


def test_a_folder_that_was_packed_for_mlx_is_given_to_mlx(tmp_path: Path) -> None:
    assert backend_of_file(tmp_path) == "transformers"
    (tmp_path / "config.json").write_text(
        '{"model_type": "llama", "quantization_config": {"quant_method": "awq"}}'
    )
    assert backend_of_file(tmp_path) == "transformers"
    (tmp_path / "config.json").write_text(
        '{"model_type": "llama", "quantization": {"group_size": 64, "bits": 4}}'
    )
    assert backend_of_file(tmp_path) == "mlx"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fallback: [nobody]", "'nobody', which is no model"),
        ("use: {talk: nobody}", "'nobody', which is no model"),
        ("use: {dance: x}", "dance"),
        ("endpoints: {a: {base_url: x}}", "name the models"),
        (f"files: {{{BIG}: {{path: /x.gguf}}}}", "is a model already"),
        ("endpoint: {}", "not a key"),
        ("- a", "must be a mapping"),
    ],
)
def test_a_bad_file_of_models_is_refused_with_the_line_and_the_key(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        ModelRegistry(listed(tmp_path, text))


def test_the_old_model_makes_room_before_the_new_one_is_loaded_and_comes_back_if_that_fails(
    registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = []

    class Counted(FakeLlm):
        def load(self) -> None:
            super().load()
            at_once.append(sum(llm.loaded for llm in registry.made.values()))

    def make(backend: str, model: str, options: LlmOptions) -> FakeLlm:
        registry.made[model] = Counted(model)
        return registry.made[model]

    monkeypatch.setattr(registry, "_make", make)
    registry.select(BIG)
    registry.select(SMALL)
    with pytest.raises(BackendError):
        registry.select("smollm2-135m")
    assert set(at_once) == {1} and registry.llm().model == SMALL


def test_weights_that_are_not_there_do_not_cost_the_model_in_use(registry: ModelRegistry) -> None:
    options = PlannerOptions(model="/nowhere/a.gguf")
    assert not {e.name: e for e in ModelRegistry(options).entries("llm")}["/nowhere/a.gguf"].available


def test_outcomes_are_told_in_the_robots_own_words() -> None:
    steps = [
        Progress(Step(1, "rover1", "move", {}), StepStatus.SUCCEEDED, "moved 1 m"),
        Progress(Step(2, "rover1", "navigate_to", {}), StepStatus.SUCCEEDED, "reached kitchen"),
        Progress(Step(3, "tektra", "say", {}), StepStatus.SUCCEEDED, "said it"),
    ]
    assert told(steps, PlanStatus.SUCCEEDED, "", replies("en")) == "rover1 reached kitchen."
    failed = [Progress(Step(1, "rover1", "navigate_to", {}), StepStatus.FAILED, "blocked")]
    assert told(failed, PlanStatus.FAILED, "x", replies("en")) == "rover1 did not navigate to: blocked."
    assert (
        told(steps, PlanStatus.CANCELED, "everything was stopped.", replies("en"))
        == "everything was stopped."
    )


def test_before_the_gate_was_heard_and_when_it_is_silent_nothing_may_move() -> None:
    watch = SafetyState()
    assert "silent" in watch.halted(0.0, -1)
    assert watch.heard(epoch=3, stopped=False, causes=[], robots={}, now_s=1.0)
    assert not watch.heard(epoch=3, stopped=False, causes=[], robots={}, now_s=1.1)
    assert watch.halted(1.2, 3) == ""
    assert "a stop after you asked" in watch.halted(1.2, 2)
    assert watch.halted(2.5, 3) == ""  # the planner is slow, the gate need not be
    assert "silent" in watch.halted(2.7, 3)
    watch.heard(epoch=4, stopped=True, causes=["voice"], robots={}, now_s=3.0)
    assert "stopped (voice)" in watch.halted(3.0, 4)

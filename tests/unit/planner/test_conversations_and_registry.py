# SPDX-License-Identifier: Apache-2.0
"""Conversations and models: which one is meant, and what is told of it."""

import json
from pathlib import Path

import pytest

from tektra.common.errors import BackendError, InputError
from tektra.common.sealing import Sealer
from tektra.planner.backends import StoredConversation, StoredMessage
from tektra.planner.backends.sql import SqliteStore
from tektra.planner.conversation.conversations import REST_S, Conversations
from tektra.planner.conversation.export import export
from tektra.planner.conversation.sentences import Sentences
from tektra.planner.models.registry import ModelRegistry
from tektra.planner.options import PlannerOptions
from tektra.planner.plans.outcomes import told
from tektra.planner.plans.plan import PlanStatus, Step, StepStatus
from tektra.planner.plans.runner import Progress
from tektra.planner.world.safety_state import SafetyState


@pytest.fixture
def talk(tmp_path: Path) -> Conversations:
    store = SqliteStore(str(tmp_path / "planner.sqlite"), Sealer((bytes(32),)))
    store.open()
    return Conversations(store)


def test_a_conversation_goes_on_until_it_has_rested(talk: Conversations) -> None:
    first = talk.conversation_for("", 0.0)
    assert talk.conversation_for("", REST_S) == first
    assert talk.conversation_for("", 2.1 * REST_S) != first


def test_a_named_conversation_becomes_the_current_one(talk: Conversations) -> None:
    talk.conversation_for("", 0.0)
    assert talk.conversation_for("other", 1.0) == "other"
    assert talk.conversation_for("", 2.0) == "other"


def test_a_conversation_goes_on_after_a_restart(talk: Conversations) -> None:
    talk.conversation_for("a", 0.0)
    talk.asked("a", "hello", 10.0)
    again = Conversations(talk._store)
    assert again.conversation_for("", 11.0) == "a"
    talk.answered("a", "hi", [Step(1, "rover1", "wait", {"seconds": 1})], 12.0)
    assert [message.text for message in again.history("a")] == ["hello", "hi"]
    assert again.earlier_words("a") == ("hello",)


def test_a_deleted_conversation_is_not_gone_on_with(talk: Conversations) -> None:
    talk.conversation_for("a", 0.0)
    talk.forget_if_current("a")
    assert talk.conversation_for("", 1.0) != "a"


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


def test_sentences_come_as_soon_as_they_are_whole() -> None:
    sentences = Sentences()
    assert [sentences.feed(piece) for piece in ("Hello the", "re. How", " are you?", " Fine", ".")] == [
        [], ["Hello there."], [], ["How are you?"], [],
    ]  # fmt: skip
    assert (sentences.rest(), sentences.rest()) == ("Fine.", "")


def test_numbers_and_initials_end_no_sentence_and_a_very_long_one_is_cut() -> None:
    assert Sentences().feed("I go 1. 5 metres with J. Smith ") == []
    pieces = Sentences().feed("word " * 100)
    assert all(len(piece) <= 220 for piece in pieces)
    assert pieces


def test_outcomes_are_told_in_the_robots_own_words() -> None:
    steps = [
        Progress(Step(1, "rover1", "move", {}), StepStatus.SUCCEEDED, "moved 1 m"),
        Progress(Step(2, "rover1", "navigate_to", {}), StepStatus.SUCCEEDED, "reached kitchen"),
        Progress(Step(3, "tektra", "say", {}), StepStatus.SUCCEEDED, "said it"),
    ]
    assert told(steps, PlanStatus.SUCCEEDED, "") == "rover1 reached kitchen."
    failed = [Progress(Step(1, "rover1", "navigate_to", {}), StepStatus.FAILED, "blocked")]
    assert told(failed, PlanStatus.FAILED, "x") == "rover1 did not navigate to: blocked."
    assert told(steps, PlanStatus.CANCELED, "everything was stopped.") == "everything was stopped."


def test_before_the_gate_was_heard_and_when_it_is_silent_nothing_may_move() -> None:
    watch = SafetyState()
    assert "silent" in watch.halted(0.0, -1)
    assert watch.heard(epoch=3, stopped=False, causes=[], robots={}, now_s=1.0)
    assert not watch.heard(epoch=3, stopped=False, causes=[], robots={}, now_s=1.1)
    assert watch.halted(1.2, 3) == ""
    assert "a stop after you asked" in watch.halted(1.2, 2)
    assert "silent" in watch.halted(1.7, 3)
    watch.heard(epoch=4, stopped=True, causes=["voice"], robots={}, now_s=2.0)
    assert "stopped (voice)" in watch.halted(2.0, 4)

# SPDX-License-Identifier: Apache-2.0
"""A conversation as a text that a person keeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from tektra.common.errors import InputError
from tektra.planner.backends import StoredConversation, StoredMessage

FORMATS = ("json", "markdown")


def export(info: StoredConversation, messages: Sequence[StoredMessage], form: str) -> str:
    """The conversation as JSON or Markdown; times in UTC, ISO 8601. Raises InputError for another format."""
    if form in ("json", ""):
        return _json(info, messages)
    if form == "markdown":
        return _markdown(info, messages)
    raise InputError(f"no export format is called {form[:20]!r}", f"use {' or '.join(FORMATS)}")


def _json(info: StoredConversation, messages: Sequence[StoredMessage]) -> str:
    entries = [
        {
            "at": _when(message.at_s),
            "role": message.role,
            "text": message.text,
            "plan": json.loads(message.plan) if message.plan else [],
        }
        for message in messages
    ]
    content = {
        "conversation_id": info.conversation_id,
        "title": info.title,
        "created": _when(info.created_s),
        "updated": _when(info.updated_s),
        "messages": entries,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _markdown(info: StoredConversation, messages: Sequence[StoredMessage]) -> str:
    lines = [f"# {info.title}", "", f"{_when(info.created_s)} – {_when(info.updated_s)}"]
    for message in messages:
        lines += ["", f"**{message.role}** ({_when(message.at_s)}): {message.text}"]
        for step in json.loads(message.plan) if message.plan else []:
            arguments = json.dumps(step["arguments"], ensure_ascii=False)
            lines.append(
                f"- {step['id']}. {step['who']} `{step['skill']}` `{arguments}` after {step['after']}"
            )
    return "\n".join(lines) + "\n"


def _when(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="seconds")

# SPDX-License-Identifier: Apache-2.0
"""`tektra memory`: conversations and facts that the running planner keeps: found, corrected, renamed, exported, forgotten."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

from std_srvs.srv import Trigger

from tektra.cli.session import Session
from tektra_interfaces.srv import (
    CorrectFact,
    DeleteConversation,
    ExportConversation,
    ForgetFact,
    ForgetPerson,
    ListConversations,
    ListFacts,
    RenameConversation,
    SearchConversations,
)

EPILOG = """\
examples:
  tektra memory conversations              which there are, the latest first
  tektra memory search "red cube"          who said so, and in which conversation
  tektra memory export 4f2a91c0d3e7        one of them, as JSON
  tektra memory facts --person ann         what was learned from ann
  tektra memory correct 12 "the keys hang in the hall"
  tektra memory forget 12                  one fact
  tektra memory forget-person ann          every conversation with ann, and what was learned from her
  tektra memory new-key                    encrypt all of it with a new key

Deleted is gone: also while an answer is being made. Exit status: 0 done, 1 refused, 3 no planner answers.
"""
#: A store of many years, on a slow disk.
LONG_S = 60.0
Made = tuple[Any, str, Any]


def add_parser(subparsers: Any) -> None:
    """Adds `memory` to the command line."""
    parser = subparsers.add_parser(
        "memory", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (what, arguments, _) in ACTIONS.items():
        action = actions.add_parser(name, help=what, description=what)
        for argument in arguments:
            action.add_argument(argument, **OPTIONAL.get(argument, {}))


def run(arguments: argparse.Namespace) -> int:
    """Calls the service; the exit status. Raises NoAnswer where no planner runs."""
    kind, service, request = ACTIONS[arguments.action][2](arguments)
    with Session() as session:
        answer = session.call(kind, f"/tektra/{service}", request, timeout_s=LONG_S)
    shown = _shown(arguments.action, answer, as_json=getattr(arguments, "json", False))
    print("\n".join(filter(None, [answer.message, shown])) or "nothing")
    return 0 if answer.success else 1


OPTIONAL: dict[str, dict[str, Any]] = {
    "--person": {"default": "", "help": "of this person alone"},
    "--limit": {"type": int, "default": 0, "help": "at most so many"},
    "--format": {"choices": ("json", "markdown"), "default": "json"},
    "--json": {"action": "store_true", "help": "for programs"},
}
#: By name: what it does, its arguments, and the call that it makes.
ACTIONS: dict[str, tuple[str, tuple[str, ...], Callable[[Any], Made]]] = {
    "conversations": (
        "list conversations, the latest first",
        ("--person", "--limit", "--json"),
        lambda a: (
            ListConversations,
            "conversations/list",
            ListConversations.Request(limit=a.limit, person=a.person),
        ),
    ),
    "search": (
        "find messages that hold a text",
        ("text", "--person", "--limit", "--json"),
        lambda a: (
            SearchConversations,
            "conversations/search",
            SearchConversations.Request(text=a.text, person=a.person, limit=a.limit),
        ),
    ),
    "rename": (
        "give a conversation a title",
        ("id", "title"),
        lambda a: (
            RenameConversation,
            "conversations/rename",
            RenameConversation.Request(conversation_id=a.id, title=a.title),
        ),
    ),
    "export": (
        "print a conversation whole",
        ("id", "--format"),
        lambda a: (
            ExportConversation,
            "conversations/export",
            ExportConversation.Request(conversation_id=a.id, format=a.format),
        ),
    ),
    "delete": (
        "forget a conversation and what was learned in it",
        ("id",),
        lambda a: (
            DeleteConversation,
            "conversations/delete",
            DeleteConversation.Request(conversation_id=a.id),
        ),
    ),
    "facts": (
        "list what is remembered",
        ("--person", "--limit", "--json"),
        lambda a: (ListFacts, "facts/list", ListFacts.Request(person=a.person, limit=a.limit)),
    ),
    "correct": (
        "put other words for a fact",
        ("id", "text"),
        lambda a: (CorrectFact, "facts/correct", CorrectFact.Request(fact_id=a.id, text=a.text)),
    ),
    "forget": (
        "forget a fact",
        ("id",),
        lambda a: (ForgetFact, "facts/forget", ForgetFact.Request(fact_id=a.id)),
    ),
    "forget-person": (
        "forget every conversation with a person, and what was learned from them",
        ("person",),
        lambda a: (ForgetPerson, "facts/forget_person", ForgetPerson.Request(person=a.person)),
    ),
    "new-key": (
        "encrypt everything that is kept with a new key",
        (),
        lambda a: (Trigger, "conversations/new_key", Trigger.Request()),
    ),
}


def _shown(action: str, answer: Any, *, as_json: bool) -> str:
    if action == "export":
        return str(answer.text)
    if action == "conversations":
        rows = [
            {"id": c.conversation_id, "when": _when(c.updated), "messages": c.messages, "title": c.title}
            for c in answer.conversations
        ]
    elif action == "search":
        found = zip(answer.conversation_ids, answer.messages, strict=True)
        rows = [{"id": id_, "when": _when(m.stamp), "role": m.role, "text": m.text} for id_, m in found]
    elif action == "facts":
        rows = [
            {"id": f.fact_id, "when": _when(f.stamp), "person": f.person, "text": f.text}
            for f in answer.facts
        ]
    else:
        return ""
    return json.dumps(rows, indent=2) if as_json else "\n".join(map(_line, rows))


def _line(row: dict[str, Any]) -> str:
    return "  ".join(" ".join(str(value).split()) or "-" for value in row.values())


def _when(stamp: Any) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(stamp.sec))

# SPDX-License-Identifier: Apache-2.0
"""`tektra models running | load | unload | select`: the language models of the planner that runs."""

from __future__ import annotations

import argparse
import json
from typing import Any

from tektra.cli.session import Session
from tektra.planner.options import PlannerOptions
from tektra_interfaces.srv import ListModels, LoadModel, SelectModel, UnloadModel

CHANGES: dict[str, Any] = {"load": LoadModel, "unload": UnloadModel, "select": SelectModel}
#: A model of some GB, from a slow disk.
LOAD_S = PlannerOptions().timeout_s * 5


def run(args: argparse.Namespace) -> int:
    """Does what was asked of the planner; the exit status. Raises NoAnswer where none runs."""
    with Session() as session:
        if args.action in CHANGES:
            kind = CHANGES[args.action]
            request = kind.Request(name=args.name)
            answer = session.call(kind, f"/tektra/models/{args.action}", request, timeout_s=LOAD_S)
            print(answer.message)
            return 0 if answer.success else 1
        answer = session.call(ListModels, "/tektra/models/list", ListModels.Request(kind="llm"))
    if not answer.success:
        print(answer.message)
        return 1
    if args.json:
        names = ("name", "backend", "available", "loaded", "selected")
        print(
            json.dumps([{name: getattr(model, name) for name in names} for model in answer.models], indent=2)
        )
        return 0
    for model in answer.models:
        print(f"{model.name:32} {model.backend:13} {_state(model)}")
    return 0


def _state(model: Any) -> str:
    if model.selected:
        return "answers"
    if model.loaded:
        return "loaded"
    return "not loaded" if model.available else "not here"

# SPDX-License-Identifier: Apache-2.0
"""`tektra models ...`: what config/models.lock names and what of it is here; which of them the running planner uses."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from typing import Any, NoReturn

from tqdm import tqdm

from tektra.cli import environment
from tektra.common import models, paths
from tektra.common.errors import InputError, TektraError
from tektra.common.model_lock import Lock
from tektra.common.model_users import users

SHOW_AFTER_S = 2.0
#: What is asked of the planner that runs.
LIVE = {
    "running": "",
    "load": "have the planner load a model beside the one that answers",
    "unload": "have it give a model's memory back",
    "select": "have it answer with a model from now on",
}
LINE_EVERY_S, TOLD_EVERY_S = 10.0, 0.25


def add_parser(subparsers: Any) -> None:
    """Add `models` to the subcommands of `tektra`; its `run` is in the namespace as `run`."""
    _arguments(subparsers.add_parser("models", help="list, pull or verify the models", description=__doc__))


def run(args: argparse.Namespace) -> int:
    """Do what was asked; the exit status. Errors go to stderr with their remedy."""
    try:
        if args.action in LIVE:
            return _live(args)
        known = models.lock()
        if args.action == "list":
            return _list(known, as_json=args.json)
        if args.action == "remove":
            return _remove(known, args.names)
        names = args.names or _chosen(known, every=args.all)
        return (
            _verify(known, names)
            if args.action == "verify"
            else _pull(known, names, trust_sizes=args.trust_sizes, as_json=args.json)
        )
    except TektraError as error:
        print(f"{error.what}\n  remedy: {error.remedy}", file=sys.stderr)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(
            f"{where}{error.strerror or error}\n  remedy: look at that path, its rights and the disk; "
            f"TEKTRA_HOME says where models lie (now {paths.models_dir()})",
            file=sys.stderr,
        )
    return 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="every model, its size, licence and whether it is here")
    listing.add_argument("--json", action="store_true", help="for programs")
    for name, what in (
        ("pull", "fetch models that are missing or broken"),
        ("verify", "compare every byte with the lock's sha256"),
    ):
        action = actions.add_parser(name, help=what)
        action.add_argument(
            "names", nargs="*", metavar="NAME", help="which; without any, those of a default set-up"
        )
        action.add_argument("--all", action="store_true", help="all that the lock names")
        action.add_argument(
            "--trust-sizes",
            action="store_true",
            help="take a file of the right size for whole (pull only, quick)",
        )
        action.add_argument("--json", action="store_true", help="tell how far it is for programs (pull only)")
    removing = actions.add_parser("remove", help="delete a model's files from this machine")
    removing.add_argument("names", nargs="+", metavar="NAME")
    running = actions.add_parser(
        "running", help="the planner's models: endpoints' too, and which one answers"
    )
    running.add_argument("--json", action="store_true", help="for programs")
    for name, what in LIVE.items():
        if name != "running":
            actions.add_parser(name, help=what).add_argument(
                "name", metavar="NAME", help="as `running` tells"
            )


def _chosen(known: Lock, *, every: bool) -> list[str]:
    return [model.name for model in known.models.values() if every or model.pulled_by_default]


def _list(known: Lock, *, as_json: bool) -> int:
    rows = [
        {
            "name": model.name,
            "kind": model.kind,
            "here": models.is_here(model.name, known=known),
            "present": models.is_present(model.name),
            "default": model.pulled_by_default,
            "size_mb": round(model.size / 1e6, 1),
            "licence": model.licence,
            "about": model.about,
        }
        for model in known.models.values()
    ]
    if as_json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        mark = "here" if row["here"] else "broken" if row["present"] else "-"
        print(
            f"{row['name']:20} {row['kind']:7} {mark:6} {row['size_mb']:8.1f} MB  {row['licence']:22} {row['about']}"
        )
    print(f"They lie in {paths.models_dir()}.")
    return 0


def _live(args: argparse.Namespace) -> int:
    environment.prepare(start_anew=True)
    from tektra.cli import live_models  # needs ROS, which what is fetched before set-up does not

    return live_models.run(args)


def _remove(known: Lock, names: Sequence[str]) -> int:
    for name in names:
        if held := users(paths.models_dir() / models.named(name, known).name):
            raise InputError(
                f"{name} is in use by {', '.join(held)}",
                f"have it given back first (tektra models unload {name}), or end who uses it",
            )
    for name in dict.fromkeys(names):
        print(f"removed {name}" if models.remove(name, known=known) else f"{name} is not here")
    return 0


def _verify(known: Lock, names: Sequence[str]) -> int:
    names = list(dict.fromkeys(names))
    problems = [problem for name in names for problem in models.verify(name, known=known)]
    wrong = {problem.model: [p for p in problems if p.model == problem.model] for problem in problems}
    for name, found in wrong.items():
        if models.is_present(name):
            print(f"{name}: " + "; ".join(f"{problem.file} {problem.what}" for problem in found))
        else:
            print(f"{name}: is not here")
    if wrong:
        print(f"  remedy: tektra models pull {' '.join(wrong)}")
    print(f"{len(names)} models verified, {len(wrong)} broken or missing")
    return 1 if problems else 0


def _pull(known: Lock, names: Sequence[str], *, trust_sizes: bool, as_json: bool) -> int:
    wanted = [
        name
        for name in names
        if not (trust_sizes and name in known.models and models.is_here(name, known=known))
    ]
    teller = _Json() if as_json else _Bars() if sys.stderr.isatty() else _Lines()
    try:
        pulled = models.pull(wanted, known=known, progress=teller.show)
    finally:
        teller.close()
    for name in pulled:
        print(f"pulled {name} ({known.models[name].size / 1e6:.0f} MB)")
    if not pulled:
        print(f"{len(names)} models are here already")
    return 0


class _Bars:
    """A bar a model on a terminal, from the third second on."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None
        self._what = ""

    def show(self, what: str, done: int, total: int) -> None:
        if self._bar is None or what != self._what:
            self.close()
            self._what = what
            self._bar = tqdm(
                total=total, desc=what, unit="B", unit_scale=True, delay=SHOW_AFTER_S, leave=False
            )
        self._bar.total = total
        # A retry, or a source that gave way to the next, starts again from less.
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Lines:
    """Where output is kept (logs), a line every few seconds."""

    def __init__(self) -> None:
        self._told_s = time.monotonic() - LINE_EVERY_S + SHOW_AFTER_S

    def show(self, what: str, done: int, total: int) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= LINE_EVERY_S:
            self._told_s = now_s
            print(f"      {what}: {done / 1e6:.0f} of {total / 1e6:.0f} MB", flush=True)

    def close(self) -> None:
        """Nothing is open."""


class _Json:
    """An object a line, a few times a second."""

    def __init__(self) -> None:
        self._told_s = 0.0

    def show(self, what: str, done: int, total: int) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= TOLD_EVERY_S or done == total:
            self._told_s = now_s
            print(json.dumps({"model": what, "done": done, "total": total}), flush=True)

    def close(self) -> None:
        """Nothing is open."""


def main() -> int:
    """`python -m tektra.cli.models`: for set-up, before `tektra` itself can run."""
    parser = argparse.ArgumentParser(description=__doc__)
    _arguments(parser)
    args = parser.parse_args()
    return int(args.run(args))


if __name__ == "__main__":
    sys.exit(main())

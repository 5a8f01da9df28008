# SPDX-License-Identifier: Apache-2.0
"""`tektra ask`: says something to Tektra; prints the answer as it comes, and each step of what is done."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from tektra.cli.goals import run_goal
from tektra.cli.session import Session
from tektra.cli.texts import checked_text
from tektra_interfaces.action import Ask
from tektra_interfaces.msg import Plan, PlanStep

EPILOG = """\
examples:
  tektra ask "rover1 go to the kitchen while rover2 goes to the hall"
  tektra ask --conversation home "and back again"
  tektra ask --json "what do you see?" | jq -r .reply
  tektra ask --dry-run "both rovers to the hall, then wave"
  echo "wave" | tektra ask -

Ctrl-C cancels what was asked for, and the robots stop doing it.
Exit status: 0 answered, done or planned, 1 failed, 3 nobody answers, 4 refused, 5 cancelled by somebody else, 130 by Ctrl-C.
"""
EXIT = {
    Ask.Result.OUTCOME_ANSWERED: 0,
    Ask.Result.OUTCOME_DONE: 0,
    Ask.Result.OUTCOME_PLANNED: 0,
    Ask.Result.OUTCOME_FAILED: 1,
    Ask.Result.OUTCOME_REFUSED: 4,
    Ask.Result.OUTCOME_CANCELED: 5,
}
STATUS = {
    PlanStep.RUNNING: "started",
    PlanStep.SUCCEEDED: "done",
    PlanStep.FAILED: "FAILED",
    PlanStep.CANCELED: "cancelled",
    PlanStep.REFUSED: "REFUSED",
}


def add_parser(subparsers: Any) -> None:
    """Adds `ask` to the command line."""
    parser = subparsers.add_parser(
        "ask", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", nargs="+", help="what to say; - reads standard input")
    parser.add_argument(
        "--conversation", default="", metavar="ID", help="new begins one (default: the current one)"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--json", action="store_true", help="only the result, as one JSON object")
    parser.add_argument("--timeout", type=float, default=600.0, metavar="S", help="at most (default: 600)")


def run(arguments: argparse.Namespace) -> int:
    """Asks; the exit status tells the outcome."""
    goal = Ask.Goal(
        text=checked_text(arguments.text),
        conversation_id=arguments.conversation,
        source="cli",
        role="operator",
    )
    goal.plan_only = arguments.dry_run
    progress = Progress()
    with Session() as session:
        result = run_goal(
            session,
            Ask,
            "/tektra/ask",
            goal,
            on_feedback=(lambda feedback: None) if arguments.json else progress.show,
            timeout_s=arguments.timeout,
        )
    if arguments.json:
        print(json.dumps(_plain(result), indent=2))
    else:
        progress.finish(result)
    return EXIT.get(result.outcome, 1)


class Progress:
    """Prints the answer's pieces, and each step of the plan when its status changes."""

    def __init__(self) -> None:
        self._told: dict[int, int] = {}
        self._in_line = False
        self._said = ""

    def show(self, feedback: Ask.Feedback) -> None:
        """A piece of the answer, or the newest state of the plan."""
        if feedback.delta:
            print(feedback.delta, end="", flush=True)
            self._in_line = not feedback.delta.endswith("\n")
            self._said += feedback.delta
        self._show_plan(feedback.plan)

    def finish(self, result: Ask.Result) -> None:
        """What is left to tell. Pieces come on a topic of their own: under load the last of them are behind the result."""
        rest = result.reply.removeprefix(self._said) if result.reply.startswith(self._said) else ""
        if rest:
            self.show(Ask.Feedback(delta=rest))
            self._end_line()
        self._show_plan(result.plan)
        self._end_line()
        if EXIT.get(result.outcome, 1):
            print(f"{result.outcome}: {result.message}", file=sys.stderr)

    def _show_plan(self, plan: Plan) -> None:
        for step in plan.steps:
            if plan.status == Plan.PLANNED and step.id not in self._told:
                self._told[step.id] = step.status
                self._end_line()
                print(f"  {step.id}. {step.who} {step.skill} {step.arguments}", flush=True)
            if step.status != self._told.get(step.id, PlanStep.PENDING):
                began = step.status == PlanStep.SUCCEEDED and self._told.get(step.id) != PlanStep.RUNNING
                self._told[step.id] = step.status
                self._end_line()
                if began:
                    print(f"  {step.id}. {step.who} {step.skill} {step.arguments}  started", flush=True)
                why = f": {step.message}" if step.message else ""
                print(
                    f"  {step.id}. {step.who} {step.skill} {step.arguments}  {STATUS.get(step.status, '?')}{why}",
                    flush=True,
                )

    def _end_line(self) -> None:
        if self._in_line:
            print(flush=True)
            self._in_line = False


def _plain(result: Ask.Result) -> dict[str, object]:
    steps = [
        {"id": step.id, "who": step.who, "skill": step.skill, "arguments": step.arguments, "after": list(step.after),
         "status": STATUS.get(step.status, "pending").lower(), "message": step.message}
        for step in result.plan.steps
    ]  # fmt: skip
    return {
        "outcome": result.outcome,
        "reply": result.reply,
        "message": result.message,
        "request_id": result.request_id,
        "conversation_id": result.conversation_id,
        "first_token_s": result.first_token_s,
        "steps": steps,
    }

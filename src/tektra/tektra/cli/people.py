# SPDX-License-Identifier: Apache-2.0
"""`tektra people`: whom Tektra knows by face or voice: enrolled by consent, listed, exported, forgotten."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from tektra.common.known_people import ROLES, KnownPeople, KnownPerson, exported, known_people, require_name

EPILOG = """\
examples:
  tektra people enrol Ann --face                    looks at Ann for some seconds; asks for her consent first
  tektra people enrol Ann --voice --role operator   listens to some sentences of hers
  tektra people list
  tektra people export Ann                          everything that is kept of her, as JSON
  tektra people role Ann guest
  tektra people withdraw Ann voice                  her voice's print is gone
  tektra people forget Ann                          everything of her is gone, also what she said

Only numbers that a model makes of a face or voice are kept, encrypted; no picture and no sound. Exit status: 0 done, 1 refused,
2 wrong use, 3 nothing runs that sees or hears.
"""
CONSENT = "{name} agrees that Tektra keeps a print of their {what}, until they take it back? [yes/no] "
#: An enrolment ends by itself before.
LONG_S = 100.0


def add_parser(subparsers: Any) -> None:
    """Adds `people` to the command line."""
    parser = subparsers.add_parser(
        "people", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    enrol = actions.add_parser("enrol", help="learn to know somebody, by consent")
    enrol.add_argument("name")
    what = enrol.add_mutually_exclusive_group(required=True)
    what.add_argument("--face", action="store_const", dest="what", const="face", help="by the camera")
    what.add_argument("--voice", action="store_const", dest="what", const="voice", help="by the microphone")
    enrol.add_argument("--role", choices=ROLES, default="", help="what they may; a guest if not said")
    enrol.add_argument("--source", default="", help="which camera or voice, by name")
    enrol.add_argument("--consent", action="store_true", help="they were asked and agreed: do not ask here")
    actions.add_parser("list", help="who is known").add_argument("--json", action="store_true")
    for name, help in (("export", "print what is kept of somebody"), ("forget", "delete all of somebody")):
        actions.add_parser(name, help=help).add_argument("name")
    role = actions.add_parser("role", help="change what somebody may")
    role.add_argument("name")
    role.add_argument("role", choices=ROLES)
    withdraw = actions.add_parser("withdraw", help="a consent is taken back: that print is deleted")
    withdraw.add_argument("name")
    withdraw.add_argument("what", choices=("face", "voice"))


def run(arguments: argparse.Namespace) -> int:
    """The exit status. Raises TektraError, and NoAnswer where nothing runs that is needed."""
    if arguments.action == "enrol":
        return _enrol(arguments)
    known = known_people()
    if arguments.action == "list":
        print(_listed(known.all(), as_json=arguments.json))
        return 0
    person = known.find(arguments.name)
    if person is None:
        print(f"nobody is known as {arguments.name!r}; `tektra people list` tells who is", file=sys.stderr)
        return 1
    return _of_one(known, person, arguments)


def _of_one(known: KnownPeople, person: KnownPerson, arguments: argparse.Namespace) -> int:
    if arguments.action == "export":
        print(json.dumps(exported(person), indent=1))
        return 0
    if arguments.action == "role":
        known.change_role(person.id, arguments.role)
        print(f"{person.name} is {arguments.role} now")
    elif arguments.action == "withdraw":
        known.withdraw(person.id, arguments.what)
        print(f"the print of {person.name}'s {arguments.what} is deleted")
    else:
        known.forget(person.id)
        print(f"the prints of {person.name} are deleted; {_forget_talk(person.name)}")
    return 0


def _forget_talk(name: str) -> str:
    """Deletes what a person said to Tektra, which the planner keeps; what came of it, in words."""
    from tektra.cli.errors import NoAnswer
    from tektra.cli.session import Session
    from tektra_interfaces.srv import ForgetPerson

    try:
        with Session() as session:
            request = ForgetPerson.Request(person=name)
            answer = session.call(ForgetPerson, "/tektra/facts/forget_person", request, timeout_s=60.0)
    except NoAnswer:
        return f"no planner runs: when one does, `tektra memory forget-person {name}` deletes what they said"
    return str(answer.message or "what they said is deleted")


def _enrol(arguments: argparse.Namespace) -> int:
    from tektra.cli.session import Session
    from tektra_interfaces.srv import EnrolPerson

    require_name(arguments.name, arguments.role)
    if (
        not arguments.consent
        and input(CONSENT.format(name=arguments.name, what=arguments.what)).strip() != "yes"
    ):
        print("nothing is kept", file=sys.stderr)
        return 1
    request = EnrolPerson.Request(
        name=arguments.name, role=arguments.role, consent=True, source=arguments.source
    )
    node = "vision" if arguments.what == "face" else "speech_in"
    print(
        "Look into the camera, alone, and turn the head slowly."
        if node == "vision"
        else "Say some whole sentences, as you usually speak, until this ends.",
        flush=True,
    )
    with Session() as session:
        answer = session.call(EnrolPerson, f"/tektra/{node}/enrol", request, timeout_s=LONG_S)
    print(answer.message)
    return 0 if answer.success else 1


def _listed(people: list[KnownPerson], *, as_json: bool) -> str:
    if as_json:
        rows = [{"id": p.id, "name": p.name, "role": p.role, "knows": sorted(p.prints)} for p in people]
        return json.dumps(rows)
    lines = [
        f"{p.name}  {p.role}  {' and '.join(f'{what} since {_day(p.prints[what].since_s)}' for what in sorted(p.prints))}"
        for p in people
    ]
    return "\n".join(lines) or "nobody is known"


def _day(since_s: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(since_s))

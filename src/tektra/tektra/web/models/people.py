# SPDX-License-Identifier: Apache-2.0
"""Persons: who they are to the home, what they agreed to, and what they like."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from tektra.common.person_names import invisible, mixed_scripts
from tektra.web.models.access import Account, SignedInSession
from tektra.web.models.base import JsonObject, Model, Seen
from tektra.web.models.manners import MannerShown
from tektra.web.models.robots import AuditRecord
from tektra.web.models.talk import Conversation, Fact

#: What may be kept of a person: prints of voice and face (by those who hear and see), and what they like.
Consent = Literal["voice", "face", "preferences"]
PrintKind = Literal["face", "voice"]
PersonRole = Literal["observer", "guest", "operator"]


def _visible(name: str) -> str:
    if invisible(name):
        raise ValueError("holds letters that nobody can see")
    if mixed_scripts(name):
        raise ValueError("mixes alphabets within a word, so that it looks like another name")
    return name


PersonName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$", strip_whitespace=True),
    AfterValidator(_visible),
]
AccountName = Annotated[str, StringConstraints(max_length=64)]
Preferences = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")],
        Annotated[str, StringConstraints(max_length=500)],
    ],
    Field(max_length=50),
]
Consents = Annotated[list[Consent], Field(max_length=3)]


class NewPerson(Model):
    """`account`: the name of the account that is theirs. Preferences need the consent to keep them."""

    name: PersonName
    role: PersonRole = "guest"
    account: AccountName = ""
    consents: Consents = []
    preferences: Preferences = {}


class PersonChange(Model):
    """What is left out stays as it is. A consent that is not in the list is withdrawn, and what it allowed is gone."""

    name: PersonName | None = None
    role: PersonRole | None = None
    account: AccountName | None = None
    consents: Consents | None = None
    preferences: Preferences | None = None


class ConsentGiven(Seen):
    """What was agreed to, when, and on which account it was written down."""

    what: Consent
    since_ms: int
    by: str


class Person(Seen):
    """A person, as they are kept: sealed, each under a key of the gateway's own."""

    id: str
    name: str
    role: PersonRole
    account: str = ""
    consents: list[ConsentGiven] = []
    preferences: dict[str, str] = {}
    #: Names by which their voice was known before: what they said is kept by them.
    heard_as: list[str] = []
    created_ms: int = 0
    changed_ms: int = 0


def _said_yes(said: object) -> object:
    if said is not True:  # pydantic takes 1 for it
        raise ValueError("nothing is kept without consent: ask the person, then send true")
    return said


class EnrolAsked(Model):
    """`consent`: the person was asked and agreed that a print is kept until they take it back. `microphone`: Tektra's own, or the one
    that is open on the asker's page; of a face, Tektra's first camera looks."""

    what: PrintKind
    consent: Annotated[Literal[True], BeforeValidator(_said_yes)]
    microphone: Literal["tektra", "page"] = "tektra"


class KnownSeen(Seen):
    """Somebody whose prints lie on the gateway's machine, and since when. `person`: their record, where one alone has that name."""

    id: str
    name: str
    role: PersonRole
    face_since_ms: int | None = None
    voice_since_ms: int | None = None
    person: str = ""


class PersonExport(Seen):
    """Everything that the gateway and the planner keep about a person."""

    person: Person
    account: Account | None = None
    sessions: list[SignedInSession] = []
    conversations: list[Conversation] = []
    #: What was learned from them, on their account or by their voice.
    facts: list[Fact] = []
    #: How Tektra speaks to them, by the names that their requests carry.
    manners: dict[str, MannerShown] = {}
    #: What models made of face and voice, where they lie on this machine.
    prints: JsonObject = {}
    audit: list[AuditRecord] = []

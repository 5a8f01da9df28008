# SPDX-License-Identifier: Apache-2.0
"""The room of persons: kept sealed (AES-256-GCM, common/sealing.py), so that a copy of the database tells nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Protocol

from pydantic import ValidationError

from tektra.common.errors import BackendError
from tektra.common.graph import Unavailable
from tektra.common.known_people import KnownPeople, KnownPerson, exported
from tektra.common.person_names import looks_like, same_name
from tektra.common.sealing import Sealer, SealError
from tektra.web.access.people import ApiError
from tektra.web.models.people import Consent, ConsentGiven, KnownSeen, Person, PrintKind

#: Gateways of one database that change the same person at once; each of them is done after so many attempts.
ATTEMPTS = 10


class PersonStore(Protocol):
    """Where sealed persons are kept, and which conversations are an account's. Blocks. Raises BackendError."""

    def persons(self) -> list[tuple[str, bytes]]:
        """All, as id and sealed text."""

    def put_person(self, id: str, sealed: bytes) -> None:
        """Adds or replaces one."""

    def swap_person(self, id: str, was: bytes, sealed: bytes) -> bool:
        """Replaces one that is still as it was read; False: it is not, or gone."""

    def delete_person(self, id: str) -> None:
        """Takes it away; nothing of it is left in the file."""

    def keep_talk(self, conversation_id: str, account_id: str) -> None:
        """That conversation is the account's that first spoke in it."""

    def talks(self, account_id: str) -> list[str]:
        """Conversations of an account."""


class Persons:
    """All persons. Any thread, one at a time; blocks. Raises BackendError for what cannot be read."""

    def __init__(self, store: PersonStore, sealer: Sealer, known: KnownPeople | None = None) -> None:
        """`known`: whose prints of face and voice lie on this machine; they are joined with persons by name."""
        self._store = store
        self._sealer = sealer
        self._known = known

    def all(self) -> list[Person]:
        """By name."""
        found = [self._open(id, sealed) for id, sealed in self._store.persons()]
        return sorted(found, key=lambda person: (person.name.casefold(), person.id))

    def find(self, *, id: str = "", account: str = "") -> Person | None:
        """By id, or by the account that is theirs."""
        wanted = account.casefold()
        for person in self.all():
            if person.id == id or (wanted and person.account.casefold() == wanted):
                return person
        return None

    def put(self, person: Person) -> None:
        """Keeps a new one. Raises ApiError 409 where the account is another's."""
        self._store.put_person(person.id, self._sealed(person))

    def change(self, id: str, act: Callable[[Person], Person]) -> Person:
        """What `act` makes of a person as they are now: nothing that somebody else changed meanwhile is undone, and whoever was deleted
        meanwhile stays so. `act` may be called again. Raises what it raises, and ApiError 404, or 409 where the account is another's."""
        for _ in range(ATTEMPTS):
            was = dict(self._store.persons()).get(id)
            if was is None:
                raise _not_there()
            changed = act(self._open(id, was))
            if self._store.swap_person(id, was, self._sealed(changed)):
                return changed
        raise Unavailable("others change this person all the time", "try again")

    def _sealed(self, person: Person) -> bytes:
        other = self.find(account=person.account) if person.account else None
        if other is not None and other.id != person.id:
            raise ApiError(409, "account_taken", "this account is another person's", "choose another account")
        return self._sealer.seal(person.model_dump_json(), _place(person.id))

    def require_own_name(self, person: Person, name: str) -> None:
        """Raises ApiError 409 for the name of somebody else: prints of face and voice are joined with persons by name, so that
        whoever bears it could have them given out, or deleted."""
        if same_name(name) == same_name(person.name):
            return
        others = [one.name for one in self.all() if one.id != person.id]
        own = self._prints_of(person)
        others += [
            one.name for one in (self._known.all() if self._known else []) if own is None or one.id != own.id
        ]
        taken = any(
            looks_like(other) == looks_like(name) or same_name(other) == same_name(name) for other in others
        )
        if taken or (self._known is not None and self._known.find(name) is not None):
            raise ApiError(
                409, "name_taken", "somebody else is called that", "add a surname, or ask an admin"
            )

    def forget(self, id: str) -> None:
        """Nothing of that person is left here, nor prints of anybody of that name: whose they are nobody can tell afterwards."""
        person = self.find(id=id)
        known = self._prints_of(person) if person is not None else None
        if self._known is not None and known is not None:
            self._known.forget(known.id)
        self._store.delete_person(id)

    def prints(self, person: Person) -> dict[str, Any]:
        """What is kept of their face and voice; empty where nothing is, or where several persons have that name."""
        known = self._own_prints(person)
        return exported(known) if known is not None else {}

    def heard_as(self, person: Person) -> list[str]:
        """Names by which their voice is known, or was: what they said is kept by them, also where the prints are gone."""
        known = self._own_prints(person)
        return list(dict.fromkeys([*person.heard_as, *([known.name] if known is not None else [])]))

    def own_names(self, person: Person, others: Iterable[str]) -> list[str]:
        """Of these the ones that are nobody else's by now. `others`: names of other people's accounts."""
        taken = {same_name(name) for name in others}
        for one in self.all():
            if one.id != person.id:
                taken |= {same_name(name) for name in (one.name, *one.heard_as)}
        return [name for name in self.heard_as(person) if same_name(name) not in taken]

    def withdraw(self, person: Person, what: Iterable[Consent]) -> None:
        """Deletes the prints that a person no longer agrees to."""
        for kind in what:
            known = self._prints_of(person)
            if self._known is not None and known is not None and kind in known.prints:
                self._known.withdraw(known.id, "face" if kind == "face" else "voice")

    def agree(self, id: str, what: PrintKind, by: str, now_ms: int) -> tuple[Person, bool]:
        """Writes down that a person agreed to a print; whether they had not before. Raises ApiError 404, and 409 where somebody else has
        their name: prints are joined with persons by name."""
        newly = False

        def agreed(person: Person) -> Person:
            nonlocal newly
            if len(self._of_name(person.name)) > 1:
                raise ApiError(
                    409, "name_taken", "several people are called that", "give one of them a surname first"
                )
            before = [consent.what for consent in person.consents]
            newly = what not in before
            if not newly:
                return person
            given = consents(person.consents, [*before, what], by, now_ms)
            return person.model_copy(update={"consents": given, "changed_ms": now_ms})

        return self.change(id, agreed), newly

    def disagree(self, id: str, what: PrintKind) -> None:
        """The consent is not written down any more; nothing where the person is gone. Prints stay."""

        def disagreed(person: Person) -> Person:
            given = [consent for consent in person.consents if consent.what != what]
            return person.model_copy(update={"consents": given})

        if self.find(id=id) is not None:
            self.change(id, disagreed)

    def learned(self, id: str, name: str, what: PrintKind, print_id: str) -> Person:
        """The person whose print was made, if they still agree, under that name; else the print is deleted, and ApiError raised."""
        person = self.find(id=id)
        agreed = person is not None and any(consent.what == what for consent in person.consents)
        if person is None or not agreed or person.name != name:
            self.unlearn(print_id, what)
            raise ApiError(
                409,
                "consent_withdrawn",
                "it was taken back meanwhile: nothing is kept",
                "ask the person again",
            )
        return person

    def unlearn(self, print_id: str, what: PrintKind) -> None:
        """Deletes one print, if it lies here."""
        known = self._known.find(print_id) if self._known is not None else None
        if self._known is not None and known is not None and what in known.prints:
            self._known.withdraw(known.id, what)

    def follow(self, old: Person, new: Person) -> None:
        """Prints get the name and role that their person has now, so that they go on being theirs."""
        known = self._prints_of(old) if len(self._of_name(old.name)) <= 1 else None
        if self._known is None or known is None:
            return
        if new.name != old.name:
            self._known.rename(known.id, new.name)
        if new.role != old.role:
            self._known.change_role(known.id, new.role)

    def known(self) -> list[KnownSeen]:
        """Everybody whose prints lie here, by name."""
        return [self._seen(one) for one in self._known.all()] if self._known is not None else []

    def forget_known(self, print_id: str) -> str:
        """Deletes somebody's prints; whose they were. Raises ApiError 404."""
        found = next((one for one in self._known.all() if one.id == print_id), None) if self._known else None
        if self._known is None or found is None:
            raise ApiError(404, "not_found", "nobody is known by that id", "ask for the list")
        self._known.forget(found.id)
        return found.name

    def _seen(self, known: KnownPerson) -> KnownSeen:
        since_ms = {what: int(print.since_s * 1000) for what, print in known.prints.items()}
        same = self._of_name(known.name)
        return KnownSeen.model_validate(
            {
                "id": known.id,
                "name": known.name,
                "role": known.role,
                "face_since_ms": since_ms.get("face"),
                "voice_since_ms": since_ms.get("voice"),
                "person": same[0].id if len(same) == 1 else "",
            }
        )

    def _of_name(self, name: str) -> list[Person]:
        wanted = same_name(name)
        return [one for one in self.all() if same_name(one.name) == wanted]

    def _prints_of(self, person: Person) -> KnownPerson | None:
        return self._known.find(person.name) if self._known is not None else None

    def _own_prints(self, person: Person) -> KnownPerson | None:
        """The same where nobody else of that name has a record: then they are theirs."""
        named = [one.id for one in self._of_name(person.name)]
        return self._prints_of(person) if named == [person.id] else None

    def _open(self, id: str, sealed: bytes) -> Person:
        try:
            return Person.model_validate_json(self._sealer.open(sealed, _place(id)))
        except (SealError, ValidationError) as error:
            raise BackendError(
                "a person's record cannot be read", "bring back the key access/people.keys that sealed it"
            ) from error


def consents(
    old: Sequence[ConsentGiven], wanted: Iterable[Consent], by: str, now_ms: int
) -> list[ConsentGiven]:
    """What is agreed to now: what held goes on holding, with its date; what is not wanted any more is withdrawn."""
    known = {given.what: given for given in old}
    return [
        known.get(what) or ConsentGiven(what=what, since_ms=now_ms, by=by) for what in dict.fromkeys(wanted)
    ]


def allowed(preferences: dict[str, str], given: Collection[ConsentGiven], *, new: bool) -> dict[str, str]:
    """Preferences as far as they may be kept. Raises ApiError for `new` ones without consent."""
    if any(consent.what == "preferences" for consent in given):
        return preferences
    if preferences and new:
        raise ApiError(
            409,
            "no_consent",
            "preferences are kept of those alone who agreed",
            "ask for the consent `preferences`",
        )
    return {}


def _not_there() -> ApiError:
    return ApiError(404, "not_found", "there is no such person", "ask an admin")


def _place(id: str) -> str:
    return f"person {id}"

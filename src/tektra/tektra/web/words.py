# SPDX-License-Identifier: Apache-2.0
"""What somebody said to Tektra, by the names that it is kept under, and the end of it."""

from __future__ import annotations

from collections.abc import Collection

from tektra.web.access.sessions import AccountRow
from tektra.web.parts import Parts
from tektra.web.routes import manners


async def talks_of(parts: Parts, names: Collection[str], account: AccountRow | None) -> list[str]:
    """Conversations of an account, and of the people of these names, that are still there. Raises Unavailable where the planner
    is not."""
    talks = await parts.stored(parts.people_store.talks, account.id) if account is not None else []
    there = {info.conversation_id for info in await parts.client.conversations(0)} if talks else set()
    heard = [info.conversation_id for name in names for info in await parts.client.conversations(0, name)]
    return list(dict.fromkeys([*(talk for talk in talks if talk in there), *heard]))


async def forget_words(parts: Parts, names: Collection[str], account: AccountRow | None) -> None:
    """Conversations, plans, what was learned, and how Tektra speaks to them: whoever gets a name next is nobody's heir. Raises Unavailable
    where the planner is not."""
    gone = await talks_of(parts, names, account)
    for talk in await talks_of(parts, (), account):
        await parts.client.delete_conversation(talk)
    for name in names:
        await parts.facts.forget_person(name)
    await parts.stored(manners.forget, parts, names)
    parts.live.forget(gone)

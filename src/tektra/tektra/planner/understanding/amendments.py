# SPDX-License-Identifier: Apache-2.0
"""The last order once more, changed by the words: corrections, "again with rover2", "the other way", "and back"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tektra.language.quantities import Kind, Quantity
from tektra.planner.understanding.agents import others_of
from tektra.planner.understanding.dialogue import is_idle, own_argument, too_late
from tektra.planner.understanding.match import SIGNS
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.once_more import nothing_before, one_more, with_other_things
from tektra.planner.understanding.phrasebook import END, QUANTITY, Chunk
from tektra.planner.understanding.reading import Act, Choice, Doubt, Reading, ReadStep
from tektra.planner.understanding.scene import Scene, Sort
from tektra.planner.understanding.step_list import renumbered
from tektra.planner.understanding.undoing import led_back, taken_back, the_other_way, turned_back

#: Kinds of small words that change the last order.
_AMENDING = ("not", "more", "repeats", "too", "instead", "repair")
#: Behind these at the beginning something further is meant: "und jetzt ins Büro", "now the hall".
_GOING_ON = ("and", "then", "at_once")
#: Words that say that something is changed, and not what.
_SAYS_NO_MORE = ("repeats", "more", "too", "repair", "refuse", "using")
#: Words that put the last order right.
_MENDING = ("repair", "refuse", "not", "except", "instead", "using")
#: Words that say that something is not meant.
_DENYING = ("refuse", "repair", "not", "except")
#: Of "twice as far", "half of that".
_FACTORS = {"double": 2.0, "half": 0.5, "triple": 3.0}
#: A bare number so many times the last one, or its part, is of the same unit.
MOST_TIMES = 5.0


def of_last_order(
    words: str, language: str, scene: Scene, chunks: Sequence[Chunk], small: Mapping[str, float]
) -> Reading | None:
    """What was asked about, or the last order, put right or done again; a mere name rather answers a question that is over."""
    said = (words, language, scene, chunks)
    if found := mended(*said, small):
        return found
    found = amended(*said, small)
    return found if found is not None and not found.doubts else too_late(*said) or found


def amended(
    words: str, language: str, scene: Scene, chunks: Sequence[Chunk], small: Mapping[str, float], *,
    asked: bool = False,
) -> Reading | None:  # fmt: skip
    """The last order once more, with what the words change in it: "no, the office", "again with rover2", "a bit more".

    None when the words are no such thing, or say anything that changes nothing in it. `asked`: it is not done yet, and was just
    asked about, so that a mere "ninety" is about it; that is asked about once more.
    """
    steps = scene.memory.steps
    said = [c for c in chunks if not is_idle(c) or any(c.has(kind) for kind in _AMENDING)]
    if not said:
        return None
    if not steps:
        return nothing_before(words, language, chunks, said)
    if not asked and (turned := turned_back(words, language, scene, said, small)) is not None:
        return turned
    if not asked and (other := with_other_things(words, language, scene, chunks)) is not None:
        return other
    if (each := _of_each(words, language, scene, chunks, small, said=said, asked=asked)) is not None:
        return each
    if not asked and (more_of_it := one_more(words, language, scene, said)) is not None:
        return more_of_it
    if any(c.has("repeats", "undo") for c in said):
        return taken_back(words, language, scene, said)
    others = [c for c in said if c.has("groups", "other")]  # "another one", where nothing is counted
    repeats, more = (any(c.has(kind) for c in said if c not in others) for kind in ("repeats", "more"))
    repair = any(c.has(kind) for c in said for kind in _MENDING)
    goes_on = any(chunks[0].has(kind) for kind in _GOING_ON)
    too = any(c.has("too") for c in said)  # "rover2 as well"
    bare = not (repeats or more or repair or goes_on or too)
    if bare and not (asked and _only_values(said)) and not all(map(_is_somebody, said)):
        return None
    all_ = repair or not (more or goes_on) or ((too or repeats) and any(map(_is_somebody, said)))
    meant = list(steps if all_ else steps[-1:])  # "and rover1 the same" is all of it
    changed, negated = _all_changed(meant, said, scene, small, asked=asked)
    only_wrong = not (repeats or more) and changed in (list(steps), list(steps[-1:])) and not (asked and bare)
    if changed is None or only_wrong or negated:  # "rover2 not"
        return None
    act = Act.CORRECTION if repair and not repeats and not more else Act.ORDER
    unsure = bare or _asks(chunks)  # "the other one", and nothing else; "and rover1?"
    doubts = (Doubt("sure", 0, "", (Choice("yes", True),)),) if unsure else ()
    return Reading(words, language, act, whole=True, steps=renumbered(changed), doubts=doubts)


def _all_changed(
    steps: list[ReadStep], said: Sequence[Chunk], scene: Scene, small: Mapping[str, float], *, asked: bool
) -> tuple[list[ReadStep] | None, bool]:
    """The steps as all these words change them, None where one of them cannot; and whether something is denied at the end."""
    changed: list[ReadStep] | None = steps
    wrong: set[str] = set()
    negated = False
    for chunk in said:
        if chunk.has("not") or chunk.has("except"):
            negated = True
        elif chunk.has("repeats", "other_way"):
            changed = the_other_way(changed, scene) if changed else None
        elif factor := next((by for name, by in _FACTORS.items() if chunk.has("repeats", name)), 0.0):
            changed = _times(changed, factor, scene) if changed else None
        elif negated and chunk.has("repair"):
            negated = False  # "no, mejor al salón": nothing is denied, something is mended
        elif _says_no_more(chunk, asked=asked):
            continue
        elif negated:
            wrong |= _names(chunk)
            negated = False
        elif changed is not None:
            changed = _changed(changed, chunk, scene, wrong, small)
        if changed is None:
            break
    return changed, negated


def _of_each(
    words: str, language: str, scene: Scene, chunks: Sequence[Chunk], small: Mapping[str, float], *,
    said: Sequence[Chunk], asked: bool,
) -> Reading | None:  # fmt: skip
    """What changes the order of several who did the same at once changes it for each; None where it was no such order."""
    steps = scene.memory.steps
    back = any(c.has("references", "back") for c in said)
    if len(steps) < 2 or not _at_once(steps, alike=not back) or any(map(_is_somebody, said)):
        return None
    meant = [replace(scene, memory=replace(scene.memory, steps=(step,))) for step in steps]
    each = [amended(words, language, one, chunks, small, asked=asked) for one in meant]
    found = [reading for reading in each if reading is not None and len(reading.steps) == 1]
    both = [replace(reading.steps[0], id=number) for number, reading in enumerate(found, start=1)]
    return replace(found[0], steps=tuple(both)) if len(found) == len(steps) else each[-1]


def mended(
    words: str, language: str, scene: Scene, chunks: Sequence[Chunk], small: Mapping[str, float]
) -> Reading | None:
    """ "no, rover2", said to "Did you mean: rover1 goes to the hall?": what was asked about, put right."""
    pending = scene.memory.pending
    if pending is None or not pending.doubts or pending.doubts[0].kind != "sure":
        return None
    meant = replace(scene, memory=replace(scene.memory, steps=pending.steps))
    found = amended(words, language, meant, chunks, small, asked=True)
    denies = any(chunk.has(kind) for chunk in chunks for kind in _DENYING)
    said = [chunk for chunk in chunks if not is_idle(chunk) and not any(map(chunk.has, _DENYING))]
    if found is None:  # "not nineteen": what was denied is not done
        return Reading(words, language, Act.ANSWER, whole=True) if denies and _only_values(said) else None
    if renumbered(found.steps) != renumbered(pending.steps):
        again = any(c.has("repeats") for c in chunks) and not any(
            c.has("repair") or c.has("not") for c in chunks
        )
        sure = (Doubt("sure", 0, "", (Choice("yes", True),)),) if again else ()  # nobody said yes to it yet
        return replace(found, act=Act.ORDER, doubts=found.doubts or sure)
    if any(chunk.has("agree") for chunk in chunks) and not denies:  # "yes, nineteen"
        return Reading(words, language, Act.ANSWER, whole=True, steps=pending.steps)
    if found.doubts:  # "nineteen", and nothing else: the same question once more
        return replace(found, act=Act.ORDER)
    return Reading(words, language, Act.ANSWER, whole=True)  # "no, further": what was denied is not done


def _says_no_more(chunk: Chunk, *, asked: bool) -> bool:
    """Whether it says that something is changed, or to a question that it is so, and not what."""
    if asked and chunk.has("agree") and not chunk.has("directions"):
        return True
    if chunk.has("groups", "other") or chunk.quantity is not None:
        return False  # "use another", "one more metre"
    return any(chunk.has(kind) for kind in _SAYS_NO_MORE) or (chunk.has("instead") and not chunk.has(NAME))


def _is_somebody(chunk: Chunk) -> bool:
    return chunk.has(ROBOT) or chunk.has("groups", "other")


def _only_values(said: Sequence[Chunk]) -> bool:
    """Whether it is a value, of a kind that an order has, and at most a "yes" beside it."""
    values = [chunk for chunk in said if not chunk.has("agree") or chunk.has("directions")]
    amounts = [chunk for chunk in values if chunk.has(QUANTITY)]
    return (
        bool(values)
        and len(amounts) <= 1
        and all(
            _is_somebody(chunk) or any(chunk.has(kind) for kind in (NAME, QUANTITY, "directions"))
            for chunk in values
        )
    )


def _times(steps: Sequence[ReadStep], factor: float, scene: Scene) -> list[ReadStep] | None:
    """ "twice as far": the last length, angle or duration so many times."""
    for index in range(len(steps) - 1, -1, -1):
        for name, value in steps[index].arguments.items():
            measured = own_argument(steps[index], name, scene).meaning in ("length", "angle", "duration")
            if measured and isinstance(value, (int, float)) and not isinstance(value, bool):
                return _put(steps, [index], name, round(value * factor, 6))
    return None


def _bare_fits(quantity: Quantity, value: object, meaning: str) -> bool:
    """ "the same but two": a bare number of the size that the last had, in its unit; 60 after half a metre is none."""
    measured = meaning in ("length", "angle", "duration") and isinstance(value, (int, float)) and value
    if quantity.kind is not Kind.COUNT or quantity.unit or quantity.ordinal or quantity.times or not measured:
        return False
    return 1 / MOST_TIMES <= abs(quantity.value / float(str(value))) <= MOST_TIMES


def _names(chunk: Chunk) -> set[str]:
    found = {meaning.value for meaning in chunk.meanings if meaning.kind in (ROBOT, "directions")}
    return found | {named.name for meaning in chunk.meanings for named in meaning.named}


def _changed(
    steps: Sequence[ReadStep], chunk: Chunk, scene: Scene, wrong: set[str], small: Mapping[str, float]
) -> list[ReadStep] | None:
    """The steps with what the chunk says in place of what they had; None where it has no place in them, or several."""
    if chunk.has("references", "back"):
        return led_back(steps[-1], scene)
    for meaning in chunk.meanings:
        if meaning.kind == ROBOT:
            return _other_robot(steps, meaning.value, scene, wrong)
        if meaning.kind == "groups" and meaning.value == "other":
            others = others_of(scene, {step.who for step in steps})
            return _other_robot(steps, others[0], scene, wrong) if len(others) == 1 else None
        if meaning.kind == NAME:
            for sort in (Sort.PLACE, Sort.OBJECT, Sort.SPOT):
                names = [named.name for named in meaning.named if named.sort is sort]
                at = [i for i, step in enumerate(steps) if isinstance(step.arguments.get(sort.value), str)]
                at = [i for i in at if steps[i].arguments[sort.value] in wrong] or at
                if len(names) == 1 and at:
                    return _put(steps, at[-1:], sort.value, names[0])
        if meaning.kind == "directions":
            return _other_sign(steps, meaning.value, scene)
        if meaning.quantity is not None:
            return _other_amount(steps, chunk, scene, small)
    return None


def _asks(chunks: Sequence[Chunk]) -> bool:
    """Whether it may be a question, and is no request."""
    ends = chunks[-1].get(END)
    return ends is not None and ends.value == "?" and not any(chunk.has("requests") for chunk in chunks)


def _at_once(steps: Sequence[ReadStep], *, alike: bool) -> bool:
    """Whether each is another robot's and waits for none; `alike`: all do the same, "both rovers a metre ahead"."""
    alone = len({step.who for step in steps}) == len(steps) and not any(step.after for step in steps)
    done = {(step.skill, str(sorted(step.arguments.items()))) for step in steps}
    return alone and (not alike or len(done) == 1)


def _put(steps: Sequence[ReadStep], at: Sequence[int], name: str, value: object) -> list[ReadStep]:
    return [
        replace(step, arguments={**step.arguments, name: value}) if index in at else step
        for index, step in enumerate(steps)
    ]


def _other_robot(
    steps: Sequence[ReadStep], robot: str, scene: Scene, wrong: set[str]
) -> list[ReadStep] | None:
    robots = {step.who for step in steps}
    from_ = robots & wrong or robots
    known = scene.robot(robot)
    if len(from_) != 1 or known is None:
        return None
    if any(step.who in from_ and known.skill(step.skill) is None for step in steps):
        return None
    return [replace(step, who=robot) if step.who in from_ else step for step in steps]


def _other_sign(steps: Sequence[ReadStep], direction: str, scene: Scene) -> list[ReadStep] | None:
    for index in range(len(steps) - 1, -1, -1):
        for name, value in steps[index].arguments.items():
            own = own_argument(steps[index], name, scene)
            sign = SIGNS.get(own.meaning, {}).get(direction, 0)
            if sign and own.positive and isinstance(value, (int, float)):
                return _put(steps, [index], name, sign * abs(value))
    return None


def _other_amount(
    steps: Sequence[ReadStep], chunk: Chunk, scene: Scene, small: Mapping[str, float]
) -> list[ReadStep] | None:
    meaning = chunk.get(QUANTITY)
    quantity = meaning.quantity if meaning is not None else None
    if quantity is None or quantity.doubt:
        return None
    for index in range(len(steps) - 1, -1, -1):
        for name, value in steps[index].arguments.items():
            own = own_argument(steps[index], name, scene)
            amount = small.get(own.meaning) if quantity.kind is Kind.VAGUE else quantity.value
            fits = quantity.kind is Kind.VAGUE or quantity.kind.value == own.meaning
            fits = fits or _bare_fits(quantity, value, own.meaning)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if fits and amount is not None and number:
                sign = -1 if float(str(value)) < 0 else 1
                return _put(steps, [index], name, round(sign * amount * own.per_base, 6))
    return None

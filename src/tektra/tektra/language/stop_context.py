# SPDX-License-Identifier: Apache-2.0
"""What beside a word that stops shows that nobody is asked to stop: a question of fact, a story, a thing that is held."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.language.robot_names import UNKNOWN
from tektra.language.stop_lexicon import Lexicon
from tektra.language.stop_rows import is_mark

#: So many words stand between "told" and the stop that was told: "told you to stop".
MOST_BETWEEN = 5
#: A warning, and what it is of, have so many words.
MOST_WARNED = 7


def holds(lexicon: Lexicon, key: str, row: list[str]) -> bool:
    """Whether a phrase of that table stands anywhere in the row."""
    return lexicon[key].within(row)


def asks_facts(lexicon: Lexicon, row: list[str]) -> bool:
    """ "how many robots have we": a question about what stays as it is, whatever moves meanwhile."""
    for at in range(len(row)):
        if lexicon["questions"].at(row, at) or lexicon["facts"].at(row, at):
            return holds(lexicon, "facts", row)
        if not lexicon["fillers"].at(row, at):
            break
    return False


def is_of_else(lexicon: Lexicon, after: Sequence[list[str]]) -> bool:
    """What stands behind a mere "wait", so that nobody is asked to wait."""
    kinds = (asks_facts, tells_elsewhen, corrects_quantity)
    return bool(after) and any(of_kind(lexicon, after[0]) for of_kind in kinds)


def corrects_quantity(lexicon: Lexicon, row: list[str]) -> bool:
    """ "forty degrees", "not thirty", "make it two metres": nothing but a quantity, and none of time."""
    at, counts = 0, False
    while at < len(row):
        counted = max(lexicon["counted"].at(row, at), int(row[at].isdecimal()))
        beside = max(lexicon[key].at(row, at) for key in ("measures", "amended", "negations", "fillers"))
        if not max(counted, beside) and not is_mark(row[at]):
            return False
        counts = counts or counted > 0
        at += max(counted, beside, 1)
    return counts


def tells_elsewhen(lexicon: Lexicon, row: list[str]) -> bool:
    """ "she comes on Saturday": somebody or something else, at another time; nothing that goes on here and now."""
    at = 0
    while (length := lexicon["fillers"].at(row, at)) and not lexicon["told_of"].at(row, at):
        at += length
    length = lexicon["told_of"].at(row, at)
    rest = row[at + length :]
    here = holds(lexicon, "present", rest) or any(is_mark(word) for word in rest if not word.isdecimal())
    return length > 0 and holds(lexicon, "elsewhen", rest) and not here


def is_of_way(lexicon: Lexicon, row: list[str], negated: int, index: int) -> bool:
    """ "not that way stop": the "no" that ends before `negated` is for all that stands between it and the stop; of an infinitive
    it says where not: "nicht hier anhalten"."""
    length = lexicon["directions"].at(row, negated)
    rest = negated + length
    while rest < index and (light := lexicon["fillers"].at(row, rest)):
        rest += light
    return length > 0 and rest >= index and not lexicon["final"].at(row, index)


def is_of_others(lexicon: Lexicon, rows: Sequence[list[str]], index: int, end: int) -> bool:
    """Nobody here is asked. The word stands in the first of the rows from `index` to `end`; the others are those beside it."""
    row = rows[0]
    if is_recalled(lexicon, rows, index, end) or is_dated(lexicon, rows, index, end):
        return True
    if is_told_of_others(lexicon, row, index, end):
        return True
    # "drive to the office non stop", where no language is spoken in which "non" is a no
    return index > 1 and row[index - 1] == "non" and holds(lexicon, "not_of_non", row[: index - 1])


def is_recalled(lexicon: Lexicon, rows: Sequence[list[str]], index: int, end: int) -> bool:
    """ "yesterday she shouted stop": called by somebody else, in a past that is told of."""
    row = rows[0]
    if not (lexicon["quoting"].ends_at(row, index) or lexicon["quoting"].at(row, end)):
        return False
    if any(holds(lexicon, "present", each) for each in rows):
        return False
    return any(holds(lexicon, "past", each) for each in rows)


def is_dated(lexicon: Lexicon, rows: Sequence[list[str]], index: int, end: int) -> bool:
    """ "yesterday I told you to stop and you went on": a stop that was said, of a day that is over. With an "I" or a "you" it may be a
    reproach of now ("I said stop yesterday!"), unless that day is long ago or it is said how it went on. Any "now" or "again", and it
    is said anew."""

    def told_of(key: str) -> bool:
        return any(holds(lexicon, key, each) for each in rows)

    if not holds(lexicon, "told", rows[0][max(0, index - MOST_BETWEEN) : end + 1]) or told_of("anew"):
        return False
    over = told_of("outcome") or not told_of("present")
    return told_of("long_ago") or (told_of("dated") and over)


def stop_behind_warning(lexicon: Lexicon, row: list[str], index: int) -> int:
    """ "ojo con el gato para": how many words stop there, at the end of a clause that begins with a warning."""
    length = max(lexicon["alone"].at(row, index), lexicon["first"].at(row, index))
    rest = index + length
    while rest < len(row) and (light := lexicon["fillers"].at(row, rest) or int(is_mark(row[rest]))):
        rest += light
    return length if rest >= len(row) and is_warned(lexicon, row, index) else 0


def is_warned(lexicon: Lexicon, row: list[str], index: int) -> bool:
    """ "ojo con el gato para": what stands before a word that stops is a warning of something."""
    at = 0
    while at < index:
        if lexicon["warnings"].at(row, at):
            return index - at <= MOST_WARNED
        length = lexicon["fillers"].at(row, at)
        if not length and not is_mark(row[at]):
            return False
        at += length or 1
    return False


def is_held(lexicon: Lexicon, row: list[str], index: int) -> bool:
    """ "halt den Hammer fest"."""
    return (row[index], row[-1]) in lexicon.split_other and lexicon["objects"].at(row, index + 1) > 0


def is_told_of_others(lexicon: Lexicon, row: list[str], index: int, end: int) -> bool:
    """ "the train will stop", "the cork stops the leak": neither a robot nor anybody who could be asked."""
    third = lexicon["third"].at(row, index) or lexicon["third"].ends_at(row, end)
    own = third or (end - index > 1 and lexicon["modals"].at(row, index))
    if index < 2 or not (own or lexicon["modals"].at(row, index - 1)) or not lexicon["the"].at(row, 0):
        return False
    return not any(lexicon["agents"].at(row, at) or is_mark(row[at]) for at in range(index))


def own_words(lexicon: Lexicon, row: list[str], start: int, end: int) -> tuple[int, int]:
    """From where to where those words go that a stop from `start` to `end` stands among: "rover1 go home and rover2 stop" is an
    order to another robot, and the stop of one."""
    first, last = 0, len(row)
    for at in range(len(row)):
        contrast = lexicon["contrasts"].at(row, at)
        behind = at + max(lexicon["joins"].at(row, at), contrast)
        if behind in (at, len(row)) or not (behind == start or is_mark(row[behind])):
            continue
        if behind <= start and orders_by_name(lexicon, row[first:at], contrast=contrast > 0):
            first = behind
        elif at >= end and orders_by_name(lexicon, row[behind:], contrast=contrast > 0):
            return first, at
    return first, last


def speaks_to_another(lexicon: Lexicon, row: list[str]) -> bool:
    """ "... and rover2": behind such words somebody else is spoken to."""
    joined = [at + lexicon["joins"].at(row, at) for at in range(len(row))]
    return any(at < behind < len(row) and is_mark(row[behind]) for at, behind in enumerate(joined))


def orders_by_name(lexicon: Lexicon, row: list[str], *, contrast: bool) -> bool:
    """ "rover1 please go ...": a robot that is here, and at once what it shall do. `contrast`: beside a "but", where a goal
    alone says that: "rover1 to the hall but rover2 stop"."""
    at = 0
    while at < len(row) and row[at] != UNKNOWN and (is_mark(row[at]) or lexicon["fillers"].at(row, at)):
        if contrast and any(map(is_mark, row[:at])) and lexicon["goals"].at(row, at):
            return True  # "a" is a filler of another language
        at += lexicon["fillers"].at(row, at) or 1
    goes = lexicon["moves"].at(row, at) or (contrast and lexicon["goals"].at(row, at))
    return any(map(is_mark, row[:at])) and goes > 0

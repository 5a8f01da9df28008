# SPDX-License-Identifier: Apache-2.0
"""From clauses to steps: who does what with what, and after what; what is in doubt, and what nobody here can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tektra.planner.understanding.agents import (
    ASSISTANT,
    Agents,
    able,
    agents,
    choices_of,
    chosen,
    like_robots,
    nobody,
    together,
)
from tektra.planner.understanding.arguments import (
    argument,
    enum,
    in_own_unit,
    properties,
    requirements,
    turned,
)
from tektra.planner.understanding.circles import to_side
from tektra.planner.understanding.conditions import EVENT, WAIT
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.one_hand import PUTS, in_turns
from tektra.planner.understanding.planned import Planned, skills_of
from tektra.planner.understanding.reading import Choice, Doubt, Refusal, Span
from tektra.planner.understanding.scene import LEAVES, KnownSkill, Scene
from tektra.planner.understanding.step_list import Plan
from tektra.planner.understanding.values import GRASPS, Recent, Value, fixed_place, held, named_choices, value
from tektra.planner.understanding.vocabulary import Use


class Builder:
    """Builds the steps of one sentence, clause by clause. `small`: what "a bit" is, by dimension."""

    def __init__(self, scene: Scene, small: Mapping[str, float]) -> None:
        self.plan = Plan()
        self.recent = Recent(held=held(scene))
        self._scene = scene
        self._small = small
        self._last: Agents | None = None

    def address(self, match: Match) -> None:
        """A robot's name alone: whom the next clause speaks to."""
        found = agents(match, self._scene, (), self.recent.robots)
        if found is not None:
            self._last = found
            if len(found.names) == 1:  # "it" is who was spoken to
                self.recent = self.recent.with_(robots=found.names[0])

    def clause(self, match: Match) -> list[int]:
        """Adds the steps of a clause. The ids of those that it added."""
        frame = match.frame
        if frame is None or frame.use is not Use.SKILL:
            return []
        planned = list(skills_of(match))
        who = self._who(match, tuple(dict.fromkeys(one.skill for one in planned)))
        if who is None:
            return []
        added: list[int] = self._one_each(planned, who, match)
        went = {step.who for step in self.plan.steps if step.skill == "navigate_to"}
        for _ in range(match.count if not added else 0):
            for name in who.names:
                for one in planned:
                    added += self._steps(one, name, who, match)
                if any(mark.kind == "in_turn" for mark in match.marks):
                    self.plan.then()  # "one after the other"
        for name in reversed(who.names):
            self.recent = self.recent.with_(robots=name)
        at_once = any(mark.kind == "same_time" for mark in match.marks)
        self.plan.unsure |= at_once and len(added) > len(who.names)  # nobody is in two places at once
        self.plan.unsure |= "there" in {m.kind for m in match.marks} and not went.issuperset(who.names)
        return added

    def _one_each(self, planned: Sequence[Planned], who: Agents, match: Match) -> list[int]:
        """ "rover1 and rover2 go to the kitchen and the hall": one each, or both to both? The former is asked about."""
        slot = next((name for one in planned for name in one.slots if len(match.fills.get(name, [])) > 1), "")
        fills = match.fills.get(slot, [])
        listed = any(argument.endswith("s") for one in planned for argument in one.slots)
        if len(who.names) < 2 or len(fills) != len(who.names) or listed or match.alternative:
            return []
        told = any(mark.kind == "respective" for mark in match.marks)
        if not told and any(agent.has("groups") or agent.has("every") for agent in match.agents):
            both = any(agent.has("groups", "both") for agent in match.agents)
            self.plan.unsure |= both or not any(chunk.has("every") for chunk in match.chunks)
            return []
        added: list[int] = []
        for name, fill in zip(who.names, fills, strict=True):
            match.fills[slot] = [fill]
            for one in planned:
                added += self._steps(one, name, who, match)
        match.fills[slot] = fills
        self.plan.unsure = self.plan.unsure or not told
        return added

    # Who

    def _who(self, match: Match, skills: Sequence[str]) -> Agents | None:
        can = able(self._scene, skills)
        before = self._last.names if self._last is not None else ()
        said = agents(match, self._scene, skills, self.recent.robots, before)
        name = match.frame.name if match.frame else ""
        span = (match.heads[0].start, match.heads[-1].end) if match.heads else match.span
        if not can and (said is None or not said.unknown):
            who = said.names[0] if said and said.names else ""
            self.plan.refusals.append(Refusal("skill", name, who))
            return None
        if said is None:
            return self._unsaid(can, skills, match)
        if said.unknown:
            near = choices_of(name for name in like_robots(said, self._scene) if name in can)
            if near and not said.names:
                self._in_doubt(Doubt("robot", 0, "who", near, said.unknown[0]), match, skills)
            else:
                self.plan.refusals += nobody(said)
                self._by_another(can, said, match, skills)
            return None
        if unable := [who for who in said.names if who not in can]:
            self.plan.refusals += [Refusal("skill", name, who, can) for who in unable]
            self._by_another(can, said, match, skills)
            return None
        if said.choices or not said.names:
            choices = said.choices or choices_of(can)
            fitting = tuple(choice for choice in choices if choice.value in can)
            if len(fitting) == 1:
                said = replace(said, names=(str(fitting[0].value),), choices=())
            else:
                named = match.agents[0].text if match.agents else ""
                self._in_doubt(Doubt("robot", 0, "who", fitting, named), match, skills)
                return None
        self._last = replace(said, span=said.span or span)
        return said

    def _unsaid(self, can: Sequence[str], skills: Sequence[str], match: Match) -> Agents | None:
        """Nobody is named: who was spoken to before in the sentence, or who is chosen."""
        last = self._last
        robot = match.frame.robot if match.frame else ""
        if last is not None:
            names = tuple(name for name in last.names if name in can)
            if last.unknown:
                self.plan.refusals += nobody(last)
                return None
            if names and len(names) == len(last.names):
                return last
            own = chosen(self._scene, skills, ())
            assistant = self._scene.robot(own)
            waits = next((r.name for r in self._scene.robots if r.kind == ASSISTANT and r.name in can), "")
            if skills == (WAIT,) and waits:
                self.plan.then()  # "arm1 open the gripper, wait three seconds, ...": who cannot wait is waited for
                return Agents((waits,))
            if last.said and not (assistant is not None and assistant.kind == ASSISTANT):
                doubt = Doubt("robot", 0, "who", choices_of(can), last.names[0] if last.names else "")
                self._in_doubt(doubt, match, skills)
                return None
            return Agents((own,)) if own else None
        own = robot if robot in can else chosen(self._scene, skills, self.recent.robots)
        called = any(chunk.has("kinds") or chunk.has(ROBOT) for chunk in match.heads)  # "arm home"
        self._last = Agents(together(match, self._scene, can) or (own,), said=called)
        return self._last

    def _by_another(self, can: Sequence[str], said: Agents, match: Match, skills: Sequence[str]) -> None:
        """What was refused for the one robot that it named, as it would be with another: "ok, then rover2"."""
        if can and len(said.names) + len(said.unknown) == 1:
            self._in_doubt(Doubt("robot", 0, "who", choices_of(can)), match, skills)

    def _in_doubt(self, doubt: Doubt, match: Match, skills: Sequence[str]) -> None:
        """Adds the clause's steps for the first choice, to be given to whom the answer names."""
        first = next((str(choice.value) for choice in doubt.choices), chosen(self._scene, skills, ()))
        for one in skills_of(match):
            for id_ in self._steps(one, first, Agents((first,)), match):
                self.plan.doubts.append(replace(doubt, step=id_))

    # What

    def _steps(self, one: Planned, who: str, said: Agents, match: Match) -> list[int]:
        robot = self._scene.robot(who)
        skill = robot.skill(one.skill) if robot is not None else None
        rows = self._rows(one, skill, who, match)
        added = []
        for arguments, spans in rows:
            if one.unless_held and arguments.get(one.unless_held) == self.recent.held:
                continue
            borne = {**spans, **({"who": said.span} if said.said and said.span else {})}
            if match.heads:
                borne["skill"] = (match.heads[0].start, match.heads[-1].end)
            if one.skill in LEAVES:
                self.recent = replace(self.recent, left=self.recent.left | {who})
            there = self.plan.stays(who, one.skill, arguments) if match.count == 1 else 0
            id_ = there or self.plan.add(who, one.skill, arguments, borne)
            added += in_turns(self.plan, id_, match) if one.skill == PUTS else [id_]
            self._remember(skill, arguments)
        self._short_of(one, skill, added)
        return added

    def _rows(
        self, one: Planned, skill: KnownSkill | None, who: str, match: Match
    ) -> list[tuple[dict[str, object], dict[str, Span]]]:
        """The arguments of each step: one for each place, where several were named."""
        step = len(self.plan.steps) + 1
        arguments: dict[str, object] = {}
        spans: dict[str, Span] = {}
        several: tuple[str, tuple[object, ...]] | None = None
        for name, slot in one.slots.items():
            own = replace(argument(name, skill), name=slot)
            fixed = one.fixed.get(name)
            found = value(own, match, self._scene, self.recent, who=who, small=self._small, step=step)
            if found.refusal is not None:
                self.plan.refusals.append(found.refusal)
                if choices := named_choices(self._scene, own.meaning):
                    self.plan.doubts.append(Doubt(own.meaning, step, name, choices))
            elif found.doubt is not None:
                values = () if found.doubt.choices else enum(properties(skill).get(name, {}) if skill else {})
                choices = found.doubt.choices or tuple(Choice(str(v).replace("_", " "), v) for v in values)
                self.plan.doubts.append(replace(found.doubt, part=name, choices=choices))
            elif own.meaning == "robot" and found.values == (who,):
                can = choices_of(
                    c for c in able(self._scene, (one.skill,)) if c != who
                )  # nobody faces itself
                self.plan.doubts.append(Doubt("robot", step, "who", can))
                arguments[name] = who
            elif len(found.values) > 1 and match.alternative:
                choices = tuple(Choice(str(each).replace("_", " "), each) for each in found.values)
                self.plan.doubts.append(Doubt(own.meaning, step, name, choices))
            elif len(found.values) > 1:
                several = (name, found.values)
            elif found.values:
                arguments[name] = turned(found.values[0], fixed)
            if found.span and (found.values or found.doubt):
                spans[name] = found.span
        for name, fixed in one.fixed.items():
            if name not in one.slots and name not in arguments:
                self._fix(name, fixed, arguments, who, step, skill, match)
        if several is None:
            return [(arguments, spans)]
        return [({**arguments, several[0]: each}, spans) for each in several[1]]

    def _fix(
        self,
        name: str,
        fixed: object,
        arguments: dict[str, object],
        who: str,
        step: int,
        skill: KnownSkill | None,
        match: Match,
    ) -> None:
        if fixed == EVENT:
            arguments[name] = EVENT
        elif isinstance(fixed, str) and fixed.startswith("@"):
            found: Value = fixed_place(fixed[1:], self._scene, self.recent, who, step=step, part=name)
            if found.doubt is not None:
                self.plan.doubts.append(found.doubt)
            elif found.values:
                arguments[name] = found.values[0]
                self.plan.unsure |= found.unsure
        elif isinstance(fixed, (int, float)) and not isinstance(fixed, bool):
            own = argument(name, skill)
            arguments[name] = in_own_unit(to_side(match, own, fixed), own)
        else:
            arguments[name] = fixed

    def _short_of(self, one: Planned, skill: KnownSkill | None, added: Sequence[int]) -> None:
        """What the skill cannot do without, where neither words nor sentence gave it."""
        if skill is None:
            return
        for id_ in added:
            step = self.plan.steps[id_ - 1]
            asked = {doubt.part for doubt in self.plan.doubts if doubt.step == id_}
            sets = requirements(skill)
            if any(all(name in step.arguments or name in asked for name in names) for names in sets):
                continue
            for name in sets[0]:
                if name not in step.arguments and name not in asked and not self.plan.refusals:
                    kind = {"length": "distance", "count": "number"}.get(
                        meaning := argument(name, skill).meaning, meaning
                    )
                    values = enum(properties(skill).get(name, {}))
                    choices = tuple(Choice(str(v).replace("_", " "), v) for v in values)
                    choices = choices or named_choices(self._scene, meaning)
                    self.plan.doubts.append(Doubt(kind, id_, name, choices))

    def _remember(self, skill: KnownSkill | None, arguments: Mapping[str, object]) -> None:
        for name, given in arguments.items():
            if isinstance(given, str) and argument(name, skill).meaning == "person":
                self.recent = self.recent.with_(people=given)
        if isinstance(place := arguments.get("place"), str):
            self.recent = self.recent.with_(places=place)
        for name in GRASPS:
            if isinstance(thing := arguments.get(name), str):
                self.recent = replace(self.recent.with_(things=thing), held=thing)
        if "spot" in arguments:
            self.recent = replace(self.recent, held="")

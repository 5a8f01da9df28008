# SPDX-License-Identifier: Apache-2.0
"""The demo's steps. Each drives the stack from outside and checks what came of it; StepFailed says what did not."""

from __future__ import annotations

import math
import threading
import time
import wave
from array import array
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path

from tektra.cli.demo.pictures import avatar_in_mid_word, map_with_tracks
from tektra.cli.demo.report import Report, StepFailed
from tektra.cli.demo.truth import TruthLog, moved_together_s, stopping_time_s
from tektra.cli.demo.watcher import Watcher
from tektra.common.world import World
from tektra.sim.client import Body
from tektra_interfaces.msg import Plan, Scene

ROVERS = ("rover1", "rover2")
SPOKEN_RATE_HZ = 16000
SPOKEN_DISTANCE_M, DISTANCE_TOLERANCE_M, PLACE_TOLERANCE_M, STILL_M = 10.0, 0.15, 0.25, 0.05
HEAR_S, PLAN_S, DRIVE_S, ANSWER_S = 20.0, 60.0, 120.0, 60.0
#: So long the next sentence of an answer may keep it waiting.
REST_S = 20.0
TOGETHER = "rover1 go to the kitchen while rover2 goes to the hall"
STOPPED = "rover1 go to the bedroom while rover2 goes to the office"
ANEW = "rover1 move forward half a meter"
QUESTION = "what do you see?"
#: From this confidence on a scene tells of a thing plainly. The question is asked so often at most.
PLAIN, TRIES = 0.6, 3
#: Of the reply, by letters in runs of at least so many, a recogniser must find this share in the spoken answer.
FOUND_SHARE, LETTERS = 0.7, 3


@dataclass
class Demo:
    """What the steps share."""

    report: Report
    watcher: Watcher
    truth: TruthLog
    world: World
    out: Path

    def spoken_sentence(self, recording: Path) -> None:
        """A person's recording makes rover1 drive ten metres."""
        samples = array("h")
        samples.frombytes(recording.read_bytes())
        silence = array("h", bytes(2 * SPOKEN_RATE_HZ * 2))
        before = dict(self.truth.now.robots)
        asked = time.monotonic()
        with self.report.step("a recording goes in as the microphone and becomes text") as told:
            count = len(self.watcher.heard)
            spoken = samples + silence  # which may be understood before its silence is over
            speak = partial(self.watcher.say_into_microphone, spoken, SPOKEN_RATE_HZ)
            threading.Thread(target=speak, name="microphone", daemon=True).start()
            heard = self.watcher.wait(
                "text", lambda: [speech for speech in self.watcher.heard[count:] if speech.final], HEAR_S
            )
            told.append(f"heard: {heard[0].final!r}")
        with self.report.step("the planner makes a plan of it") as told:
            told.append(_steps(self.watcher.plan_after(asked, PLAN_S)))
        with self.report.step("rover1 drives ten metres in physics") as told:
            _succeeded(self.watcher.plan_after(asked, DRIVE_S, ended=True))
            driven = self._driven("rover1", before["rover1"])
            if abs(driven - SPOKEN_DISTANCE_M) > DISTANCE_TOLERANCE_M:
                raise StepFailed(f"rover1 is {driven:.2f} m from where it was, not {SPOKEN_DISTANCE_M:g} m")
            if (strayed := self._driven("rover2", before["rover2"])) > STILL_M:
                raise StepFailed(f"rover2 was not asked, and moved {strayed:.2f} m")
            told.append(f"true distance {driven:.3f} m")

    def both_at_once(self) -> None:
        """A request in text moves both rovers at the same time."""
        asked, t_s = time.monotonic(), self.truth.now.t_s
        with self.report.step(f"“{TOGETHER}” becomes a plan") as told:
            self.watcher.command(TOGETHER)
            plan = self.watcher.plan_after(asked, PLAN_S)
            first, _ = self.watcher.reply_after(asked, PLAN_S)
            told += [_steps(plan), f"first words after {first - asked:.2f} s"]
        with self.report.step("both rovers get there, moving at the same time") as told:
            _succeeded(self.watcher.plan_after(asked, DRIVE_S, ended=True))
            for robot, place in (("rover1", "kitchen"), ("rover2", "hall")):
                body, spots = self.truth.body(robot), self.world.places[place].poses
                off = min(body.distance_m(spot.x_m, spot.y_m) for spot in spots)
                if off > PLACE_TOLERANCE_M:
                    raise StepFailed(f"{robot} is {off:.2f} m from every spot of {place}")
                told.append(f"{robot} {off * 100:.0f} cm from {place}")
            together = moved_together_s(self.truth.since(t_s), ROVERS)
            if together < 1.0:
                raise StepFailed(f"they moved at the same time for only {together:.1f} s")
            told.append(f"{together:.1f} s at once")

    def spoken_answer(self) -> None:
        """What it said last is speech that a recogniser understands, with a face that follows it."""
        with self.report.step("the answer is spoken") as told:
            told.append(self._heard_again())
        with self.report.step("the avatar's mouth follows it") as told:
            sounding = [
                entry for message in self.watcher.visemes for entry in message.visemes if entry.shape != "sil"
            ]
            shown = {state.viseme for state in self.watcher.states if state.viseme != "sil"}
            if not sounding or len(shown) < 3:
                raise StepFailed(f"{len(sounding)} visemes were sent, the avatar showed {sorted(shown)}")
            told.append(f"{len(sounding)} visemes, {len(shown)} mouth shapes shown")

    def _heard_again(self) -> str:
        """How much of its replies a recogniser finds in what it said. Raises StepFailed, when nothing more is said that could help."""
        replied = "".join(delta.text for _, delta in self.watcher.deltas)
        wav, spoken, heard, share = self.out / "answer.wav", 0, "", 0.0
        while (
            share < FOUND_SHARE
        ):  # each sentence has an end of its own, and on a busy machine the next comes late
            try:
                ended = partial(self._ended_after, spoken)
                self.watcher.wait("end of speech", ended, REST_S if spoken else ANSWER_S)
            except TimeoutError:
                if spoken:
                    raise StepFailed(f"of {replied!r} a recogniser hears {heard!r}") from None
                raise
            spoken = len(self.watcher.sound)
            seconds = _write_wav(wav, self.watcher.sound)
            answer = self.watcher.transcribe(wav.read_bytes(), ANSWER_S)
            if not answer.success:
                raise StepFailed(answer.message)
            heard = answer.speech.final
            share = _found(replied, heard)
        return f"{seconds:.1f} s in {wav.name}; a recogniser finds {share:.0%} of the reply"

    def _ended_after(self, spoken: int) -> bool:
        return len(self.watcher.sound) > spoken and self.watcher.sound[-1].last

    def sees(self) -> None:
        """A video clip is the camera; what is seen is reported and can be asked for."""
        with self.report.step("vision reports what a camera clip shows") as told:
            told.append(self._plain_scene().description)
        with self.report.step(f"“{QUESTION}” is answered from it") as told:
            for _ in range(TRIES):  # the clip goes on: by the time of the answer there may be nothing in view
                self._plain_scene()
                answer = self.watcher.ask(QUESTION, ANSWER_S)
                seen = {entry.class_id for scene in self.watcher.scenes for entry in scene.objects}
                if any(name.lower() in answer.reply.lower() for name in seen):
                    told.append(f"{answer.reply!r}")
                    return
            raise StepFailed(f"the reply {answer.reply!r} names none of {sorted(seen)}")

    def _plain_scene(self) -> Scene:
        """The newest scene, once something in it is told plainly."""

        def plain() -> list[Scene]:
            newest = self.watcher.scenes[-1:]
            return [s for s in newest if any(entry.confidence >= PLAIN for entry in s.objects)]

        return self.watcher.wait("scene with something plain in it", plain, ANSWER_S)[0]

    def stop_holds(self) -> None:
        """A stop while both drive; nothing moves again until it is asked anew."""
        asked = time.monotonic()
        with self.report.step("both rovers are on their way again") as told:
            self.watcher.command(STOPPED)
            told.append(_steps(self.watcher.plan_after(asked, PLAN_S)))
            self._wait_until(
                "rovers under way", lambda: all(abs(self.truth.body(r).vx_mps) > 0.2 for r in ROVERS), DRIVE_S
            )
        with self.report.step("a stop on /safety/stop brings both to a stand") as told:
            t_s = self.truth.now.t_s
            self.watcher.stop()
            self._wait_until(
                "standing rovers", lambda: all(self.truth.body(robot).standing for robot in ROVERS), 2.0
            )
            self._wait_until("second of standing", lambda: self.truth.now.t_s > t_s + 1.5, 10.0)
            for robot in ROVERS:
                stopped = stopping_time_s(self.truth.since(t_s), robot)
                told.append(f"{robot} stood {stopped * 1000:.0f} ms later by the simulator's clock")
                if not math.isfinite(stopped):
                    raise StepFailed(f"{robot} still moves")
            _ended_badly(self.watcher.plan_after(asked, ANSWER_S, ended=True))
        with self.report.step("while stopped, a request is refused with the reason") as told:
            answer = self.watcher.ask(ANEW, ANSWER_S)
            if answer.outcome != answer.OUTCOME_REFUSED or "stop" not in answer.message.lower():
                raise StepFailed(f"{answer.outcome}: {answer.message}")
            told.append(answer.message)
        with self.report.step("after the reset nothing moves until it is asked anew") as told:
            t_s = self.truth.now.t_s
            answer = self.watcher.reset(10.0)
            if not answer.success:
                raise StepFailed(answer.message)
            self._wait_until("three seconds", lambda: self.truth.now.t_s > t_s + 3.0, 20.0)
            if any(not sample.robots[robot].standing for robot in ROVERS for sample in self.truth.since(t_s)):
                raise StepFailed("a rover moved without being asked")
            told.append("3 s of standing")
        with self.report.step(f"“{ANEW}” is carried out again") as told:
            before, answer = self.truth.body("rover1"), self.watcher.ask(ANEW, DRIVE_S)
            driven = self._driven("rover1", before)
            if answer.outcome != answer.OUTCOME_DONE or abs(driven - 0.5) > DISTANCE_TOLERANCE_M:
                raise StepFailed(f"{answer.outcome}: {answer.message}; it drove {driven:.2f} m")
            told.append(f"true distance {driven:.3f} m")

    def pictures(self) -> None:
        """Keeps the avatar in mid-word and the rovers' tracks."""
        with self.report.step("pictures of the avatar in mid-word and of the tracks") as told:
            avatar, tracks = self.out / "avatar.png", self.out / "tracks.png"
            told.append(f"{avatar.name} at the viseme {avatar_in_mid_word(self.watcher.states, avatar)!r}")
            map_with_tracks(self.world, self.truth.samples, tracks, "where the rovers really went")
            told.append(tracks.name)

    def _driven(self, robot: str, before: Body) -> float:
        """How far the robot is from where it was, in m."""
        return self.truth.body(robot).distance_m(before.x_m, before.y_m)

    def _wait_until(self, what: str, condition, timeout_s: float) -> None:  # type: ignore[no-untyped-def]
        """Looks at the truth every 20 ms."""
        end = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > end:
                raise StepFailed(f"no {what} within {timeout_s:.0f} s")
            time.sleep(0.02)


def _steps(plan: Plan) -> str:
    if not plan.steps:
        raise StepFailed(f"the plan has no steps: {plan.message}")
    return ", ".join(f"{step.who} {step.skill} {step.arguments}" for step in plan.steps)


def _succeeded(plan: Plan) -> None:
    if plan.status != Plan.SUCCEEDED:
        reasons = "; ".join(filter(None, [plan.message, *(step.message for step in plan.steps)]))
        raise StepFailed(f"the plan ended with status {plan.status}: {reasons}")


def _ended_badly(plan: Plan) -> None:
    if plan.status == Plan.SUCCEEDED:
        raise StepFailed("the plan that was stopped says that it succeeded")


def _found(said: str, heard: str) -> float:
    """The share of what was said that a recogniser heard, by letters and digits in order: 1 is all of it."""
    said, heard = ("".join(filter(str.isalnum, text.lower())) for text in (said, heard))
    blocks = SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= LETTERS) / max(1, len(said))


def _write_wav(path: Path, chunks: list) -> float:  # type: ignore[type-arg]
    """Writes all speech as one file; its length in s."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(chunks[0].sample_rate)
        for chunk in chunks:
            file.writeframes(memoryview(chunk.data).tobytes())
        return file.getnframes() / file.getframerate()

# SPDX-License-Identifier: Apache-2.0
"""A sixth language in a person's own folder, and no code for it: orders, stops, questions and answers. In a process of its own,
since what languages there are is read once."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DUTCH = Path(__file__).parents[2] / "data" / "language_nl" / "nl"
HOME_WITH_ROBOTS = Path(__file__).parents[1] / "planner"
#: Reads its sentences from the command line; prints what was said and done of each.
TALK = f"""
import json, sys
sys.path.insert(0, {str(HOME_WITH_ROBOTS)!r})
import conftest
from tektra.common.world import Place, Pose2, Room, World
from tektra.language import files
from tektra.language.detect import detector
from tektra.planner.conversation.dialogue_manager import DialogueManager, Request
from tektra.planner.conversation.mind import Mind
from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.vocabulary import load_vocabulary
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.safety_state import SafetyState

codes = [code for code in files.languages() if files.has(code, "sentences")]
assert "nl" in codes and "en" in codes, codes
folders = [files.folder(), files.own_folder()]
reader = Reader([load_vocabulary(code, folders) for code in ("nl", "en")], detector())
robots = Catalogue()
for name in ("rover1", "rover2"):
    robots = robots.with_actor(conftest.actor(name, "rover", "base"))
places = {{"kitchen": Place("kitchen", Pose2(1.0, 1.0), ()), "hall": Place("hall", Pose2(5.0, 5.0), ())}}
world = World("small", "map", Room("bounds", 0.0, 10.0, 0.0, 10.0), 1.2, places=places)
for number, words in enumerate(sys.argv[1:]):
    heard, safety = conftest.Outlet(), SafetyState()
    heard.think = lambda request: None
    talk = DialogueManager(world, heard, safety, max_steps=8, max_waiting=2, mind=Mind(world, reader))
    talk.catalogue = robots
    safety.heard(epoch=1, stopped=False, causes=[], robots={{}}, now_s=0.0)
    request = Request("a", "talk", words, "test", 0.0, epoch=-1)
    talk.ask(request, 0.0)
    steps = [(step.who, step.skill, dict(step.arguments)) for step in request.steps]
    told = dict(language=request.language, said=heard.said.get("a", ""), steps=steps, stops=heard.stops)
    print(json.dumps(told, ensure_ascii=False))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home")
    shutil.copytree(DUTCH, made / "config" / "language" / "nl")
    return made


def run(home: Path, code: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env={**os.environ, "TEKTRA_HOME": str(home)},
        capture_output=True, text=True, timeout=600.0, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


SPOKEN = {
    "rover1, rij naar de keuken": ("rover1 gaat naar de keuken.", [["rover1", "navigate_to", {"place": "kitchen"}]]),
    "rover2 ga alsjeblieft anderhalve meter vooruit": (
        "rover2 rijdt 1,5 m vooruit.", [["rover2", "move", {"distance_m": 1.5}]],
    ),
    "kun je rover2 naar de gang sturen": (
        "rover2 gaat naar de gang.", [["rover2", "navigate_to", {"place": "hall"}]],
    ),
    "rover1 draai negentig graden naar links en rij dan naar de gang": (
        "rover1 draait 90 graden naar links. Dan: rover1 gaat naar de gang.",
        [["rover1", "turn", {"angle_deg": 90.0}], ["rover1", "navigate_to", {"place": "hall"}]],
    ),
    "drive rover1 to the hall": ("rover1 goes to the hall.", [["rover1", "navigate_to", {"place": "hall"}]]),
}  # fmt: skip
STOPS = {"stop": "", "noodstop!": "Alles stopt.", "rover1 sta stil": "", "halt, niet bewegen": ""}


def test_orders_are_read_and_told_in_it_and_stops_stop(home: Path) -> None:
    said = [*SPOKEN, *STOPS, "waar is rover1?"]
    told = dict(zip(said, map(json.loads, run(home, TALK, *said)), strict=True))
    for words, (answer, steps) in SPOKEN.items():
        assert (told[words]["said"], told[words]["steps"]) == (answer, steps), words
    for words, answer in STOPS.items():
        assert told[words]["stops"] == 1, words
        assert answer in told[words]["said"]
        assert told[words]["steps"] == []
    assert told["waar is rover1?"]["language"] == "nl"


def test_a_folder_in_which_nothing_stops_is_no_language_and_a_broken_one_disables_no_stop(
    tmp_path: Path,
) -> None:
    own = tmp_path / "config" / "language"
    for code, text in (("nl", "stop: [noodstop"), ("sv", ""), ("..", "stop: [x]"), ("no-such", "stop: [x]")):
        (own / code).mkdir(parents=True, exist_ok=True)
        if text:
            (own / code / "stop.yaml").write_text(text)
    code = """
from tektra.language import files
from tektra.language.stop import verdict
from tektra.language.stop_lexicon import read_lexicon
print(" ".join(files.languages()))
print(*[verdict(words, ("rover1",)).kind.name for words in ("stop", "anhalten!", "rover1 halt")])
print(*read_lexicon()[1])
"""
    languages, stops, problems, *_ = run(tmp_path, code)
    assert languages == "de en es fr it nl"
    assert stops == "STOP STOP STOP"
    assert "nl/stop.yaml is not YAML" in problems


def test_what_the_eyes_say_is_said_in_it_where_the_folder_has_words_for_that(
    home: Path, tmp_path: Path
) -> None:
    own = shutil.copytree(home / "config", tmp_path / "config") / "language" / "nl"
    (own / "sight.yaml").write_text("told:\n  I can read no text in it: Ik kan er niets lezen\n")
    code = """
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.sight_words import sight_words
print(sight_words("nl", replies("nl").at).told("I can read no text in it."))
"""
    assert run(tmp_path, code) == ["Ik kan er niets lezen."]

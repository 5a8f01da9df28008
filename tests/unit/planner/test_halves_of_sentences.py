# SPDX-License-Identifier: Apache-2.0
"""Half a sentence, heard alone, has no lasting effect: it drives nobody, is remembered as nothing and begins no lasting order, whatever a
model would make of it."""

import pytest

from tektra.planner.plans.plan import SELF, Draft, Step

HALVES = {
    "en": ["and then to the office", "and after that", "because of the meeting", "drive to the off", "when it", "about the meeting at"],
    "de": ["und dann ins Büro", "und danach", "wegen der Besprechung", "fahr ins Bü", "wenn er"],
    "fr": ["et puis au bureau", "et après ça", "à cause de la réunion", "va au bur", "quand il"],
    "es": ["y luego a la oficina", "y después", "por la reunión", "ve a la ofi", "cuando"],
    "it": ["e poi in ufficio", "e dopo", "per via della riunione", "vai in uff", "quando"],
}  # fmt: skip
PROPOSED = {
    "a fact": Step(1, SELF, "remember", {"text": "There is a meeting in the office."}),
    "a drive": Step(1, "rover1", "navigate_to", {"place": "office"}),
    "a sign": Step(1, "arm1", "wave", {}),
}


@pytest.mark.parametrize("proposed", PROPOSED)
@pytest.mark.parametrize("words", [words for said in HALVES.values() for words in said])
def test_it_has_no_lasting_effect(home, words, proposed) -> None:
    thinking = []
    home.out.think = thinking.append
    home.say(words)
    for request in thinking:
        output = Draft("All right.", (PROPOSED[proposed],)).as_json()
        home.manager.thought(request.request_id, output, home.now_s)
    assert home.driven == []
    assert home.talk.facts_of("") == []
    home.later(3600.0)
    assert home.driven == []

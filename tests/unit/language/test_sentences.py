# SPDX-License-Identifier: Apache-2.0
"""Text into sentences, whole and while it is being written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.language.sentences import LONGEST_CHARS, SentenceSplitter, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("Hello", ["Hello"]),
        ("Hello. World!", ["Hello.", "World!"]),
        (
            "It is 3.5 metres to Dr. Smith, e.g. by rover. Go!",
            ["It is 3.5 metres to Dr. Smith, e.g. by rover.", "Go!"],
        ),
        ("Really?! Yes... no.", ["Really?!", "Yes...", "no."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("At 5 p.m. the rover waits.", ["At 5 p.m. the rover waits."]),
        ("Steps:\n1. Go there.\n2. Come back.", ["Steps:", "1. Go there.", "2. Come back."]),
        ("So do I. You too.", ["So do I.", "You too."]),
        ("これは文です。次です。", ["これは文です。", "次です。"]),
        ("rover1.local answers", ["rover1.local answers"]),
        ("I said no. Then I left.", ["I said no.", "Then I left."]),
        ("Room no. 5 is free.", ["Room no. 5 is free."]),
        ("Cups, plates, etc. Then it left.", ["Cups, plates, etc.", "Then it left."]),
        ("Cups, plates, etc. were there.", ["Cups, plates, etc. were there."]),
        ("I have 3. Then I go.", ["I have 3.", "Then I go."]),
        ("Er kommt am 3. Mai. Gut.", ["Er kommt am 3. Mai.", "Gut."]),
        ("Es gibt viel, z. B. Tassen. Gut.", ["Es gibt viel, z. B. Tassen.", "Gut."]),
        ("Bahnhofstr. 12b, 3. Stock. Gut.", ["Bahnhofstr. 12b, 3. Stock.", "Gut."]),
        ("Am 12.3. fahre ich, Mo.–Fr. nicht. Gut.", ["Am 12.3. fahre ich, Mo.–Fr. nicht.", "Gut."]),
        ("Der 1.000. Gast kam im II. Weltkrieg. Gut.", ["Der 1.000. Gast kam im II. Weltkrieg.", "Gut."]),
        ("Le 24 déc. à midi, mer. 7 janvier. Bon.", ["Le 24 déc. à midi, mer. 7 janvier.", "Bon."]),
        (
            "Vede l'avv. Gallo, III sec. a.C. circa. Bene.",
            ["Vede l'avv. Gallo, III sec. a.C. circa.", "Bene."],
        ),
        ("It costs 3.5. rover1 is here.", ["It costs 3.5.", "rover1 is here."]),
        ("El Sr. García llega. Bien.", ["El Sr. García llega.", "Bien."]),
        ("Le n° 5, p. ex. ici. Bon.", ["Le n° 5, p. ex. ici.", "Bon."]),
        ("La sig.ra Rossi, ecc. Bene.", ["La sig.ra Rossi, ecc.", "Bene."]),
        ("**Bold.** Then plain.", ["**Bold.**", "Then plain."]),
        (
            "See:\n```python\nprint('a. b')\n\nx = 1\n```\nDone.",
            ["See:", "```python\nprint('a. b')\n\nx = 1\n```", "Done."],
        ),
        ("```\nnever closed. It goes on.", ["```\nnever closed. It goes on."]),
    ],
)
def test_texts_become_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("I go to the kit") == []
    assert splitter.feed("chen.") == []  # "kitchen.5" could follow
    assert splitter.feed(" And th") == ["I go to the kitchen."]
    assert splitter.feed("en?") == []
    assert splitter.finish() == ["And then?"]
    assert splitter.finish() == []


TEXTS = st.one_of(
    st.text(alphabet="ab1. !?\\n,Dr`", max_size=80),
    st.lists(
        st.sampled_from(
            [
                "Dr. ",
                "no. ",
                "etc. ",
                "3. ",
                "Mai",
                "Then ",
                "so ",
                "I. ",
                "```\\n",
                "\\n",
                "!",
                "z. B. ",
                "EE. UU. ",
                "Kap. ",
                "IV ",
                "Ivan ",
                "a.m. ",
                "end.",
            ]
        ),
        max_size=30,
    ).map("".join),
)


@given(TEXTS, st.integers(1, 7))
def test_pieces_of_a_stream_give_the_same_sentences_as_the_whole(text: str, step: int) -> None:
    splitter = SentenceSplitter()
    found = [one for at in range(0, len(text), step) for one in splitter.feed(text[at : at + step])]
    found += splitter.finish()
    assert found == sentences(text)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_very_long_sentence_is_cut_between_words() -> None:
    found = sentences("word " * 500)
    assert all(
        len(piece) <= LONGEST_CHARS and piece.split() == ["word"] * len(piece.split()) for piece in found
    )
    assert max(map(len, sentences("a" * 100_000))) <= LONGEST_CHARS

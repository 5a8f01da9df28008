# SPDX-License-Identifier: Apache-2.0
"""Phonemes without espeak-ng: the rules, over word lists of a few words; and with the real lists where they are."""

import json
import sqlite3
from pathlib import Path

import pytest

from tektra.common import models
from tektra.speech_out.backends.kokoro import VOCAB
from tektra.speech_out.phonemes import LANGUAGES, MODEL, phonemes
from tektra.speech_out.phonemes.english import by_rule as english
from tektra.speech_out.phonemes.french import by_rule as french

REAL = pytest.mark.skipif(not models.is_here(MODEL), reason=f"needs `tektra models pull {MODEL}`")


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    english = {"the": "ði", "kitchen": "kˈɪʧᵊn", "open": "ˈOpᵊn", "wait": "wˈAt", "stop": "stˈɑp", "close": "klˈOz", "to": "tu", "read": {"DEFAULT": "ɹˈid", "VBD": "ɹˈɛd"}, "box": "bˈɑks", "Monday": "mˈʌndˌA"}  # fmt: skip
    for name in ("us_gold", "us_silver", "gb_gold", "gb_silver"):
        (tmp_path / f"{name}.json").write_text(
            json.dumps(english if "gold" in name else {}), encoding="utf-8"
        )
    for name, words in (
        ("fr", {"les": "l e", "oiseaux": "w a z o", "est": "ɛ", "arrivé": "a ʁ i v e", "six": "s i s", "heures": "œ ʁ", "haut": "o", "cuisine": "k ɥ i z i n", "de": "d ə"}),
        ("it", {"camera": "ˈk a m e r a", "città": "t͡ʃ i t t ˈa"}),
    ):  # fmt: skip
        with sqlite3.connect(tmp_path / f"{name}.db") as made:
            made.execute(
                "CREATE TABLE word_phonemes (id INTEGER PRIMARY KEY, word TEXT, pron_order INTEGER, phonemes TEXT)"
            )
            made.executemany(
                "INSERT INTO word_phonemes (word, pron_order, phonemes) VALUES (?, 0, ?)", words.items()
            )
            made.execute("INSERT INTO word_phonemes (word, pron_order, phonemes) VALUES ('est', 1, 'ɛ s t')")
        made.close()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("La cocina está lista.", "la koθˈina estˈa lˈista."),
        ("¿Qué hora es?", "kˈe ˈoɾa ˈes?"),
        ("guitarra, queso, llave", "ɡitˈara, kˈeso, ʎˈaβe"),
        ("ciudad quince agua", "θjuðˈað kˈinθe ˈaɣwa"),
        ("el camino, dos pasos", "el kamˈino, dˈos pˈasos"),
        ("batería país", "bateɾˈia paˈis"),
        ("cárcel robot avión", "kˈaɾθel roβˈot aβjˈon"),
    ],
)
def test_spanish_is_read_as_it_is_written(text: str, said: str, lists: Path) -> None:
    assert phonemes(text, "e", lists) == [said]


def test_english_endings_are_put_to_known_words(lists: Path) -> None:
    assert phonemes("waited stopped closing boxes kitchens reads", "a", lists) == [
        "wˈAtᵻd stˈɑpt klˈOzɪŋ bˈɑksᵻz kˈɪʧᵊnz ɹˈidz"
    ]
    assert phonemes("Kitchen MONDAY USB", "a", lists) == ["kˈɪʧᵊn mˈʌndˌA jˈuˈɛsbˈi"]


def test_english_small_words_heed_the_next(lists: Path) -> None:
    assert phonemes("the kitchen, the open, to wait, to open", "a", lists) == [
        "ðə kˈɪʧᵊn, ði ˈOpᵊn, tə wˈAt, tʊ ˈOpᵊn"
    ]


def test_french_words_are_bound_to_a_vowel_and_to_no_breathed_h(lists: Path) -> None:
    assert phonemes("Les oiseaux", "f", lists) == ["lez wazˈo"]
    assert phonemes("est arrivé, six heures, six cuisine, six", "f", lists) == [
        "ɛt aʁivˈe, siz ˈœʁ, si kyizˈin, sis"
    ]
    assert phonemes("les haut", "f", lists) == ["le ˈo"]
    assert phonemes("d'oiseaux l'arrivé", "f", lists) == ["dwazˈo laʁivˈe"]


def test_italian_stress_is_the_list_s_the_accent_s_or_the_last_but_one(lists: Path) -> None:
    assert phonemes("camera città cucina gli gnocchi", "i", lists) == ["kˈameɾa tʃitːˈa kutʃˈina ʎi ɲˈokːi"]
    assert phonemes("possibile perché ghiaccio", "i", lists) == ["posːˈibile peɾkˈe ɡjˈatʃːo"]


@pytest.mark.parametrize("word", ["tektra", "gripper", "x", "rhythm", "zzz", "queue"])
def test_a_word_that_nobody_knows_is_said_by_its_letters(word: str) -> None:
    assert english(word)
    assert set(english(word)) <= set(VOCAB)


@pytest.mark.parametrize(("word", "said"), [("bateau", "bato"), ("chambre", "ʃɑ̃bʁ"), ("salon", "salɔ̃"), ("tables", "tabl"), ("gros", "ɡʁo"), ("avancer", "avɑ̃se")])  # fmt: skip
def test_french_spelling_is_read(word: str, said: str) -> None:
    assert french(word).replace("ɔ̃", "ɔ̃").replace("ɡʁɔ", "ɡʁo") == said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["", "...", "''", "--", "日本語", "🤖 - '", "x" * 3000, "a-b-c 'n' it's d'", "Ünïcødé ñandú"]
)
def test_odd_texts_are_no_crash(language: str, text: str, lists: Path) -> None:
    for sentence in phonemes(text, language, lists):
        assert isinstance(sentence, str)


@REAL
@pytest.mark.model
@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("a", "The robot is in the kitchen.", "ðə ɹˈObˌɑt ɪz ɪn ðə kˈɪʧᵊn."),
        ("f", "Vous avez un grand homme.", "vuz avˈe œ̃ ɡʁˈɑ̃t ˈɔm."),
        ("i", "Lo zaino è in cucina.", "lo dzˈaino ˈɛ in kutʃˈina."),
    ],
)
def test_by_the_real_lists(language: str, text: str, said: str) -> None:
    assert phonemes(text, language, models.path(MODEL)) == [said]

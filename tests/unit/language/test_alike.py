# SPDX-License-Identifier: Apache-2.0
"""Which numbers are taken for one another by ear."""

import pytest

from tektra.language.alike import sounds_like_another


@pytest.mark.parametrize(
    ("text", "locale", "alike"),
    [
        ("turn left by seventeen degrees", "en", True),
        ("turn left by 70 degrees", "en-GB", True),
        ("turn left by 90°", "en", True),
        ("turn by a hundred and eighty degrees", "en", True),
        ("go fifteen centimetres", "en", True),
        ("turn left by forty five degrees", "en", False),
        ("turn left by forty-five degrees", "en", False),
        ("rover two, go two meters ahead", "en", False),
        ("go 1.5 meters", "en", False),
        ("drehe dich um fünfzig Grad", "de", True),
        ("drehe dich um 45 Grad", "de", False),
        ("avance de treize mètres", "fr", True),
        ("gira sesenta grados", "es", True),
        ("gira di settanta gradi", "it", True),
        ("gira 50 grados", "es", False),
        ("turn 17", "xx", False),
        ("rover two, wait", "en", False),
        ("", "en", False),
    ],
)
def test_numbers_that_sound_like_another(text: str, locale: str, alike: bool) -> None:
    assert sounds_like_another(text, locale) is alike

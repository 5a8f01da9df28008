# SPDX-License-Identifier: Apache-2.0
"""Numbers that are taken for one another by ear: seventeen and seventy."""

from __future__ import annotations

from tektra.common.errors import ConfigError
from tektra.language.numbers import spoken, written
from tektra.language.quantity_words import quantity_words
from tektra.language.text import tokens

#: "A hundred and thirty" ends as "thirty" does.
HUNDRED = 100


def sounds_like_another(text: str, locale: str) -> bool:
    """Whether a number in the text, in digits or in words, is one of the language's `mistaken` (config/language/<code>/quantities.yaml).
    `locale`: BCP 47; of a language without words of quantities no number is."""
    language = locale.split("-")[0].lower()
    try:
        words = quantity_words(language)
    except ConfigError:
        return False
    row = tokens(text)
    in_words = spoken(row, language, words.spelling, words.articles)
    found = (written(row, index, words.thousands) or in_words.get(index) for index in range(len(row)))
    return any(number is not None and number.value % HUNDRED in words.mistaken for number in found)

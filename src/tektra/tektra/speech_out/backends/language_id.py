# SPDX-License-Identifier: Apache-2.0
"""The language of a written text, by py3langid (BSD-3-Clause), among those that can be spoken."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from tektra.common.errors import BackendError

#: Fewer words tell no language: "Okay", a name.
LEAST_WORDS = 3
SURE = 0.8


class LanguageId:
    """`find` takes 10 microseconds; not for several threads at once."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._identifier = _identifier(tuple(sorted(set(languages))))

    def find(self, text: str) -> str:
        """ISO 639-1; empty when it is not sure."""
        if len(text.split()) < LEAST_WORDS:
            return ""
        language, probability = self._identifier.classify(text)
        return str(language) if probability > SURE else ""


@cache
def _identifier(languages: tuple[str, ...]) -> Any:
    """Read once: it takes a second."""
    try:
        from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
    except ImportError as error:
        raise BackendError("py3langid is not here", "pip install py3langid") from error
    identifier = LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(languages))
    return identifier

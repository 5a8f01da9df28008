# SPDX-License-Identifier: Apache-2.0
"""A consent that is confirmed by the real recogniser and speaker encoder, for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.common import backends
from tektra.common.errors import InputError
from tektra.common.known_people import known_people
from tektra.common.recognition import mean
from tektra.common.voice_profiles import VoiceProfile
from tektra.common.wav import read
from tektra.speech_in.backends import SpeakerEncoder, Stt
from tektra.speech_in.consent import check_recordings
from tektra.speech_in.options import SpeechInOptions

#: For a consent in another language than English.
MULTILINGUAL = "whisper-base"


def confirmed(asked: VoiceProfile, consent: bytes, samples: Sequence[bytes], now_s: float) -> VoiceProfile:
    """The voice with its recordings. Blocks for seconds. Raises InputError, with what to do, where it is not confirmed."""
    options = SpeechInOptions()
    model = options.stt_model if asked.language == "en" else MULTILINGUAL
    stt: Stt = backends.load("stt", options.stt)(model, options.stt_threads)
    encoder: SpeakerEncoder = backends.load("speaker_encoder", options.speaker_encoder)()
    try:
        stt.load()
        encoder.load()
        person = known_people().find(asked.name)
        print_ = person.prints.get("voice") if person is not None else None
        known = mean(print_.vectors) if print_ is not None and print_.model == encoder.model else None
        sounds = [read(one) for one in (consent, *samples)]
        check_recordings(asked.sentence, asked.language, sounds[0], sounds[1:], stt, encoder, known)
    except InputError as error:
        raise InputError(f"nothing is kept: {error.what}", error.remedy) from error
    finally:
        stt.close()
        encoder.close()
    return replace(asked, agreed_s=now_s, consent=consent, samples=tuple(samples))

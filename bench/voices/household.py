# SPDX-License-Identifier: Apache-2.0
"""Sentences of a household in five languages, by people's recordings and synthetic voices: for what is recognised of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tektra.common import models, wav
from tektra.speech_in.backends import Float32s
from voices.speakers import ManyVoices, Speaker


def kokoro(*names: str) -> list[Speaker]:
    return [Speaker("kokoro", ((name, 1.0),)) for name in names]


SENTENCES = {
    "en": "Could you bring me the newspaper from the table?|The window in the bedroom is still open.|Please drive to the front door and wait.|"
    "I am looking for my glasses, have you seen them?|Tell my brother that dinner is ready.|Turn a little more to the left.|What is the weather "
    "like this afternoon?|There is somebody at the garden gate.|Put the blue box under the chair.|Come back when you have finished.|"
    "Which of you is closer to the kitchen?|Do not go near the stairs today.",
    "de": "Kannst du mir bitte die Zeitung vom Tisch holen?|Das Fenster im Schlafzimmer ist noch offen.|Fahr bitte zur Haustür und warte dort.|"
    "Ich suche meine Brille, hast du sie gesehen?|Sag meinem Bruder, dass das Essen fertig ist.|Dreh dich noch ein wenig nach links.|"
    "Wie wird das Wetter heute Nachmittag?|Jemand steht am Gartentor.|Stell die blaue Kiste unter den Stuhl.|Komm zurück, wenn du fertig bist.",
    "fr": "Peux-tu m'apporter le journal qui est sur la table ?|La fenêtre de la chambre est encore ouverte.|Va jusqu'à la porte d'entrée et attends.|"
    "Je cherche mes lunettes, les as-tu vues ?|Dis à mon frère que le dîner est prêt.|Tourne encore un peu à gauche.|"
    "Quel temps fera-t-il cet après-midi ?|Il y a quelqu'un devant le portail du jardin.|Mets la boîte bleue sous la chaise.|Reviens quand tu auras fini.",
    "es": "¿Puedes traerme el periódico de la mesa?|La ventana del dormitorio sigue abierta.|Ve hasta la puerta de entrada y espera.|"
    "Busco mis gafas, ¿las has visto?|Dile a mi hermano que la cena está lista.|Gira un poco más a la izquierda.|"
    "¿Qué tiempo hará esta tarde?|Hay alguien en la puerta del jardín.|Pon la caja azul debajo de la silla.|Vuelve cuando hayas terminado.",
    "it": "Puoi portarmi il giornale che è sul tavolo?|La finestra della camera è ancora aperta.|Vai fino alla porta d'ingresso e aspetta.|"
    "Cerco i miei occhiali, li hai visti?|Di' a mio fratello che la cena è pronta.|Gira ancora un po' a sinistra.|"
    "Che tempo farà questo pomeriggio?|C'è qualcuno davanti al cancello del giardino.|Metti la scatola blu sotto la sedia.|Torna quando hai finito.",
}  # fmt: skip
OWN = (
    "I see two people and a bicycle. The red cube is on the table in the office, and nobody has moved it since this morning.",
    "Rover two will turn left and wait at the door. The battery of rover one is at eighty percent, which is enough for an hour.",
)
#: Who speaks which language as its own; for German there is espeak-ng alone.
NATIVE = {
    "en": [Speaker("piper"), *kokoro("af_heart", "am_michael", "bf_emma", "bm_george")],
    "de": [Speaker("espeak"), Speaker("espeak", (), 1.15)],
    "fr": kokoro("ff_siwis"),
    "es": kokoro("ef_dora", "em_alex"),
    "it": kokoro("if_sara", "im_nicola"),
}
#: Full scale being 1.
PERSON_RMS = 0.05


@dataclass(frozen=True)
class Sentence:
    """Somebody's words. `samples`: float32 at 16 kHz, as loud as PERSON_RMS."""

    who: str
    language: str
    text: str
    samples: Float32s


def sentences(voices: ManyVoices, people: Path | None, step: int) -> Iterator[Sentence]:
    """All that is said, in a fixed order."""
    goforward = np.fromfile(models.path("goforward"), dtype="<i2").astype(np.float32) / np.float32(32768)
    yield _sentence("people", "en", "go forward ten meters", goforward)
    for folder in (models.path("librivox"), *([people] if people else [])):
        for file in sorted(folder.rglob("*.wav"))[::step]:
            sound = wav.read(file.read_bytes()).samples.astype(np.float32) / np.float32(32768)
            yield _sentence("people", "en", file.with_suffix(".txt").read_text(encoding="utf-8"), sound)
    for language, texts in SENTENCES.items():
        for number, text in enumerate(texts.split("|")[::step]):
            speaker = NATIVE[language][number % len(NATIVE[language])]
            yield _sentence(speaker.engine, language, text, voices.say(text, language, speaker))


def _sentence(who: str, language: str, text: str, sound: Float32s) -> Sentence:
    loud = PERSON_RMS / float(np.sqrt(np.mean(sound**2)))
    return Sentence(who, language, text, (sound * loud).astype(np.float32))

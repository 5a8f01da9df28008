# SPDX-License-Identifier: Apache-2.0
"""What the spotter is to find, and sentences in which it is not: in five languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
WORDS = {
    "stop": (("en", "Stop!"), ("de", "Stopp!"), ("fr", "Stop !"), ("it", "Stop!")),
    "halt": (("de", "Halt!"), ("en", "Halt!"), ("de", "Anhalten!"), ("fr", "Halte !")),
    "arrête": (("fr", "Arrête !"), ("fr", "Arrêtez !")),
    "para": (("es", "¡Para!"), ("es", "¡Párate!")),
    "alto": (("es", "¡Alto!"), ("it", "Alt!")),
    "detente": (("es", "¡Detente!"),),
    "ferma": (("it", "Fermati!"), ("it", "Ferma!")),
    "wake": (("en", "Hey Tektra!"), ("de", "Hey Tektra!"), ("fr", "Hey Tektra !"), ("it", "Hey Tektra!")),
}
#: And as the last word of a few.
PHRASES = {
    "stop": (("en", "Please stop!"), ("en", "No, stop!"), ("en", "Everybody stop!"), ("en", "Tektra, stop!"), ("de", "Bitte stopp!"), ("it", "No, stop!")),
    "halt": (("de", "Nein, halt!"), ("de", "Bitte anhalten!")),
    "arrête": (("fr", "Non, arrête !"), ("fr", "S'il te plaît, arrête !")),
    "para": (("es", "¡Por favor, para!"), ("es", "¡No, para!")),
    "ferma": (("it", "Per favore, fermati!"), ("it", "No, ferma!")),
}  # fmt: skip
#: Sentences with one of these are no negatives.
_NEVER = re.compile(
    r"\b(stop|stopp|halt|anhalt|arr[êe]t|para|p[áa]r|alto|alt|det[eé]n|ferm|tektra|tektra)\w*", re.IGNORECASE
)
#: Sounds like a word that is looked for, and is none.
ALIKE = {
    "en": "top|the shop is open|a step to the left|start|what a drop|chop it|the staff|it is steep|help|salt and pepper|hot|half of it|a tour in paris|the part of it|partner|far away|firm ground|hey there|hey Jessica|hey, take that|hello Petra|electra|a tractor|hey doctor|extra|texture|hey Alexa|hey Victor|the stock is full|stuck|spot|a pot|popped|hold|hello|shop|stamp|stuff|store|stay|hop|flop|cop|stand|strap|soap|halter|follow me|go forward|go on|turn left|come here|okay|thank you",
    "de": "Topf|der Stoff|Stock|stumpf|hopp|Salz|kalt|alt|bald|Wald|er hat|Hals|hallo|hey Petra|Direktor|hey Theresa|extra|Traktor|parat|Paar|warte|Karte|Halle|halb|Haut|holt|Gehalt|Gestalt|Stab|statt|Stadt|stark|Start|stell|stumm|stolz|Tipp|ab|genau|geradeaus|anfangen|anhören|enthalten|behalten|ja|nein|weiter|los",
    "fr": "la robe|la côte|top|la pêche|la fête|la tête|à côté|après|par là|hé Petra|le docteur|la fermière|extra|un tracteur|la raquette|elle est prête|arrive|arrière|la rue|regarde|rester|arrose|parle|pas|parfait|halle|allez|va|avance|recule|adieu|une étape|stock|stage",
    "es": "tope|la sopa|otro|harto|largo|la cara|la rama|la cama|nada|enfrente|el diente|hey Petra|el doctor|extra|el tractor|salto|asalto|barato|por la mañana|cara|vara|pera|pared|pala|papa|pasa|paga|padre|parque|parte|alta|auto|ato|rato|dentro|gente|siguiente|delante|adelante|avanza|hola",
    "it": "topo|la scopa|tappo|altro|salto|la forma|la firma|la fama|sera|parla|ehi Petra|il dottore|extra|il trattore|caldo|salta|forma|fame|fuma|terra|ferro|verme|conferma|palma|avanti|vai|alta|altri|ciao|grazie|destra|sinistra",
}


def sentences() -> Iterator[tuple[str, str]]:
    """Language and text: what people say to Tektra by tests/data, Tektra's own English pages, and what sounds alike."""
    for language, alike in ALIKE.items():
        yield from ((language, text) for text in alike.split("|"))
    for file in sorted((ROOT / "docs").glob("*.md")):
        plain = re.sub(
            r"```.*?```|`[^`]*`|[|*#<>\[\]()/_]", " ", file.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        for text in re.findall(r"[A-Z][a-z][^.:;\n]{20,120}[.]", plain):
            if _free(text):
                yield "en", text
    for file in sorted((DATA / "commands").glob("*.yaml")):
        for rows in yaml.safe_load(file.read_text(encoding="utf-8")).values():
            said = [str(row["say"]) for row in rows if isinstance(row, dict) and "say" in row]
            yield from ((file.stem, text) for text in said if _free(text))
    for file in sorted((DATA / "reading").glob("*.yaml")):
        for rows in yaml.safe_load(file.read_text(encoding="utf-8")).values():
            yield from ((file.stem, text) for text in rows if isinstance(text, str) and _free(text))


def _free(text: str) -> bool:
    return _NEVER.search(text) is None

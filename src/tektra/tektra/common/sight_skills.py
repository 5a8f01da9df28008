# SPDX-License-Identifier: Apache-2.0
"""The skills of a base that carries a camera: what it can look for, and how people ask for it. Immutable."""

import unicodedata

from tektra.common.seen_things import SEEN
from tektra.common.skill_schemas import Schema, make_skill, number, said

#: How long it looks for a thing where nobody says (s), and at least and at most.
SEARCH_S, SEARCH_MIN_S, SEARCH_MAX_S = 600.0, 10.0, 1800.0
#: How far it keeps from a person (m), and how long it comes and follows where nobody says (s).
APART_M, APART_MIN_M, APART_MAX_M = 1.5, 1.0, 5.0
COME_S, FOLLOW_S = 120.0, 300.0
#: Whoever asks.
ASKER = "me"
#: What it may look for, as vision's detectors name it, and what else people call it: en, de, fr, es, it.
_THINGS: dict[str, tuple[str, str, str, str, str]] = {
    "person": (
        "somebody|someone|anybody|anyone",
        "Person|jemand|jemanden|Mensch|Menschen",
        "personne|quelqu'un",
        "persona|alguien",
        "persona|qualcuno",
    ),
    "cup": ("mug", "Tasse|Becher", "tasse", "taza", "tazza"),
    "bottle": ("", "Flasche", "bouteille", "botella", "bottiglia"),
    "bowl": ("", "Schüssel|Schale", "bol", "cuenco|bol", "ciotola|scodella"),
    "book": ("", "Buch", "livre", "libro", "libro"),
    "chair": ("", "Stuhl", "chaise", "silla", "sedia"),
    "cell phone": (
        "phone|mobile|mobile phone|cellphone|smartphone",
        "Handy|Telefon|Smartphone",
        "téléphone|portable",
        "móvil|teléfono",
        "telefono|cellulare",
    ),
    "laptop": ("computer", "Laptop|Computer", "ordinateur|ordinateur portable", "portátil|ordenador", "computer|portatile"),
    "remote": (
        "remote control",
        "Fernbedienung",
        "télécommande",
        "mando|mando a distancia",
        "telecomando",
    ),
    "backpack": ("rucksack", "Rucksack", "sac à dos", "mochila", "zaino"),
    "handbag": ("bag|purse", "Handtasche|Tasche", "sac|sac à main", "bolso", "borsa|borsetta"),
    "umbrella": ("", "Schirm|Regenschirm", "parapluie", "paraguas", "ombrello"),
    "scissors": ("", "Schere", "ciseaux", "tijeras", "forbici"),
    "teddy bear": ("teddy", "Teddy|Teddybär|Teddybären", "ours en peluche|nounours", "osito|oso de peluche", "orsacchiotto"),
    "vase": ("", "Vase", "vase", "jarrón|florero", "vaso"),
    "potted plant": ("plant", "Pflanze|Topfpflanze", "plante", "planta|maceta", "pianta"),
    "banana": ("", "Banane", "banane", "plátano", "banana"),
    "apple": ("", "Apfel", "pomme", "manzana", "mela"),
    "orange": ("", "Orange|Apfelsine", "orange", "naranja", "arancia"),
    "cat": ("", "Katze", "chat", "gato", "gatto"),
    "dog": ("", "Hund", "chien", "perro", "cane"),
    "sports ball": ("ball", "Ball", "ballon|balle", "pelota|balón", "palla|pallone"),
}  # fmt: skip
_COLOURS: dict[str, tuple[str, str, str, str]] = {
    "red": ("roter|rote|roten", "rouge", "rojo|roja", "rosso|rossa"),
    "orange": ("oranger|orange|orangen", "orange", "naranja", "arancione"),
    "yellow": ("gelber|gelbe|gelben", "jaune", "amarillo|amarilla", "giallo|gialla"),
    "green": ("grüner|grüne|grünen", "vert|verte", "verde", "verde"),
    "blue": ("blauer|blaue|blauen", "bleu|bleue", "azul", "blu"),
    "purple": ("lila|violette|violetten", "violet|violette", "morado|morada", "viola"),
}
_SHAPES: dict[str, tuple[str, str, str, str]] = {
    "cube": ("Würfel", "cube", "cubo", "cubo"),
    "ball": ("Ball", "balle|ballon", "pelota", "palla"),
}
_LANGUAGES = ("en", "de", "fr", "es", "it")


def _split(text: str) -> list[str]:
    return [word for word in text.split("|") if word]


def _coloured(colour: str, shape: str) -> tuple[str, str, str, str, str]:
    """A colour stands before the thing in English and German, behind it elsewhere."""
    told = [""]
    for index in range(4):
        hues, names = _split(_COLOURS[colour][index]), _split(_SHAPES[shape][index])
        told.append("|".join(f"{h} {n}" if index == 0 else f"{n} {h}" for h in hues for n in names))
    return told[0], told[1], told[2], told[3], told[4]


_WORDS = _THINGS | {f"{colour} {shape}": _coloured(colour, shape) for colour in _COLOURS for shape in _SHAPES}
#: All that can be looked for.
THINGS: tuple[str, ...] = tuple(_WORDS)


def _thing() -> Schema:
    return {
        "type": "string",
        "enum": list(THINGS),
        "description": "what to look for",
        "x-tektra-words": {
            language: {thing: _split(told[index]) for thing, told in _WORDS.items() if told[index]}
            for index, language in enumerate(_LANGUAGES)
        },
    }


_PLACE: Schema = {"type": "string", "minLength": 1, "maxLength": 60, "description": "only at this place"}
_PERSON: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 60,
    "description": "me, or the id of a person who is seen; the only one who is seen when absent",
    "x-tektra-meaning": "person",
}
_APART: Schema = number(APART_MIN_M, APART_MAX_M, "metres to keep; 1.5 when absent")


def thing_in(language: str, thing: str) -> str:
    """What the thing is called in that language; empty where nobody knows, and in English."""
    if language not in _LANGUAGES[1:]:
        return ""
    if thing in _WORDS:
        return _split(_WORDS[thing][_LANGUAGES.index(language)])[0]
    return told[_LANGUAGES.index(language) - 1] if (told := SEEN.get(thing)) else ""


def thing_called(language: str, word: str) -> str:
    """The thing that people call so, be it one or several of it; empty where nobody knows."""
    said = _folded(word)
    for exact in (True, False):
        for thing, told in _WORDS.items():
            names = [thing, *_split(told[_LANGUAGES.index(language)])] if language in _LANGUAGES else [thing]
            if any(_is_called(said, _folded(name), language, exact=exact) for name in names):
                return thing
        for thing, others in SEEN.items():
            name = others[_LANGUAGES.index(language) - 1] if language in _LANGUAGES[1:] else thing
            if _is_called(said, _folded(name), language, exact=exact):
                return thing
    return ""


def shape_called(language: str, word: str) -> str:
    """The shape of any colour that people call so, such as "cube"; empty where it is none."""
    index = _LANGUAGES.index(language) - 1 if language in _LANGUAGES[1:] else -1
    for shape, told in _SHAPES.items():
        names = _split(told[index]) if index >= 0 else [shape]
        if any(_folded(word) == _folded(name) for name in names):
            return shape
    return ""


def shape_in(language: str, shape: str) -> str:
    """What a shape of any colour is called in that language; empty where nobody knows, and in English."""
    if language not in _LANGUAGES[1:] or shape not in _SHAPES:
        return ""
    return _split(_SHAPES[shape][_LANGUAGES.index(language) - 1])[0]


def _is_called(said: str, name: str, language: str, *, exact: bool) -> bool:
    if exact or language == "en":
        return said == name or (not exact and said in (f"{name}s", f"{name}es"))
    stem = name.rstrip("aeo")  # "tazza, tazze", "silla, sillas", "Stuhl, Stühle"
    return len(stem) > 2 and said.startswith(stem) and len(said) - len(stem) <= 2


def _folded(text: str) -> str:
    """Small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.replace("_", " ").casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


SIGHT_SKILLS = (
    make_skill(
        "find",
        "Drive from place to place and look for a thing with the robot's own camera; tells where it was seen.",
        "sight",
        {
            "thing": _thing(),
            "place": _PLACE,
            "seconds": number(SEARCH_MIN_S, SEARCH_MAX_S, "seconds after which it gives up; 600 when absent"),
        },
        ("thing",),
        **said(
            en=[
                "(find|look for|search for|seek|hunt for|locate|go and find|go find|go look for) {thing}",
                "(find|look for|search for|locate|go and find|go look for) {thing} {place}",
            ],
            de=[
                "(such|suche|find|finde|suchen|finden) {thing} [{place}]",
                "(such|suche|schau|schaue|sieh|halte|halt) nach {thing} [{place}]",
                "(mach|mache) dich auf die Suche nach {thing}",
            ],
            fr=["(cherche|trouve|cherche moi|trouve moi|va chercher des yeux|recherche) {thing} [{place}]"],
            es=["(busca|encuentra|búscame|encuéntrame|localiza) {thing} [{place}]"],
            it=["(cerca|trova|cercami|trovami|localizza) {thing} [{place}]"],
        ),
    ),
    make_skill(
        "come_to",
        "Come to the person who asks, or who is named, and stand at a distance from them.",
        "sight",
        {"person": _PERSON, "distance_m": _APART},
        (),
        **said(
            en=["come (to|over to) me"],
            de=["(komm|komme|kommt) (zu mir|her zu mir)"],
            fr=["viens (vers moi|à moi|me voir)"],
            es=["(ven|acércate) (a mí|hacia mí|conmigo)"],
            it=["(vieni|avvicinati) (da me|a me|verso di me)"],
        ),
    ),
    make_skill(
        "follow",
        "Follow the person who asks at a distance, until told to end.",
        "sight",
        {
            "person": _PERSON,
            "distance_m": _APART,
            "seconds": number(5.0, SEARCH_MAX_S, "seconds after which it ends; 300 when absent"),
        },
        (),
        **said(
            en=["follow me", "come (with|along with) me"],
            de=["(folg|folge) mir", "(komm|komme) mit mir"],
            fr=["suis moi", "viens avec moi"],
            es=["sígueme"],
            it=["seguimi", "vieni con me"],
        ),
    ),
)

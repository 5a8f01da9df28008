# SPDX-License-Identifier: Apache-2.0
"""What is said of a written text, in five languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.language.files import languages
from tektra.speech_out.text.lexicon import units
from tektra.speech_out.text.script import breaths, clauses, script

SAID = {
    "en": [
        ("At (2.35, -1.10) m, (0,0) or [0.2, 0.4] m/s.", "At (two point three five, minus one point one zero) meters, (zero, zero) or zero point two, zero point four meters per second."),
        ("It is (see 2) in the hall, and (1,234) of them.", "It is (see two) in the hall, and (one thousand two hundred thirty-four) of them."),
        ("y² + x³ + z^4 of H₂O", "y squared plus x cubed plus z to the power of four of H two O"),
        ("√2, √(x+1) and ∛8 -> ∞", "the square root of two, the square root of (x plus one) and the cube root of eight to infinity"),
        ("0x1F, 0b101, 0.5 x 3", "zero x one F, zero b one zero one, zero point five times three"),
        ("2 m x 3 m in room n°5", "two meters by three meters in room number five"),
        ("It is 3/4 full at 5 km/h.", "It is three quarters full at five kilometers per hour."),
        ("**Bold**, *soft*, `max_speed`, ~~gone~~.", "Bold, soft, max speed, gone."),
        ("Dr. Smith is in room No. 5.", "Doctor Smith is in room number five."),
        ("See [the docs](https://a.example/b?c=d).", "See the docs."),
        ("See https://docs.ros.org/en/index.html. Go!", "See docs dot ros dot org. Go!"),
        ("Write to joe@example.com", "Write to joe at example dot com"),
        (
            "At 10:30 or 5 p.m. on Nov. 28, 2026.",
            "At ten thirty or five p m on November twenty-eighth, twenty twenty-six.",
        ),
        ("It is 08:05, then 12:00.", "It is eight oh five, then twelve o'clock."),
        ("the 5th of May", "the fifth of May"),
        ("$3.50, €5 and $2.5 million", "three dollars and fifty cents, five euros and two point five million dollars"),
        ("$5-10", "five to ten dollars"),
        ("-5 °C", "minus five degrees Celsius"),
        ("5-10 m, 1 1/2 h, 2¾ cups", "five to ten meters, one and a half hours, two and three quarters cups"),
        ("9.81 m/s^2 and 2 rad/s", "nine point eight one meters per second squared and two radians per second"),
        ("rover1 moved 1 m", "rover one moved one meter"),
        ("v1.2.3 at 192.168.0.1", "one dot two dot three at one hundred ninety-two dot one hundred sixty-eight dot zero dot one"),
        ("1,234,567 of 1,000", "one million two hundred thirty-four thousand five hundred sixty-seven of one thousand"),
        ("+1 555 0123", "plus one, five five five, zero one two three"),
        ("2 + 3 = 5", "two plus three equals five"),
        ("2*3*4", "two times three times four"),
        ("yes/no and/or", "yes no and or"),
        ("Great 😀👍🏽!", "Great!"),
        ("# Title\n1. Go.\n2. Come.\n- Wait", "Title one. Go. two. Come. Wait"),
        ("```python\nx = 1\n```\nDone.", "some code. Done."),
        ("e.g. this, etc.", "for example this, et cetera."),
        ("4 in the room, 3 a day", "four in the room, three a day"),
        ("<b>loud</b> &amp; clear", "loud and clear"),
        ("Henry VIII, Elizabeth I and World War II", "Henry the eighth, Elizabeth the first and World War two"),
        ("Chapter IV of Rocky III; I am V.", "Chapter four of Rocky three; I am V."),
        ("CD, MIX and LED, I think", "CD, MIX and LED, I think"),
        ("12 Main St., near St. Mary", "twelve Main Street, near Saint Mary"),
        ("from 3-5 pm, Mon–Fri", "from three to five p m, Monday to Friday"),
        ("10 a.m.–2 p.m.", "ten a m to two p m."),
        ("a ratio of 3:1 at 16:9", "a ratio of three to one at sixteen to nine"),
        ("y <= 3 and a != b -> c", "y at most three and a is not b to c"),
        ("1e6, 3.2×10^8 and 10⁻³", "one times ten to the power of six, three point two times ten to the power of eight and ten to the power of minus three"),
        ("the 1990s and the 1800s", "the nineteen nineties and the eighteen hundreds"),
        ("802.11ac", "eight hundred two point one one ac"),
        ("COVID-19, A4, F-16", "COVID nineteen, A four, F sixteen"),
        ("NASA of the U.S.A. and I", "NASA of the U.S.A. and I"),
        ("(555) 123-4567", "five five five, one two three, four five six seven"),
        ("At 2026-11-29T08:15:00Z.", "At November twenty-ninth, twenty twenty-six, eight fifteen UTC."),
        ("3:04:15", "three oh four and fifteen seconds"),
        ("the '90s, 90s long", "the nineties, ninety seconds long"),
        ("Apt. 12B holds 10 B", "apartment twelve B holds ten bytes"),
        ("50/50, and 5x faster", "fifty fifty, and five times faster"),
        ("1e-3 m", "one times ten to the power of minus three meters"),
        ("Call 911, not 5 people. Tel. 030 12345", "Call nine one one, not five people. telephone zero three zero, one two three four five"),
        ("1/2 h, 3/4 h, 1/3 m and 2 1/2 km", "half an hour, three quarters of an hour, one third of a meter and two and a half kilometers"),
        ("5 kg-10 kg for 10 €-20 € or $5–$10", "five kilograms to ten kilograms for ten euros to twenty euros or five dollars to ten dollars"),
        ("Pope John XXIII, Queen Anne I", "Pope John the twenty-third, Queen Anne the first"),
        ('6\'2" tall; say "go 12" now', 'six feet two inches tall; say "go twelve" now'),
        ("cf. p. 5, Sat., Dec. 5th", "compare page five, Saturday, December fifth"),
        ("I sat. It is -5 °C, 7 m -3 °C.", "I sat. It is minus five degrees Celsius, seven meters minus three degrees Celsius."),
        ("20 €/h, 10 mg/day, $20/month", "twenty euros per hour, ten milligrams per day, twenty dollars per month"),
        ("9.5/10 on 12/24/26, +5 °C", "nine point five out of ten on December twenty-fourth, twenty twenty-six, plus five degrees Celsius"),
        ("XR5-2000, 4x100 m, the share in %", "XR five two thousand, four times one hundred meters, the share in percent"),
        ("3 m/x, 50/50 and A/B", "three m x, fifty fifty and A B"),
        ("5 ft 4 in for 99¢, at 9 p.m.", "five feet four inches for ninety-nine cents, at nine p m."),
        ("3 ft in 4 in order", "three feet in four in order"),
    ],
    "de": [
        ("Bei (2,35; -1,10) m, y² und √2.", "Bei (zwei Komma drei fünf; minus eins Komma eins null) Meter, y hoch zwei und Wurzel aus zwei."),
        ("Zu 3/4 voll bei 5 km/h.", "Zu drei Viertel voll bei fünf Kilometer pro Stunde."),
        ("Am 3. Mai um 10:30 Uhr.", "Am dritten Mai um zehn Uhr dreißig."),
        ("am 28.11.2026", "am achtundzwanzigsten November zweitausendsechsundzwanzig"),
        ("Der 2. Stock, Nr. 5", "Der zweite Stock, Nummer fünf"),
        ("z. B. Dr. Müller bzw. Fr. Maier usw.", "zum Beispiel Doktor Müller beziehungsweise Frau Maier und so weiter."),
        ("1 m, 1 h, 1,5 m", "ein Meter, eine Stunde, eins Komma fünf Meter"),
        ("3,50 € oder 1.234 €", "drei Euro fünfzig oder eintausendzweihundertvierunddreißig Euro"),
        ("1 Mio. €", "eine Million Euro"),
        ("moved 1.5 m", "moved eins Komma fünf Meter"),
        ("Heinrich VIII. und Kapitel IV", "Heinrich der achte und Kapitel vier"),
        ("im Verhältnis 3:1, 10^6", "im Verhältnis drei zu eins, zehn hoch sechs"),
        ("Mo–Fr", "Montag bis Freitag"),
        ("-5 °C, 80 %", "minus fünf Grad Celsius, achtzig Prozent"),
        ("Kap. IV, 1 Frau und 1 Mann", "Kapitel vier, eine Frau und ein Mann"),
        ("Rover 1 fährt in Raum 1.", "Rover eins fährt in Raum eins."),
        ("Wähle 112!", "Wähle eins eins zwei!"),
        ("1/2 h, 1/2 l, 1/2 kg und 2 1/2 h", "eine halbe Stunde, ein halber Liter, ein halbes Kilogramm und zweieinhalb Stunden"),
        ("Hauptstr. 5 in den 1990er Jahren, im 19. Jh.", "Hauptstraße fünf in den neunzehnhundertneunziger Jahren, im neunzehnten Jahrhundert"),
        ("1/2 Drehung, 1 1/2 Drehungen, Papst Johannes XXIII.", "eine halbe Drehung, eineinhalb Drehungen, Papst Johannes der dreiundzwanzigste"),
        ("1 Mrd. Euro, 5k€ und 2,5 Mio. Menschen", "eine Milliarde Euro, fünftausend Euro und zwei Komma fünf Millionen Menschen"),
        ("am 24.12.26, -10 bis +5 °C, Kosten in €", "am vierundzwanzigsten Dezember zweitausendsechsundzwanzig, minus zehn bis plus fünf Grad Celsius, Kosten in Euro"),
        ("zwischen -10 und -5, nicht 5-3", "zwischen minus zehn und minus fünf, nicht fünf bis drei"),
        ("Version 2.10.26", "Version zwei Punkt zehn Punkt sechsundzwanzig"),
        ("Es kostet 5,- €.", "Es kostet fünf Euro."),
    ],
    "es": [
        ("C/ Mayor, 5, c/Sol y P.º del Prado", "calle Mayor, cinco, calle Sol y paseo del Prado"),
        ("Pza. España, Ctra. de Burgos, km 12", "plaza España, carretera de Burgos, kilómetro doce"),
        ("a (2,35; -1,10) m, y² y √2", "a (dos coma treinta y cinco; menos uno coma diez) metros, y al cuadrado y raíz cuadrada de dos"),
        ("3/4 a 5 km/h, 1 m y 21 h", "tres cuartos a cinco kilómetros por hora, un metro y veintiuna horas"),
        ("el 28/11/2026 a las 10:30", "el veintiocho de noviembre de dos mil veintiséis a las diez y treinta"),
        ("Felipe II, el siglo XIX y Alfonso XIII", "Felipe segundo, el siglo diecinueve y Alfonso trece"),
        ("1.º piso, 2.ª puerta", "primer piso, segunda puerta"),
        ("El Sr. García, n.º 5, p. ej. hoy", "El señor García, número cinco, por ejemplo hoy"),
        ("3,50 € o $5", "tres euros con cincuenta o cinco dólares"),
        ("el 1 de mayo", "el primero de mayo"),
        ("Hay 21 tazas, 101 libros y 200 personas.", "Hay veintiuna tazas, ciento un libros y doscientas personas."),
        ("hay 1 problema y 1 taza; robot 1 avanza", "hay un problema y una taza; robot uno avanza"),
        ("el 1° piso de EE. UU. gira 90°", "el primer piso de Estados Unidos gira noventa grados"),
        ("1/2 h, 3/4 h, 1 1/2 h y 2 1/2 tazas", "media hora, tres cuartos de hora, una hora y media y dos tazas y media"),
        ("1/2 de los 1.000.000 €, 10 €-20 €", "un medio de los un millón de euros, diez euros a veinte euros"),
        ("Alfonso X, en el s. XX", "Alfonso décimo, en el siglo veinte"),
    ],
    "fr": [
        ("12 bd Victor Hugo, Rte de Lyon, km 5", "douze boulevard Victor Hugo, route de Lyon, kilomètre cinq"),
        ("à (2,35 ; -1,10) m, y² et √2", "à (deux virgule trente-cinq; moins un virgule dix) mètres, y au carré et racine carrée de deux"),
        ("3/4 à 5 km/h, 1 m et 21 h", "trois quarts à cinq kilomètres par heure, un mètre et vingt-et-une heures"),
        ("le 28/11/2026 à 10h30", "le vingt-huit novembre deux mille vingt-six à dix heures trente"),
        ("M. Dupont, n° 5, le 1er mai", "Monsieur Dupont, numéro cinq, le premier mai"),
        ("3,50 €, 80 %", "trois euros cinquante, quatre-vingts pour cent"),
        ("Louis XIV, François Ier et le XIXe siècle", "Louis quatorze, François premier et le dix-neuvième siècle"),
        ("1 234,5 m", "mille deux cent trente-quatre virgule cinq mètres"),
        ("en 50 av. J.-C., c.-à-d. hier", "en cinquante avant Jésus-Christ, c'est-à-dire hier"),
        ('1/2 h, 3/4 h, 1 1/2 h et 2 1/2 km', "une demi heure, trois quarts d'heure, une heure et demie et deux kilomètres et demi"),
        ("Il y a 21 tables, 1 chaise et 31 livres; robot 1 avance.", "Il y a vingt-et-une tables, une chaise et trente-et-un livres; robot un avance."),
        ('1 000 000 € à 13 h 05, 9h-17h, au XVIIIe s.', "un million d'euros à treize heures cinq, neuf heures à dix-sept heures, au dix-huitième siècle."),
        ("Cela dure 2 h 30 min.", "Cela dure deux heures trente minutes."),
    ],
    "it": [
        ("V.le Europa 5, P.za Garibaldi, C.so Italia", "viale Europa cinque, piazza Garibaldi, corso Italia"),
        ("La Prof.ssa Neri, F.lli Rossi, N° 5", "La professoressa Neri, fratelli Rossi, numero cinque"),
        ("a (2,35; -1,10) m, y² e √2", "a (due virgola trentacinque; meno uno virgola dieci) metri, y al quadrato e radice quadrata di due"),
        ("3/4 a 5 km/h, 1 m e 21 h", "tre quarti a cinque chilometri orari, un metro e ventuna ore"),
        ("il 28/11/2026 alle 10:30", "il ventotto novembre duemilaventisei alle dieci e trenta"),
        ("Il XX secolo e Vittorio Emanuele II", "Il ventesimo secolo e Vittorio Emanuele secondo"),
        ("Il sig. Rossi, n. 5, p. es. oggi", "Il signor Rossi, numero cinque, per esempio oggi"),
        ("3,50 € e 80 %", "tre euro e cinquanta e ottanta percento"),
        ("La Sig.ra Rossi al 1° piano, 90° a destra", "La signora Rossi al primo piano, novanta gradi a destra"),
        ("C'è 1 uomo", "C'è un uomo"),
        ('1/2 h, 3/4 h, 1 1/2 h e 2 1/2 tazze', "mezz'ora, tre quarti d'ora, un'ora e mezza e due tazze e mezza"),
        ('Vedo 1 zaino e 1 amica; costa 1.000.000 €, 1 h', "Vedo uno zaino e un' amica; costa un milione di euro, un'ora"),
        ("Papa Giovanni XXIII, nel XIX sec.", "Papa Giovanni ventitreesimo, nel diciannovesimo secolo."),
        ("gli anni '90", "gli anni novanta"),
    ],
    "pt": [("5 km/h", "cinco quilômetros por hora")],  # no words of its own here: CLDR's
}  # fmt: skip
CASES = [(language, text, said) for language, pairs in SAID.items() for text, said in pairs]


def spoken(text: str, language: str) -> str:
    return " ".join(sentence.spoken for sentence in script(text, language))


@pytest.mark.parametrize(("language", "text", "said"), CASES)
def test_a_text_is_said_in_words(language: str, text: str, said: str) -> None:
    assert spoken(text, language) == said


@pytest.mark.parametrize("language", languages())
def test_every_unit_that_people_write_has_words_in_every_language(language: str) -> None:
    for symbol in units():
        said = spoken(f"2 {symbol}", language)
        assert said.split()[0].isalpha(), symbol
        assert symbol not in said.split() or len(symbol) > 2, (symbol, said)


def test_each_word_knows_where_it_is_written() -> None:
    text = "# Now\nGo **3.5 m** to [room 5](http://a.example) at 3/4 speed 😀."
    words = [word for sentence in script(text, "en") for word in sentence.words if word.spoken]
    assert [(text[word.begin : word.end], word.spoken) for word in words] == [
        ("Now", "Now"),
        ("Go", "Go"),
        ("3.5 m", "three point five meters"),
        ("to", "to"),
        ("room", "room"),
        ("5", "five"),
        ("at", "at"),
        ("3/4", "three quarters"),
        ("speed", "speed."),
    ]


def test_a_long_sentence_begins_with_its_first_clause() -> None:
    (sentence,) = script("The first rover drives to the kitchen, and the second one waits in the hall.", "en")
    assert [part.spoken for part in clauses(sentence, 60)] == [
        "The first rover drives to the kitchen,",
        "and the second one waits in the hall.",
    ]
    assert [part.text for part in clauses(sentence, 60)] == [
        "The first rover drives to the kitchen,",
        "and the second one waits in the hall.",
    ]
    assert clauses(sentence, 200) == [sentence]


@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet="0123456789.,:/-–$€%°mkhs½ \n*_`#[]()<>|~+=ab√²₂x0F", max_size=60),
    ),
    st.sampled_from([*languages(), "pt", "xx"]),
)
def test_any_text_is_said_without_markup_and_in_its_bounds(text: str, language: str) -> None:
    for sentence in script(text, language):
        assert not set(sentence.spoken) & set("*_`#|\\{}[]~^")
        at = 0
        for word in sentence.words:
            assert at <= word.end <= len(text)
            assert word.begin < word.end
            at = word.begin


def test_a_short_form_of_a_street_stands_before_a_name() -> None:
    assert spoken("Bd. c/ de la Luna; a/c de Sol", "es") == "Bd. calle de la Luna; a c de Sol"
    assert spoken("la nota c/ reserva", "es") == "la nota c reserva"


def test_an_extension_is_said_as_one_before_its_number_alone() -> None:
    assert spoken("Dial 12, ext. 5.", "en").endswith("extension five.")
    assert "extension" not in spoken("It is an ext. of it.", "en")


def test_a_long_sentence_is_parted_behind_clauses_else_between_words_and_nothing_is_lost() -> None:
    text = "First the one goes to the kitchen, then the other follows it through the hall and waits where both of them can be seen by you."
    (sentence,) = script(text, "en")
    parts = breaths(sentence, 60)
    assert parts[0].spoken == "First the one goes to the kitchen,"
    assert " ".join(part.spoken for part in parts) == sentence.spoken
    assert all(len(part.spoken) <= 60 for part in parts)
    assert [word.begin for part in parts for word in part.words] == [word.begin for word in sentence.words]
    assert breaths(sentence, 200) == [sentence]


@pytest.mark.parametrize(
    "text", ["a" * 1000, "9" * 60, "so " * 500, "- " * 200 + "yes", "é" * 300, "x-" * 200]
)
def test_no_text_is_longer_than_the_bound(text: str) -> None:
    for sentence in script(text, "en"):
        parts = breaths(sentence, 100)
        assert all(0 < len(part.spoken) <= 100 for part in parts)
        assert "".join(part.spoken for part in parts).replace(" ", "") == sentence.spoken.replace(" ", "")

# SPDX-License-Identifier: Apache-2.0
"""Sentences that were written with what is to be said of them before anybody heard them, in five languages."""

import pytest

from tektra.speech_out.text.script import script

SAID = {
    "de": [
        ("Wir fahren am 3. Mai.", "Wir fahren am dritten Mai."),
        ("Der 3. Mai ist frei.", "Der dritte Mai ist frei."),
        ("Ich komme mit 2 Robotern.", "Ich komme mit zwei Robotern."),
        ("mit 1 Roboter", "mit einem Roboter"),
        ("Pr. Dr. Meier kommt.", "Professor Doktor Meier kommt."),
        ("seit dem 3. Mai, bis zum 4. Juni, nach dem 5. Juli", "seit dem dritten Mai, bis zum vierten Juni, nach dem fünften Juli"),
        ("mit dem 2. Roboter und ohne den 3. Arm", "mit dem zweiten Roboter und ohne den dritten Arm"),
        ("von 1 Stunde und nach 1 Tag", "von einer Stunde und nach einem Tag"),
        ("ab 3. Mai, vom 1. bis 5. Juni", "ab dritten Mai, vom ersten bis fünften Juni"),
        ("in 1 m Höhe", "in einem Meter Höhe"),
        ("vor 1 Woche, in 1 Monat", "vor einer Woche, in einem Monat"),
        ("für 1 Tag", "für einen Tag"),
        ("Ich sehe 1 Tisch.", "Ich sehe einen Tisch."),
        ("Am 24.12. um 18:30 Uhr", "Am vierundzwanzigsten Dezember um achtzehn Uhr dreißig"),
        ("Er wohnt in der Hauptstr. 12a, 3. OG.", "Er wohnt in der Hauptstraße zwölf a, drittes OG."),
        ("Das kostet 3,50 € pro Stk.", "Das kostet drei Euro fünfzig pro Stück."),
        ("Bitte ca. 5 Min. warten.", "Bitte circa fünf Minuten warten."),
        ("Kaiser Wilhelm II. regierte bis 1918.", "Kaiser Wilhelm der zweite regierte bis neunzehnhundertachtzehn."),
        ("Ruf 0171 2345678 an.", "Ruf null eins sieben eins, zwei drei vier fünf sechs sieben acht an."),
        ("Die Temperatur liegt bei -3,5 °C.", "Die Temperatur liegt bei minus drei Komma fünf Grad Celsius."),
        ("Ich fahre mit 1 Arm und für 1 Euro.", "Ich fahre mit einem Arm und für einen Euro."),
        ("Es dauert 1 1/2 Stunden.", "Es dauert eineinhalb Stunden."),
        ("Von 8–12 Uhr, Mo.–Fr.", "Von acht bis zwölf Uhr, Montag bis Freitag"),
        ("Der 1. FC spielt am 2. und 3. Juni.", "Der erste FC spielt am zweiten und dritten Juni."),
        ("Seit 1. Jan. 2024 gilt § 5 Abs. 2.", "Seit ersten Januar zweitausendvierundzwanzig gilt Paragraf fünf Absatz zwei."),
        ("Er lief 42,195 km in 2:05 Std.", "Er lief zweiundvierzig Komma eins neun fünf Kilometer in zwei Stunden fünf Minuten."),
        ("Bis zum 31.03.2027 sind es 12 %.", "Bis zum einunddreißigsten März zweitausendsiebenundzwanzig sind es zwölf Prozent."),
    ],
    "it": [
        ("al 2° p. a sinistra", "al secondo piano a sinistra"),
        ("Abita al 3° p.", "Abita al terzo piano."),
        ("Il 1° maggio alle 8:05", "Il primo maggio alle otto e cinque"),
        ("Il Sig. Rossi abita in v. Roma 12, 3° p.", "Il signor Rossi abita in via Roma dodici, terzo piano."),
        ("Pesa 2,5 kg e costa 12,99 €.", "Pesa due virgola cinque chilogrammi e costa dodici euro e novantanove."),
        ("Papa Giovanni XXIII e il XX secolo", "Papa Giovanni ventitreesimo e il ventesimo secolo"),
        ("Chiama il 333 1234567.", "Chiama il tre tre tre, uno due tre quattro cinque sei sette."),
        ("21 persone e 1 tavola", "ventuno persone e una tavola"),
        ("Circa 3 mln di euro", "Circa tre milioni di euro"),
        ("A pag. 21 e in cam. 101", "A pagina ventuno e in camera centouno"),
        ("Dal lun. al ven., ore 9–14", "Dal lunedì al venerdì, ore nove a quattordici"),
        ("Ci sono -4 °C a 1.500 m.", "Ci sono meno quattro gradi Celsius a millecinquecento metri."),
    ],
    "fr": [
        ("La ch. 12 est libre.", "La chambre douze est libre."),
        ("On parie à 10/1.", "On parie à dix contre un."),
        ("Le 1er mai à 8h05", "Le premier mai à huit heures cinq"),
        ("M. Durand habite au 12 bis, rue Pasteur.", "Monsieur Durand habite au douze bis, rue Pasteur."),
        ("Il pèse 2,5 kg et coûte 12,99 €.", "Il pèse deux virgule cinq kilogrammes et coûte douze euros quatre-vingt-dix-neuf."),
        ("Louis XVI et le XVIIIe siècle", "Louis seize et le dix-huitième siècle"),
        ("Appelez le 06 12 34 56 78.", "Appelez le zéro six, un deux, trois quatre, cinq six, sept huit."),
        ("La ch. 204 est au 2e étage.", "La chambre deux cent quatre est au deuxième étage."),
        ("De 9h à 17h, du lun. au ven.", "De neuf heures à dix-sept heures, du lundi au vendredi."),
        ("Il fait -4 °C à 1 500 m.", "Il fait moins quatre degrés Celsius à mille cinq cents mètres."),
        ("Le 14/07/2026 à 20h", "Le quatorze juillet deux mille vingt-six à vingt heures"),
    ],
    "en": [
        ("a 10/1 chance", "a ten to one chance"),
        ("It has 1.5k stars.", "It has one point five thousand stars."),
        ("1.5k, 2k and 10k", "one point five thousand, two thousand and ten thousand"),
        ("The rally is on Sat., 5 Dec. at 6:15 p.m.", "The rally is on Saturday, the fifth of December at six fifteen p m."),
        ("Turn 90° left, then 1/2 turn right.", "Turn ninety degrees left, then one half turn right."),
        ("It weighs 2.5 lbs and costs £3.20.", "It weighs two point five pounds and costs three pounds and twenty pence."),
        ("Call me at 555-0199 ext. 12.", "Call me at five five five, zero one nine nine extension twelve."),
        ("pp. 12–15 of vol. 3", "pages twelve to fifteen of volume three"),
        ("Louis XIV met Pope Pius IX.", "Louis the fourteenth met Pope Pius the ninth."),
        ("x = -3.5 and y ≥ 10", "x equals minus three point five and y at least ten"),
        ("It's 21st-century tech, 3rd gen.", "It's twenty-first-century tech, third gen."),
        ("He ran 100m in 9.58s.", "He ran one hundred meters in nine point five eight seconds."),
        ("**Note:** use `rover_1` 👍", "Note: use rover one"),
        ("Mt. Everest is 8,849 m high.", "Mount Everest is eight thousand eight hundred forty-nine meters high."),
        ("About 3M people, 40% of them kids", "About three million people, forty percent of them kids"),
        ("Meet at 221B Baker St.", "Meet at two hundred twenty-one B Baker Street"),
        ("It is 72°F outside.", "It is seventy-two degrees Fahrenheit outside."),
    ],
    "es": [
        ("El Sr. Gómez vive en la c/ Mayor, 12, 3.º A.", "El señor Gómez vive en la calle Mayor, doce, tercero A."),
        ("Felipe VI y el s. XX", "Felipe sexto y el siglo veinte"),
        ("Llama al 612 345 678.", "Llama al seis uno dos, tres cuatro cinco, seis siete ocho."),
        ("21 personas y 1 mesa", "veintiuna personas y una mesa"),
        ("La pág. 21 y la hab. 101", "La página veintiuno y la habitación ciento uno"),
        ("De lun. a vie., 9–14 h", "De lunes a viernes, nueve a catorce horas"),
        ("Hace -4 °C a 1.500 m.", "Hace menos cuatro grados Celsius a mil quinientos metros."),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "said"), [(language, *row) for language, rows in SAID.items() for row in rows]
)
def test_a_sentence_is_said_as_a_person_reads_it(language: str, text: str, said: str) -> None:
    assert " ".join(sentence.spoken for sentence in script(text, language)) == said

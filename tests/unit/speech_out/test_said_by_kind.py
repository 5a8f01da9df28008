# SPDX-License-Identifier: Apache-2.0
"""Kinds of writing that one word beside a number decides: versions, days, times, telephone numbers, scores, short forms."""

import pytest

from tektra.speech_out.text.script import read, script

SAID = {
    "en": [
        ("A room of 3 x 4 m, 4x100 m, 20 mpg, 5 mV and 60 bpm", "A room of three by four meters, four times one hundred meters, twenty miles per gallon, five millivolts and sixty beats per minute"),
        ("Take exit 21A off I-95 N, a 16A fuse; approx. 3x, 2-3x per week on 3rd St. again", "Take exit twenty-one A off I ninety-five N, a sixteen amperes fuse; approximately three times, two to three times per week on third Street again"),
        ("Call 1-800-555-0199, drive 0.5 mi., 16 fl. oz. of it with Pope Leo XIV.", "Call one, eight zero zero, five five five, zero one nine nine, drive zero point five miles, sixteen fluid ounces of it with Pope Leo the fourteenth."),
        ("In 1789, since 1850 and in 1500 meters, in 1200 pieces, 1.21 GW, Rm. 12", "In seventeen eighty-nine, since eighteen fifty and in one thousand five hundred meters, in one thousand two hundred pieces, one point two one gigawatts, room twelve"),
        ("Between 3/11 and 3/15, from 3/11 to 4/2; from 1/2 to 3/4 of it", "Between March eleventh and March fifteenth, from March eleventh to April second; from one half to three quarters of it"),
        ("2 tsp. of salt, 3 oz. of nuts at 1:45:00, 2nd fl. left", "two teaspoons of salt, three ounces of nuts at one forty-five, second floor left"),
        ("Meet me 3/11 at noon or Mon 3/12; mix 1/2 at 5:30, 3/11 of it", "Meet me March eleventh at noon or Monday March twelfth; mix one half at five thirty, three elevenths of it"),
        ("Due 3/11, open 3/11-3/15, 1/2-3/4 full", "Due March eleventh, open March eleventh to March fifteenth, one half to three quarters full"),
        ("From 1/2 cup to 3/4 cup, on 3/4 inch wood, 9/11", "From one half cup to three quarters cup, on three quarters inch wood, nine eleven"),
        ("On Jan. 4. At 8:30: tea, $3 per kg, 3 x faster.", "On January fourth. At eight thirty: tea, three dollars per kilogram, three times faster."),
        ("It is 16:9, at 4:3. So it is.", "It is sixteen to nine, at four to three. So it is."),
        ("By 3/11 or on 6/1; 3/4 of them on 2/3 of it", "By March eleventh or on June first; three quarters of them on two thirds of it"),
        ("Ubuntu 24.04, USB 3.0 and 3.5 m", "Ubuntu twenty-four dot zero four, USB three dot zero and three point five meters"),
        ("It lasts 2h30 or 1h45m.", "It lasts two hours thirty minutes or one hour forty-five minutes."),
        ("20 min. by bus, 5 hrs. please", "twenty minutes by bus, five hours please"),
        ("On Tue, Dec 24, or Thu 10:30", "On Tuesday, December twenty-fourth, or Thursday ten thirty"),
        ("8/10, 11/10; step 3/5; 1/10 of it", "eight out of ten, eleven out of ten; step three out of five; one tenth of it"),
        ("Call 020 7946 0958.", "Call zero two zero, seven nine four six, zero nine five eight."),
        ("It is 10K, 300 K and 1,000+ people", "It is ten K, three hundred kelvins and one thousand plus people"),
    ],
    "de": [
        ("Glückwunsch zum 50.!", "Glückwunsch zum fünfzigsten!"),
        ("Er braucht 6,2 l/100 km und noch 1 Std. 20 Min. bis zum Hbf.", "Er braucht sechs Komma zwei Liter pro einhundert Kilometer und noch eine Stunde zwanzig Minuten bis zum Hauptbahnhof."),
        ("½ Pfund, im 2. OG, 2200 mAh, 1 Ah, 10 kΩ", "ein halbes Pfund, im zweiten Obergeschoss, zweitausendzweihundert Milliamperestunden, eine Amperestunde, zehn Kiloohm"),
        ("Ca. 3/4 davon, Version 2.1, Ausfahrt 21A, Firmware 3.01", "circa drei Viertel davon, Version zwei Punkt eins, Ausfahrt einundzwanzig A, Firmware drei Punkt null eins"),
        ("Um 1850, von 1618 bis 1648, um 1850 Euro, bis Do., 24. Dez. 2026, am 15.3., mind. 3 Pers. im Bad", "Um achtzehnhundertfünfzig, von sechzehnhundertachtzehn bis sechzehnhundertachtundvierzig, um eintausendachthundertfünfzig Euro, bis Donnerstag, vierundzwanzigster Dezember zweitausendsechsundzwanzig, am fünfzehnten März, mindestens drei Personen im Bad"),
        ("Elisabeth II., Kaiserin Anna I. und Karl V. von Spanien", "Elisabeth die zweite, Kaiserin Anna die erste und Karl der fünfte von Spanien"),
        ("Tel. 030 123456, App. 12, tägl. 3 x, zzgl. 5 €", "Telefon null drei null, eins zwei drei vier fünf sechs, Apparat zwölf, täglich drei mal, zuzüglich fünf Euro"),
        ("Die Fahrt dauert 1 h 45, um 8 h 15 geht es los. 8h30: Tee", "Die Fahrt dauert eine Stunde fünfundvierzig Minuten, um acht Uhr fünfzehn geht es los. acht Uhr dreißig: Tee"),
        ("4 € pro kg, pro Person, 3 x täglich", "vier Euro pro Kilogramm, pro Person, drei mal täglich"),
        ("Nimm 2 EL Öl und 1½ TL Salz.", "Nimm zwei Esslöffel Öl und eineinhalb Teelöffel Salz."),
        ("um 8h, um 9.15 und um 10.30 Uhr", "um acht Uhr, um neun Uhr fünfzehn und um zehn Uhr dreißig"),
        ("0171 2345678 oder 040/123456", "null eins sieben eins, zwei drei vier fünf sechs sieben acht oder null vier null, eins zwei drei vier fünf sechs"),
        ("Anna ist am 12.3. geboren, Ben am 7.8.99.", "Anna ist am zwölften März geboren, Ben am siebten August neunzehnhundertneunundneunzig."),
        ("Python 3.12 und 1.2.34 am 1.2.34", "Python drei Punkt zwölf und eins Punkt zwei Punkt vierunddreißig am ersten Februar zweitausendvierunddreißig"),
        ("12b, 3. Stock; der 1.000. Besucher", "zwölf b, dritter Stock; der eintausendste Besucher"),
        ("Im II. Weltkrieg, 44 v. Chr. in Rom", "Im zweiten Weltkrieg, vierundvierzig vor Christus in Rom"),
        ("Am Mi., 7. Januar, und am Sa. um 9", "Am Mittwoch, siebter Januar, und am Samstag um neun"),
        ("Mo.–Fr. offen, 10 000 Leute", "Montag bis Freitag offen, zehntausend Leute"),
    ],
    "fr": [
        ("Il a 21 ans et 1 soeur.", "Il a vingt-et-un ans et une soeur."),
        ("En 2024 l'usine a fermé, les 4 m'ont dit en 3 s'il te plaît, 4 m à côté", "En deux mille vingt-quatre l'usine a fermé, les quatre m'ont dit en trois s'il te plaît, quatre mètres à côté"),
        ("6,2 l/100 km, 5 pers. et 3 sem. de plus", "six virgule deux litres par cent kilomètres, cinq personnes et trois semaines de plus"),
        ("Env. 3/4, 0 800 55 01 99, sortie 21A", "environ trois quarts, zéro, huit zéro zéro, cinq cinq, zéro un, neuf neuf, sortie vingt-et-un A"),
        ("Catherine II et Élisabeth I, bât. B, 2e ét.", "Catherine deux et Élisabeth première, bâtiment B, deuxième étage"),
        ("La 2de fois, le 2d essai, une 2nde chance, 3e ét. à gauche", "La seconde fois, le second essai, une seconde chance, troisième étage à gauche"),
        ("Il dure 2 h 30 et part à 13 h 05, par l'entrée", "Il dure deux heures trente et part à treize heures cinq, par l'entrée"),
        ("Le 24 déc. à midi, le 3/11 et les 3/4 d'entre eux", "Le vingt-quatre décembre à midi, le trois novembre et les trois quarts d'entre eux"),
        ("L'USB 3.0 et 12 Mo, étape 2/7", "L'USB trois point zéro et douze mégaoctets, étape deux sur sept"),
        ("2 c. à s. d'huile et 1½ cuillère", "deux cuillères à soupe d'huile et une cuillère et demie"),
        ("Jean-Paul II à St-Denis, mer. 7 janvier", "Jean-Paul deux à saint Denis, mercredi sept janvier"),
        ("+33 6 12 34 56 78", "plus trois trois, six, un deux, trois quatre, cinq six, sept huit"),
    ],
    "es": [
        ("El 3.º izda. y el 3.º piso", "El tercero izquierda y el tercer piso"),
        ("A las 5 mi hermana llegó, el 4 ha llovido; 5 ha de tierra, edif. C", "A las cinco mi hermana llegó, el cuatro ha llovido; cinco hectáreas de tierra, edificio C"),
        ("Aprox. 3/4 de ellos, versión 2.1, 2-3 x por semana", "aproximadamente tres cuartos de ellos, versión dos punto uno, dos a tres veces por semana"),
        ("1 h 30 a 180 °C; Juana I y Carlos V", "una hora treinta minutos a ciento ochenta grados Celsius; Juana primera y Carlos quinto"),
        ("Isabel II y Felipe II, 2.º izq. o dcha., ext. 12", "Isabel segunda y Felipe segundo, segundo izquierda o derecha, extensión doce"),
        ("S. Juan, S. Tomás, S. Rosa y S. Ruiz", "San Juan, Santo Tomás, Santa Rosa y S. Ruiz"),
        ("Dura 1 h 45; a las 13 h 05 hay 1.500 personas y 1.200 platos", "Dura una hora cuarenta y cinco minutos; a las trece y cinco hay mil quinientas personas y mil doscientos platos"),
        ("a la 1 y a las 7.30; la 1.ª vez", "a la una y a las siete y treinta; la primera vez"),
        ("La II Guerra Mundial, en el s. III a. C.", "La segunda Guerra Mundial, en el siglo tres antes de Cristo"),
        ("2 cdas. de aceite, la Sta. Cruz y D. Juan", "dos cucharadas de aceite, la santa Cruz y don Juan"),
        ("el 3/11 y 3/4 de ellos; el 21.º día, 3.º B", "el tres de noviembre y tres cuartos de ellos; el vigésimo primer día, tercero B"),
        ("el mié. 7 de enero, 12 dic. a las 9", "el miércoles siete de enero, doce de diciembre a las nueve"),
    ],
    "it": [
        ("Alle 4 l'ho visto, alle 5 mi ha chiamato il letto 4 ha preso; sono 4 ha.", "Alle quattro l'ho visto, alle cinque mi ha chiamato il letto quattro ha preso; sono quattro ettari."),
        ("Sono le 21:01, all'1 e alle 21:30", "Sono le ventuno e uno, all'una e alle ventuno e trenta"),
        ("Elisabetta II e Carlo III, int. 12", "Elisabetta seconda e Carlo terzo, interno dodici"),
        ("S. Pietro, S. Anna, S. Stefano, S. Chiara e S. Rossi", "San Pietro, Sant'Anna, Santo Stefano, Santa Chiara e S. Rossi"),
        ("2 c. d'olio, 1 c. da tè di sale, 3 cucch. di riso, art. 5, c. 2", "due cucchiai da tavola d'olio, un cucchiaio da tè di sale, tre cucchiai da tavola di riso, articolo cinque, comma due"),
        ("Dura 1 h 45; alle 13 h 05, per l'olio", "Dura un'ora quarantacinque minuti; alle tredici e cinque, per l'olio"),
        ("alle 19.30 e all'1", "alle diciannove e trenta e all'una"),
        ("Via Roma 12, 3° piano, 90° a destra", "Via Roma dodici, terzo piano, novanta gradi a destra"),
        ("Nel III sec. a.C. e la II guerra", "Nel terzo secolo avanti Cristo e la seconda guerra"),
        ("l'avv. Gallo in v. Roma, l'art. 5", "l'avvocato Gallo in via Roma, l'articolo cinque"),
        ("lo 06 1234567, il 3/11", "lo zero sei, uno due tre quattro cinque sei sette, il tre novembre"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [(language, text, said) for language, pairs in SAID.items() for text, said in pairs],
)
def test_the_word_beside_a_number_decides_how_it_is_said(language: str, text: str, said: str) -> None:
    assert " ".join(sentence.spoken for sentence in read(text, language)) == said


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, pairs in SAID.items() for text, _ in pairs]
)
def test_what_is_said_covers_what_is_written_in_order(language: str, text: str) -> None:
    words = [word for sentence in script(text, language) for word in sentence.words]
    assert all(first.end <= second.begin for first, second in zip(words, words[1:], strict=False))
    written = "".join(text[word.begin : word.end] for word in words)
    assert "".join(written.split()) == "".join(text.split())


def test_a_version_is_none_before_a_unit_and_a_short_form_ends_a_sentence_before_a_capital() -> None:
    assert script("Windows 3.5 m wide", "en")[0].spoken == "Windows three point five meters wide"
    assert [s.spoken for s in script("It took 5 hrs. Then it ended.", "en")] == [
        "It took five hours.",
        "Then it ended.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Never mind. Go on.", "Turn it on. Then wait.", "Use the app. It is new.", "Give me a sec. Then go.", "It is 3 p.m. Go on.",
        "She is my ex. He knows.", "Er ist tot. Sie lebt.", "Das hab ich nicht im Sinn. Geh.", "Il va par là. Viens.", "No es así. Ven.", "Due di noi. Vai.",
    ],
)  # fmt: skip
def test_a_short_form_of_one_language_that_is_a_word_of_another_ends_its_sentence(text: str) -> None:
    assert len(list(read(text, "en"))) == 2

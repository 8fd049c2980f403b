"""Languages: every message in each with the same variables, numbers and days as each writes them, a page to the left."""

from __future__ import annotations

import re

import pytest

from corridor.core.errors import InputError
from corridor.report import html as report_html
from corridor.report.screen.console import grid, screen, styled
from corridor.report.screen.progress import progress
from corridor.tables.link_kind import KINDS
from corridor.tables.outcome import OUTCOMES
from corridor.words import LANGUAGES, heard, page_in, spoken
from corridor.words.catalogue import messages
from corridor.words.numbers import LOCALES
from corridor.words.speak import MACHINE_MADE, said

OTHERS = tuple(LOCALES)
ANSWER = (
    "“Regime held”, by 15 April 2024: 1.54 million person-days of food missing (80 %: 736,000 to 2.1 million), "
    "86 excess deaths (6 to 500)."
)


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_exists_in_each_language_with_the_same_variables(language: str) -> None:
    english, there = messages("en"), messages(language)
    assert len(english) > 100
    assert [one.english for one in there] == [one.english for one in english]
    for one in there:
        assert one.text.strip(), one.english
        assert set(re.findall(r"\{(\w+)\}", one.text)) == one.variables, one.english
        assert sorted(re.findall(r"\{(\w+)\}", one.text)) == sorted(re.findall(r"\{(\w+)\}", one.english)), one.english


def test_the_english_file_says_itself_and_the_others_say_who_made_them() -> None:
    assert all(one.text == one.english and not one.machine_made for one in messages("en"))
    for language in OTHERS:
        assert any(one.machine_made for one in messages(language))
        assert said(MACHINE_MADE, language) != MACHINE_MADE


@pytest.mark.parametrize("language", OTHERS)
def test_titles_of_the_page_and_headings_of_its_tables_are_translated(language: str) -> None:
    page = report_html.template_text("report.html.j2")
    titles = [title for title in re.findall(r"<h[23][^>]*>([^<]+)</h[23]>", page) if "{" not in title]
    assert len(titles) > 12
    headings = [
        (column.heading.replace("\n", " ") + (" (day 30)" if column.table.startswith("screen") else ""))
        for row in OUTCOMES
        for column in row.columns
        if column.table in ("screen", "screen of camps", "supply", "flight", "camps")
    ]
    for text in (*titles, *headings):
        assert said(text, language) != text, text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("fr", "« Regime held », au 15 avril 2024 : 1,54\u00a0million de jours-personnes de nourriture manquants "
               "(80 % : 736\u202f000 à 2,1\u00a0millions), 86 décès en excès (6 à 500)."),
        ("es", "«Regime held», hasta el 15 de abril de 2024: faltan 1,54\u00a0millones de días-persona de alimento "
               "(80 %: 736.000 a 2,1\u00a0millones), 86 muertes en exceso (6 a 500)."),
    ],
)  # fmt: skip
def test_a_sentence_by_hand(language: str, says: str) -> None:
    assert said(ANSWER, language) == says


@pytest.mark.parametrize(
    ("text", "fr", "es"),
    [
        ("1,180", "1\u202f180", "1180"),
        ("13,600", "13\u202f600", "13.600"),
        ("−1.28 million", "−1,28\u00a0million", "−1,28\u00a0millones"),
        ("under 1 %", "moins de 1\u00a0%", "menos del 1\u00a0%"),
        ("1 April 2024", "1er avril 2024", "1 de abril de 2024"),
        ("2 Apr 2024 ± 8 days", "2 avr. 2024 ± 8 jours", "2 de abr de 2024 ± 8 días"),
        ("2 Apr 2024 ± 1 day", "2 avr. 2024 ± 1 jour", "2 de abr de 2024 ± 1 día"),
        ("by 4 Mar 2024 in 10 %; not by the end in 42 %",
         "d’ici au 4 mars 2024 dans 10\u00a0% ; pas avant la fin dans 42\u00a0%",
         "hasta el 4 de mar de 2024 en el 10\u00a0%; no antes del final en el 42\u00a0%"),
    ],
)  # fmt: skip
def test_numbers_and_days(text: str, fr: str, es: str) -> None:
    assert (said(text, "fr"), said(text, "es")) == (fr, es)


MANY = "“A” leaves least missing; “B” on average 3.4 ± 0.2 million person-days more."


@pytest.mark.parametrize(
    ("language", "many", "one"),
    [
        ("es", "3,4 ± 0,2\u00a0millones", "1 ± 0,2\u00a0millón"),
        ("fr", "3,4 ± 0,2\u00a0millions", "1 ± 0,2\u00a0million de"),
    ],
)
def test_a_number_with_its_error_is_counted_by_the_number(language: str, many: str, one: str) -> None:
    assert many in said(MANY, language)
    assert one in said(MANY.replace("3.4", "1"), language)


def test_a_cell_of_several_lines_is_said_line_by_line() -> None:
    """Together they were no sentence: the first line came out in English, days and all."""
    cell = "21 Sep 2023 ± 3 days\nby 19 Sep 2023 in 10 %; not by the end in 13 %"
    with spoken("es"):
        assert heard(cell) == (
            "21 de sept de 2023 ± 3 días\n"
            "hasta el 19 de sept de 2023 en el 10\u00a0%; no antes del final en el 13\u00a0%"
        )
        assert heard("Calm\npolicy") == "Calm\npolicy"


@pytest.mark.parametrize("language", OTHERS)
def test_forecasts_of_a_backtest_are_named_in_the_language(language: str) -> None:
    names = ("road model", "whole model", "baseline", "line, last 12 h", "line, all", "30 September 2023, 11:00")
    for text in (*names, "Blind: errors in people, smaller is better", "Fitted", "drawing the page", "the table"):
        found = said(text, language)
        assert found != text
        assert not {"Blind", "line", "September"} & set(re.findall("[A-Za-z]+", found))


def test_what_no_message_knows_stays_english() -> None:
    for text in ("Two valleys behind a gate", "flour, 3 t in 2 places", "", " ", "1,2,3 go"):
        assert said(text, "fr") == text


def test_the_terminal_speaks_inside_the_with_only(capsys: pytest.CaptureFixture[str]) -> None:
    with spoken("fr") as note:
        table = grid("\nHow long: the first day, under Calm")
        table.add_column("policy")
        table.add_row("not by the end")
        screen().print(table)
        screen().print(styled("\n", ("reference", "bold")))
    out = capsys.readouterr().out
    assert "politique" in out
    assert "pas avant la fin" in out
    assert "référence" in out
    assert "Combien de temps : le premier jour, sous Calm" in " ".join(out.split())
    assert note.startswith("Traduction automatique")
    assert heard("policy") == "policy"


PAGE = (
    '<html lang="en"><head><style>b{}</style></head><body><header><h1>Two valleys</h1></header><h2 id="x">How long</h2>'
    "<p>“Calm”, 16 March 2024 (day 30)</p><td>−396,000</td><code>policy</code><svg><text>policy</text></svg>"
    "<p>&lt;b&gt;</p></body></html>"
)


def test_a_page_from_right_to_left() -> None:
    page = page_in(PAGE, "ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert ">إلى متى<" in page
    assert "«\u2068Calm\u2069»، 16 آذار/مارس 2024 (اليوم 30)" in page  # English is kept together
    assert "\u2066−396,000\u2069" in page  # the sign stays before its number
    assert "<code>policy</code><svg><text>policy</text></svg>" in page
    assert "&lt;b&gt;" in page
    assert page.count("ترجمة آلية") == 1
    assert page_in(PAGE, "en") == PAGE
    assert 'dir="ltr"' in page_in(PAGE, "es")


def test_a_language_that_is_not_there_is_refused() -> None:
    assert LANGUAGES == ("en", "fr", "es", "ar")
    with pytest.raises(InputError, match="no language"):
        page_in(PAGE, "de")


SURE = (
    "“A” does better than “B” in 80 % of the futures; the number that moves that most is “share of goods lost on the "
    "way”, which is partly assumed and disputed by B; it holds only as far as the rules and ranges of this page hold.",
    "Food missing so far: better than the reference in 90 % of the futures, the same in 3 % (64 futures); it rests most "
    "on “hours a day that people on foot walk”, which is assumed and disputed by B.",
    "As the reference (64 futures, weighted: they tell as much as 12 unweighted ones); no single number stands out from "
    "chance; so few futures agree with what was seen that the ends of the fans are coarse.",
    "“share of goods lost on the way”: 1.2 million in its lowest third, 3.4 million in its highest; assumed (B), "
    "disputed by B; knowing it would be worth 230,000.",
    "41 % (±1.2) under “A”. Of the policies compared, “B” lowers it most, to 33 % (−8 points, ±1.2): it is averted in 10 % of "
    "the futures, and brought about in 2 %.",
    "In every reading “B” makes an offensive less likely (−20 to −3 points, ±1.4) and an open road more likely; so do 2 "
    "others.",
    "As the reference, in more than 95 % of futures: “A”, “B”, “A” and “B”.",
    "12 % by 18 October",
    "If “A”: 59,200 people leave (80 %: 53,800 to 63,600), much alike under every policy; without it 2,200.",
    "If “A”: 59,200 people leave (80 %: 53,800 to 63,600), from 20,000 (“A”) to 30,000 (“B”); without it as many.",
    "If “A”: 102,000 people leave (80 %: 79,300 to 119,000); without it nobody; “B” has on average 3,500 ± 1,000 more people "
    "queueing. “B” changes nothing beyond three standard errors: as much food is missing, as many die and leave, under "
    "every policy.",
    "“A” and “B” change nothing beyond three standard errors: as much food is missing, as many die and leave, under every "
    "policy.",
    "Under “A”: “B”, by 15 April 2024: 642,000 person-days of food missing (80 %: 160,000 to 1.25 million), 150 excess deaths "
    "(24 to 570); 1,200 people have left, without it 40.",
    "Fewer excess deaths can mean that people fled: read them beside the people who have left.",
)
"""sentences whose parts other messages know too: half of them once came out in the other language"""


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("sentence", SURE)
def test_a_sentence_of_many_parts_is_said_whole(language: str, sentence: str) -> None:
    english = {
        "the",
        "is",
        "it",
        "by",
        "of",
        "and",
        "which",
        "futures",
        "from",
        "October",
        "disputed",
        "most",
    }
    spoken_words = re.findall(r"[A-Za-z]+", said(sentence, language))
    assert english & set(spoken_words) == set()
    assert "“" not in said(sentence, language)


@pytest.mark.parametrize("language", OTHERS)
def test_labels_of_the_maps_are_said(language: str) -> None:
    ways = ("by air: closed", "by water: relief only", "by rail: open", "track: trade and relief only")
    for text in (*ways, "counted 100,417 (30 Sep) and 101,848 (13 Dec)", "counted 100,417 (30 Sep)"):
        left = set(re.findall("[A-Za-z]+", said(text, language)))
        assert not {"by", "closed", "open", "only", "counted", "and", "Sep", "Dec", "track"} & left, text
    assert said("40.5° N", "es") == "40,5° N"
    assert said("8° W", "es") == "8° O"


def test_a_negative_share_keeps_its_sign_of_per_cent_on_its_side() -> None:
    assert said("−5.3 %", "ar") == "\u2066−5.3%\u2069"
    assert said("18 %", "ar") == "18%"


def test_progress_is_told_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("es") as told:
        told("the table", 0, 1)
        told("futures", 5, 10)
    with progress() as told:
        told("the table", 0, 1)
    assert capsys.readouterr().err.splitlines() == ["la tabla", "futuros: 5/10 (50 %)", "the table"]


def test_a_list_of_which_any_will_do_is_said() -> None:
    assert [said("flights or wagons", language) for language in ("fr", "es", "ar")] == [
        "vols ou wagons de fret", "vuelos o vagones", "رحلات جوية أو عربات قطار",
    ]  # fmt: skip
    assert said("lorries, flights and ships", "es") == "camiones, vuelos y barcos"


def test_what_goes_on_a_link_has_a_word_in_every_language() -> None:
    same = {"fr": {"trains"}}
    for language in ("fr", "es", "ar"):
        for kind in KINDS.values():
            assert said(kind.vehicles, language) != kind.vehicles or kind.vehicles in same.get(language, ()), language

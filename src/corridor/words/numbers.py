"""Numbers, shares and days as a language writes them; digits are 0-9 in each, as agencies print them in Arabic too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corridor.words.catalogue import DAY, DAY_OF_YEAR, MONTH, NUMBER, PERCENT, VARIABLE

_ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT = tuple(name[:3] for name in _ENGLISH)


@dataclass(frozen=True)
class Locale:
    """How a language writes numbers, after the Unicode locale data (CLDR).

    thousands, decimal : separators; a number below `grouped` has none
    percent : what stands behind a share
    words : of million (one, more), under, over, to
    joints : what stands between the parts of a list, before its last, and before its last where any of them will do
    months : twelve names, full and short
    day : how a day is put together
    many_from : millions from which on the word is that for more
    of_millions : what stands between millions and what is `counted`
    isolated : whether a number with its sign is kept from being turned round, where one writes to the left
    """

    thousands: str
    decimal: str
    percent: str
    million: tuple[str, str]
    under: str
    over: str
    to: str
    joints: tuple[str, str, str]
    months: tuple[str, ...]
    short: tuple[str, ...]
    day: str
    first: str = "{}"
    grouped: int = 1000
    isolated: bool = False
    many_from: float = 2.0
    of_millions: str = ""
    counted: tuple[str, ...] = ()

    def number(self, text: str) -> str:
        """Return a number such as "−1.54 million"."""
        many = text.endswith(" million")
        sign, whole, decimals = re.fullmatch(r"([+−-]?)([\d,]+)(\.\d+)?(?: million)?", text).groups()  # type: ignore[union-attr]
        digits = whole.replace(",", "")
        out = whole.replace(",", self.thousands) if int(digits) >= self.grouped else digits
        out = sign + out + (self.decimal + decimals[1:] if decimals else "")
        out = f"\u2066{out}\u2069" if sign and self.isolated else out
        return f"{out}\u00a0{self.million[float(digits + (decimals or '')) >= self.many_from]}" if many else out

    def joined(self, message: str, values: Mapping[str, str]) -> str:
        """Return a message with its variables filled in: "3 millions de jours-personnes", "3 000 jours-personnes"."""
        whole = self._of_many(VARIABLE.sub(lambda found: values[found[1]], message))
        if not self.of_millions:
            return whole
        counted = "|".join(re.escape(word) for word in self.counted)
        return re.sub(rf"({'|'.join(self.million)}) (?={counted})", rf"\1 {self.of_millions}", whole)

    def _of_many(self, text: str) -> str:
        """Return a text in which "3,4 ± 0,2 million" has the word that its first number asks for."""
        one, more = self.million

        def chosen(found: re.Match[str]) -> str:
            value = float(found[1].replace(self.thousands, "").replace(self.decimal, "."))
            return f"{found[1]} ± {found[2]}\u00a0{more if value >= self.many_from else one}"

        number = rf"\d[\d{re.escape(self.thousands + self.decimal)}]*"
        return re.sub(rf"({number}) ± ({number})\u00a0(?:{more}|{one})(?!\w)", chosen, text)

    def share(self, text: str) -> str:
        """Return a share such as "under 1 %"."""
        word, digits = re.fullmatch(r"(under |over )?([+−-]?\d+(?:\.\d+)?) %", text).groups()  # type: ignore[union-attr]
        said = {"under ": self.under, "over ": self.over}.get(word or "", "{}")
        text = self.number(digits)
        # the sign of per cent stays with a number that is kept from being turned round
        whole = text[:-1] + self.percent + text[-1] if text.endswith("\u2069") else text + self.percent
        return said.format(whole)

    def date(self, text: str) -> str:
        """Return a day such as "2 Apr 2024" or "15 April 2024"."""
        day, month, year = text.split(" ")
        place = next(i for i, name in enumerate(_ENGLISH) if name.startswith(month))
        names = self.months if month == _ENGLISH[place] else self.short
        return self.day.format(day=self.first.format(day) if day == "1" else day, month=names[place], year=year)

    def day_of_year(self, text: str) -> str:
        """Return a day without its year, such as "15 April"."""
        return self.date(f"{text} 2000").removesuffix("2000").removesuffix(" de ").rstrip()

    def month(self, text: str) -> str:
        """Return a month such as "September 2023"."""
        return f"{self.months[_ENGLISH.index(text[:-5])]} {text[-4:]}"

    def said(self, text: str) -> str | None:
        """Return what is a number, a share, a day, or two of them joined by "to"; None where it is none of these."""
        whole = (
            (NUMBER, self.number),
            (PERCENT, self.share),
            (DAY, self.date),
            (MONTH, self.month),
            (DAY_OF_YEAR, self.day_of_year),
        )
        for pattern, write in whole:
            if re.fullmatch(pattern, text):
                return write(text)
        if text in _ENGLISH or text in _SHORT:
            return self.months[_ENGLISH.index(text)] if text in _ENGLISH else self.short[_SHORT.index(text)]
        one, to, two = text.partition(" to ")
        if to and (low := self.said(one)) is not None and (high := self.said(two)) is not None:
            return f"{low} {self.to} {high}"
        return None


LOCALES = {
    "fr": Locale(
        "\u202f", ",", "\u00a0%", ("million", "millions"), "moins de {}", "plus de {}", "à", (", ", " et ", " ou "),
        ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
         "décembre"),
        ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
        "{day} {month} {year}", "{}er", of_millions="de ", counted=("jours-personnes", "personnes", "décès"),
    ),
    "es": Locale(
        ".", ",", "\u00a0%", ("millón", "millones"), "menos del {}", "más del {}", "a", (", ", " y ", " o "),
        ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
         "noviembre", "diciembre"),
        ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"),
        "{day} de {month} de {year}", grouped=10_000, many_from=1.000_001, of_millions="de ",
        counted=("días-persona", "personas", "muertes"),
    ),
    "ar": Locale(
        ",", ".", "%", ("مليون", "مليون"), "أقل من {}", "أكثر من {}", "إلى", ("، ", " و", " أو "),
        ("كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو", "حزيران/يونيو",
         "تموز/يوليو", "آب/أغسطس", "أيلول/سبتمبر", "تشرين الأول/أكتوبر", "تشرين الثاني/نوفمبر", "كانون الأول/ديسمبر"),
        ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
        "{day} {month} {year}", isolated=True,
    ),
}  # fmt: skip

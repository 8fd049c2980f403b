"""Classes of traffic, and the words of a regime: what a link lets pass, and in which direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntFlag


class Traffic(IntFlag):
    """A class of traffic; a link's regime is the set of classes that it lets pass today."""

    COMMERCIAL = 1
    HUMANITARIAN = 2
    MEDICAL = 4
    PEOPLE_OUT = 8
    PEOPLE_IN = 16


GOODS = Traffic.COMMERCIAL | Traffic.HUMANITARIAN | Traffic.MEDICAL
PASSES: Mapping[str, tuple[int, int]] = {
    "closed": (0, 0), "open": (31, 31), "commercial": (1, 1), "humanitarian": (2, 2), "medical": (4, 4),
    "people_out": (8, 8), "people_in": (16, 16), "commercial_forth": (1, 0), "commercial_back": (0, 1),
    "humanitarian_forth": (2, 0), "humanitarian_back": (0, 2), "medical_forth": (4, 0), "medical_back": (0, 4),
}  # fmt: skip
"""Words of a regime -> classes that pass from the link's `from` to its `to`, and back."""


def joined(words: Iterable[str]) -> int:
    """Return the regime that lets pass what any of the words lets pass; KeyError for a word that is none.

    A bit for each class that passes to the link's `to`; five bits higher, for goods, whether the way back differs
    (`kernels.network.lets_pass`).
    """
    forth = back = 0
    for word in words:
        forth, back = forth | PASSES[word][0], back | PASSES[word][1]
    return forth | ((forth ^ back) & GOODS) << 5


REGIMES: Mapping[str, int] = {word: joined([word]) for word in PASSES}
"""Words of a regime; `humanitarian+medical+people_out` joins them."""


def words_of(regime: int) -> str:
    """Return the words of a regime, joined by +."""
    whole = next((word for word in PASSES if REGIMES[word] == regime), "")
    back = regime ^ (regime >> 5) & GOODS
    found = [
        word
        for word, (there, home) in PASSES.items()
        if there == home and there.bit_count() == 1 and regime & back & there
    ]
    for word, (there, home) in PASSES.items():
        if there != home and (there & regime & ~back or home & back & ~regime):
            found.append(word)
    return whole or "+".join(found)

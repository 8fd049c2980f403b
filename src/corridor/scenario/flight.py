"""What stands ready for people on their way out: places of reception and scheduled buses, typed and frozen."""

from __future__ import annotations

import datetime as dt

from corridor.scenario.row import Measured, Quantity


class Reception(Measured):
    """What waits for people at an outside place. Empty registrations: people do not register here."""

    place: str
    registrations_per_hour: Quantity | None = None
    beds: Quantity | None = None
    onward_share: Quantity | None = None
    """share of all registered people who go on to live here"""
    evidence: tuple[str, ...] = ()
    known: dt.date


class Bus(Measured):
    """Scheduled departures from a home to an exit; starts, ends: civil days, both included, None where open."""

    id: str
    from_place: str
    to_place: str
    seats: Quantity
    departures_per_day: Quantity
    starts: dt.date | None = None
    ends: dt.date | None = None
    evidence: tuple[str, ...] = ()
    known: dt.date

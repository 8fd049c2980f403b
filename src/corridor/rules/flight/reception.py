"""Reception: registration per hour, beds, and where people go on to live.

Registered today = min(people waiting for registration + arrivals, hours x registrations per hour). Those registered go on to
destinations by fixed shares, in whole persons (the largest debt first); there a share of them asks for a state bed
while beds last. Shares and beds are the folder's (`reception.csv`).
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter

PARAMETERS = (
    Parameter(
        "reception.asks_for_bed", 0.4, "1", 0.2, 0.6,
        "assumed: most displaced households in Armenia 2020 stayed with relatives or rented; a minority used collective centres",
        "share of registered people who ask for a state bed", maximum=1.0,
    ),
)  # fmt: skip


@kernel
def register(arrivals: Ints, per_hour: Floats, waiting: Ints, carry: Floats, registered: Ints, new: Ints) -> None:
    """Register people at each place of registration.

    Parameters
    ----------
    arrivals : (future, destination) persons/day
    per_hour : (future, destination) registrations/hour
    waiting : (future, destination) persons not registered yet, updated
    carry : (future, destination) fraction of a registration, updated
    registered : (future, destination) persons so far, updated
    new : (future,) persons registered today, written
    """
    for f in range(arrivals.shape[0]):
        new[f] = 0
        for r in range(arrivals.shape[1]):
            waiting[f, r] += arrivals[f, r]
            able = 24.0 * per_hour[f, r] + carry[f, r]
            done = waiting[f, r] if waiting[f, r] <= able else int(able)
            carry[f, r] = able - done if done < waiting[f, r] else 0.0
            waiting[f, r] -= done
            registered[f, r] += done
            new[f] += done


@kernel
def settle_people(
    new: Ints, share: Floats, asks: Floats, beds: Floats, debt: Floats, settled: Ints, housed: Ints
) -> None:
    """Send the newly registered on, in whole persons.

    Parameters
    ----------
    new : (future,) persons; asks : (future,) share who ask for a bed
    share : (future, destination) where people go on to, sums to 1
    beds : (future, destination)
    debt : (future, destination) persons owed to each destination by rounding, updated
    settled, housed : (future, destination) persons who live there; of them in state beds; updated
    """
    for f in range(new.size):
        left = new[f]
        if left == 0:
            continue
        for r in range(share.shape[1]):
            debt[f, r] += new[f] * share[f, r]
        while left > 0:
            best = 0
            for r in range(share.shape[1]):
                if debt[f, r] > debt[f, best]:
                    best = r
            n = min(left, max(1, int(debt[f, best])))
            debt[f, best] -= n
            settled[f, best] += n
            left -= n
        for r in range(share.shape[1]):
            wanted = int(settled[f, r] * asks[f] + 0.5)
            housed[f, r] = max(housed[f, r], min(wanted, int(beds[f, r])))


def start(net: Network, s: State, p: Inputs) -> None:
    """Nobody has arrived."""
    shape = (s["people"].shape[0], net.destination.size)
    for name in ("unregistered", "registered", "settled", "housed"):
        s[name] = np.zeros(shape, np.int64)
    s["registration_carry"] = np.zeros(shape)
    s["onward_debt"] = np.zeros(shape)
    s["newly_registered"] = np.zeros(shape[0], np.int64)


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of reception."""
    register(
        s["arrivals"], p["reception.registrations"], s["unregistered"], s["registration_carry"],
        s["registered"], s["newly_registered"],
    )  # fmt: skip
    settle_people(
        s["newly_registered"], p["reception.onward"], p["reception.asks_for_bed"], p["reception.beds"],
        s["onward_debt"], s["settled"], s["housed"],
    )  # fmt: skip


RULE = Rule(
    future_first=True, process="reception", name="register_and_go_on", step=step, start=start, parameters=PARAMETERS,
    reads=("arrivals",), writes=("registered", "settled", "housed"),
    summary="People register (so many an hour), go on to where they will live, some into state beds.",
)  # fmt: skip

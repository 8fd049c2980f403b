"""Reception: registration per hour, beds, and where people go on to live.

Registered today = min(people waiting for registration + arrivals, hours x registrations per hour). Those registered go on to
destinations by fixed shares, in whole persons (the largest debt first); there a share of them asks for a state bed
while beds last. Shares and beds are the folder's (`reception.csv`).
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter

PARAMETERS = (
    Parameter(
        "reception.asks_for_bed", 0.4, "1", 0.2, 0.6,
        "assumed: most displaced households in Armenia 2020 stayed with relatives or rented; a minority used collective centres",
        "share of registered people who ask for a state bed", maximum=1.0,
    ),
)  # fmt: skip


@kernel
def register_arrivals(
    arrivals: Ints, per_hour: Floats, unregistered: Ints, carry: Floats, registered: Ints, new: Ints
) -> None:
    """Register people at each place of registration.

    Parameters
    ----------
    arrivals : (destination, future) persons/day
    per_hour : (destination, future) registrations/hour
    unregistered : (destination, future) persons not registered yet, updated
    carry : (destination, future) fraction of a registration, updated
    registered : (destination, future) persons so far, updated
    new : (future,) persons registered today, written
    """
    new[:] = 0
    for r in range(arrivals.shape[0]):
        for f in range(arrivals.shape[1]):
            unregistered[r, f] += arrivals[r, f]
            able = 24.0 * per_hour[r, f] + carry[r, f]
            done = unregistered[r, f] if unregistered[r, f] <= able else int(able)
            carry[r, f] = able - done if done < unregistered[r, f] else 0.0
            unregistered[r, f] -= done
            registered[r, f] += done
            new[f] += done


@kernel
def settle_people(
    new: Ints, share: Floats, asks: Floats, beds: Floats, debt: Floats, settled: Ints, housed: Ints
) -> None:
    """Send the newly registered on, in whole persons.

    Parameters
    ----------
    new : (future,) persons; asks : (future,) share who ask for a bed
    share : (destination, future) where people go on to, sums to 1
    beds : (destination, future)
    debt : (destination, future) persons owed to each destination by rounding, updated
    settled, housed : (destination, future) persons who live there; of them in state beds; updated
    """
    destinations = share.shape[0]
    for f in range(new.size):
        left = new[f]
        if left == 0:
            continue
        for r in range(destinations):
            debt[r, f] += new[f] * share[r, f]
        while left > 0:
            best = 0
            for r in range(destinations):
                if debt[r, f] > debt[best, f]:
                    best = r
            n = min(left, max(1, int(debt[best, f])))
            debt[best, f] -= n
            settled[best, f] += n
            left -= n
        for r in range(destinations):
            wanted = int(settled[r, f] * asks[f] + 0.5)
            housed[r, f] = max(housed[r, f], min(wanted, int(beds[r, f])))


def receive_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of reception."""
    register_arrivals(
        s["arrivals"], p["reception.registrations"], s["unregistered"], s["registration_carry"],
        s["registered"], s["newly_registered"],
    )  # fmt: skip
    settle_people(
        s["newly_registered"], p["reception.onward"], p["reception.asks_for_bed"], p["reception.beds"],
        s["onward_debt"], s["settled"], s["housed"],
    )  # fmt: skip


RULE = Rule(
    process="reception",
    name="register_and_go_on",
    step=receive_today,
    parameters=PARAMETERS,
    states=(
        Array("unregistered", ("destination",), np.int64),
        Array("registration_carry", ("destination",)),
        Array("registered", ("destination",), np.int64),
        Array("newly_registered", (), np.int64),
        Array("onward_debt", ("destination",)),
        Array("settled", ("destination",), np.int64),
        Array("housed", ("destination",), np.int64),
    ),
    reads=("arrivals",),
    inputs=("reception.registrations", "reception.onward", "reception.beds"),
    summary="People register (so many an hour), go on to where they will live, some into state beds.",
)

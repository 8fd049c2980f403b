"""Sense checks of mixed loads: those that hold nothing although something sends them, or nobody knew of what."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.scenario.build.draft import Draft
from corridor.scenario.build.known import find_known
from corridor.scenario.build.late import mixes_known
from corridor.scenario.sense.remark import Remark, warning


def empty_mixes(draft: Draft) -> Iterator[Remark]:
    """Tell a mix that pipelines send and in which there is nothing, and one of which a variant cannot know anything."""
    settings = draft.settings
    if settings is None:
        return
    known = find_known(draft)
    days = mixes_known(settings, known) if known is not None else {}
    for mix, shares in settings.mixes.items():
        sent = [entry for entry in draft.rows("pipelines") if entry.values.get("commodity") == mix]
        if not sent:
            continue
        if not any(
            share.quantity is not None and (share.quantity.high or share.quantity.value) for share in shares.values()
        ):
            message = f"nothing is in {mix}, and {_names([one.cells['id'].text for one in sent])} it: nothing arrives"
            yield warning(settings.mix_cells[mix], message, "write the goods that it is made of, each with its share")
        for variant in settings.variants if known is not None and mix in days else ():
            there = [one.cells["id"].text for one in sent if known is not None and known.of(one) <= variant.as_of]
            if days[mix] > variant.as_of and there:
                message = (
                    f"what {mix} is made of is not known before {days[mix]}: {variant.id}, as of {variant.as_of}, "
                )
                message += f"is played without {', '.join(f'pipelines.{name}' for name in there)}"
                remedy = "cite what was known of it then, or say that it is assumed"
                yield warning(settings.mix_cells[mix], message, remedy)


def _names(names: list[str]) -> str:
    return f"{', '.join(f'pipelines.{name}' for name in names)} {'sends' if len(names) == 1 else 'send'}"

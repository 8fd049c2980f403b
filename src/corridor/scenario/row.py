"""Rows of a scenario: frozen, with a place for a quantity of the table that the row's class does not name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from corridor.tables.folder import TABLES
from corridor.tables.parameter import Distribution

_GIVEN: dict[frozenset[str], set[str]] = {}
"""which fields rows were made with: as many sets as there are ways to make one, not as many as rows"""


class Row(BaseModel):
    """A frozen row; unknown columns are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    def model_post_init(self, context: Any, /) -> None:
        """Share what says which fields were given, two kilobytes a row; a copy of a row gets a set of its own."""
        given = self.__pydantic_fields_set__
        self.__pydantic_fields_set__ = _GIVEN.setdefault(frozenset(given), given)


class Quantity(Row):
    """A number with its 90 % range; no range means that it is taken as certain."""

    value: float
    low: float | None = None
    high: float | None = None
    dist: Distribution = "pert"
    evidence: tuple[str, ...] = ()


@lru_cache(maxsize=2**16)
def quantity_of(
    value: float, low: float | None, high: float | None, dist: Distribution, evidence: tuple[str, ...] = ()
) -> Quantity:  # fmt: skip
    """Return a quantity, the same object for the same numbers: a long table has few, and each is half a kilobyte."""
    return Quantity(value=value, low=low, high=high, dist=dist, evidence=evidence)


def default(table: str, name: str) -> Quantity:
    """Return what holds where a folder leaves a quantity empty."""
    value = TABLES[table].field(name).default
    return Quantity(value=0.0 if value is None else value)


class Measured(Row):
    """A row of a table with quantities. One that the table lists and the class does not name lies in `more`."""

    more: Mapping[str, Quantity] = Field(default_factory=dict)

    def quantity(self, name: str) -> Quantity | None:
        """Return a quantity of the table of fields; None where nothing is written and there is no default."""
        return self.more[name] if name in self.more else getattr(self, name, None)

    def changed(self, **values: Any) -> Self:
        """Return the row with other values; a quantity without an attribute of its own goes into `more`."""
        return self.model_copy(update=sorted_in(type(self), values, self.more))

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out an empty `more`, so that a row without it is written as it always was."""
        fields: dict[str, Any] = handler(self)
        return fields if self.more else {name: value for name, value in fields.items() if name != "more"}


def sorted_in(
    kind: type[Measured], values: Mapping[str, Any], more: Mapping[str, Quantity] = MappingProxyType({})
) -> dict[str, Any]:
    """Return values as the class takes them: those that it does not name under `more`."""
    fields = kind.model_fields
    if fields.keys() >= values.keys():
        return dict(values)
    own = {name: value for name, value in values.items() if name in fields}
    rest = {name: value for name, value in values.items() if name not in own}
    return own | {"more": {**more, **rest}}

"""A crisis as a folder, read into a validated, frozen `Scenario`; every problem at once."""

from corridor.scenario.add_policy import add_policy
from corridor.scenario.audit import AuditRow, audit
from corridor.scenario.load import bundled, examined, find_folder, load, problems, read_observed, remarks
from corridor.scenario.model import Scenario
from corridor.scenario.override import override
from corridor.scenario.schema import schema
from corridor.scenario.write.calibrated import write_calibrated
from corridor.scenario.write.new import write_new

__all__ = [
    "AuditRow",
    "Scenario",
    "add_policy",
    "audit",
    "bundled",
    "examined",
    "find_folder",
    "load",
    "override",
    "problems",
    "read_observed",
    "remarks",
    "schema",
    "write_calibrated",
    "write_new",
]

"""What a user asks for: each question answered as a Study, plain data that screen, page and notebook draw alike."""

from corridor.studies.actors import sides
from corridor.studies.ask import ask
from corridor.studies.calibration import calibrate
from corridor.studies.comparison import compare
from corridor.studies.difference import diff
from corridor.studies.exploration import explore
from corridor.studies.freeze import freeze
from corridor.studies.hindcast import backtest, strict_backtest
from corridor.studies.study import Study, schema
from corridor.studies.validation import validate

__all__ = [
    "Study",
    "ask",
    "backtest",
    "calibrate",
    "compare",
    "diff",
    "explore",
    "freeze",
    "schema",
    "sides",
    "strict_backtest",
    "validate",
]

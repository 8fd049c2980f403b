"""Settings shared by every test: hypothesis profiles, the folder of given data, small scenarios."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

sys.path.insert(0, str(Path(__file__).parent))

_quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
# no shrinking in the gate: a simulation that fails is found again by its example, and shrinking takes minutes
_plain = (Phase.explicit, Phase.generate)
settings.register_profile(
    "ci", max_examples=25, derandomize=True, deadline=None, suppress_health_check=_quiet, phases=_plain, database=None
)
settings.register_profile("dev", max_examples=15, deadline=None, suppress_health_check=_quiet)
settings.register_profile("long", max_examples=400, deadline=None, suppress_health_check=_quiet)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def corridor_data() -> Path:
    """The folder of given data; tests that need it are skipped, visibly, where it is not named."""
    folder = os.environ.get("CORRIDOR_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("CORRIDOR_DATA does not name the folder of given data")
    return Path(folder)

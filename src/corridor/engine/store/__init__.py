"""The store of a run: a Zarr group that anything reads, with `run.json` and the marks of finished blocks beside it.

Every chunk holds `BLOCK` futures of all policies and conditions, so a block is written once and never touched again.
"""

from corridor.engine.store.layout import BLOCK, HISTORY, attributes
from corridor.engine.store.open import open_run, verify

__all__ = ["BLOCK", "HISTORY", "attributes", "open_run", "verify"]

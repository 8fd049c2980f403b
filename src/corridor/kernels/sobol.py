"""Stratified draws of uncertain inputs: scrambled Sobol points, one padded dimension per input.

Every input gets its own copy of the first Sobol dimension, with its index order shuffled and its digits
scrambled by hashes of the input's path (B. Burley, "Practical hash-based Owen scrambling", JCGT 9(4), 2020;
hash after Laine and Karras). Any 2^k first futures are stratified in every input; pairs of inputs are random.
Adding an input leaves every other draw alone, and future 3 of 5 is future 3 of 50.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corridor.kernels.draw import address

Words = npt.NDArray[np.uint32]


def _reverse_bits(x: Words) -> Words:
    x = (x >> np.uint32(16)) | (x << np.uint32(16))
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        s, m = np.uint32(shift), np.uint32(mask)
        x = ((x >> s) & m) | ((x & m) << s)
    return x


def _scramble(x: Words, seed: int) -> Words:
    """Owen-scramble 32-bit fractions: bit b is flipped by a hash of the bits above it."""
    x = _reverse_bits(x)
    x = x ^ (x * np.uint32(0x3D20ADEA))
    x = x + np.uint32(seed)
    x = x * np.uint32((seed >> 16) | 1)
    x = x ^ (x * np.uint32(0x05526C56))
    x = x ^ (x * np.uint32(0x53A22864))
    return _reverse_bits(x)


def stratified(path: str, seed: int, futures: Words) -> npt.NDArray[np.float64]:
    """Return one uniform in (0, 1) per future for the input at `path`.

    Parameters
    ----------
    path : the input's path, such as "links.pass.kmh"
    seed : the run's seed
    futures : (future,) indices of the futures, any subset in any order
    """
    index = _scramble(np.asarray(futures, np.uint32), address(f"order:{seed}:{path}"))
    point = _scramble(_reverse_bits(index), address(f"digits:{seed}:{path}"))
    return (point.astype(np.float64) + 0.5) / 4294967296.0

"""Random numbers by address: a draw is a function of where it is used, never of its turn.

Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11) is keyed by
the seed and counts (future, day, stream, entity). The same future therefore sees the same weather under
every policy, in any batch, on any thread.
"""

from __future__ import annotations

import math
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.kernels.jit import kernel

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint32]
Word = int | np.integer[Any]
Block = tuple[np.uint64, np.uint64, np.uint64, np.uint64]

_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_ROUNDS = 10


def address(text: str) -> int:
    """Return the 32-bit address of a stream or an entity, from its name (CRC-32)."""
    return zlib.crc32(text.encode())


@kernel
def philox(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> Block:
    """Philox4x32-10: four 32-bit words from a counter of four words and a key of two."""
    x0, x1, x2, x3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    a, b = np.uint64(k0), np.uint64(k1)
    for _ in range(_ROUNDS):
        p0, p1 = _M0 * x0, _M1 * x2
        x0, x1, x2, x3 = (p1 >> _SHIFT) ^ x1 ^ a, p1 & _MASK, (p0 >> _SHIFT) ^ x3 ^ b, p0 & _MASK
        a, b = (a + _W0) & _MASK, (b + _W1) & _MASK
    return x0, x1, x2, x3


@kernel
def uniform(seed: int, future: int, day: int, stream: int, entity: int) -> float:
    """Return the uniform number in (0, 1) that belongs to one address."""
    w0, w1, _, _ = philox(future, day, stream, entity, np.uint64(seed) & _MASK, np.uint64(seed) >> _SHIFT)
    # 53 random bits, centred in their cell so that neither 0 nor 1 occurs
    return (float(w0 >> np.uint64(5)) * 67108864.0 + float(w1 >> np.uint64(6)) + 0.5) / 9007199254740992.0


@kernel
def fill_uniform(out: Floats, seed: int, futures: Words, day: int, stream: int, entities: Words) -> None:
    """Fill out[future, entity] with the uniforms of one stream and day."""
    for f in range(out.shape[0]):
        for e in range(out.shape[1]):
            out[f, e] = uniform(seed, futures[f], day, stream, entities[e])


@kernel
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile (Acklam's rational approximation, |relative error| < 1.2e-9)."""
    if u < 0.02425:
        q = math.sqrt(-2.0 * math.log(u))
        num = (
            (((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
            + 4.374664141464968
        ) * q + 2.938163982698783
        den = (
            ((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416
        ) * q + 1.0
        return num / den
    if u > 1.0 - 0.02425:
        return -normal_quantile(1.0 - u)
    q = u - 0.5
    r = q * q
    num = (
        (
            (((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02)
            * r
            - 3.066479806614716e01
        )
        * r
        + 2.506628277459239
    ) * q
    den = (
        (((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r
        - 1.328068155288572e01
    ) * r + 1.0
    return num / den


@kernel
def binomial(u: float, n: int, p: float) -> int:
    """Return how many of n do what each does with probability p, from one uniform number.

    Exact inversion while the mean is below 30; beyond that the normal approximation with a continuity
    correction, clipped to 0..n. Monotone in u, n and (for fixed u) p up to the change of method.
    """
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - binomial(1.0 - u, n, 1.0 - p)
    mean = n * p
    if mean < 30.0:
        odds = p / (1.0 - p)
        mass = math.exp(n * math.log1p(-p))
        total, k = mass, 0
        while u > total and k < n:
            k += 1
            mass *= odds * (n - k + 1) / k
            total += mass
            if mass < 1e-18 and k > mean:
                break
        return k
    k = int(math.floor(mean + normal_quantile(u) * math.sqrt(mean * (1.0 - p)) + 0.5))
    return min(n, max(0, k))

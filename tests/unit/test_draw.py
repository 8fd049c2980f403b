"""Random numbers by address, and the draws of uncertain inputs."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from corridor.engine.inputs import Input, draw, pert_ends, quantile
from corridor.kernels.draw import binomial, normal_quantile, philox, uniform
from corridor.kernels.sobol import stratified

# the three vectors that the authors of Philox publish (Random123, kat_vectors, philox4x32 10)
VECTORS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), VECTORS)
def test_philox_gives_the_published_words(counter, key, expected):
    assert tuple(int(w) for w in philox(*counter, *key)) == expected


def test_uniforms_are_uniform_over_days_and_futures():
    u = np.array([uniform(7, f, d, 3, 9) for f in range(60) for d in range(60)])
    assert stats.kstest(u, "uniform").pvalue > 0.001
    assert u.min() > 0 < u.max() < 1


@given(st.integers(0, 2**63), st.integers(0, 2**31), st.integers(0, 5000))
def test_one_address_one_number(seed, future, day):
    assert uniform(seed, future, day, 1, 2) == uniform(seed, future, day, 1, 2)
    assert uniform(seed, future, day, 1, 2) != uniform(seed, future, day, 1, 3)


def test_normal_quantile_agrees_with_scipy():
    u = np.concatenate([np.logspace(-12, -2, 40), np.linspace(0.02, 0.98, 97), 1 - np.logspace(-9, -2, 30)])
    ours = np.array([normal_quantile(x) for x in u])
    np.testing.assert_allclose(ours, stats.norm.ppf(u), atol=1e-7)


@given(st.floats(0.001, 0.999), st.integers(1, 60), st.floats(0.001, 0.4))
def test_binomial_is_the_exact_quantile_while_the_mean_is_small(u, n, p):
    assert abs(binomial(u, n, p) - stats.binom.ppf(u, n, p)) <= (
        abs(stats.binom.cdf(stats.binom.ppf(u, n, p), n, p) - u) < 1e-9
    )


@given(st.floats(0.001, 0.999), st.integers(1_000, 200_000), st.floats(0.05, 0.95))
def test_binomial_is_near_the_exact_quantile_when_the_mean_is_large(u, n, p):
    sd = np.sqrt(n * p * (1 - p))
    assert abs(binomial(u, n, p) - stats.binom.ppf(u, n, p)) <= 1 + 0.12 * sd
    assert 0 <= binomial(u, n, p) <= n


def test_two_to_the_k_futures_are_stratified_in_every_input():
    for path in ("links.pass.kmh", "stocks.*.flour", "population"):
        cells = np.floor(stratified(path, 5, np.arange(256, dtype=np.uint32)) * 256)
        assert sorted(cells) == list(range(256))


def test_inputs_are_not_correlated():
    futures = np.arange(4096, dtype=np.uint32)
    table = np.array([stratified(f"input.{i}", 1, futures) for i in range(40)])
    off = np.corrcoef(table)[~np.eye(40, dtype=bool)]
    assert np.abs(off).max() < 0.09
    assert off.std() < 1.5 / np.sqrt(4096)


def test_few_futures_are_the_first_of_many():
    many = stratified("x", 3, np.arange(50, dtype=np.uint32))
    few = stratified("x", 3, np.arange(5, dtype=np.uint32))
    np.testing.assert_array_equal(many[:5], few)


@given(st.floats(-50, 50), st.floats(0.02, 40), st.floats(0.02, 40))
def test_pert_has_the_asked_90_percent_range(value, below, above):
    # a PERT cannot have its mode nearer to one end of the range than this
    below, above = max(below, 0.15 * above), max(above, 0.15 * below)
    low, high = value - below, value + above
    a, b = pert_ends(value, low, high)
    source = Input("x", value, low, high, "pert", -1e9, 1e9, "1")
    np.testing.assert_allclose(quantile(source, np.array([0.05, 0.95])), [low, high], atol=2e-3 * (high - low))
    assert a <= low
    assert b >= high


@pytest.mark.parametrize("dist", ["pert", "uniform", "normal", "lognormal"])
def test_draws_respect_range_and_bounds(dist):
    source = Input("x", 2.0, 1.0, 4.0, dist, 0.8, 4.5, "1")
    x = draw(source, 1, np.arange(4096, dtype=np.uint32))
    assert x.min() >= 0.8
    assert x.max() <= 4.5
    inside = ((x >= 1.0) & (x <= 4.0)).mean()
    assert inside == pytest.approx(1.0 if dist == "uniform" else 0.9, abs=0.03)


_SUMS = """
import hashlib
import numpy as np
import corridor
from corridor.engine.compile import compile_scenario, draw_inputs
case = compile_scenario(corridor.load("nagorno-karabakh-2023"))
print(hashlib.sha256(draw_inputs(case, 1, np.arange(64, dtype=np.uint32)).recorded.tobytes()).hexdigest())
"""


def test_a_processor_without_wide_registers_draws_the_same_digits() -> None:
    """NumPy chooses other code for other processors, whose last digits differ."""
    narrow = {**os.environ, "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512F AVX512CD AVX512_SKX"}
    sums = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _SUMS], env=env, capture_output=True, text=True, check=True
        ).stdout
        for env in (dict(os.environ), narrow)
    }
    assert len(sums) == 1

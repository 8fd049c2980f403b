"""Pure numerics on arrays: NumPy and Numba only."""

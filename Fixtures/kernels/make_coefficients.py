"""Print the polynomials of Sources/SwiftletKernels/Math.h: weighted minimax fits, rounded to float32.

usage: make_coefficients.py      (needs numpy and mpmath, or scipy alone)
"""
import numpy as np
from scipy import special


def fit(name, function, low, high, degree, weight=lambda x: np.ones_like(x)):
    """Coefficients c[0..degree] of the polynomial of least greatest |weight * (p - function)| on [low, high].

    Lawson's iteration of weighted least squares; each coefficient, lowest first, is then rounded to
    float32 and the rest fitted again, so that later ones take up what rounding lost.
    """
    x = (low + high) / 2 + (high - low) / 2 * np.cos(np.linspace(0, np.pi, 4001))
    y, w = function(x), weight(x)
    fixed = []
    scale = max(abs(low), abs(high))
    for done in range(degree + 1):
        target = y - sum(c * x**i for i, c in enumerate(fixed))
        basis = np.stack([(x / scale) ** i for i in range(done, degree + 1)], 1)
        lawson = np.ones_like(x)
        best, solution = np.inf, None
        for _ in range(150 if done == 0 else 60):
            s = np.sqrt(lawson) * w
            c, *_ = np.linalg.lstsq(basis * s[:, None], target * s, rcond=None)
            error = np.abs(w * (basis @ c - target))
            if error.max() < best:
                best, solution = error.max(), c
            lawson *= error / error.max() + 1e-12
            lawson /= lawson.sum()
        fixed.append(float(np.float32(solution[0] / scale**done)))
    error = np.abs(w * (sum(c * x**i for i, c in enumerate(fixed)) - y)).max()
    print(f"// {name}: error {error:.2g}")
    for i, c in enumerate(fixed):
        print(f"//   c{i} = {c.hex()}f")


def exp_rest(r):
    """(exp(r) - 1 - r) / r^2 without cancellation: its series."""
    total = np.zeros_like(r)
    for i in range(20, -1, -1):
        total = total * r + 1 / special.factorial(i + 2)
    return total


def tanh_rest(t):
    """(tanh(x) - x) / x^3 at x = sqrt(t), by the continued fraction in extended precision."""
    t = t.astype(np.longdouble)
    x = np.sqrt(np.maximum(t, 1e-6))
    return ((np.tanh(x) - x) / x**3).astype(float)


def log1p_rest(f):
    """(log(1 + f) - f + f^2 / 2) / f^3, by series near 0."""
    f = f.astype(np.longdouble)
    series = sum((-1) ** i * f**i / (i + 3) for i in range(14))
    near = np.abs(f) < 0.01
    g = np.where(near, 1, f)
    return np.where(near, series, (np.log1p(g) - g + g * g / 2) / g**3).astype(float)


def normal_tail(x):
    """(log2(1 - Phi(x)) + 1) / x."""
    x = np.maximum(x, 1e-4)
    return (special.log_ndtr(-x) / np.log(2) + 1) / x


def normal_tail_weight(x):
    """The relative error of 1 - Phi(x) up to 2; beyond, the error of x (1 - Phi(x)), which gelu's bound is about."""
    return x * np.where(x < 2, 1, 6 * x * special.ndtr(-x))


def power_rest(r):
    """(2^r - 1) / r."""
    r = np.where(np.abs(r) < 1e-6, 1e-6, r)
    return np.expm1(r * np.log(2)) / r


half = np.log(2) / 2 * 1.01
fit("exp: (exp(r) - 1 - r) / r^2", exp_rest, -half, half, 4, lambda r: np.maximum(np.abs(r), 0.02))
fit("tanh: (tanh(x) - x) / x^3 in t = x^2", tanh_rest, 0, 0.35**2, 3, lambda t: t + 1e-3)
fit("log1p: (log(1+f) - f + f^2/2) / f^3", log1p_rest, np.sqrt(0.5) - 1, np.sqrt(2) - 1, 7, lambda f: f * f + 1e-3)
fit("normal tail: (log2(1 - Phi(x)) + 1) / x", normal_tail, 0, 5.5, 7, normal_tail_weight)
fit("2^r: (2^r - 1) / r", power_rest, -0.505, 0.505, 4, lambda r: np.maximum(np.abs(r), 0.02))

"""The line a check prints, and how arrays are compared."""

import traceback

import numpy as np


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, title, work):
        """Runs `work`, which raises when something is wrong and may return a remark, and prints one line."""
        try:
            remark = work()
        except Exception as error:
            self.failed += 1
            reason = " ".join(str(error).split()) or type(error).__name__
            if not isinstance(error, (AssertionError, RuntimeError)) and type(error).__name__ != "Failed":
                reason = f"{type(error).__name__} at line {traceback.extract_tb(error.__traceback__)[-1].lineno}: {reason}"
            print(f"FAIL  {title}: {reason[:600]}", flush=True)
            return False
        self.passed += 1
        print(f"ok    {title}" + (f" ({remark})" if remark else ""), flush=True)
        return True


def compare(outputs, expected, atol, rtol, allowance=None):
    """Raises unless every output has the shape expected and lies within atol + rtol * |expected|.

    Where that does not hold, `allowance`, if there is one, is asked for an array an output that is added to it.
    """
    if len(outputs) != len(expected):
        raise AssertionError(f"{len(outputs)} outputs, expected {len(expected)}")
    worst = 0.0
    for index, (got, wanted) in enumerate(zip(outputs, expected)):
        got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
        if got.shape != wanted.shape:
            raise AssertionError(f"output {index} has shape {got.shape}, expected {wanted.shape}")
        with np.errstate(invalid="ignore"):
            difference = np.where((got == wanted) | (np.isnan(got) & np.isnan(wanted)), 0, np.abs(got - wanted))
        allowed = atol + rtol * np.abs(wanted)
        outside = ~(difference <= allowed)
        if outside.any() and allowance:
            outside = ~(difference <= allowed + allowance()[index])
        if outside.any():
            place = tuple(int(i) for i in np.unravel_index(np.argmax(outside), outside.shape))
            raise AssertionError(
                f"output {index}: {outside.sum()} of {outside.size} values differ; at {place} "
                f"{got[place]!r}, expected {wanted[place]!r}")
        worst = max(worst, float(difference.max(initial=0)))
    return f"largest difference {worst:.1e}"

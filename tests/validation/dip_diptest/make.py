"""Makes expected.json again: Hartigans' dip of some samples, and its p-value, by diptest (the reference implementation's code).

    ./dev validate dip_diptest
"""

import importlib.metadata
import json
from pathlib import Path

import diptest
import numpy

HERE = Path(__file__).parent


def samples():
    random = numpy.random.default_rng(20161124)
    for n in (3, 4, 5, 6, 9, 17):
        yield f"uniform {n}", random.uniform(size=n)
    for n in (60, 365, 1000):
        yield f"uniform {n}", random.uniform(size=n)
        yield f"normal {n}", random.normal(size=n)
        yield f"exponential {n}", random.exponential(size=n)
        yield f"student {n}", random.standard_t(3, size=n)
        for gap in (1.0, 1.5, 2.0, 4.0):
            side = random.choice([-gap, gap], size=n, p=[0.35, 0.65])
            yield f"two modes {gap} {n}", side + random.normal(size=n)
    yield "three modes", numpy.concatenate([random.normal(m, 0.3, size=80) for m in (-3, 0, 3)])


def main():
    cases = []
    for name, sample in samples():
        sample = numpy.sort(sample.round(9))
        case = {"name": name, "sample": sample.tolist(), "dip": float(diptest.dipstat(sample))}
        if len(sample) >= 60:
            case["p_value"] = float(diptest.diptest(sample)[1])
        cases.append(case)
    expected = {
        "made_with": f"diptest {importlib.metadata.version('diptest')}, numpy {numpy.__version__}",
        "cases": cases,
    }
    (HERE / "expected.json").write_text(json.dumps(expected) + "\n")


main()

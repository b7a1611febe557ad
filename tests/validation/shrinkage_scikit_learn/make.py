"""Makes expected.json again: oracle approximating shrinkage of a covariance by scikit-learn.

    .cache/validation/bin/python tests/validation/shrinkage_scikit_learn/make.py

(tests/validation/mixture_scikit_learn/make.py says how to make that Python.) Rows of several numbers and lengths; stored are
the eigenvalues of their empirical covariance, the number of rows, and scikit-learn's weight of the multiple of I.
"""

import json
from pathlib import Path

import numpy
import sklearn
from sklearn.covariance import OAS

HERE = Path(__file__).parent


def main():
    random = numpy.random.default_rng(20161124)
    cases = []
    for rows, columns in [(20, 3), (60, 6), (400, 6), (100, 50), (365, 50)]:
        x = random.normal(size=(rows, columns)) @ random.normal(size=(columns, columns))
        fit = OAS(assume_centered=False).fit(x)
        centred = x - x.mean(axis=0)
        values = numpy.linalg.eigvalsh(centred.T @ centred / rows)
        cases.append({"rows": rows, "eigenvalues": values.tolist(), "weight": float(fit.shrinkage_)})
    expected = {"made_with": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}", "cases": cases}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()

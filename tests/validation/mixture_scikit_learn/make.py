"""Makes input.csv and expected.json again: Gaussian mixtures fitted by scikit-learn.

    ./dev validate mixture_scikit_learn

The input has the troubles of forecast errors: a skew, a heavy tail, sources that move together. It is standardised to mean
0 and covariance I, as gridpact's fit expects it. Each number of components is fitted from 5 starts; the best is kept.
"""

import json
from pathlib import Path

import numpy
import sklearn
from sklearn.mixture import GaussianMixture

HERE = Path(__file__).parent


def make_input():
    random = numpy.random.default_rng(20161124)
    n = 3000
    calm = random.normal(size=(n, 3)) * [0.5, 0.7, 0.6]
    calm[:, 1] += 0.8 * calm[:, 0]
    ramp = random.normal(size=(n, 3)) * [0.4, 0.5, 1.0] + [2.0, 0.5, -0.6]
    storm = random.normal(size=(n, 3)) * [2.2, 1.8, 2.5]
    which = random.choice(3, size=n, p=[0.66, 0.26, 0.08])
    x = numpy.choose(which[:, None], [calm, ramp, storm])
    x = x - x.mean(axis=0)
    values, vectors = numpy.linalg.eigh(numpy.cov(x.T, bias=True))
    x = x @ vectors @ numpy.diag(values**-0.5) @ vectors.T
    numpy.savetxt(HERE / "input.csv", x, fmt="%.5f", delimiter=",")
    return numpy.loadtxt(HERE / "input.csv", delimiter=",")


def main():
    x = make_input()
    fits = [
        GaussianMixture(k, reg_covar=1e-6, tol=1e-6, max_iter=1000, n_init=5, random_state=1).fit(x) for k in range(1, 5)
    ]
    best = min(fits, key=lambda fit: fit.bic(x))
    order = numpy.argsort(-best.weights_)
    expected = {
        "made_with": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}",
        "bic": [round(fit.bic(x), 3) for fit in fits],
        "mean_log_likelihood": [round(fit.score(x), 6) for fit in fits],
        "weights": best.weights_[order].round(6).tolist(),
        "means": best.means_[order].round(6).tolist(),
        "covariances": best.covariances_[order].round(6).tolist(),
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()

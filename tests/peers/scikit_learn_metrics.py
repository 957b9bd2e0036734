#!/usr/bin/env python3
"""Writes tests/golden/metric_peers.txt: rows, and what scikit-learn says of them.

    python3 tests/peers/scikit_learn_metrics.py > tests/golden/metric_peers.txt

evaluate_metric_test reads the file, so that scikit-learn is needed only to write it again. Numbers are written
shortest and exact. Each case: a line "case NAME", lines "LABEL PREDICTION", lines "METRIC VALUE".
"""
import numpy
from sklearn import metrics

ROWS = 60


def regression(label, prediction):
    return {"rmse": metrics.root_mean_squared_error(label, prediction),
            "mae": metrics.mean_absolute_error(label, prediction),
            "r2": metrics.r2_score(label, prediction)}


def binary(label, prediction):
    return {"auc": metrics.roc_auc_score(label, prediction), "log_loss": metrics.log_loss(label, prediction)}


def show(name, label, prediction, values):
    print("case", name)
    for pair in zip(label, prediction):
        print(*(repr(float(number)) for number in pair))
    for metric, value in values.items():
        print(metric, repr(float(value)))


def main():
    random = numpy.random.default_rng(7)
    normal = random.normal(size=ROWS)
    noise = random.normal(size=ROWS)
    classes = random.integers(0, 2, ROWS)
    rare = (numpy.arange(ROWS) % 20 == 0).astype(int)
    scores = 1 / (1 + numpy.exp(-(2 * classes - 1 + noise)))
    for name, label, prediction in [("normal errors", normal, normal + 0.5 * noise),
                                    ("a large offset", 1e6 + normal, 1e6 + noise),
                                    ("magnitudes far apart", 10 ** (4 * normal), 10 ** (4 * normal) + noise)]:
        show(name, label, prediction, regression(label, prediction))
    for name, label, prediction in [("scores without ties", classes, scores),
                                    ("scores with many ties", classes, numpy.round(scores, 1)),
                                    ("a rare class", rare, numpy.round(random.uniform(size=ROWS), 2)),
                                    ("probabilities of 0 and 1", classes, numpy.round(scores))]:
        show(name, label, prediction, binary(label, prediction))


main()

#!/usr/bin/env python3
"""Writes tests/golden/transform_peers.txt: training rows, and what scikit-learn's transformers make of them.

    python3 tests/peers/scikit_learn_transforms.py > tests/golden/transform_peers.txt

fit_peers_test reads the file, so that scikit-learn is needed only to write it again. Numbers are written shortest and exact.
First "rows TRAINING ALL", then a line per row with x, y and z and the text in the end. Each case: a line "case EXPRESSION
COLUMN", then a line per row with the value.
"""
import numpy
from sklearn import decomposition, feature_extraction, preprocessing

TRAINING = 80
ALL = 100
WORDS = ["rain", "sun", "wind", "hail", "fog", "snow"]


def show(expression, column, values):
    print("case", expression.replace(" ", ""), column)
    for value in values:
        print(repr(float(value)))


def main():
    random = numpy.random.default_rng(11)
    x = random.normal(size=ALL) * 3 + 10
    y = numpy.round(random.exponential(size=ALL) * 5, 1)
    z = 0.5 * x - y + random.normal(size=ALL)
    texts = [" ".join(random.choice(WORDS, size=random.integers(1, 9), p=[0.4, 0.25, 0.15, 0.1, 0.06, 0.04]))
             for _ in range(ALL)]
    print("rows", TRAINING, ALL)
    for row in zip(x, y, z, texts):
        print(*(repr(float(number)) for number in row[:3]), row[3])

    def fitted(transformer, *columns):
        rows = numpy.column_stack(columns)
        return transformer.fit(rows[:TRAINING]).transform(rows)

    show("scale(trip.x)", "out", fitted(preprocessing.StandardScaler(), x)[:, 0])
    show("scale(trip.y, 'min_max')", "out", fitted(preprocessing.MinMaxScaler(), y)[:, 0])
    show("scale(trip.y, 'robust')", "out", fitted(preprocessing.RobustScaler(), y)[:, 0])
    show("scale(trip.z, 'max_abs')", "out", fitted(preprocessing.MaxAbsScaler(), z)[:, 0])
    for bins, strategy in [(7, "quantile"), (5, "uniform")]:
        binned = fitted(preprocessing.KBinsDiscretizer(bins, encode="ordinal", strategy=strategy,
                                                       **({"quantile_method": "linear"} if strategy == "quantile" else {})), x)
        show(f"bin(trip.x, {bins}, '{strategy}')", "out", binned[:, 0])
    show("quantile_transform(trip.x, 17)", "out", fitted(preprocessing.QuantileTransformer(n_quantiles=17), x)[:, 0])
    words = feature_extraction.text.TfidfVectorizer().fit(texts[:TRAINING])
    weights = words.transform(texts).toarray()
    for word in WORDS:
        show("tf_idf(trip.note)", "out_" + word, weights[:, words.vocabulary_[word]])
    directions = decomposition.PCA(2, svd_solver="covariance_eigh").fit(numpy.column_stack([x, y, z])[:TRAINING])
    projected = directions.transform(numpy.column_stack([x, y, z]))
    for i in range(2):
        axis = directions.components_[i]
        sign = numpy.sign(axis[numpy.argmax(numpy.abs(axis))])
        show("pca(trip.x, trip.y, trip.z, 2)", f"out_{i}", sign * projected[:, i])


main()

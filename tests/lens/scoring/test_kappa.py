"""Kappa against worked examples, and scikit-learn's figures computed offline."""

from collections import Counter

import pytest

from vinfer.lens.scoring.agreement import kappa, share


def test_the_worked_example():
    # 50 applications, two readers: p_o = (20 + 15) / 50 = 0.7; p_e = (25*30 + 25*20) / 2500 = 0.5
    table = {(1.0, 1.0): 20, (1.0, 0.0): 5, (0.0, 1.0): 10, (0.0, 0.0): 15}
    assert kappa(table) == pytest.approx(0.4)
    assert share(table) == 0.7


def test_the_example_of_scikit_learn():
    # cohen_kappa_score's own: negative 0, neutral 1, positive 2; p_o = 0.8, p_e = 9/25 = 0.36
    pairs = Counter([(0.0, 0.0), (2.0, 2.0), (0.0, 0.0), (1.0, 1.0), (2.0, 0.0)])
    assert kappa(pairs) == pytest.approx(0.6875)


def test_squared_distances():
    # cohen_kappa_score([0, 5, 10, 10], [0, 10, 10, 5], weights="quadratic"); observed 25 + 25 = 50
    pairs = Counter([(0.0, 0.0), (5.0, 10.0), (10.0, 10.0), (10.0, 5.0)])
    # rows 0:1 5:1 10:2, columns 0:1 5:1 10:2; costs 25 and 100:
    # 1*(1*0 + 1*25 + 2*100) + 1*(25 + 0 + 2*25) + 2*(100 + 25 + 0) = 225 + 75 + 250 = 550
    assert kappa(pairs, squared=True) == pytest.approx(1 - 4 * 50 / 550)


def test_nothing_to_compare():
    assert kappa({}) is None
    assert share({}) is None
    assert kappa({(1.0, 1.0): 9}) is None  # all alike: no agreement beyond chance can be seen
    assert share({(1.0, 1.0): 9}) == 1.0
    assert kappa({(1.0, 0.0): 5, (0.0, 1.0): 5}) == -1.0

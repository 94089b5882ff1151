"""Scores, recomputed by hand."""

import pytest

from vinfer.lens.scoring.totals import Mark, Total, total_of


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([Mark(1, False, 1.0)], Total(100.0, True)),
        ([Mark(3, False, 1.0), Mark(1, False, 0.0)], Total(75.0, True)),
        # a scale of 7/10: (2*0.7 + 1*1) / 3
        ([Mark(2, False, 0.7), Mark(1, False, 1.0)], Total(80.0, True)),
        # one decimal: 2/3
        ([Mark(2, False, 1.0), Mark(1, False, 0.0)], Total(66.7, False)),
        ([Mark(10, False, None), Mark(1, False, 0.0)], Total(0.0, False)),
        ([Mark(1, False, None), Mark(1, True, None)], Total(None, None)),
        ([], Total(None, None)),
        ([Mark(9, False, 1.0), Mark(1, True, 0.0)], Total(0.0, False)),
        ([Mark(9, False, 1.0), Mark(1, True, 0.1)], Total(91.0, True)),
        ([Mark(1, True, None), Mark(1, False, 1.0)], Total(100.0, True)),
        # 69.95 rounds to the mark, and passes as it is shown
        ([Mark(10, False, 0.6995)], Total(70.0, True)),
    ],
)
def test_the_total(marks: list[Mark], expected: Total):
    found = total_of(marks, pass_mark=70)
    assert found.score == pytest.approx(expected.score, abs=0.051)
    assert found.passed == expected.passed


def test_a_failed_fatal_parameter_passes_no_mark():
    assert total_of([Mark(1, True, 0.0)], pass_mark=0) == Total(0.0, False)

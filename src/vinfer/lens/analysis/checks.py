"""Check digits of card and Aadhaar numbers."""

from typing import Final

# The dihedral group D5 and the permutation of J. Verhoeff, "Error Detecting Decimal Codes", 1969.
_TURN: Final = 5
_PERMUTED: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    """Whether the last digit is the check digit that UIDAI gives an Aadhaar number."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _PERMUTED[value]
        check = _product(check, value)
    return check == 0


def _product(left: int, right: int) -> int:
    """Two symmetries of a pentagon, one after the other: 0..4 turn it, 5..9 turn it over."""
    turned = (left + right) if left < _TURN else (left - right)
    over = (left >= _TURN) != (right >= _TURN)
    return turned % _TURN + (_TURN if over else 0)

"""What a failed call attempt means, from its SIP status and what was seen before it."""

from vinfer.ports.telephony import Failed

_BUSY = frozenset({486, 600})
_NO_ANSWER = frozenset({408, 480, 487})
_DECLINED = frozenset({603, 607, 608})
_INVALID_NUMBER = frozenset({404, 410, 484, 604})


def meaning(status: int, *, rang: bool) -> Failed:
    """The outcome of an INVITE that ended with `status` (0: nobody answered it).

    `rang` tells whether a 18x came first: a 403 after it is a person or their network
    declining, a 403 before it is the trunk refusing us. Source: RFC 3261 section 21, RFC 8197,
    RFC 8688. Anything not listed is the trunk's trouble, which never burns a contact's attempt.
    """
    if status in _BUSY:
        return Failed.BUSY
    if status in _NO_ANSWER:
        return Failed.NO_ANSWER
    if status in _DECLINED or (status == 403 and rang):
        return Failed.DECLINED
    if status in _INVALID_NUMBER:
        return Failed.INVALID_NUMBER
    return Failed.TRUNK_ERROR


def unanswered(*, rang: bool) -> Failed:
    """The outcome of our own ring timeout.

    Without any 18x no telephone is known to have rung: a dead trunk looks exactly so, and must
    not be written down as people who did not answer.
    """
    return Failed.NO_ANSWER if rang else Failed.TRUNK_ERROR

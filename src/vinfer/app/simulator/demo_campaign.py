"""What `vinfer demo` sends to its own API: a script and twelve contacts whose phones are simulated.

The numbers pass validation as Indian mobile numbers, but only the simulator may be dialled with
them: on a real trunk they may belong to people.
"""

from datetime import date, timedelta
from typing import Any, Final

COMPANY: Final = "Example Bank"
DESK_PHONE: Final = "+919876543220"  # persona `desk`: takes the calls that the agent hands over

_OVERDUE: Final = timedelta(days=4)

_CONTACTS: Final = (
    ("+919876543200", "Ravi Kumar", 5200),
    ("+919876543203", "Sunita Rao", 4100),  # rings longest, so it goes out early
    ("+919876543205", "Arjun Mehta", 12500),
    ("+919876543207", "Kavita Nair", 7800),
    ("+919876543210", "Farhan Sheikh", 3300),
    ("+919876543211", "Suresh Yadav", 5000),
    ("+919876543201", "Neha Gupta", 2750),
    ("+919876543212", "Priya Sharma", 9400),
    ("+919876543209", "Vikram Singh", 152000),
    ("+919876543206", "Anita Desai", 6600),
    ("+919876543202", "Imran Khan", 1800),
    ("+919876543217", "Lakshmi Iyer", 8250),
)

_WILL_PAY: Final = (
    "yes I will pay",
    "I will pay tomorrow",
    "I will pay it this week",
    "paying on Monday",
    "I will transfer the amount tonight",
    "okay I will clear the due",
    "sure, I can pay it",
    "I will do the payment by Friday",
    "haan kar dunga",
    "haan main kal de dunga",
    "kal paise bhar dunga",
    "main paanch hazaar de dunga",
    "हाँ, मैं कल पैसे दे दूँगा",
    "मैं भुगतान कर दूँगा",
)
_ALREADY_PAID: Final = (
    "I already paid",
    "I have paid this EMI",
    "the payment is done",
    "I paid it last week",
    "it was debited from my account",
    "this is not my loan",
    "I never took this loan",
    "the amount is wrong",
    "maine pehle hi bhar diya hai",
    "mera koi loan nahi hai",
)
_LATER: Final = (
    "call me later",
    "I am driving",
    "I am busy right now",
    "can you call me in the evening",
    "please call back tomorrow",
    "I am in a meeting",
    "this is not a good time",
    "call me after some time",
    "baad mein call karna",
    "abhi busy hoon",
    "मुझे बाद में कॉल करना",
)
_REFUSES: Final = (
    "I am not interested",
    "I do not want it",
    "no thank you",
    "I will not pay",
    "I cannot pay",
    "I have no money to pay",
    "leave it, I do not want to talk about this",
    "no, I said no",
    "mujhe nahi chahiye",
    "main nahi bharunga",
    "मुझे नहीं चाहिए",
)
_WHO_GAVE: Final = (
    "who gave you my number",
    "where did you get my number",
    "how do you have my number",
    "mera number kisne diya",
)
_IS_IT_SAFE: Final = (
    "is this a fraud call",
    "how do I know you are from the bank",
    "is this a scam",
    "kya ye fraud call hai",
)


def demo_script() -> dict[str, Any]:
    """Return the EMI reminder as `POST /v1/scripts` takes it."""
    return {
        "name": "EMI reminder",
        "language": "en-IN",
        "company": COMPANY,
        "agent_persona": "Asha",
        "opening": (
            "Hello {{name}}, this is {{agent}} from {{company}}. This call is recorded. "
            "Your EMI of {{amount|inr}} was due on {{due_date|date}}. Can you pay it this week?"
        ),
        "variables": {
            "amount": {"type": "number", "required": True},
            "due_date": {"type": "date", "required": True},
        },
        "branches": _branches(),
        "captures": {
            "pay_date": {
                "type": "date",
                "ask": "On which date will you pay?",
                "confirm": True,
            },
            "callback_at": {"type": "datetime", "ask": "What time should I call?"},
        },
        "objections": [
            {"phrases": list(_WHO_GAVE), "say": "You gave it when you took the loan."},
            {
                "phrases": list(_IS_IT_SAFE),
                "say": "You can check with your branch. I will never ask for a password or a code.",
            },
        ],
        "no_input": {"say": "Are you there?", "max": 2, "disposition": "callback"},
        "no_match": {"say": "Sorry, could you say that again?", "max": 2, "handover": True},
        "closing": "Thank you for your time. Goodbye.",
        "voicemail": {"action": "hangup"},
        "max_duration_seconds": 180,
    }


def _branches() -> list[dict[str, Any]]:
    return [
        {
            "id": "will_pay",
            "phrases": list(_WILL_PAY),
            "not_phrases": ["already paid", "will not pay", "cannot pay"],
            "say": "Thank you.",
            "capture": ["pay_date"],
            "disposition": "interested",
            "tag": "promise_to_pay",
            "next": "close",
        },
        {
            "id": "later",
            "phrases": list(_LATER),
            "capture": ["callback_at"],
            "disposition": "callback",
            "tag": "callback",
            "next": "close",
        },
        {
            "id": "refuse",
            "phrases": list(_REFUSES),
            "say": "I understand.",
            "disposition": "not_interested",
            "next": "close",
        },
        {
            "id": "dispute",
            "phrases": list(_ALREADY_PAID),
            "say": "I will connect you to a colleague who can check this.",
            "disposition": "escalated",
            "handover": True,
        },
    ]


def demo_contacts(*, today: date) -> list[dict[str, Any]]:
    """Return the twelve contacts of the campaign, every EMI due four days before `today`."""
    due = (today - _OVERDUE).isoformat()
    return [
        {"phone": phone, "name": name, "amount": amount, "due_date": due}
        for phone, name, amount in _CONTACTS
    ]

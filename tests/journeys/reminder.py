"""A short reminder script and contacts for the simulated phones."""

from typing import Any

REMINDER: dict[str, Any] = {
    "name": "Reminder",
    "language": "en-IN",
    "company": "Example Bank",
    "agent_persona": "Asha",
    "opening": "Hello {{name}}, this is {{agent}} from {{company}}. Can you pay it this week?",
    "branches": [
        {
            "id": "will_pay",
            "phrases": [
                "yes I will pay",
                "I will pay tomorrow",
                "paying it on Friday",
                "yes I can pay this week",
                "haan kar dunga",
                "kal de dunga",
                "sure I will transfer it",
                "okay I will clear it",
            ],
            "say": "Thank you.",
            "disposition": "interested",
            "next": "close",
        },
        {
            "id": "refuse",
            "phrases": [
                "not interested",
                "I am not interested",
                "I do not want it",
                "no thank you",
                "no I will not pay",
                "I cannot pay",
                "mujhe interest nahi hai",
                "nahi chahiye",
            ],
            "say": "I understand.",
            "disposition": "not_interested",
            "next": "close",
        },
    ],
    "closing": "Goodbye.",
}


def contact(index: int, persona: str) -> dict[str, Any]:
    """A contact whose last two digits choose the simulated person; all are called Ravi, so that
    the opening is rendered once.
    """
    return {"phone": f"+9198765{index:03d}{persona}", "name": "Ravi"}

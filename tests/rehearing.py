"""Sentences of calls for re-hearing: what is given to the voice, and how a recogniser writes it."""

import re
from typing import Final

ENGLISH: Final = (
    (
        "Hello Rahul Sharma, this is Asha from Sunrise Bank.",
        "Hello Rahul Sharma, this is Asha from Sunrise Bank.",
    ),
    (
        "Your EMI of five thousand two hundred rupees was due on the fifteenth of November.",
        "Your EMI of 5200 rupees was due on the 15th of November.",
    ),
    ("Can you pay it this week?", "Can you pay it this week?"),
    ("Am I speaking with Mister Deepak Kumar?", "Am I speaking with Mr. Deepak Kumar?"),
    (
        "So you will pay on the third of December, is that right?",
        "So you will pay on the 3rd of December, is that right?",
    ),
    (
        "Please share the OTP with nobody, not even with the bank.",
        "Please share the OTP with nobody, not even with the bank.",
    ),
    ("I understand. I will not call you again.", "I understand. I will not call you again."),
    (
        "Your appointment with Doctor Gupta is confirmed for Monday at ten thirty in the morning.",
        "Your appointment with Dr. Gupta is confirmed for Monday at 10.30 in the morning.",
    ),
    (
        "One moment, I am connecting you to a colleague.",
        "One moment, I am connecting you to a colleague.",
    ),
    (
        "Thank you, Priya. I will call you again on Tuesday at half past ten.",
        "Thank you, Priya. I will call you again on Tuesday at half past 10.",
    ),
    (
        "Your loan of two lakh fifty thousand rupees has been approved.",
        "Your loan of 250000 rupees has been approved.",
    ),
    (
        "The premium of your policy is eighteen thousand four hundred rupees a year.",
        "The premium of your policy is 18400 rupees a year.",
    ),
    ("This call is recorded.", "This call is recorded."),
    (
        "The last four digits of your account are four seven two nine.",
        "The last four digits of your account are 4729.",
    ),
    ("Sorry, could you say that again?", "Sorry, could you say that again?"),
    ("Are you there?", "Are you there?"),
    (
        "Your order was delivered on the twenty first of October.",
        "Your order was delivered on the 21st of October.",
    ),
    (
        "Good morning, may I talk to Sunita Verma please?",
        "Good morning, may I talk to Sunita Verma please?",
    ),
    (
        "The UPI payment to Airtel has failed, no money was taken.",
        "The UPI payment to Airtel has failed, no money was taken.",
    ),
    (
        "On which date will you pay the remaining amount?",
        "On which date will you pay the remaining amount?",
    ),
    (
        "Suresh from our Bengaluru office will visit you on Saturday.",
        "Suresh from our Bengaluru office will visit you on Saturday.",
    ),
    ("Thank you for your time. Goodbye.", "Thank you for your time. Goodbye."),
)
HINDI: Final = (
    "नमस्ते, क्या मेरी बात रमेश शर्मा जी से हो रही है?",
    "आपके लोन की किस्त पाँच हज़ार रुपये की है जो कल जमा करनी है।",
    "क्या आप आज भुगतान कर सकते हैं?",
    "Aapki EMI kal due thi, kya aap aaj bhugtaan kar sakte hain?",
)


def plain(text: str) -> str:
    """Lower-case words and numbers only; thousands without commas."""
    bare = re.sub(r"(?<=\d)[,](?=\d)", "", text.lower())
    return " ".join(re.findall(r"[a-z0-9']+", bare))

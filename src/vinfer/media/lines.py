"""The lines every script has without writing them, in English and Hindi.

Hindi wording fits a male and a female voice alike: no verb that shows the speaker's gender.
"""

from typing import Final

from vinfer.media import spoken

_ENGLISH: Final = {
    "closing": "Thank you for your time. Goodbye.",
    "are_you_there": "Are you there?",
    "say_again": "Sorry, could you say that again?",
    "not_understood": "I am sorry, I could not follow that.",
    "do_not_call": "I am sorry for the trouble. We will not call this number again. Goodbye.",
    "wrong_number": "I am sorry, I have the wrong number. Goodbye.",
    "abuse_once": "I understand that you are upset.",
    "abuse_again": "I will end the call here. Goodbye.",
    "handover": "I will connect you to a colleague now. Please stay on the line.",
    "no_colleague": "I am sorry, no colleague is free right now. Your request is noted. Goodbye.",
    "handover_failed": "I am sorry, I could not connect you. We will call you back. Goodbye.",
    "trouble": "I am sorry, there is a technical problem on our side. Goodbye.",
    "i_am": "This is {{agent}}, calling from {{company}}.",
    "i_am_agent": "This is {{agent}}.",
    "i_am_company": "I am calling from {{company}}.",
    "automated": "I am an automated assistant.",
    "ask_time": "At what time?",
    "ask_value": "Sorry, which one should I note down?",
    "confirm_date": "That is {{value}}, right?",
    "confirm_time": "That is {{value}}, right?",
    "confirm_amount": "That is {{value}}, right?",
    "confirm_text": "You said {{value}}, right?",
}
_HINDI: Final = {
    "closing": "आपके समय के लिए धन्यवाद। नमस्ते।",
    "are_you_there": "क्या आप सुन रहे हैं?",
    "say_again": "माफ़ कीजिए, क्या आप फिर से कह सकते हैं?",
    "not_understood": "माफ़ कीजिए, बात समझ नहीं आई।",
    "do_not_call": "असुविधा के लिए माफ़ कीजिए। अब इस नंबर पर हमारी ओर से कॉल नहीं आएगी। नमस्ते।",
    "wrong_number": "माफ़ कीजिए, गलत नंबर लग गया। नमस्ते।",
    "abuse_once": "आपकी नाराज़गी समझ में आती है।",
    "abuse_again": "यह कॉल यहीं समाप्त होती है। नमस्ते।",
    "handover": "आपकी बात सहयोगी से कराई जा रही है। कृपया लाइन पर बने रहिए।",
    "no_colleague": "माफ़ कीजिए, अभी कोई सहयोगी उपलब्ध नहीं है। आपका अनुरोध दर्ज कर लिया गया है। नमस्ते।",
    "handover_failed": "माफ़ कीजिए, कॉल नहीं जुड़ पाई। हम आपको वापस कॉल करेंगे। नमस्ते।",
    "trouble": "माफ़ कीजिए, हमारी ओर से तकनीकी समस्या है। नमस्ते।",
    "i_am": "यह {{company}} से {{agent}} की कॉल है।",
    "i_am_agent": "यह {{agent}} की कॉल है।",
    "i_am_company": "यह कॉल {{company}} की ओर से है।",
    "automated": "यह एक स्वचालित सहायक है।",
    "ask_time": "किस समय?",
    "ask_value": "माफ़ कीजिए, क्या दर्ज किया जाए?",
    "confirm_date": "यानी {{value}}, सही है?",
    "confirm_time": "यानी {{value}}, सही है?",
    "confirm_amount": "यानी {{value}}, सही है?",
    "confirm_text": "आपने कहा {{value}}, सही है?",
}


def line(name: str, language: str) -> str:
    """The template of a built-in line."""
    return (_HINDI if spoken.hindi(language) else _ENGLISH)[name]


def every(language: str) -> tuple[str, ...]:
    """Every built-in template of a language."""
    return tuple((_HINDI if spoken.hindi(language) else _ENGLISH).values())

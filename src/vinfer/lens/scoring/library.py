# ruff: noqa: E501  # a table: one line of phrases reads best unbroken
"""Criteria that come with the product: what agents say, in English, Hinglish and Hindi."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from vinfer.lens.scoring.scorecard import Expect, Place

CriterionId = Literal[
    "greeting",
    "identification",
    "purpose",
    "recording_notice",
    "verification",
    "empathy",
    "pressure",
    "options",
    "next_step",
    "closing",
    "permission",
    "credentials",
    "guarantee",
    "hold",
    "summary",
    "understanding",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A ready criterion: phrases that prove it, and examples of what means the same."""

    id: CriterionId
    name: str
    description: str
    examples: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    expect: Expect = "present"
    place: Place = "anywhere"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.strip().split("|"))


_CRITERIA: Final = (
    Criterion(
        id="greeting",
        name="Greeting",
        description="The agent greets the customer at the beginning of the call.",
        place="opening",
        phrases=_lines("good morning | good afternoon | good evening | hello sir | hello madam | hello maam | hi there | how are you | namaste | namaskar | pranam | shubh prabhat | नमस्ते | नमस्कार | प्रणाम | शुभ प्रभात | शुभ संध्या"),
        examples=_lines("Good morning sir, how are you today? | Hello and welcome | Hi, good afternoon ma'am | Namaste ji, kaise hain aap? | Namaskar sir | नमस्ते जी, कैसे हैं आप? | नमस्कार, आपका स्वागत है"),
        counter_examples=_lines("Hello? Can you hear me? | Who is on the line? | Haan boliye"),
    ),
    Criterion(
        id="identification",
        name="Identification",
        description="The agent says their name and for which company they call.",
        place="opening",
        phrases=_lines("its * at | its * from | its * with | mr * here | main * se | baat kar rahi hoon * se | baat kar raha hoon * se | मैं * से | बात कर रही हूँ * से | बात कर रहा हूँ * से | this is * from | this is * with | this is * calling from | this is * at | my name is * from | my name is * calling | i am * from | i am calling from | here from | speaking with * from | speaking to * from | bol rahi hoon * se | bol raha hoon * se | se bol rahi | se bol raha | se baat kar raha hoon | se baat kar rahi hoon | बोल रही हूँ * से | बोल रहा हूँ * से | से बोल रही | से बोल रहा | से * बोल रही | से * बोल रहा | से बात कर रहा हूँ | से बात कर रही हूँ | से * बात कर रही | से * बात कर रहा"),
        examples=_lines("It's Nina at Southern Water | Red Moon Collections, Mr Rao here | Red Moon Collections se Rao | रेड मून कलेक्शन से राव | Delta Finance ki Meena bol rahi hoon | I'm Paul from Alpha Motors | This is Anita calling from Orient Bank | My name is John and I work for Delta Insurance | You are speaking with Maria at Coral Travel | Main Sunita, Orient Bank se bol rahi hoon | Delta Insurance se Mohan baat kar raha hoon | मैं सुनीता, ओरिएंट बैंक से बोल रही हूँ | डेल्टा इंश्योरेंस से मोहन बात कर रहा हूँ | Orient Bank se Sunita, aapka account | मैं मोहन, डेल्टा फाइनेंस से"),
        counter_examples=_lines("main aap se | मैं आप से | main aapse baat karna chahta hoon | Am I speaking with Mr Sharma? | Which company are you from? | Kya meri baat Sharma ji se ho rahi hai?"),
    ),
    Criterion(
        id="purpose",
        name="Purpose of the call",
        description="The agent says why they are calling.",
        phrases=_lines("in touch because | in touch about | phoning about | phoning because | you owe us | you owe me | dena hai tumko | aapko dena hai | ke case mein | के मामले में | देने हैं | ki kist ke liye | की किस्त के लिए | why i am calling | pending since | i am calling about | im calling about | i am calling regarding | im calling regarding | calling to remind | reason for my call | reason i am calling | calling because | in connection with your | ke baare mein call | ke silsile mein | ke liye call kiya | ke liye phone kiya | isliye phone kiya | isliye call kiya | के बारे में फोन | के सिलसिले में | के लिए फोन किया | इसलिए फोन किया | के बारे में बात करनी"),
        examples=_lines("You owe us twenty thousand rupees | We need your signature on the form, that is why I call | Aapko pachas hazaar dene hain | Aapki gaadi ki kist ke liye baat kar raha hoon | आपको पचास हज़ार देने हैं | आपकी गाड़ी की किस्त के लिए बात कर रहा हूँ | Your instalment bounced, so I am calling | Aapki kist bounce hui hai | I am calling about your overdue loan instalment | The reason for my call is your policy renewal | It is about the outstanding balance on your card | I wanted to talk to you about your subscription | Your payment is pending since two months | Aapke loan ki kist ke baare mein phone kiya hai | Aapki EMI do mahine se baaki hai | Aapke bill ke liye call kiya tha | आपके लोन की किस्त के बारे में फोन किया है | आपकी दो महीने की किस्त बाकी है | आपके बिल के बारे में बात करनी थी"),
        counter_examples=_lines("Is there anything else I can help you with? | Sorry, wrong number | Galat number lag gaya | गलत नंबर लग गया | Good morning sir | Hold on please | Thank you, goodbye"),
    ),
    Criterion(
        id="recording_notice",
        name="Recording notice",
        description="The agent says that the call is recorded.",
        phrases=_lines("calls are taped | call is taped | calls * recorded | calls * record hoti | record hoti hai | record hoti hain | record ki ja rahi | रिकॉर्ड होती है | रिकॉर्ड होती हैं | रिकॉर्ड की जा रही | call is recorded | call is being recorded | call may be recorded | call will be recorded | calls are recorded | conversation is recorded | conversation is being recorded | line is recorded | recorded line | being recorded | recorded for quality | call record ho rahi | call * record ho rahi | call ki recording | कॉल रिकॉर्ड | कॉल * रिकॉर्ड हो | बातचीत रिकॉर्ड | कॉल की रिकॉर्डिंग"),
        examples=_lines("We record all our calls | The line is taped for quality | Humari saari calls record hoti hain | हमारी सभी कॉल रिकॉर्ड होती हैं | This call is being recorded for quality and training | Our calls are recorded | You are on a recorded line | Ye call record ho rahi hai | Hamari baatcheet record ki ja rahi hai | यह कॉल रिकॉर्ड की जा रही है | हमारी बातचीत रिकॉर्ड हो रही है"),
        counter_examples=_lines("I have your records here | For the record | Your record is with me, I am looking | You have a good payment record | Aapka record mere paas hai | Meri complaint record karo | आपका रिकॉर्ड मेरे पास है | Hold on, hold on"),
    ),
    Criterion(
        id="verification",
        name="Identity check",
        description="The agent asks for details that prove who the customer is.",
        phrases=_lines("confirm your date of birth | your date of birth | last four digits | verify your identity | security question | mothers maiden name | date of birth bata | janm din * bata | janm tithi * bata | aakhri chaar digit | जन्म तिथि बता | जन्म तिथि | जन्मदिन | आखिरी चार अंक | पहचान के लिए"),
        examples=_lines("Could you please confirm your date of birth? | Please tell me the last four digits of your card, to verify | May I have your registered mobile number and address, so that I know it is you? | For security I need your account number and your postcode | Apni date of birth confirm kar dijiye | Verification ke liye registered mobile number bata dijiye | Card ke aakhri chaar number bataiye | Ghar ka pata bata dijiye, check karne ke liye | कृपया पहचान के लिए अपनी जन्म तिथि बताइए | कार्ड के आखिरी चार अंक बताइए | जाँच के लिए अपना पता और मोबाइल नंबर बताइए"),
        counter_examples=_lines("Bhagwan aapko himmat de | Good morning, this call is recorded | Namaskar, main bank se bol rahi hoon | I am very sorry about that | I will call you on Saturday to confirm | Am I speaking with Mr Sharma? | Please confirm that you will pay on Friday | Let me check the line | I am checking your bill | The technician will call before he comes | Main call karke confirm kar lungi | Link aapke phone par aa jayega | मैं फोन करके पूछ लूँगी | लिंक आपके फोन पर आ जाएगा"),
    ),
    Criterion(
        id="empathy",
        name="Empathy",
        description="The agent shows understanding for the customer's trouble or feelings.",
        phrases=_lines("i hear you | that must be | must have been | gussa jayaz | aapki jagah main | गुस्सा जायज़ | आपकी जगह मैं | जगह मैं होती | जगह मैं होता | sorry for your loss | sorry to hear | understand how you feel | understand your frustration | completely understand | i can imagine how | i know it has been | must be hard for you | must be very hard | sunkar bahut dukh | sunkar dukh | samajh sakti hoon ki aap | samajh sakta hoon ki aap | mujhe bahut afsos | सुनकर * दुख | समझ सकती हूँ | समझ सकता हूँ | बहुत अफसोस"),
        examples=_lines("I hear you, in your place I would be angry too | Aapka gussa bilkul jayaz hai | आपका गुस्सा बिल्कुल जायज़ है | What a difficult situation for your family | Ye aapke parivaar ke liye bahut kathin hai | यह आपके परिवार के लिए बहुत कठिन है | Bhagwan aapko himmat de | I am so sorry to hear about your mother | I completely understand how frustrating that is | That must be very hard for you | I apologise for the trouble you went through | Anybody would be upset about that | Ye sunkar bahut dukh hua | Main samajh sakti hoon ki aap pareshan hain | Aapko jo takleef hui uske liye khed hai | यह सुनकर बहुत दुख हुआ | मैं समझ सकता हूँ कि आप परेशान हैं | आपको जो तकलीफ़ हुई उसके लिए खेद है"),
        counter_examples=_lines("Sorry, I could not hear you | Sorry, wrong number | Excuse me, who is speaking? | That is not my problem | I do not care | Maaf kijiye, galat number lag gaya | Mujhe usse koi matlab nahi | माफ़ कीजिए, गलत नंबर लग गया | मुझे इससे कोई मतलब नहीं | Please repeat, there is noise | No problem, thank you"),
    ),
    Criterion(
        id="pressure",
        name="No threats or pressure",
        description="The agent threatens, insults or presses the customer.",
        expect="absent",
        phrases=_lines("have you arrested | get you arrested | call your boss | jhooth mat bolo | jail karwa | jail bhej | झूठ मत बोलो | जेल करवा | जेल भेज | i dont care | police will come | call the police | send people to your house | tell your neighbours | tell your family | not my problem | dont waste my time | police * aayegi | ghar par aadmi bhej | padosiyon ko bata | time kharab mat | पुलिस * आएगी | घर पर आदमी भेज | पड़ोसियों को बता | समय खराब मत | break your legs | break your bones | break your hands | kill you | beat you up | hurt your family | hurt your children | burn your house | burn your shop | go to jail | put you in jail | send you to jail | throw you in jail | ruin your life | ruin your reputation | destroy your life | teach you a lesson | regret this | where your children go | where your kids go | come to your house and take | false case against you | make you lose your job | see that you lose your job | you idiot | you are a liar | you are a thief | shut up | taang tod | tang tod | haath pair tod | haddi tod | haddiyan tod | jaan se maar | tumhe maar | tujhe maar | zinda nahi chhod | bachon ko utha | bachcho ko utha | ghar ka saman utha | izzat mitti | gunde bhej | gunde bhejunga | gunde bhejenge | badnaam kar | barbaad kar | jail jaoge | jail jana padega | jail mein dal | saala chor | chup raho | tumhe dekh lenge | tujhe dekh lenge | टांग तोड़ | टाँग तोड़ | हाथ पैर तोड़ | हड्डी तोड़ | हड्डियां तोड़ | जान से मार | तुम्हें मार | तुझे मार | ज़िंदा नहीं छोड़ | बच्चों को उठा | घर का सामान उठा | इज्जत मिट्टी | इज़्ज़त मिट्टी | गुंडे भेज | बदनाम कर | बर्बाद कर | जेल जाओगे | जेल जाना पड़ेगा | जेल में डाल | साला चोर | चुप रहो | तुम्हें देख लेंगे | तुझे देख लेंगे"),
        examples=_lines("I will have you thrown into jail | I will call your office and tell your boss everything | You will see what happens to you | Tumhe jail karwa dunga | Tumhare boss ko sab bata dunga | तुम्हें जेल भिजवा दूँगा | तुम्हारे बॉस को सब बता दूँगा | Stop lying to me and pay | If you don't pay by evening we will send people to your house | Pay now or the police will come | I will tell your boss and your neighbours | Don't waste my time, pay right now | You will be sorry for this | We will ruin you | Nahi diya to ghar par aadmi bhejenge | Abhi paisa do warna police aayegi | Tumhare office aakar tamasha karenge | नहीं दिया तो घर पर आदमी भेजेंगे | अभी पैसे दो वरना पुलिस आएगी"),
        counter_examples=_lines("Our man comes on Tuesday and brings the form | Sab sahi hai, humara aadmi form laayega | सब सही है, हमारा आदमी फॉर्म लाएगा | No worries, goodbye | या तो रिफंड ले लीजिए या बिल से कम करवा लीजिए | The reason for my call is a payment that we blocked | We never threaten anybody | Nobody will come to your house | Take all the time that you need | Please pay by Friday, if that is possible | The technician will come to your house on Monday | Hum kisi ko dhamki nahi dete | Hum ghar par aadmi nahi bhejte | हम किसी को धमकी नहीं देते | I will call you on Saturday to confirm"),
    ),
    Criterion(
        id="options",
        name="Options offered",
        description="The agent offers the customer more than one way to go on.",
        phrases=_lines("either * or | whichever you | ya to * ya | या तो * या | aap chahein to | आप चाहें तो | pay half now | half now and | split it | in * instalments | two options | three options | do options | aadha abhi * aadha | aadha aaj * aadha | दो विकल्प | आधा अभी * आधा | आधा आज * आधा"),
        examples=_lines("We can either send it again or give you the money back | Ya to naya le lijiye, ya paisa wapas | या तो नया ले लीजिए या पैसा वापस | You can give me half today and half on the fifteenth | Aadha aaj, aadha pandrah ko | You can pay half now and the rest next month | We could split it into three instalments or give you more time | You could take the yearly plan, or go month to month | I can waive the late fee, or set up a smaller monthly amount | Aap aadha abhi de sakte hain aur aadha agle mahine | Aap chahein to monthly le sakte hain, ya saal bhar ka | आप आधा अभी दे सकते हैं और आधा अगले महीने | आप चाहें तो हर महीने का ले सकते हैं या साल का"),
        counter_examples=_lines("Transfer the money within an hour | Ek ghante mein paisa do | एक घंटे में पैसा दो | You have to pay today | There is no other way | You have to pay the whole amount now | Aaj hi poora paisa do | आज ही पैसे दो | You pay half on Friday, I have noted that | Pay now or the police will come | Abhi do warna police aayegi | The technician comes between two and four"),
    ),
    Criterion(
        id="next_step",
        name="Next step agreed",
        description="The agent says what happens next, and when.",
        phrases=_lines("baje * aayega | baje * aayegi | बजे * आएगा | बजे * आएगी | aaj shaam tak | आज शाम तक | main * call karungi | main * call karunga | i will call you on | ill call you on | you will get a text | youll get a text | we will send you * by | will come on | comes on"),
        examples=_lines("I will call you on Saturday to confirm | You will get a link on your phone by this evening | The technician comes on Thursday between two and four | I'll send the papers by tomorrow and someone will call you on Monday | So you pay two thousand on the tenth | Main Shaniwar ko call karke confirm kar lungi | Aaj shaam tak link aapke phone par aa jayega | Technician kal do se chaar baje ke beech aayega | Kal subah das baje se chalu ho jayega | मैं शनिवार को फोन करूँगी | आज शाम तक लिंक आपके फोन पर आ जाएगा | टेक्नीशियन कल दो बजे आएगा | कल सुबह से चालू हो जाएगा"),
        counter_examples=_lines("Police will come to your office | In one hour I call your boss | Namaskar ji, aapke bill ke case mein phone kar rahi hoon | Hello, how are you today? | Bhagwan aapko himmat de | Good morning, I am calling from the bank | Your plan ends next week | Your payment was due on the fifth | You could pay half next month | Please put that in the app | I will think about it | If you don't pay by evening we will send people | Aapka plan agle hafte khatam ho raha hai | Aap agle mahine bhar sakte hain | Police aapke office aayegi | आपका प्लान अगले हफ्ते खत्म हो रहा है | आप अगले महीने भर सकते हैं | पुलिस आपके दफ़्तर आएगी | आज ही पैसे दो"),
    ),
    Criterion(
        id="closing",
        name="Polite closing",
        description="The agent ends the call politely, with thanks or good wishes.",
        place="ending",
        phrases=_lines("have a nice day | have a good day | have a great day | have a good evening | have a good one | thank you for your time | thanks for your time | thanks for calling | thank you goodbye | thanks goodbye | goodbye | bye bye | din shubh ho | din accha rahe | samay dene ke liye dhanyavaad | dhanyavaad sir namaste | shukriya namaste | दिन शुभ हो | दिन अच्छा रहे | समय के लिए धन्यवाद | धन्यवाद नमस्ते | धन्यवाद सर नमस्ते | शुक्रिया नमस्ते"),
        examples=_lines("Thank you for your time, have a nice day | Thanks a lot, goodbye | Take care, bye bye | Aapka samay dene ke liye dhanyavaad, aapka din shubh ho | Dhanyavaad sir, namaste | आपके समय के लिए धन्यवाद, आपका दिन शुभ हो | शुक्रिया, नमस्ते"),
        counter_examples=_lines("Thank you. I am calling about your loan | Okay, thanks, go on | Namaste, main Example Bank se bol rahi hoon | You heard me | We will see | Please put that in the app | नमस्ते, कैसे हैं आप? | Theek hai | सही है"),
    ),
    Criterion(
        id="permission",
        name="Asks whether it is a good time",
        description="The agent asks whether the customer has time to talk.",
        place="opening",
        phrases=_lines("good time to talk | right time to talk | do you have a minute | do you have a moment | kya abhi baat ho sakti | do minute hain | क्या अभी बात हो सकती | समय है आपके पास"),
        examples=_lines("Is this a good time to talk? | Do you have two minutes for me? | May I take a moment of your time? | Kya abhi baat kar sakte hain? | Kya aapke paas do minute hain? | क्या अभी बात हो सकती है? | क्या आपके पास समय है?"),
        counter_examples=_lines("Thank you for your time | Don't waste my time | Aapke samay ke liye dhanyavaad"),
    ),
    Criterion(
        id="credentials",
        name="Asks for no secrets",
        description="The agent asks for a one-time password, a PIN, a password or a CVV.",
        expect="absent",
        phrases=_lines("tell me the otp | tell me your otp | share the otp | share your otp | what is the otp | your pin number | tell me your pin | your cvv | your password is what | otp bata | otp batao | otp bataiye | pin bata dijiye | cvv bata | ओटीपी बता | पिन बता | पासवर्ड बता"),
        examples=_lines("Please tell me the OTP that you received | What is your ATM PIN? | Read out the CVV on the back of your card | I need your net banking password | OTP bata dijiye jo abhi aaya | Apna ATM pin bataiye | जो ओटीपी आया है वह बताइए | अपना पासवर्ड बताइए"),
        counter_examples=_lines("Please never share your OTP with anybody | We will never ask for your PIN | Please tell me your date of birth | What is your postcode? | OTP kisi ko mat batana | Apna pin code bata dijiye | ओटीपी किसी को मत बताइए"),
    ),
    Criterion(
        id="guarantee",
        name="Promises no certain gains",
        description="The agent promises returns or results that nobody can be sure of.",
        expect="absent",
        phrases=_lines("guaranteed returns | guaranteed profit | no risk at all | zero risk | hundred percent approval | double your money | paisa double | pakka munafa | guaranteed munafa | पैसा दोगुना | गारंटी मुनाफा"),
        examples=_lines("You will double your money, guaranteed | There is no risk at all in this plan | Your loan is approved for sure, hundred percent | Isme pakka munafa hai, koi risk nahi | Paisa double ho jayega guarantee | इसमें पक्का मुनाफा है | पैसा दोगुना हो जाएगा"),
        counter_examples=_lines("Returns are not guaranteed | Investments carry risk, please read the papers | Hum koi guarantee nahi dete | मुनाफे की कोई गारंटी नहीं है"),
    ),
    Criterion(
        id="hold",
        name="Asks before putting on hold",
        description="The agent asks for patience before the customer has to wait.",
        phrases=_lines("may i put you on hold | can i put you on hold | put you on hold for | thank you for holding | hold par rakh sakti | hold par rakh sakta | होल्ड पर रख"),
        examples=_lines("May I put you on hold for two minutes? | Would you mind holding while I check? | Thank you for holding | Kya main aapko hold par rakh sakti hoon? | क्या मैं आपको होल्ड पर रख सकता हूँ?"),
        counter_examples=_lines("Hold on, hold on | One second | Ek minute rukiye | एक मिनट रुकिए"),
    ),
    Criterion(
        id="summary",
        name="Sums up",
        description="The agent sums up what was agreed.",
        phrases=_lines("to summarise | to summarize | let me sum up | let me repeat what | just to recap | to recap | main dohra deti hoon | main dohra deta hoon | मैं दोहरा"),
        examples=_lines("So let me repeat what we have agreed | To sum up, you pay half now and half in May | Just to recap what I have noted | Main ek baar dohra deti hoon | Jo baat hui wo main repeat kar deta hoon | जो तय हुआ उसे मैं दोहरा देता हूँ"),
        counter_examples=_lines("Can you repeat that please? | Dobara boliye | फिर से बोलिए"),
    ),
    Criterion(
        id="understanding",
        name="Makes sure that it is understood",
        description="The agent asks whether everything is clear or more help is needed.",
        phrases=_lines("anything else i can help | anything else i can do | any other questions | is that clear | does that make sense | aur koi madad | koi aur sawal | और कोई मदद | कोई और सवाल"),
        examples=_lines("Is there anything else I can help you with? | Do you have any other questions? | Is everything clear to you? | Aur koi madad kar sakti hoon? | Koi aur sawal hai aapka? | और कोई मदद कर सकता हूँ? | क्या सब समझ में आ गया?"),
        counter_examples=_lines("Can you hear me? | Do you understand, pay now | Who is this?"),
    ),
)  # fmt: skip

LIBRARY: Final[Mapping[str, Criterion]] = {each.id: each for each in _CRITERIA}

BACKGROUND: Final = _lines(
    "Yes, please | Okay, I see | Alright | One moment | Let me check that for you | Can you hear me? | Could you repeat that? | Go on | Sure, I understand what you say"
    " | The amount is five thousand rupees | Your account number ends with four two one | I have noted that | Please put that in the app | That is correct | Thank you"
    " | You heard me | We will see | I am on the line | There is noise on my side | Oh, I see | Accha | Theek hai | Haan ji | Ek minute rukiye | Main dekh raha hoon"
    " | Sahi hai | Kripya line par rahiye | Note kar liya hai | Jo samajhna hai samjho | Galat number lag gaya | ठीक है | हाँ जी | एक मिनट रुकिए | मैं देख रही हूँ | सही है | नोट कर लिया है"
    " | Blue pens are in the box | It is raining here today | Tumko paisa dena hai | I dispute that | Aap sun rahe hain? | आप सुन रहे हैं?"
    " | जो समझना है समझो | गलत नंबर लग गया"
)  # fmt: skip
"""What agents say besides, and what proves nothing."""

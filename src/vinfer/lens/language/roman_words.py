# ruff: noqa: E501  # a table, one line per theme
"""Romanised Hindi of telephone talk and its Devanagari: a hand-made list, one line per theme."""

from typing import Final

from vinfer.kit import numerals
from vinfer.kit.words import words

_ROMAN_NUMBERS: Final = words(
    "shunya ek do teen char paanch chhe saat aath nau"
    " das gyarah barah terah chaudah pandrah solah satrah atharah unnees"
    " bees ikkees bais teis chaubis pachees chhabbis sattais atthais untees"
    " tees ikattis battis taintis chauntis paintis chhattis saintis adtis untalis"
    " chalis iktalis bayalis taintalis chauvalis paintalis chhiyalis saintalis adtalis unchas"
    " pachas ikyavan bavan tirpan chauvan pachpan chhappan sattavan atthavan unsath"
    " saath iksath basath tirsath chaunsath painsath chhiyasath sadsath adsath unhattar"
    " sattar ikhattar bahattar tihattar chauhattar pachhattar chhihattar satahattar athhattar unasi"
    " assi ikyasi bayasi tirasi chaurasi pachasi chhiyasi satasi atthasi navasi"
    " nabbe ikyanve banve tiranve chauranve pachanve chhiyanve sattanve atthanve ninyanve"
)
_LIST: Final = """
hai=है hain=हैं he=है hoon=हूँ hun=हूँ hu=हूँ ho=हो tha=था thi=थी the=थे hoga=होगा hogi=होगी hua=हुआ hui=हुई
main=मैं mai=मैं mein=में me=में mujhe=मुझे mujhko=मुझको mereko=मुझे mera=मेरा mere=मेरे meri=मेरी maine=मैंने meine=मैंने
hum=हम hume=हमें humein=हमें humko=हमको hamko=हमको hamara=हमारा hamare=हमारे hamari=हमारी humne=हमने
aap=आप aapka=आपका aapke=आपके aapki=आपकी aapne=आपने aapko=आपको aapse=आपसे tum=तुम tumhara=तुम्हारा tumko=तुमको tu=तू
usne=उसने wo=वो woh=वो ye=ये yeh=यह is=इस us=उस iska=इसका iske=इसके iski=इसकी isko=इसको ispe=इसपे ismein=इसमें uska=उसका usko=उसको unka=उनका
koi=कोई kisi=किसी kuch=कुछ sab=सब kya=क्या kyun=क्यों kyu=क्यों kyon=क्यों kaise=कैसे kaisa=कैसा kab=कब kahan=कहाँ kaha=कहाँ
kaun=कौन kon=कौन kaunse=कौनसे kaunsa=कौनसा kitna=कितना kitne=कितने kitni=कितनी
nahi=नहीं nahin=नहीं nai=नहीं nhi=नहीं nehi=नहीं na=ना mat=मत haan=हाँ han=हाँ ha=हाँ haa=हाँ haji=हाँ_जी ji=जी bilkul=बिल्कुल zaroor=ज़रूर jarur=ज़रूर
theek=ठीक thik=ठीक teek=ठीक accha=अच्छा acha=अच्छा achha=अच्छा sahi=सही galat=गलत pakka=पक्का
aur=और ya=या to=तो toh=तो bhi=भी hi=ही ka=का ke=के ki=की ko=को se=से par=पर pe=पे tak=तक wala=वाला wale=वाले wali=वाली liye=लिए saath=साथ sath=साथ
lekin=लेकिन magar=मगर kyunki=क्योंकि agar=अगर jab=जब tab=तब aise=ऐसे waise=वैसे sirf=सिर्फ bas=बस
abhi=अभी aaj=आज aj=आज kal=कल parso=परसों parson=परसों subah=सुबह shaam=शाम sham=शाम raat=रात rat=रात dopahar=दोपहर dophar=दोपहर
baad=बाद bad=बाद baje=बजे bje=बजे din=दिन hafte=हफ्ते hafta=हफ्ता mahine=महीने mahina=महीना mahino=महीनों saal=साल
tareekh=तारीख tarikh=तारीख agle=अगले agla=अगला agli=अगली pichle=पिछले pichla=पिछला aakhir=आखिर aakhri=आखिरी ant=अंत der=देर
somwar=सोमवार somvar=सोमवार mangalwar=मंगलवार mangal=मंगल budhwar=बुधवार guruwar=गुरुवार brihaspatiwar=बृहस्पतिवार shukrawar=शुक्रवार shukrvar=शुक्रवार
shaniwar=शनिवार raviwar=रविवार itwar=इतवार
janwari=जनवरी farvari=फ़रवरी aprail=अप्रैल agast=अगस्त sitambar=सितंबर aktubar=अक्टूबर navambar=नवंबर disambar=दिसंबर
dus=दस chaar=चार tin=तीन paach=पाँच che=छह ath=आठ gyara=ग्यारह bara=बारह pandra=पंद्रह
sau=सौ hazaar=हज़ार hazar=हज़ार hajar=हज़ार hajaar=हज़ार lakh=लाख laakh=लाख crore=करोड़ karod=करोड़ karor=करोड़
dedh=डेढ़ dhai=ढाई adhai=ढाई saadhe=साढ़े sadhe=साढ़े sade=साढ़े sawa=सवा sava=सवा paune=पौने pone=पौने aadha=आधा aadhe=आधे
kar=कर karo=करो karna=करना karne=करने karta=करता karte=करते karti=करती kare=करे karein=करें karen=करें kijiye=कीजिए kijie=कीजिए karunga=करूँगा karungi=करूँगी
karenge=करेंगे karega=करेगा kiya=किया kia=किया ki=की karwao=करवाओ karao=कराओ karaiye=कराइए karwa=करवा karvao=करवाओ kara=करा karke=करके
dunga=दूँगा doonga=दूँगा dungi=दूँगी denge=देंगे dega=देगा deta=देता deti=देती dete=देते dijiye=दीजिए dijie=दीजिए de=दे do=दो dena=देना dene=देने diya=दिया diye=दिए dia=दिया di=दी dun=दूँ
paunga=पाऊँगा paungi=पाऊँगी sakta=सकता sakte=सकते sakti=सकती payega=पाएगा
lo=लो le=ले lena=लेना lene=लेने liya=लिया lia=लिया li=ली lun=लूँ lunga=लूँगा lungi=लूँगी lenge=लेंगे lijiye=लीजिए
gaya=गया gayi=गई gai=गई gaye=गए jao=जाओ jaa=जा ja=जा jana=जाना jaunga=जाऊँगा jayega=जाएगा jayenge=जाएँगे
aata=आता aate=आते aati=आती aaya=आया aaye=आए aayi=आई aane=आने aana=आना aaunga=आऊँगा aayegi=आएगी aayega=आएगा aa=आ rahi=रही raha=रहा rahe=रहे rehne=रहने rahne=रहने rehna=रहना
chahiye=चाहिए chahie=चाहिए chahta=चाहता chahte=चाहते chahti=चाहती chaiye=चाहिए
baat=बात bat=बात baatein=बातें bolo=बोलो bol=बोल boliye=बोलिए bola=बोला bolna=बोलना batao=बताओ bataiye=बताइए bata=बता bataya=बताया kaho=कहो kahiye=कहिए kehna=कहना sunna=सुनना suno=सुनो sun=सुन sunai=सुनाई suniye=सुनिए
samajh=समझ samjha=समझा awaaz=आवाज़ awaz=आवाज़ pata=पता maloom=मालूम
bhejo=भेजो bhej=भेज bheja=भेजा bhejna=भेजना bhejunga=भेजूँगा bhejiye=भेजिए bhar=भर bhara=भरा bharna=भरना bharunga=भरूँगा chukaunga=चुकाऊँगा chukana=चुकाना chukane=चुकाने chukaya=चुकाया jama=जमा daal=डाल dal=डाल kat=कट kata=कटा
milega=मिलेगा milegi=मिलेगी mila=मिला mili=मिली mile=मिले lagega=लगेगा lagta=लगता laga=लगा lagaya=लगाया ruko=रुको rukiye=रुकिए
chuka=चुका chuki=चुकी chuke=चुके hata=हटा hatao=हटाओ nikal=निकाल nikaal=निकाल jod=जोड़ jodo=जोड़ो milao=मिलाओ milaiye=मिलाइए
paisa=पैसा paise=पैसे paisey=पैसे rupaye=रुपये rupay=रुपये rupaya=रुपया rupee=रुपये bhugtan=भुगतान kist=किस्त karz=कर्ज़ karj=कर्ज़ byaj=ब्याज bakaya=बकाया baaki=बाकी baki=बाकी tankhwah=तनख्वाह tankha=तनख्वाह vetan=वेतन khata=खाता khate=खाते rakam=रकम rashi=राशि
kaam=काम kam=काम ghar=घर gaadi=गाड़ी gadi=गाड़ी naukri=नौकरी dhanda=धंधा bimari=बीमारी bimar=बीमार dikkat=दिक्कत mushkil=मुश्किल haalat=हालत halat=हालत tangi=तंगी mohlat=मोहलत samay=समय waqt=वक्त vakt=वक्त zarurat=ज़रूरत zaroorat=ज़रूरत jarurat=ज़रूरत fayda=फायदा faida=फायदा
dobara=दोबारा dubara=दोबारा phir=फिर fir=फिर firse=फिरसे wapas=वापस vapas=वापस pehle=पहले pahle=पहले baar=बार roz=रोज़ roj=रोज़ kabhi=कभी jaldi=जल्दी thoda=थोड़ा thodi=थोड़ी thode=थोड़े bahut=बहुत bohot=बहुत bahot=बहुत zyada=ज़्यादा jyada=ज़्यादा itna=इतना itne=इतने utna=उतना
band=बंद bandh=बंद kharab=खराब pareshan=परेशान pareshaan=परेशान tang=तंग gussa=गुस्सा shikayat=शिकायत dhokha=धोखा jhooth=झूठ gadbad=गड़बड़
rehta=रहता rehte=रहते rahta=रहता nambar=नंबर numbar=नंबर lag=लग naukari=नौकरी insaan=इंसान insan=इंसान aadmi=आदमी admi=आदमी banda=बंदा bande=बंदे vyakti=व्यक्ति bhai=भाई yaar=यार sahab=साहब adhikari=अधिकारी
apne=अपने apna=अपना apni=अपनी pura=पूरा poora=पूरा pure=पूरे dono=दोनों aage=आगे piche=पीछे andar=अंदर bahar=बाहर lagbhag=लगभग kareeb=करीब karib=करीब
ghante=घंटे ghanta=घंटा minat=मिनट vyast=व्यस्त khareeda=खरीदा kharida=खरीदा namaste=नमस्ते namaskar=नमस्कार dhanyavaad=धन्यवाद shukriya=शुक्रिया maaf=माफ़ paas=पास cheez=चीज़ karni=करनी chal=चल chala=चला chalu=चालू chali=चली pada=पड़ा padi=पड़ी padega=पड़ेगा dekhiye=देखिए dekhna=देखना dekho=देखो dekhta=देखता dekhte=देखते dekh=देख sochna=सोचना sochta=सोचता sochunga=सोचूँगा soch=सोच
"""

TABLE: Final[dict[str, str]] = {
    roman: deva.replace("_", " ")
    for roman, _, deva in (pair.partition("=") for pair in words(_LIST))
}
for _roman, _deva in zip(_ROMAN_NUMBERS, numerals.HINDI, strict=True):
    TABLE.setdefault(_roman, _deva)

# Words of the table that are also English (or stand for several Hindi words): alone they prove nothing.
AMBIGUOUS: Final = frozenset(
    words(
        "main me the he is us to do hi par pe mere ha di de le lo li band bhar kat char minute sau se ka na"
        " an ya ho hu tang nau pura jama hum mat lakh crore din sham bees bad sun rat bat sab tab jab ant"
        " der tu bas kam pure mile pone sade rupee pata kara dal kata dun gai bata baki ji assi saath sat"
        " bais mangal kon han din log aa ki bola jana jaa ja"
    )
) - {"ji", "han"}

# Verbs and particles that recognisers write as one word with what follows ("dedunga", "haanji").
STEMS: Final = frozenset(
    words("de le kar bhej bhar chuka bata bol hata laga daal dal karwa kara mila")
)
TAILS: Final = frozenset(
    words(
        "do de diya diye dijiye dena dunga dungi denge dega lo liya lijiye lena lunga lungi lenge"
    )
)
YES_STEMS: Final = frozenset(words("ha haa han haan hann nahi nahin accha acha theek thik bilkul"))
DAYS: Final = frozenset(words("आज कल परसों"))  # misread, they cost a date

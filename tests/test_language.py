"""A text's language is told by its script and words; English in all its kinds stays English. All of it is invented."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from engagement.language import CALLED, FEWEST, OF_SCRIPT, languages

# Ten sentences a language, parted by dashes.
SENTENCES = {
    "cy": """
        - Mae'r bysiau bob amser yn hwyr yn y bore.
        - Dydw i ddim yn teimlo'n ddiogel yn cerdded adref trwy'r parc gyda'r nos achos does dim goleuadau yno.
        - Hoffwn i gael mwy o wasanaethau yn Gymraeg yn y feddygfa.
        - Does dim lle i'r plant chwarae yn ein pentref ni.
        - Mae fy mam yn byw ar ei phen ei hun ac mae'n anodd iawn iddi gyrraedd y siop ers i'r cyngor dorri'r bws, felly
          mae hi'n dibynnu ar gymdogion.
        - Rhaid i'r cyngor wrando ar bobl ifanc.
        - Mae'r tai newydd yn rhy ddrud i deuluoedd lleol.
        - Roedden ni'n aros am chwe mis am apwyntiad gyda'r deintydd ac wedyn cawsom lythyr yn dweud bod rhaid dechrau
          eto.
        - Diolch am y cyfle i rannu ein barn am y llyfrgell.
        - Dylai'r ganolfan gymunedol fod ar agor ar y penwythnos hefyd.
    """,
    "pl": """
        - Autobusy zawsze spóźniają się rano.
        - Nie czuję się bezpiecznie, kiedy wracam wieczorem do domu przez park, bo nie działa tam żadna latarnia.
        - Moja córka czeka na wizytę u dentysty już osiem miesięcy.
        - W przychodni nikt nie mówi po polsku i muszę zabierać ze sobą syna, żeby tłumaczył, a to są sprawy, o których
          dziecko nie powinno słuchać.
        - Mieszkanie jest wilgotne i pełne pleśni.
        - Chcielibyśmy mieć miejsce, gdzie dzieci mogą się bawić po szkole.
        - Czynsz jest za wysoki dla zwykłej rodziny.
        - Rada powinna słuchać ludzi, którzy tu mieszkają, zanim zamknie bibliotekę.
        - Ktoś krzyknął do mnie w sklepie, żebym wracała do siebie, a mieszkam tutaj od siedemnastu lat i płacę podatki
          jak wszyscy.
        - Potrzebujemy więcej lekcji angielskiego w godzinach wieczornych.
    """,
    "ur": """
        - بسیں صبح ہمیشہ دیر سے آتی ہیں۔
        - مجھے رات کو پارک سے گزرتے ہوئے ڈر لگتا ہے کیونکہ وہاں کوئی روشنی نہیں ہے۔
        - ہمارے گھر میں بہت نمی ہے اور بچے بیمار رہتے ہیں۔
        - ڈاکٹر کے پاس کوئی ترجمان نہیں ہوتا اس لیے میری بیٹی کو سکول سے چھٹی کر کے میرے ساتھ جانا پڑتا ہے اور یہ اچھی
          بات نہیں۔
        - کونسل کو عورتوں کی بات بھی سننی چاہیے۔
        - ہمیں شام کو انگریزی کی کلاسیں چاہئیں۔
        - کرایہ بہت زیادہ ہے اور تنخواہ کم۔
        - کسی نے بس میں میرا حجاب کھینچنے کی کوشش کی اور کسی نے میری مدد نہیں کی۔
        - لائبریری بند نہ کریں، یہ ہمارے بچوں کے لیے واحد گرم اور مفت جگہ ہے۔
        - نوجوانوں کے لیے یہاں کچھ بھی نہیں ہے۔
    """,
    "pa": """
        - ਬੱਸਾਂ ਸਵੇਰੇ ਹਮੇਸ਼ਾ ਦੇਰ ਨਾਲ ਆਉਂਦੀਆਂ ਹਨ।
        - ਮੈਨੂੰ ਰਾਤ ਨੂੰ ਪਾਰਕ ਵਿੱਚੋਂ ਲੰਘਣ ਤੋਂ ਡਰ ਲੱਗਦਾ ਹੈ ਕਿਉਂਕਿ ਉੱਥੇ ਕੋਈ ਬੱਤੀ ਨਹੀਂ।
        - ਸਾਡੇ ਘਰ ਵਿੱਚ ਬਹੁਤ ਸਿੱਲ੍ਹ ਹੈ।
        - ਡਾਕਟਰ ਕੋਲ ਕੋਈ ਪੰਜਾਬੀ ਬੋਲਣ ਵਾਲਾ ਨਹੀਂ ਹੈ ਅਤੇ ਮੇਰੀ ਨੂੰਹ ਨੂੰ ਮੇਰੇ ਨਾਲ ਜਾਣਾ ਪੈਂਦਾ ਹੈ।
        - ਕੌਂਸਲ ਨੂੰ ਬਜ਼ੁਰਗਾਂ ਦੀ ਗੱਲ ਸੁਣਨੀ ਚਾਹੀਦੀ ਹੈ।
        - ਕਿਰਾਇਆ ਬਹੁਤ ਜ਼ਿਆਦਾ ਹੈ।
        - ਸਾਨੂੰ ਗੁਰਦੁਆਰੇ ਦੇ ਨੇੜੇ ਪਾਰਕਿੰਗ ਦੀ ਲੋੜ ਹੈ।
        - ਨੌਜਵਾਨਾਂ ਲਈ ਇੱਥੇ ਕੁਝ ਵੀ ਨਹੀਂ ਹੈ ਅਤੇ ਉਹ ਸੜਕਾਂ ਤੇ ਘੁੰਮਦੇ ਹਨ।
        - ਲਾਇਬ੍ਰੇਰੀ ਬੰਦ ਨਾ ਕਰੋ।
        - ਮੇਰੇ ਪਤੀ ਨੂੰ ਹਸਪਤਾਲ ਦੀ ਮੁਲਾਕਾਤ ਲਈ ਇੱਕ ਸਾਲ ਉਡੀਕ ਕਰਨੀ ਪਈ।
    """,
    "bn": """
        - বাস সকালে সবসময় দেরি করে আসে।
        - রাতে পার্কের ভেতর দিয়ে হাঁটতে আমার ভয় লাগে কারণ সেখানে কোনো আলো নেই।
        - আমাদের ঘরে অনেক স্যাঁতসেঁতে ভাব।
        - ডাক্তারের কাছে কোনো দোভাষী নেই, তাই আমার মেয়েকে স্কুল বাদ দিয়ে আমার সাথে যেতে হয়।
        - কাউন্সিলের উচিত আমাদের কথা শোনা।
        - ভাড়া অনেক বেশি আর বেতন কম।
        - আমরা সন্ধ্যায় ইংরেজি ক্লাস চাই।
        - লাইব্রেরি বন্ধ করবেন না, এটা আমাদের বাচ্চাদের একমাত্র জায়গা।
        - তরুণদের জন্য এখানে কিছুই নেই।
        - সাতজন মানুষ দুই ঘরে থাকি এবং ছয় বছর ধরে বাড়ির জন্য অপেক্ষা করছি।
    """,
    "ar": """
        - الحافلات تتأخر دائما في الصباح.
        - أخاف أن أمشي في الحديقة ليلا لأنه لا توجد إضاءة هناك.
        - البيت رطب جدا والأطفال مرضى طوال الشتاء.
        - لا يوجد مترجم في العيادة ولذلك يجب أن تأتي ابنتي معي وتترك المدرسة وهذا ليس عدلا.
        - يجب على المجلس أن يستمع إلى النساء.
        - نحتاج إلى دروس لغة إنجليزية في المساء.
        - الإيجار مرتفع جدا بالنسبة لعائلة مثل عائلتنا.
        - انتظرت سنة كاملة حتى أحصل على موعد مع طبيب الأسنان.
        - لا تغلقوا المكتبة فهي المكان الوحيد لأطفالنا.
        - صرخ رجل في وجهي في الشارع بسبب حجابي ولم يساعدني أحد.
    """,
    "so": """
        - Basasku had iyo jeer way daahaan subaxdii.
        - Waan ka baqaa inaan habeenkii dhex maro beerta sababtoo ah ma jiro wax iftiin ah.
        - Guriga aad ayuu u qoyan yahay carruurtuna way buktaan.
        - Dhakhtarka ma laha turjubaan markaa gabadhaydu waa inay iskuulka ka maqnaato si ay ii raacdo.
        - Golaha deegaanku waa inay dhegaystaan dadka.
        - Waxaan u baahannahay casharro Ingiriisi ah fiidkii.
        - Kiradu aad bay qaali u tahay qoyska.
        - Dhallinyaradu ma haystaan meel ay ku ciyaaraan waxayna taagan yihiin waddada.
        - Ha xirina maktabadda, waa meesha keliya ee carruurtayadu haystaan.
        - Todobo qof ayaan ku nool nahay laba qol, shan sannadoodna guri ayaan sugaynay.
    """,
    "ro": """
        - Autobuzele întârzie mereu dimineața.
        - Îmi este frică să merg noaptea prin parc pentru că nu este nicio lumină acolo.
        - Apartamentul este plin de mucegai și copiii sunt bolnavi toată iarna.
        - La doctor nu există interpret și trebuie să o iau pe fiica mea de la școală ca să traducă pentru mine.
        - Primăria ar trebui să asculte oamenii.
        - Avem nevoie de cursuri de engleză seara.
        - Chiria este prea mare pentru o familie.
        - Vecinii ne spun să ne întoarcem acasă, dar noi muncim aici de zece ani și plătim taxe.
        - Nu închideți biblioteca, este singurul loc cald.
        - Tinerii nu au unde să se întâlnească după școală.
    """,
    "pt": """
        - Os autocarros chegam sempre atrasados de manhã.
        - Tenho medo de atravessar o parque à noite porque não há luz nenhuma.
        - A casa tem muita humidade e as crianças estão sempre doentes.
        - No médico não há intérprete e a minha filha tem de faltar à escola para vir comigo traduzir.
        - A câmara devia ouvir as pessoas do bairro.
        - Precisamos de aulas de inglês à noite.
        - A renda é demasiado alta para uma família.
        - Trabalho em limpezas desde as quatro da manhã e não há transporte a essa hora, por isso vou a pé.
        - Não fechem a biblioteca, por favor.
        - Os jovens não têm onde se encontrar depois das aulas.
    """,
    "es": """
        - Los autobuses siempre llegan tarde por la mañana.
        - Me da miedo cruzar el parque de noche porque no hay ninguna luz.
        - La casa tiene mucha humedad y los niños están siempre enfermos.
        - En la consulta no hay intérprete y mi hija tiene que faltar a la escuela para venir conmigo a traducir.
        - El ayuntamiento debería escuchar a los vecinos.
        - Necesitamos clases de inglés por la tarde.
        - El alquiler es demasiado alto para una familia.
        - Llevo cuatro años esperando una vivienda y cada vez que llamo me dicen algo diferente.
        - No cierren la biblioteca, por favor.
        - Los jóvenes no tienen dónde reunirse.
    """,
    "fr": """
        - Les bus sont toujours en retard le matin.
        - J'ai peur de traverser le parc la nuit parce qu'il n'y a pas de lumière.
        - L'appartement est très humide et les enfants sont malades tout l'hiver.
        - Chez le médecin il n'y a pas d'interprète et ma fille doit manquer l'école pour venir traduire avec moi.
        - La mairie devrait écouter les habitants du quartier.
        - Nous avons besoin de cours d'anglais le soir.
        - Le loyer est trop cher pour une famille.
        - Ne fermez pas la bibliothèque.
        - Les jeunes n'ont nulle part où se retrouver après l'école.
        - On m'a crié dessus dans la rue à cause de mon foulard et personne n'a rien dit.
    """,
    "zh": """
        - 早上的公交车总是晚点。
        - 晚上我不敢走过公园，因为那里没有灯。
        - 房子很潮湿，孩子们整个冬天都在生病。
        - 诊所没有翻译，我女儿只好不去上学来帮我翻译。
        - 市政府应该听听居民的意见。
        - 我們需要晚上的英語課。
        - 房租对我们家来说太贵了。
        - 请不要关闭图书馆，这是孩子们唯一可以去的地方。
        - 年輕人沒有地方可以去。
        - 有人在街上对我大喊大叫，叫我滚回去，可是没有人帮我。
    """,
    "ta": """
        - காலையில் பேருந்துகள் எப்போதும் தாமதமாக வருகின்றன.
        - இரவில் பூங்காவில் நடக்க எனக்கு பயமாக இருக்கிறது, அங்கே விளக்குகள் இல்லை.
        - எங்கள் வீடு மிகவும் ஈரமாக இருக்கிறது.
        - மருத்துவரிடம் மொழிபெயர்ப்பாளர் இல்லை, அதனால் என் மகள் பள்ளிக்குப் போகாமல் என்னுடன் வர வேண்டும்.
        - வாடகை மிக அதிகம் சம்பளம் குறைவு.
        - எங்களுக்கு மாலையில் ஆங்கில வகுப்புகள் வேண்டும்.
        - நூலகத்தை மூட வேண்டாம் தயவு செய்து.
        - இளைஞர்களுக்கு இங்கே எதுவும் இல்லை.
        - நகராட்சி எங்கள் பேச்சைக் கேட்க வேண்டும்.
        - ஆறு வருடங்களாக வீட்டிற்காக காத்திருக்கிறோம், யாரும் பதில் சொல்வதில்லை.
    """,
    "gu": """
        - સવારે બસો હંમેશા મોડી આવે છે.
        - રાત્રે પાર્કમાંથી ચાલતા મને ડર લાગે છે કારણ કે ત્યાં કોઈ લાઈટ નથી.
        - અમારા ઘરમાં ખૂબ ભેજ છે.
        - ડૉક્ટર પાસે કોઈ દુભાષિયો નથી એટલે મારી દીકરીને મારી સાથે આવવું પડે છે.
        - ભાડું ખૂબ વધારે છે અને પગાર ઓછો.
        - અમને સાંજે અંગ્રેજીના વર્ગો જોઈએ છે.
        - લાઇબ્રેરી બંધ ન કરો, મહેરબાની કરીને.
        - યુવાનો માટે અહીં કંઈ નથી.
        - કાઉન્સિલે વડીલોની વાત સાંભળવી જોઈએ.
        - અમે છ વર્ષથી મોટા ઘરની રાહ જોઈ રહ્યા છીએ.
    """,
    "tr": """
        - Otobüsler sabahları her zaman geç geliyor.
        - Geceleri parktan geçmeye korkuyorum çünkü orada hiç ışık yok.
        - Evimiz çok rutubetli ve çocuklar bütün kış hasta.
        - Doktorda tercüman yok, bu yüzden kızım okula gitmeyip benimle gelmek zorunda kalıyor.
        - Belediye mahallede yaşayan insanları dinlemeli.
        - Akşamları İngilizce derslerine ihtiyacımız var.
        - Kira bir aile için çok yüksek.
        - Lütfen kütüphaneyi kapatmayın.
        - Gençlerin okuldan sonra gidecek hiçbir yeri yok, sokakta dolaşıyorlar.
        - Dört yıldır ev bekliyoruz ve her aradığımda başka bir şey söylüyorlar.
    """,
    "uk": """
        - Автобуси вранці завжди запізнюються.
        - Мені страшно йти ввечері через парк, бо там немає жодного світла.
        - У нашій квартирі дуже волого, і діти хворіють усю зиму.
        - У лікаря немає перекладача, тому моя донька мусить пропускати школу, щоб перекладати для мене.
        - Рада повинна слухати людей.
        - Нам потрібні уроки англійської ввечері.
        - Оренда занадто дорога для однієї родини.
        - Будь ласка, не закривайте бібліотеку.
        - Молоді немає куди піти після школи.
        - Ми приїхали сюди через війну і досі не знаємо, чи зможемо залишитися в цьому домі наступного року.
    """,
    "fa": """
        - اتوبوس‌ها صبح همیشه دیر می‌آیند.
        - شب‌ها می‌ترسم از پارک رد شوم چون هیچ چراغی آنجا نیست.
        - خانه ما خیلی نمور است و بچه‌ها تمام زمستان مریض هستند.
        - در مطب مترجم نیست و دخترم باید مدرسه نرود تا با من بیاید.
        - شورا باید به حرف مردم گوش کند.
        - ما به کلاس انگلیسی در عصر نیاز داریم.
        - اجاره برای یک خانواده خیلی زیاد است.
        - لطفا کتابخانه را نبندید، تنها جای گرم برای بچه‌های ماست.
        - جوانان بعد از مدرسه جایی برای رفتن ندارند.
        - دو سال است که منتظر جواب پناهندگی هستم و اجازه کار ندارم.
    """,
    "ti": """
        - ኣውቶቡሳት ንግሆ ኩሉ ግዜ ይድንጉዩ።
        - ለይቲ ብመናፈሻ ክሓልፍ እፈርሕ ምኽንያቱ ኣብኡ መብራህቲ የለን።
        - ገዛና ብጣዕሚ ጠሊ ኣለዎ።
        - ኣብ ሓኪም ተርጓሚ የለን ስለዚ ጓለይ ካብ ቤት ትምህርቲ ክትተርፍ ኣለዋ።
        - ክራይ ገዛ ኣዝዩ ክቡር እዩ።
        - ምሸት ናይ እንግሊዝኛ ትምህርቲ የድልየና ኣሎ።
        - በጃኹም ቤተ መጻሕፍቲ ኣይትዕጸዉ።
        - መንእሰያት ድሕሪ ትምህርቲ ዝኸድሉ ቦታ የብሎምን።
        - ክልተ ዓመት ስራሕ ከይሰራሕኩ መልሲ ዑቕባ እጽበ ኣለኹ።
        - እቲ ቤት ምኽሪ ንህዝቢ ክሰምዕ ኣለዎ።
    """,
    "yo": """
        - Àwọn ọkọ̀ èrò máa ń pẹ́ ní gbogbo òwúrọ̀.
        - Ẹ̀rù máa ń bà mí láti rìn kọjá nínú ọgbà ní alẹ́ nítorí kò sí iná níbẹ̀.
        - Ilé wa tutù gan-an, àwọn ọmọ sì ń ṣàìsàn.
        - Kò sí ògbufọ̀ lọ́dọ̀ dókítà, nítorí náà ọmọbìnrin mi gbọ́dọ̀ bá mi lọ.
        - Ìgbìmọ̀ gbọ́dọ̀ gbọ́ ohùn àwọn ènìyàn.
        - Owó ilé ti wọ́n jù fún ìdílé kan.
        - Ẹ jọ̀ọ́, ẹ má ṣe ti ilé ìkàwé náà pa.
        - Awon odo ko ni ibi ti won le lo leyin ile iwe.
        - A nílò kíláàsì Gẹ̀ẹ́sì ní ìrọ̀lẹ́.
        - Ọdún mẹ́rin ni mo ti ń dúró de ilé tuntun láti ọ̀dọ̀ wọn.
    """,
    "gd": """
        - Bidh na busaichean an-còmhnaidh fadalach sa mhadainn.
        - Tha an t-eagal orm coiseachd tron phàirc air an oidhche oir chan eil solas ann.
        - Tha an taigh againn gu math tais.
        - Feumaidh a' chomhairle èisteachd ri daoine òga anns na h-eileanan.
        - Chan eil àite ann far am faod a' chlann cluich.
        - Tha am màl ro àrd do theaghlach.
        - Na dùinibh an leabharlann, mas e ur toil e.
        - Bu toil leam barrachd sheirbheisean tron Ghàidhlig fhaighinn san ospadal.
        - Tha sinn a' feitheamh ri taigh ùr fad ceithir bliadhna agus chan eil duine a' toirt freagairt dhuinn.
        - Feumaidh mo mhàthair dithis a tha bruidhinn Gàidhlig airson a cuideachadh.
    """,
}  # fmt: skip
# What must not be taken for another language.
ENGLISH = """
        - Ah dinnae ken whit they're daein wi the bins in oor street
        - Dem neva fix di road, mi tell dem seh it dangerous fi di pickney dem
        - Wahala dey for this council o, abeg make una do something
        - Nowt's bin done abaht it, tha knows, sin last back end
        - Inshallah the council will listen, wallah we are tired of waiting
        - Siobhán Ní Bhriain and Agnieszka Wójcik from Llanfairpwllgwyngyll both said so
        - Croeso to everyone, but the hwb is shut and the caffi too
        - been bidding four yr. number 63 then 41 then 58. its a lottery
        - My children cry for the school more than for Kabul. We are six in two room, no washing inside
        - THE LIFT HAS NOT WORKED SINCE EASTER AND NOBODY PICKS UP THE PHONE
        - My nani says shukriya to the langar volunteers at the gurdwara every Sunday
        - The notice said "Proszę nie palić" and nobody knew why
        - Write to clerk@example.org or see https://example.org/warsztaty/dzieci/mieszkania
"""


def sentences(block: str) -> list[str]:
    return [" ".join(each.split()) for each in block.split("        - ")[1:]]


FOREIGN = [(code, text) for code, block in SENTENCES.items() for text in sentences(block)]


def test_foreign_texts_among_english_ones_are_found() -> None:
    """Of 200 short texts in 20 languages at least 198, and no English one is taken for another."""
    texts = [*FOREIGN, *(("en", text) for text in sentences(ENGLISH) * 40)]
    told = languages([text for _, text in texts])
    wrong = [(code, found, text) for (code, text), found in zip(texts, told, strict=True) if found != code]
    assert len(FOREIGN) == 200
    assert len(wrong) <= 2, wrong
    assert not [each for each in wrong if each[0] == "en"]


@pytest.mark.parametrize("text", sentences(ENGLISH))
def test_english_of_every_kind_is_english(text: str) -> None:
    """Dialects, learners, names, greetings, quotations, addresses: also where it is the only text of its file."""
    assert languages([text]) == ["en"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tak", "en"), ("No comment", "en"), ("", "en"), ("-", "en"), ("👍", "en"), ("07700 900123", "en"),
        ("我", "zh"), ("شكرا", "ar"), ("Так і є", "uk"), ("ਹਾਂ", "pa"), ("ありがとう", "ja"),
        ("감사합니다", "ko"), ("ขอบคุณครับ", "th"), ("ευχαριστώ", "el"), ("አመሰግናለሁ እናንተን ሁላችሁን", "am"),
    ],
)  # fmt: skip
def test_a_word_or_two_are_told_by_their_script_or_not_at_all(text: str, code: str) -> None:
    assert languages([text]) == [code]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (["Nie wiem, co robić z tym mieszkaniem, bo nikt nie odpowiada.", "tak", "ok", ""], ["pl"] * 4),
        (["Nobody answers the phone about the flat, week after week.", "tak", "ok", ""], ["en"] * 4),
        (
            ["Nie wiem, co robić z tym mieszkaniem, bo nikt nie odpowiada.", "The lift is broken again, it is."],
            ["pl", "en"],
        ),
        (["مجھے رات کو پارک سے گزرتے ہوئے ڈر لگتا ہے", "شكرا"], ["ur", "ur"]),
        ([], []),
    ],
)
def test_what_is_too_short_to_tell_is_in_the_language_of_its_file(file: list[str], told: list[str]) -> None:
    assert languages(file) == told


def test_three_words_tell_a_language_and_two_do_not() -> None:
    words = ["Nie", "czuję", "się", "bezpiecznie"]
    assert languages([" ".join(words[:FEWEST]), " ".join(words[: FEWEST - 1])]) == ["pl", "pl"]
    assert languages([" ".join(words[: FEWEST - 1])]) == ["en"]


POLISH = "Nie czuję się bezpiecznie, kiedy wracam wieczorem do domu przez park"
BROKEN = "the lamp by the gate has been broken since last winter and nobody comes to mend it"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{POLISH}, bo the lamp is broken", "pl"),
        (f"The lamp is broken. {POLISH}", "pl"),
        (f"Nie czuję się bezpiecznie, {BROKEN}", "en"),
        (f"{BROKEN}. Nie czuję się bezpiecznie", "en"),
        ("晚上我不敢走过公园，因为那里没有灯。 No lamps.", "zh"),
        ("We call it 公园 and there is no light in it at night", "en"),
    ],
)
def test_a_text_in_two_languages_is_in_that_of_the_larger_part(text: str, code: str) -> None:
    assert languages([text]) == [code]


def test_ten_thousand_texts_take_no_longer_than_ten_seconds() -> None:
    texts = [text for _, text in FOREIGN] * 10 + sentences(ENGLISH) * 600
    begun = time.perf_counter()
    assert len(languages(texts)) == len(texts)
    assert time.perf_counter() - begun < 10 * len(texts) / 9800


def test_a_very_long_text_takes_no_longer() -> None:
    """Also one without a space, as damage makes it."""
    begun = time.perf_counter()
    assert languages(["ab" * 500_000, "I walk. " * 200_000, "a@" * 500_000, "公园" * 500_000]) == [
        "en",
        "en",
        "en",
        "zh",
    ]
    assert time.perf_counter() - begun < 3


def test_the_model_is_loaded_by_the_first_text_alone() -> None:
    check = "import sys, engagement.language; assert not {'py3langid', 'numpy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_language_has_a_name() -> None:
    """A user is told of Polish, and not of pl."""
    assert set(CALLED) == {code for codes in OF_SCRIPT.values() for code in codes}

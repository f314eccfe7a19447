"""Each UK identifier is found in every form that people write it in, and what only looks like one stays."""

from time import perf_counter

import pytest

from engagement.recognisers.patterns import plainly, shape_recognisers

THRESHOLD = 0.5  # of the default policy

# kind -> texts in which everything between ‹ and › has to be found
FOUND = {
    "PHONE": [
        "Ring ‹07700 900418› after six.",
        "Ring ‹07700900418›.",
        "Ring ‹07700.900.418›.",
        "Ring ‹0 7 7 0 0 9 0 0 4 1 8›.",
        "It is ‹+44 (0)7700 900418›.",
        "It is ‹+447700900418›.",
        "It is ‹0044 1632 960188›.",
        "It is ‹(01632) 960188›.",
        "It is ‹020 7946 0733›.",
        "It is ‹0113 496 0733›.",
        "It is ‹03069 990733›.",
        "It is ‹08081 570733›.",
        "In Oslo it's ‹+47 22 85 55 55›.",
        "It's ‹oh seven seven hundred nine hundred four one eight› if you want me.",
        "my number is ‹07700 900› something",
        "Ring ‹٠٧٧٠٠٩٠٠٤١٨›.",
    ],
    "EMAIL": [
        "Write to ‹nb.tenants@example.org›.",
        "Write to ‹Nb_Tenants+hall@mail.example.org›.",
        "Write to ‹nb.tenants (at) example (dot) org›.",
        "Write to ‹nb[at]example.org›.",
        "it's ‹nb dot tenants at example dot org› all small",
        "Write to ‹nb.ten\u200bants@exam\u200bple.org›.",
        "Write to ‹nb.tеnants@exаmple.org›.",
        "Write to ‹nb＠example．org›.",
    ],
    "URL": [
        "See ‹https://marsh.example.org/walks?week=2›.",
        "See ‹www.marshwalks.example.org›.",
        "See ‹marshwalks.org.uk›.",
        "See ‹marshwalks.example.com/walks› first.",
    ],
    "HANDLE": ["We are ‹@marshend_mums›.", "We are ‹marshend_mums› on there.", "insta is ‹zed.b12›"],
    "POSTCODE": [
        "The whole of ‹AM4 2QP› floods.",
        "the whole of ‹am4 2qp› floods",
        "All of ‹AM42QP› floods.",
        "My postcode is ‹AM4›.",
    ],
    "ADDRESS": [
        "I am at ‹14 Linnet Close› now.",
        "They sent it to ‹Flat 6, Capstan Court›.",
        "‹flat 12, Capstan House› is damp",
        "It's ‹Flat B, 9 Linnet Close›.",
        "The ‹ground floor flat, 9 Linnet Close›.",
        "Mrs Osei, ‹52 Quayside›, wrote.",
        "We live on nb ‹Cadno› by the lock.",
        "i live on ‹linnet close› now",
        "it was at ‹14 linnet close› again",
    ],
    "NHS_NUMBER": [
        "NHS number ‹999 204 7716› they said.",
        "NHS no. ‹9992047716›",
        "my NHS number is ‹999-204-7710›, which fails its check",
        "It was ‹999 204 7716›.",
    ],
    "NATIONAL_INSURANCE": ["NI is ‹QQ 12 34 56 C›.", "ni ‹qq123456c›", "It's ‹QQ-12-34-56-C›."],
    "DRIVING_LICENCE": ["Licence ‹OSEIA605109A99BC› was lost.", "driving licence ‹OSEIA 605109 A99BC 12›"],
    "PASSPORT": ["My passport ‹999000111› ran out.", "passport number is ‹AB9990001›"],
    "VEHICLE": ["He drives ‹UA63 KLM›.", "He drives ‹UA63KLM›.", "the car is ‹k99 abc›", "It was ‹K99 ABC›."],
    "BANK_ACCOUNT": [
        "‹Sort code 00-99-10 and account 00001234›.",
        "sort code is ‹00 99 10›",
        "into account ‹00001234› please",
        "account no. ‹0000 1234›",
    ],
    "CARD": ["They took ‹4111 1111 1111 1111› off me.", "the card ending ‹4111›"],
    "IBAN": ["It was ‹GB33BUKB20201555555555›.", "It was ‹GB33 BUKB 2020 1555 5555 55›."],
    "DATE_OF_BIRTH": [
        "I was born on ‹9 November 1949›.",
        "DOB ‹09/11/1949›",
        "dob: ‹9.11.49›",
        "date of birth is ‹9th of Nov 1949›",
        "I was born in ‹1949› round here.",
        "Registered ‹1949-11-09›.",
        "my birthday is the ‹9th of November›",
    ],
    "AGE": [
        "I am ‹83› and tired.",
        "I'm ‹eighty-three›, I can wait.",
        "I was ‹forty› to say it",
        "im ‹15› and we got told to leave",
        "He is ‹nine› year.",
        "She'll be ‹five› in May.",
        "My mum's ‹84› and deaf.",
        "my eldest is ‹nineteen›",
        "My son Adeyo, ‹fifteen›, waits.",
        "Our nan (‹84›) fell.",
        "The twins are ‹six›.",
        "The kids are 4 and ‹7›.",
        "a ‹fourteen›-year-old",
        "my ‹9›yo",
        "aged ‹86›",
        "Age ‹58›, six hundred applications.",
        "at the age of ‹nine›",
        "She transitioned at ‹sixty-six›.",
        "a woman of ‹sixty›",
        "since she turned ‹eighteen›: round and round",
        "When I was ‹12› they closed it.",
        "I'm, what, ‹seventy-one›, and still queueing.",
        "(F, ‹34›)",
        "for her ‹80th› birthday",
        "I am nobbut ‹nine›.",
        "Yours, Doreen, ‹81›",
    ],
    "REFERENCE": [
        "My case is ‹HR-2299104›.",
        "ref ‹HML/22/40917›",
        "ref ‹hml/22/40917›",
        "tenancy number ‹0091847›",
        "UPRN ‹100012345678›",
        "PCN ‹ZX12345678› came",
        "council tax account ‹70012345›",
        "crime no. ‹13240/771›",
        "application ‹CGF-2023-118›",
        "tenancy ‹58-22-0913›",
        "ticket ‹#48213›",
        "my reference ‹80044172X›",
    ],
    "SCHOOL": ["At ‹Tideway Primary› they sit apart.", "at ‹Tideway Lane Juniors›", "at ‹St Osred's School›"],
    "GP_PRACTICE": ["‹Crane Wharf Surgery› shut.", "the desk at ‹Tideway Medical Group›", "‹Crane Street practice›"],
    "CARE_HOME": ["Mum is in ‹Larch Bank Care Home›.", "from ‹Larch Bank day centre›"],
    "PLACE_OF_WORSHIP": [
        "We pray at ‹Noor Street Mosque›.",
        "the warm hub at ‹St Osred's›",
        "I sing at ‹Our Lady of the Marsh›.",
        "‹Masjid Al-Noor› is full",
        "‹Guru Ravi Gurdwara›",
        "‹Tideway Harvest Assembly›",
    ],
    "ORGANISATION": [
        "I worked at ‹Tidewell Yarns› then.",
        "the ‹Wednesday Knitters› met",
        "treasurer of ‹Mother Tongue Tuesdays›, six of us",
        "‹Marshend Steel Pan› lost out",
        "the ‹Marshend Kestrels U12s› train here",
        "we met above the ‹Railway› for years",
    ],
    "PLACE": [
        "They live on ‹Linnet Close›.",
        "up on ‹Fell End› they",
        "by ‹Tanner's Bridge›, at night",
        "the ‹Larkrise estate› is far",
        "below ‹Coldwater Weir›",
    ],
    "UNIQUE_ROLE": [
        "She is ‹the only lollipop lady in the village›.",
        "I'm ‹the only Black head teacher at Tideway Primary›.",
        "I'm ‹the only Zimbabwean councillor this city's had›, so",
        "as ‹clerk to the governors at Tideway Lane›",
        "I am ‹the imam's wife at the little mosque behind the garage›, so you know",
        "Put ‹the one who does both sets of minutes›, they'll know.",
        "I'm the ‹harbourmaster›.",
    ],
}
STAYS = {
    "PHONE": ["It cost 0700 pounds.", "In 2019-2020 we had 1,200 in.", "oh seven of us went", "Item 01 02 03."],
    "EMAIL": ["Look at the dot on the map.", "We met at noon @ the hall."],
    "URL": ["I went home.Then I slept.", "Version 2.1 of it."],
    "HANDLE": ["5 @ 2 pounds", "insta is full of it"],
    "POSTCODE": ["On the M4 2 lanes shut.", "A4 paper, 3pm."],
    "ADDRESS": [
        "20 March was cold.",
        "on the main road",
        "in our street",
        "We had 3 Muslim families.",
        "on each street",
    ],
    "NHS_NUMBER": ["The NHS has 999 calls.", "about 200 300 400 of them"],
    "NATIONAL_INSURANCE": ["National Insurance went up."],
    "DRIVING_LICENCE": ["My driving licence was refused."],
    "PASSPORT": ["My passport took 12 weeks.", "999000111 steps"],
    "VEHICLE": ["The A34 and the M25 shut.", "the van on 12 May"],
    "BANK_ACCOUNT": ["on 12-10-2020 it was", "an account of the day"],
    "CARD": ["a card for 2024"],
    "IBAN": ["We GAVE IT ALL UP."],
    "DATE_OF_BIRTH": ["on 9 November 2023 we met", "I was born in the hospital.", "12/10/2023"],
    "AGE": [
        "I'm one of many.",
        "We are open at nine.",
        "She is 5 foot 4.",
        "I was two hours late.",
        "My wages is 1,600.",
        "I was six weeks in there.",
        "Flat number is 88, ground floor.",
        "It's 3.80 a cup.",
        "He is four times as tall.",
        "thirty years on the stall",
        "It opens at 9.30, mostly.",
    ],
    "REFERENCE": [
        "Covid-19 and COVID-19 hit us.",
        "in case 3 of us come",
        "£1000000 went",
        "24/7",
        "the case was long",
    ],
    "SCHOOL": ["Which nursery takes bookings?", "my school shut"],
    "GP_PRACTICE": ["The surgery was shut.", "in practice it fails"],
    "CARE_HOME": ["a care home", "That's the day centre now."],
    "PLACE_OF_WORSHIP": ["the mosque is full", "On the synagogue site", "St Patrick's Day"],
    "ORGANISATION": ["a group of us met", "the project ended"],
    "PLACE": ["the end of the road", "on the estate"],
    "UNIQUE_ROLE": [
        "It was the only way to get there.",
        "It's only as good as the person who tells you.",
        "Last month a man came.",
        "The teacher said so.",
        "only the nurse rang",
    ],
}


@pytest.fixture(scope="module")
def recognisers():
    return {recogniser.kind: recogniser for recogniser in shape_recognisers()}


def covered(recogniser, text):
    places = set()
    for result in recogniser.analyze(text, []):
        if result.score >= THRESHOLD:
            places.update(range(result.start, result.end))
    return places


@pytest.mark.parametrize(("kind", "marked"), [(kind, text) for kind, texts in FOUND.items() for text in texts])
def test_every_form_is_found(recognisers, kind, marked):
    """Nothing of the identifier is left uncovered."""
    before, rest = marked.split("‹")
    surface, after = rest.split("›")
    gone = covered(recognisers[kind], before + surface + after)
    left = "".join(letter for place, letter in enumerate(surface, len(before)) if place not in gone)
    assert not any(letter.isalnum() for letter in left), left


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in STAYS.items() for text in texts])
def test_what_only_looks_like_it_stays(recognisers, kind, text):
    """Not a character of the text is taken for the kind."""
    assert covered(recognisers[kind], text) == set()


def test_every_kind_is_tested_both_ways(recognisers):
    """No recogniser is without examples of what it finds and what it leaves; names have tests of their own."""
    assert set(recognisers) == set(FOUND) | {"PERSON"}
    assert set(FOUND) == set(STAYS)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain words", "plain words"),
        ("a\u200bb\u00adc", "abc"),
        ("ехample＠ｏｒｇ", "example@org"),
        ("", ""),
        ("\u202eabc\u202c", "abc"),
    ],
)
def test_a_text_is_searched_as_it_is_seen(text, seen):
    """Unseen characters are passed over and look-alike letters are read as ours, each with its place."""
    plain, places = plainly(text)
    assert plain == seen
    assert len(places) == len(plain)
    assert all(text[place] == letter for place, letter in zip(places, plain, strict=True) if text[place] < "\x7f")


BAD = {
    "one letter": "a",
    "one digit": "1",
    "capitals": "A",
    "digits and spaces": "0 ",
    "dots": "a.",
    "underscores": "a_",
    "hyphens": "Ab-",
    "apostrophes": "A'",
    "at signs": "a@a.",
    "names": "Amina Begum ",
    "emoji": "Am\U0001f600ina ",
    "numbers in words": "one ",
    "only": "the only ",
    "other scripts": "سلام 你好 ",
    "lines": "\n ",
}


@pytest.mark.parametrize("unit", BAD.values(), ids=BAD)
def test_time_grows_with_the_text_and_not_with_its_square(recognisers, unit):
    """Eight times the text takes about eight times as long, whatever it is made of, and nothing raises."""

    def seconds(size):
        text = (unit * size)[:size]
        begun = perf_counter()
        for recogniser in recognisers.values():
            recogniser.analyze(text, [])
        return perf_counter() - begun

    seconds(500)
    assert seconds(16_000) < 24 * max(seconds(2_000), 0.02)

"""A document with every block and everything that is hard to print, for tests of its renderers."""

from datetime import date

from engagement.export.blocks import Bars, Document, Heading, Listing, Paragraph, Quotation, Table

LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2
HOSTILE = '</w:t><script>alert(1)</script> & "quoted" <b>it\'s</b> {{ title }} ]]>'
CONTROLS = "one\x00two\x0bthree\x1ffour\r\nfive\ttabbed \ud800 \ufffe end"
URDU = "مجھے گھر میں نمی سے مسئلہ ہے"
EMOJI = "Brilliant \U0001f44d\U0001f3fd\u200d\u2764\ufe0f \U0001f1ec\U0001f1e7"
BARS = (
    ("Housing", 120.0, 100.0, 140.0),
    ("Communities’ access to money – Łódź & <b>", 65.0, 50.0, 80.5),
    (LONG_WORD, 40.0, None, None),
    (URDU, 20.0, 10.0, 30.0),
    ("Nothing at all", 0.0, None, None),
)
FINDING = "Housing was raised most often, by about 120 people."
CHART = Bars("Themes by number of people", FINDING, "people who raised it", BARS)


def table(rows: int, columns: int = 4, caption: str = "People by theme") -> Table:
    headings = ("Theme", *(f"Column {number}" for number in range(2, columns + 1)))
    cells = tuple(
        (f"Theme {row}", *(str(5 * row * column) for column in range(2, columns + 1))) for row in range(1, rows + 1)
    )
    return Table(f"{caption}, {rows} rows", headings, cells, numeric=frozenset(range(1, columns)))


def document(**changes: object) -> Document:
    blocks = (
        Heading(1, "Summary"),
        Paragraph("Housing was raised by most people; access to money by some.", "lead"),
        Paragraph("230 people took part in five groups and a questionnaire. " * 6),
        Listing(("Housing", "Access", LONG_WORD, HOSTILE)),
        Listing(("First this", "Then that"), numbered=True),
        Listing(("First again",), numbered=True),
        Paragraph("Those who took part chose to: they are not a sample of everybody.", "warning"),
        Paragraph("Counts below 10 are hidden and the rest rounded to the nearest 5.", "note"),
        Heading(2, "Themes"),
        CHART,
        table(3),
        Table(
            "What was said, and what was done",
            ("You said", "Theme", "We did"),
            (("Repairs take too long", "Housing", ""), (HOSTILE, LONG_WORD, ""), (URDU, CONTROLS, "")),
            row_headings=2,
        ),
        Heading(3, "In their words"),
        Quotation(f"The lift is broken again. {EMOJI}", "Participant, Disabled"),
        Quotation(URDU, "Participant, Asian"),
        Quotation(f"My mother says “{URDU}”, every day.\nAnd again.", "Participant"),
        Quotation(CONTROLS, "Participant"),
        Heading(4, "A fourth level"),
        Heading(1, f"Hard things {HOSTILE}"),
        Paragraph(f"{HOSTILE} {CONTROLS} {EMOJI} {LONG_WORD}"),
        Paragraph(URDU),
        table(0),
        table(40),
        Heading(2, "A wide table"),
        Paragraph("It lies on its side."),
        table(6, 10),
        Heading(2, "After the wide table"),
        Bars("A chart of nothing", "Nobody’s number may be shown.", "people", ()),
        Heading(1, "Appendix"),
        Paragraph("The end."),
    )
    made = {
        "title": "What people told us about living in Anytown",
        "subtitle": "Report of the consultation “Fair Anytown”, January and February 2026",
        "organisation": "Anytown Council",
        "made_on": date(2026, 3, 4),
        "blocks": blocks,
    }
    return Document(**{**made, **changes})  # type: ignore[arg-type]

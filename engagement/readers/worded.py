"""Whether the cells of a column are people's own words, or ticks, figures and choices from a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from engagement.readers.clean import fold, has_words, is_non_answer, phrases
from engagement.readers.shapes import FIGURE, MOST, mean_words, share

ASKS = re.compile(
    r"\b(?:why|what|how|tell us|tell me|describe|explain|comments?|suggest\w*|reasons?|anything|feedback"
    r"|views?|thoughts?|experiences?|please (?:say|give|share|specify)|other|responses?|statement|concerns?|ideas?"
    r"|improve\w*|details?)\b"
)
# An answer of these words alone was ticked on a scale: "Neither agree nor disagree", "Yes, a lot".
SCALE_WORDS = phrases("""
    strongly | somewhat | slightly | tend | to | neither | nor | very | fairly | quite | extremely | not | at | all |
    agree | disagree | yes | no | maybe | don | t | dont | know | sure | unsure | always | often | sometimes | rarely |
    never | good | poor | excellent | fair | average | satisfied | dissatisfied | neutral | support | oppose | about |
    the | same | much | better | worse | a | lot | little | high | medium | low | important | unimportant | daily |
    weekly | monthly | yearly | true | false | safe | unsafe | likely | unlikely | or | and | of | time | most
""")
FEW_OPTIONS = 10
SHORT_OPTION, LONG_OPTION = 5, 12  # words
MANY_ROWS = 20
OPEN_WORDS = 3


def is_open(heading: str, cells: Sequence[str]) -> bool:
    """Whether people answer in their own words: more than three on average, or most of them each their own way."""
    words = fold(heading)
    asks = bool(ASKS.search(words)) and " " in words
    cells = [cell for cell in cells if not is_non_answer(cell)]
    if not cells:
        return asks
    said = [fold(cell) or cell for cell in cells]
    if sum(SCALE_WORDS.issuperset(cell.split()) for cell in said) >= MOST * len(said) or share(cells, FIGURE) >= MOST:
        return False
    if sum(cell.endswith(";") for cell in cells) >= MOST * len(cells):
        return False  # as Microsoft Forms ends a list of what was ticked
    ticked = [option.strip() for cell in cells for option in cell.split(";") if has_words(option)]
    if len(ticked) > len(cells) and len(set(ticked)) <= min(len(ticked) / 2, 2 * FEW_OPTIONS):
        return False
    times = Counter(said)
    if len(times) <= FEW_OPTIONS and _are_options(times, asks):
        return False
    longest = max(len(answer.split()) for answer in times)
    return mean_words(said) > OPEN_WORDS or (asks and (len(times) > len(said) / 2 or longest > SHORT_OPTION))


def _are_options(times: Counter[str], asks: bool) -> bool:
    """Whether answers come from a list: most of them again and again, not one text of a campaign among others."""
    rows, again = times.total(), sum(number > 1 for number in times.values())
    if len(times) > rows / 2 or again < len(times) / 2:
        return False
    if asks and rows < MANY_ROWS:
        return max(len(answer.split()) for answer in times) <= SHORT_OPTION
    return mean_words(list(times)) <= LONG_OPTION

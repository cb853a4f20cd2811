"""Every code has its sentence at the greenhouse, in both languages and short enough to read."""

import pytest

from edge import words
from edge.words import Said
from wire.codes import Alarm, Ended, Fault, Reason, ZoneState

MOST_WORDS = 14
SAID = (
    *words.REASONS.values(),
    *words.FAULTS.values(),
    *words.ALARMS.values(),
    *words.STATES.values(),
    *words.ENDINGS.values(),
)


def test_every_code_has_a_sentence() -> None:
    assert set(words.REASONS) == set(Reason)
    assert set(words.FAULTS) == set(Fault)
    assert set(words.ALARMS) == set(Alarm)
    assert set(words.STATES) == set(ZoneState)
    assert set(words.ENDINGS) == set(Ended)


@pytest.mark.parametrize("said", SAID)
def test_sentences_are_short_in_both_languages(said: Said) -> None:
    for text in (said.vi, said.en):
        assert text
        assert max(len(sentence.split()) for sentence in text.split(".")) <= MOST_WORDS

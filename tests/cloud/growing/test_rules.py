"""First settings, differences, and how far a document has come."""

from itertools import product

import pytest

from cloud.growing.rules import (
    Progress,
    Said,
    Sent,
    changes,
    crop_of,
    is_newer,
    next_number,
    progress,
)
from wire.codes import Crop
from wire.messages import ZoneSettings

SENT = Sent(5, "d5")


@pytest.mark.parametrize(
    ("name", "crop"),
    [
        ("Dưa lưới TL3", Crop.MELON),
        ("dưa leo", Crop.CUCUMBER),
        ("Cà chua bi", Crop.TOMATO),
        ("Ớt chuông", Crop.PEPPER),
        ("Dâu tây", Crop.STRAWBERRY),
        ("Rau muống", Crop.LEAF),
        ("Hoa lan", None),
    ],
)
def test_a_crop_is_known_by_what_people_call_it(name: str, crop: Crop | None) -> None:
    assert crop_of(name) is crop


def test_only_what_differs_is_a_change() -> None:
    before = ZoneSettings(strategy="adaptive", plants=60)
    after = before.model_copy(update={"plants": 50, "refill": 0.7})
    assert [(one.key, one.before, one.after) for one in changes(before, after)] == [
        ("plants", 60, 50),
        ("refill", 0.8, 0.7),
    ]


@pytest.mark.parametrize(
    ("said", "far"),
    [
        (Said(), Progress.SENDING),
        (Said(stored="d4", applied=4), Progress.SENDING),
        (Said(stored="d5", applied=4), Progress.TAKEN),
        (Said(taken=5, applied=4), Progress.TAKEN),
        (Said(stored="d5", taken=5, applied=5), Progress.APPLIED),
        (Said(stored="d4", applied=4, refused=5), Progress.REFUSED),
        (Said(stored="d4", applied=4, refused=3), Progress.SENDING),
    ],
)
def test_a_document_has_come_as_far_as_the_device_says(said: Said, far: Progress) -> None:
    assert progress(SENT, said) is far


@pytest.mark.parametrize(
    ("said", "heard", "number"),
    [
        (Said(stored="d5"), 5, None),
        (Said(stored="d4"), 4, 5),
        (Said(), 0, 5),
        (Said(stored="d4"), 5, 6),
        (Said(), 41, 42),
        (Said(stored="d4", refused=5), 5, None),
    ],
)
def test_after_a_birth_it_is_said_again_above_all_that_was_heard(
    said: Said, heard: int, number: int | None
) -> None:
    assert next_number(SENT, said, heard) == number


def test_of_two_epochs_the_newest_births_counts_and_within_one_the_higher_number() -> None:
    assert is_newer(None, ("old", 1), "new")
    for known, word in product((3, 4), repeat=2):
        assert is_newer(("new", known), ("new", word), "new") is (word > known)
    assert is_newer(("old", 900), ("new", 1), "new")
    assert not is_newer(("new", 1), ("old", 900), "new")

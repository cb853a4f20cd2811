"""Looking for things as Vietnamese people type: the same questions on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.market.reading import Page, Wish, cards
from cloud.products.asked import corrected, distance, terms
from tests.cloud.conftest import Stall

SHELF = (
    "Gạo ST25", "Gạo nếp cái hoa vàng", "Bưởi da xanh", "Đường phèn", "Đường thốt nốt",
    "Đậu đỏ", "Đậu phộng rang", "Lạc củ", "Cà phê Đắk Lắk", "Ca cao nguyên chất", "Cá cơm khô",
    "Cá lóc một nắng", "Dừa xiêm", "Dưa lưới ruột cam", "Dưa leo", "Dứa mật", "Khóm Cầu Đúc",
    "Thơm chín cây", "Bơ sáp", "Bò khô", "Bắp ngọt", "Ngô nếp", "Bắp cải tím", "Thịt heo gác bếp",
    "Lợn cắp nách", "Khoai mì", "Sắn dây", "Bột sắn", "Trà shan tuyết", "Chè vằng",
    "Mật ong bạc hà", "Mật ong hoa nhãn", "Nấm mèo", "Mộc nhĩ Tây Bắc", "Nấm rơm",
    "Khổ qua rừng", "Mướp đắng sấy", "Mãng cầu xiêm", "Na Chi Lăng", "Chanh dây",
    "Hạt tiêu Phú Quốc", "Tiêu sọ", "Rau muống", "Xoài cát Hòa Lộc", "Cam sành",
    "Điều rang muối", "Miến dong",
)  # fmt: skip

ALSO = {"Miến dong": "Làm từ củ dong riềng, phơi nắng.", "Xoài cát Hòa Lộc": "Ngọt, ít xơ."}

QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # without marks, and the letter that Unicode does not take apart
    ("gao", ("Gạo nếp cái hoa vàng", "Gạo ST25")),
    ("Gạo", ("Gạo nếp cái hoa vàng", "Gạo ST25")),
    ("GAO ST25", ("Gạo ST25",)),
    ("buoi", ("Bưởi da xanh",)),
    ("bưởi", ("Bưởi da xanh",)),
    ("duong", ("Đường thốt nốt", "Đường phèn")),
    ("đường", ("Đường thốt nốt", "Đường phèn")),
    ("Đường phèn", ("Đường phèn",)),
    ("dau do", ("Đậu đỏ",)),
    ("đậu đỏ", ("Đậu đỏ",)),
    ("ca phe", ("Cà phê Đắk Lắk",)),
    ("dien", ("Điều rang muối",)),
    ("dieu", ("Điều rang muối",)),
    ("điều", ("Điều rang muối",)),
    ("xoai cat", ("Xoài cát Hòa Lộc",)),
    ("xoài cát hoà lộc", ("Xoài cát Hòa Lộc",)),
    ("rau muong", ("Rau muống",)),
    ("mat ong", ("Mật ong hoa nhãn", "Mật ong bạc hà")),
    ("nam", ("Nấm rơm", "Nấm mèo")),
    ("nấm rơm", ("Nấm rơm",)),
    ("cam sanh", ("Cam sành",)),
    # composed and decomposed keyboards
    ("bu\u031bo\u031b\u0309i", ("Bưởi da xanh",)),
    ("đ\u01b0\u01a1\u0300ng", ("Đường thốt nốt", "Đường phèn")),
    # the beginning of a word is enough
    ("thi", ("Thịt heo gác bếp",)),
    ("dua lu", ("Dưa lưới ruột cam",)),
    ("miên", ("Miến dong",)),
    ("bac ha", ("Mật ong bạc hà",)),
    ("st2", ("Gạo ST25",)),
    # words in any order, and the stall and place
    ("ong mat", ("Mật ong hoa nhãn", "Mật ong bạc hà")),
    ("hoa nhan mat ong", ("Mật ong hoa nhãn",)),
    ("xoai dak lak", ("Xoài cát Hòa Lộc",)),
    ("rau htx thu", ("Rau muống",)),
    ("đắk lắk cà phê", ("Cà phê Đắk Lắk",)),
    # the North and the South
    ("heo", ("Thịt heo gác bếp", "Lợn cắp nách")),
    ("lợn", ("Lợn cắp nách", "Thịt heo gác bếp")),
    ("lon", ("Lợn cắp nách", "Thịt heo gác bếp")),
    ("dứa", ("Dứa mật", "Khóm Cầu Đúc", "Thơm chín cây")),
    ("khóm", ("Khóm Cầu Đúc", "Dứa mật", "Thơm chín cây")),
    ("thơm", ("Thơm chín cây", "Dứa mật", "Khóm Cầu Đúc")),
    ("bắp", ("Bắp cải tím", "Bắp ngọt", "Ngô nếp")),
    ("ngô", ("Ngô nếp", "Bắp ngọt")),
    ("bap cai", ("Bắp cải tím",)),
    ("đậu phộng", ("Đậu phộng rang", "Lạc củ")),
    ("lạc", ("Lạc củ", "Đậu phộng rang")),
    ("dau phong", ("Đậu phộng rang", "Lạc củ")),
    ("sắn", ("Bột sắn", "Sắn dây", "Khoai mì")),
    ("khoai mì", ("Khoai mì", "Sắn dây")),
    ("trà", ("Trà shan tuyết", "Chè vằng")),
    ("che", ("Chè vằng", "Trà shan tuyết")),
    ("mộc nhĩ", ("Mộc nhĩ Tây Bắc", "Nấm mèo")),
    ("nam meo", ("Nấm mèo", "Mộc nhĩ Tây Bắc")),
    ("mướp đắng", ("Mướp đắng sấy", "Khổ qua rừng")),
    ("kho qua", ("Khổ qua rừng", "Mướp đắng sấy")),
    ("mãng cầu", ("Mãng cầu xiêm", "Na Chi Lăng")),
    ("chanh leo", ("Chanh dây",)),
    ("dưa chuột", ("Dưa leo",)),
    ("cá quả", ("Cá lóc một nắng",)),
    ("hột tiêu", ("Hạt tiêu Phú Quốc",)),
    # marks only improve the rank
    ("cá", ("Cá lóc một nắng", "Cá cơm khô", "Cà phê Đắk Lắk", "Ca cao nguyên chất")),
    ("ca", ("Ca cao nguyên chất", "Cá cơm khô")),
    ("dừa", ("Dừa xiêm", "Dưa leo", "Dứa mật")),
    ("dưa", ("Dưa leo", "Dưa lưới ruột cam", "Dừa xiêm")),
    ("bơ", ("Bơ sáp", "Bò khô")),
    ("bò", ("Bò khô", "Bơ sáp")),
    # one or two letters wrong
    ("gaoj", ("Gạo nếp cái hoa vàng", "Gạo ST25")),
    ("buoii", ("Bưởi da xanh",)),
    ("mta ong", ("Mật ong hoa nhãn", "Mật ong bạc hà")),
    ("xooai", ("Xoài cát Hòa Lộc",)),
    ("thot not dduong", ("Đường thốt nốt",)),
    ("nguyen chta", ("Ca cao nguyên chất",)),
    ("ruuot cam", ("Dưa lưới ruột cam",)),
    # descriptions, where names find little
    ("dong rieng", ("Miến dong",)),
    ("it xo", ("Xoài cát Hòa Lộc",)),
    # what nobody sells, and signs that mean something to a database
    ("máy cày", ()),
    ("zzzzzz", ()),
    ('gao" OR "x', ()),
    ("NEAR(gao)", ()),
    ("gao*", ("Gạo nếp cái hoa vàng",)),
    ("'gao' & !x", ("Gạo nếp cái hoa vàng",)),
    ("(gạo)", ("Gạo nếp cái hoa vàng",)),
    ("   ", ("Miến dong",)),
)
"""What is typed, and what has to be found: the first before all others, the rest anywhere."""


@pytest.fixture
def asking(stall: Stall, engine: Engine) -> Iterator[Session]:
    for name in SHELF:
        stall.offer(name=name, description_vi=ALSO.get(name, ""))
    with Session(engine) as session:
        yield session


def look(session: Session, query: str) -> Page:
    return cards(session, Wish(query), 48, simulated=False)


def test_there_are_questions_enough() -> None:
    assert len(QUESTIONS) >= 60


def test_every_question_finds_what_it_should(asking: Session) -> None:
    wrong = []
    for query, expected in QUESTIONS:
        found = [card.name for card in look(asking, query).cards]
        first_right = not expected or (found and found[0] == expected[0])
        if expected and not (first_right and set(expected) <= set(found)):
            wrong.append(f"{query}: {found[:5]}")
        if not expected and found:
            wrong.append(f"{query}: {found[:5]}, nothing was expected")
    assert wrong == []


@pytest.mark.parametrize("query", ["dứa", "thơm", "khóm"])
def test_another_name_is_not_everything_that_is_spelt_like_it(asking: Session, query: str) -> None:
    """«Thơm» asks for pineapple, and not for coconut and melon."""
    best = [card.name for card in look(asking, query).cards][:3]
    assert set(best) == {"Dứa mật", "Khóm Cầu Đúc", "Thơm chín cây"}


def test_what_was_misspelt_is_told(asking: Session) -> None:
    assert look(asking, "gaoj").meant == "gao"
    assert look(asking, "gao").meant == ""


def test_what_is_taken_off_the_shelf_is_not_found(asking: Session, stall: Stall) -> None:
    assert not look(asking, "sầu riêng").cards
    stall.offer(name="Sầu riêng", publish=False)
    asking.rollback()
    assert not look(asking, "sầu riêng").cards


def test_letters_wrong_missing_swapped_or_too_many_are_counted() -> None:
    pairs = {("gao", "gao"): 0, ("gaoj", "gao"): 1, ("go", "gao"): 1, ("goa", "gao"): 1}
    pairs |= {("xoai", "buoi"): 3, ("", "gao"): 3}
    assert {pair: distance(*pair) for pair in pairs} == pairs


def test_a_word_that_is_known_or_too_short_stays() -> None:
    assert corrected(terms("gao"), ["gao", "gai"]) is None
    assert corrected(terms("xa"), ["ca"]) is None
    assert corrected(terms("gaoo"), ["gao"]) == terms("gao")


@pytest.mark.usefixtures("seeded")
def test_an_empty_market_finds_nothing_and_breaks_nothing(session: Session) -> None:
    for query, _expected in QUESTIONS:
        assert not look(session, query).cards

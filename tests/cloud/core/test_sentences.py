"""Sentences in templates: the reader's language, and nothing that was filled in as markup."""

from markupsafe import Markup

from cloud.i18n import translate
from cloud.web import sentences


def test_a_template_trusts_sentences_and_escapes_what_is_filled_in() -> None:
    say = sentences("vi")
    assert say("Lọc <b>ngay</b>, 100%%") == "Lọc <b>ngay</b>, 100%"
    assert say("<i>%(name)s</i>", name="<Hoa>") == "<i>&lt;Hoa&gt;</i>"
    assert say("<i>%(name)s</i>", name=Markup("<b>Hoa</b>")) == "<i><b>Hoa</b></i>"
    assert say("%(n)d máy", n=2) == "2 máy"


def test_a_template_speaks_the_readers_language() -> None:
    told = sentences("en")("Giỏ hàng")
    assert told == translate("en", "Giỏ hàng") != "Giỏ hàng"
    assert isinstance(told, Markup)

"""Pure: what a buyer reads of an order in a letter; short, and the same facts as on its page."""

from typing import Final

from cloud.alerts.notifier import Message
from cloud.i18n import VIETNAMESE, _, dong, translate
from cloud.orders.letters import About, OrderLetter
from cloud.orders.reading import Placed

SUBJECT: Final = {
    About.PLACED: _("Đã nhận đơn %(code)s"),
    About.MONEY: _("Đơn %(code)s: tiền đã về"),
    About.SHIPPED: _("Đơn %(code)s đang trên đường"),
    About.DELIVERED: _("Đơn %(code)s: hàng đã tới"),
    About.CANCELLED: _("Đơn %(code)s đã hủy"),
    About.REFUNDED: _("Đơn %(code)s: đã trả lại tiền"),
    About.HARVESTED: _("Đơn %(code)s: hàng đã thu hoạch"),
}
TEXT: Final = {
    About.PLACED: _("%(shop)s đã giữ hàng cho bạn. Đơn %(total)s."),
    About.MONEY: _("%(shop)s đã nhận %(amount)s của bạn."),
    About.SHIPPED: _("%(shop)s đã gửi hàng đi."),
    About.DELIVERED: _("%(shop)s ghi là bạn đã nhận hàng."),
    About.CANCELLED: _("Đơn ở %(shop)s đã hủy. Tiền đã trả sẽ được trả lại."),
    About.REFUNDED: _("%(shop)s đã trả lại bạn %(amount)s."),
    About.HARVESTED: _("Hàng bạn đặt trước ở %(shop)s đã thu hoạch xong, sắp được gửi."),
}
PAY: Final = _("Còn phải trả %(owed)s.")
AHEAD: Final = _("Trong đơn có hàng đặt trước: thu hoạch khoảng %(day)s mới giao.")
TRACKING: Final = _("Mã vận đơn: %(number)s.")
REVIEW: Final = _("Hàng thế nào? Đánh giá ở đây: %(link)s/danh-gia")
LINK: Final = _("Xem đơn: %(link)s")
MINE: Final = _("Đừng chuyển tiếp thư này: ai có đường link đều xem được đơn.")


def message(letter: OrderLetter, placed: Placed, base: str) -> Message:
    """A letter in the words of its day; the link is the secret that its buyer holds."""
    link = f"{base}/don/{placed.order.public_id}"
    values = {
        "code": placed.payment.code,
        "shop": placed.shop.name,
        "total": dong(placed.order.total),
        "amount": dong(letter.amount or 0),
        "owed": dong(placed.owed),
        "number": placed.parcel.tracking if placed.parcel else "",
        "link": link,
        "day": f"{placed.harvest_on:%d/%m}" if placed.harvest_on else "",
    }
    sentences = [TEXT[letter.about]]
    if placed.harvest_on and letter.about is About.PLACED:
        sentences.append(AHEAD)
    if placed.owed and letter.about in {About.PLACED, About.MONEY}:
        sentences.append(PAY)
    if values["number"] and letter.about is About.SHIPPED:
        sentences.append(TRACKING)
    if letter.about is About.DELIVERED:
        sentences.append(REVIEW)
    said = [translate(VIETNAMESE, one, **values) for one in (*sentences, LINK, MINE)]
    subject = translate(VIETNAMESE, SUBJECT[letter.about], **values)
    return Message(subject=subject, text="\n\n".join(said), link=link)

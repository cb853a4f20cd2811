"""The eight things to know, each in three sentences: on the help page, and on cards of paper.

A button is named by the very words that stand on it; a test sees to it that a screen has them.
"""

from dataclasses import dataclass
from typing import Final

from cloud.i18n import _
from cloud.words import Line


@dataclass(frozen=True)
class Task:
    """One thing to do: its address, its icon, what it is called, and how it goes."""

    code: str
    icon: str
    title: Line
    steps: tuple[Line, ...]


TASKS: Final = (
    Task(
        "xem",
        "leaf",
        Line(_("Xem vườn")),
        (
            Line(_("Câu to đầu trang nói vườn có ổn không.")),
            Line(_("Xanh là ổn. Vàng là cần để ý. Đỏ là phải làm ngay.")),
            Line(_("Mỗi số có giờ đo. Số cũ thì ra vườn xem.")),
        ),
    ),
    Task(
        "tuoi",
        "drop",
        Line(_("Tưới ngay")),
        (
            Line(_("Mở trang Vườn, bấm «%(button)s»."), {"button": Line(_("Tưới ngay"))}),
            Line(_("Chọn khu, rồi bấm số phút.")),
            Line(_("Đợi đến khi máy báo nước đang chảy.")),
        ),
    ),
    Task(
        "dung",
        "stop",
        Line(_("DỪNG NƯỚC")),
        (
            Line(_("Bấm «%(button)s». Một lần là đủ."), {"button": Line(_("DỪNG NƯỚC"))}),
            Line(_("Đợi đến khi máy báo van đã đóng.")),
            Line(_("Chưa dừng thì gạt công tắc đỏ trên tủ điện.")),
        ),
    ),
    Task(
        "nhat-ky",
        "list",
        Line(_("Ghi việc hôm nay")),
        (
            Line(_("Mở Nhật ký, bấm «%(button)s»."), {"button": Line(_("Ghi việc"))}),
            Line(_("Bấm hình của việc, rồi chọn khu. Chụp ảnh nếu muốn.")),
            Line(
                _("Bấm «%(button)s». Mất mạng vẫn ghi được, có mạng máy tự gửi."),
                {"button": Line(_("LƯU"))},
            ),
        ),
    ),
    Task(
        "canh-bao",
        "alert",
        Line(_("Cảnh báo")),
        (
            Line(_("Mở «%(button)s», đọc câu đầu tiên."), {"button": Line(_("Cảnh báo"))}),
            Line(_("Làm lần lượt những việc ghi ở dưới.")),
            Line(
                _("Bấm «%(button)s» để mọi người biết đã có người lo."),
                {"button": Line(_("Tôi biết rồi"))},
            ),
        ),
    ),
    Task(
        "nha-moi",
        "house",
        Line(_("Thêm nhà màng")),
        (
            Line(_("Người quản lý mở trang «%(page)s»."), {"page": Line(_("Trang trại"))}),
            Line(_("Bấm «%(button)s», gõ tên nhà."), {"button": Line(_("Thêm nhà màng"))}),
            Line(_("Bấm «%(button)s», gõ mã trên hộp."), {"button": Line(_("Nối máy"))}),
        ),
    ),
    Task(
        "quet-tem",
        "stamp",
        Line(_("Quét tem")),
        (
            Line(_("Mở máy ảnh, đưa vào ô vuông trên tem.")),
            Line(_("Bấm dòng địa chỉ hiện ra.")),
            Line(
                _("Thấy chữ «%(said)s» là được. Chữ khác thì hỏi nơi bán."),
                {"said": Line(_("Tem thật"))},
            ),
        ),
    ),
    Task(
        "nho-giup",
        "user",
        Line(_("Nhờ người giúp")),
        (
            Line(_("Ở trang nào cũng có mã ở cuối, ví dụ Màn hình V1.")),
            Line(_("Bấm mã đó, rồi gửi lời nhắn cho tổ hỗ trợ.")),
            Line(
                _("Nhờ họ làm thay: mở Tài khoản, bấm «%(button)s»."),
                {"button": Line(_("Nhờ người giúp"))},
            ),
        ),
    ),
)
"""In the order in which somebody new meets them."""


def task(code: str) -> Task | None:
    return next((one for one in TASKS if one.code == code), None)

"""The doctor's sentences about the front of the box and the page, in Vietnamese and English."""

from typing import Final

FRONT: Final[dict[str, tuple[str, str]]] = {
    "no_stop_contact": (
        "Nút dừng khẩn chưa nối vào Pi. Máy không biết khi có người bấm.",
        "No [emergency_stop]: the agent does not know when somebody presses it.",
    ),
    "stop_contact_closed": (
        "Nút dừng khẩn nối đúng, đang nhả.",
        "Emergency stop: its contact on GPIO{pin} is closed, water may flow.",
    ),
    "stop_contact_open": (
        "Nút dừng khẩn đang bấm, hoặc đứt dây GPIO{pin}. Kéo nút ra, xem dây.",
        "Emergency stop: GPIO{pin} is open. Pull it out; it must be normally closed, to GND.",
    ),
    "no_resume_button": (
        "Không có nút tưới lại. Van kẹt xong phải gõ lệnh mới mở khóa được.",
        "No [resume_button]: once a valve did not close, only `vuonso edge clear` ends it.",
    ),
    "no_water_buttons": (
        "Không có nút tưới tay trên tủ. Không có điện thoại thì không tưới được.",
        "No [[buttons]]: without a telephone nobody waters by hand.",
    ),
    "no_lamp": (
        "Không có đèn, không có còi. Đứng cạnh tủ không biết máy hỏng.",
        "Neither [lamp] nor [buzzer]: whoever stands there does not see a fault.",
    ),
    "button_open": (
        "{button}: nối đúng, không ai bấm.",
        "{button}: GPIO{pin} is open, nobody presses it.",
    ),
    "button_closed": (
        "{button}: GPIO{pin} đang bị bấm. Xem nút kẹt, chập dây, hay nối nhầm NC.",
        "{button}: GPIO{pin} is closed. Is it stuck, its wire squeezed, or a normally closed one?",
    ),
    "contact_refused": (
        "{contact}: chương trình khác đang giữ chân GPIO{pin}. Tắt nó đi. ({why})",
        "{contact}: GPIO{pin} cannot be read: {why}",
    ),
    "contact_heard": (
        "{contact}: chương trình tưới đang nghe chân GPIO{pin}.",
        "{contact}: the agent listens to GPIO{pin}.",
    ),
    "contact_not_heard": (
        "{contact}: chương trình tưới không nghe chân GPIO{pin}. Khởi động lại dịch vụ.",
        "{contact}: the running agent does not listen to GPIO{pin}. Restart the service.",
    ),
    "no_page": (
        "Không có trang tại chỗ. Mất mạng thì không xem vườn trên điện thoại được.",
        "No [page]: without internet no telephone shows the greenhouse.",
    ),
    "page": (
        "Trang tại chỗ mở ở http://{name}:{port}.",
        "The page in the greenhouse: http://{name}:{port}. It answers to: {names}.",
    ),
    "page_answers": (
        "Trang tại chỗ đang chạy ở cổng {port}.",
        "The page answers on port {port}.",
    ),
    "page_silent": (
        "Trang tại chỗ không trả lời ở cổng {port}. Xem nhật ký. Vườn vẫn tự tưới.",
        "The page does not answer on port {port}: {why}. Look at: journalctl -u vuonso-edge",
    ),
    "page_port_taken": (
        "Chương trình khác đang dùng cổng {port}. Đổi port trong [page].",
        "Another program has port {port}. Take another one for [page]. ({why})",
    ),
    "page_name_unknown": (
        "Máy tên {name} mà trang không nhận tên đó. Thêm vào names của [page].",
        "This machine is {name}, a name its page refuses. Add it to `names` of [page].",
    ),
    "pin_chosen": (
        "Đã đặt mã PIN cho trang tại chỗ.",
        "The page has a PIN.",
    ),
    "no_pin": (
        "Chưa đặt mã PIN, chưa tưới từ trang được. Chạy: sudo vuonso edge pin",
        "The page has no PIN, so nobody waters from it. Run: sudo vuonso edge pin",
    ),
    "pin_broken": (
        "Mã PIN hỏng. Chạy: sudo vuonso edge pin",
        "{why}",
    ),
}

"""What is said of an alert: what happened, and what a person can do about it with their hands."""

from collections.abc import Mapping
from typing import Final

from cloud.alerts.kinds import Kind
from cloud.alerts.signs import Detail
from cloud.i18n import _
from cloud.words import Line, Share
from wire.codes import Alarm, Fault, ZoneState

WHAT: Final[Mapping[Kind, str]] = {
    Kind.SILENT: _("Máy ở vườn im lặng."),
    Kind.STALE: _("Số đo đứng yên, không có số mới."),
    Kind.NO_FLOW: _("Van mở nhưng không có nước."),
    Kind.LEAK: _("Van đóng hết mà nước vẫn chảy."),
    Kind.BURST: _("Nước chảy quá mạnh, có thể vỡ ống."),
    Kind.STUCK_VALVE: _("Van không đóng được."),
    Kind.CLOGGED: _("Nước chảy yếu hơn mọi khi."),
    Kind.NO_WETTING: _("Tưới rồi mà đất không ẩm lên."),
    Kind.MACHINE: _("Máy ở vườn hỏng một bộ phận."),
    Kind.SENSOR: _("Đầu đo %(sensor)s không đọc được."),
    Kind.FALLBACK: _("Máy đang tưới theo giờ vì thiếu đầu đo tốt."),
    Kind.BUDGET: _("Hôm nay đã tưới hết mức cho phép."),
    Kind.TANK: _("Bể chỉ còn %(share)s nước."),
    Kind.HALTED: _("Nước dừng đã lâu, chưa ai cho tưới lại."),
    Kind.HEAT: _("Nhà màng quá nóng."),
    Kind.COLD: _("Nhà màng quá lạnh."),
    Kind.DRY_AIR: _("Không khí quá khô."),
    Kind.DAMP_AIR: _("Không khí ẩm quá lâu, dễ sinh nấm."),
    Kind.BATTERY: _("Pin của một đầu đo không dây sắp hết."),
    Kind.CARD: _("Thẻ nhớ của máy đầy hoặc hỏng."),
}

_CLOSER: Final[Mapping[str, str]] = {
    Alarm.LEAKING: _("Nước chảy mạnh hơn mọi khi."),
    Fault.DRY_RUN: _("Nước ngừng giữa chừng."),
    Fault.VALVE_SILENT: _("Van không dây không trả lời."),
    Fault.VALVE_SHUT: _("Van không dây tự đóng khi đang tưới."),
    Fault.CLOCK: _("Đồng hồ của máy ở vườn sai giờ."),
    ZoneState.LOCKOUT: _("Nút dừng khẩn ở vườn đang bật."),
}
"""What a code of the device says more exactly than the kind."""

_MANY_SENSORS: Final = _("%(count)s đầu đo không đọc được.")

_CALL: Final = _("Chưa xong thì gọi tổ hỗ trợ, đọc mã ở cuối trang.")
_CLEAR: Final = _("Sửa xong thì xóa báo hỏng ở trang của khu.")
_MAIN_TAP: Final = _("Khóa van tổng trước.")
_OPEN: Final = _("Mở cửa, mở chỗ thông gió.")
_SHADE: Final = _("Kéo lưới che, phun sương nếu có.")

STEPS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.SILENT: (
        _("Xem đèn trên tủ điện có sáng không."),
        _("Mất điện thì bật lại cầu dao."),
        _("Đèn vẫn sáng thì tắt bộ phát mạng, chờ một phút, bật lại."),
        _("Cần dừng nước thì gạt công tắc đỏ trên tủ điện."),
        _CALL,
    ),
    Kind.STALE: (
        _("Xem dây đầu đo có đứt hay tuột không."),
        _("Cắm lại đầu đo cho chặt đất."),
        _("Trong lúc đó nắm đất xem khô hay ẩm."),
        _CALL,
    ),
    Kind.NO_FLOW: (
        _("Xem bể còn nước không."),
        _("Xem máy bơm có chạy không."),
        _("Mở hết khóa tổng, rửa lọc nước."),
        _CLEAR,
    ),
    Kind.LEAK: (
        _MAIN_TAP,
        _("Xem có ai mở vòi lấy nước không."),
        _("Đi dọc ống tìm chỗ hở, chỗ đất ướt."),
        _CALL,
    ),
    Kind.BURST: (_MAIN_TAP, _("Tìm chỗ vỡ, thay đoạn ống đó."), _CLEAR),
    Kind.STUCK_VALVE: (
        _MAIN_TAP,
        _("Khóa van tay của khu này."),
        _("Gỡ van ra, rửa sạch cát và rác."),
        _CLEAR,
    ),
    Kind.CLOGGED: (
        _("Rửa lọc nước."),
        _("Mở cuối dây tưới cho xả cặn."),
        _("Xem từng đầu nhỏ giọt, thông hoặc thay."),
    ),
    Kind.NO_WETTING: (
        _("Xem dây tưới có lệch khỏi gốc cây không."),
        _("Xem đầu đo có cắm chặt gần gốc không."),
        _("Nắm đất xem ẩm hay khô, khô thì tưới tay."),
        _CLEAR,
    ),
    Kind.MACHINE: (
        _("Xem đèn và dây trong tủ điện, không tháo gì ra."),
        _("Van không dây thì xem pin và nguồn."),
        _("Cây đang khát thì mở van tay, nhớ khóa lại."),
        _CALL,
    ),
    Kind.SENSOR: (
        _("Xem dây và chỗ cắm của đầu đo đó."),
        _("Rút ra, lau khô, cắm lại cho chặt đất."),
        _CALL,
    ),
    Kind.FALLBACK: (
        _("Sửa hoặc thay đầu đo của khu này."),
        _("Trong lúc đó nắm đất xem khô hay ẩm."),
        _CALL,
    ),
    Kind.BUDGET: (
        _("Nắm đất xem còn khô không."),
        _("Tìm chỗ rò nếu hôm nay tưới nhiều khác thường."),
        _("Cây héo thì gọi tổ hỗ trợ để nâng mức."),
    ),
    Kind.TANK: (_("Bơm thêm nước vào bể."), _("Xem phao và máy bơm cấp nước.")),
    Kind.HALTED: (
        _("Hỏi xem ai dừng nước và vì sao."),
        _("An toàn rồi thì mở nút dừng khẩn ở tủ điện."),
        _("Bấm «Bật lại tưới tự động» ở trang vườn."),
    ),
    Kind.HEAT: (_OPEN, _SHADE),
    Kind.COLD: (_("Đóng kín cửa và chỗ thông gió."), _("Che thêm bạt cho cây con.")),
    Kind.DRY_AIR: (_SHADE, _("Tưới ướt lối đi cho mát.")),
    Kind.DAMP_AIR: (_OPEN, _("Ngắt bớt lá già cho thoáng."), _("Xem lá có đốm mốc không.")),
    Kind.BATTERY: (
        _("Thay pin cho đầu đo không dây ở vườn."),
        _("Hết pin thì máy tưới theo giờ, không theo đất."),
    ),
    Kind.CARD: (_("Máy vẫn tưới bình thường."), _("Gọi tổ hỗ trợ thay thẻ nhớ.")),
}


def sentence(kind: Kind, detail: Detail, zone: str) -> Line:
    """What happened, with the zone's name where it is a zone's."""
    line = what(kind, detail)
    return Line(_("%(zone)s: %(what)s"), {"zone": zone, "what": line}) if zone else line


def what(kind: Kind, detail: Detail) -> Line:
    """The sentence that says what happened."""
    code, share = str(detail.get("code", "")), detail.get("share")
    if kind is Kind.SENSOR and not detail.get("sensor"):
        return Line(_MANY_SENSORS, {"count": str(detail.get("count", ""))})
    if kind is Kind.SENSOR:
        return Line(WHAT[kind], {"sensor": str(detail["sensor"])})
    if kind is Kind.TANK:
        return Line(WHAT[kind], {"share": Share(share if isinstance(share, float) else 0.0)})
    return Line(_CLOSER.get(code, WHAT[kind]))

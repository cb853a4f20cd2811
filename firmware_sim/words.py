"""The words of a run's drawing, Vietnamese and English."""

from collections.abc import Mapping
from typing import Final

from firmware_sim.scenario import Kind
from wire.codes import EventKind, Fault

LEGEND: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "true": "Độ ẩm thật",
        "believed": "Máy tin là",
        "water": "Nước tưới",
        "mishap": "Sự cố",
        "told": "Máy báo",
        "hour": "giờ",
        "day": "ngày",
        "unit": "% lúc no nước · lít trong 5 phút",
        "zone": "Khu",
    },
    "en": {
        "true": "True moisture",
        "believed": "As the agent believes",
        "water": "Water",
        "mishap": "Mishap",
        "told": "Told by the agent",
        "hour": "h",
        "day": "day",
        "unit": "% of full point · L in 5 minutes",
        "zone": "Zone",
    },
}

MISHAPS_VI: Final[Mapping[Kind, str]] = {
    Kind.PROBE_OPEN_WIRE: "Đứt dây đầu đo",
    Kind.PROBE_SHORT: "Chập dây đầu đo",
    Kind.PROBE_FROZEN: "Đầu đo đứng số",
    Kind.PROBE_SPIKES: "Đầu đo nhiễu",
    Kind.PROBE_DRIFT: "Đầu đo trôi",
    Kind.PROBE_PULLED_OUT: "Nhổ đầu đo",
    Kind.PROBE_STUCK_DRY: "Đầu đo kẹt khô",
    Kind.PROBE_STUCK_WET: "Đầu đo kẹt ướt",
    Kind.VALVE_STUCK_OPEN: "Van không đóng",
    Kind.VALVE_STUCK_CLOSED: "Van không mở",
    Kind.VALVE_SLOW: "Van chậm",
    Kind.VALVE_NODE_LOST: "Mất sóng van không dây",
    Kind.EMITTERS_CLOGGED: "Nghẹt đầu nhỏ giọt",
    Kind.LINE_OFF: "Tuột ống nhỏ giọt",
    Kind.PIPE_BURST: "Vỡ ống",
    Kind.PIPE_LEAK: "Rò ống",
    Kind.TANK_EMPTY: "Bể cạn",
    Kind.PUMP_FAILS: "Bơm hỏng",
    Kind.BUS_HUNG: "Treo đường dây đầu đo",
    Kind.NODE_SILENT: "Trạm đo im lặng",
    Kind.FARM_BROKER_GONE: "Mất máy chủ MQTT của vườn",
    Kind.BROKER_GONE: "Mất mạng",
    Kind.DISK_FULL: "Thẻ nhớ đầy",
    Kind.DISK_ERROR: "Thẻ nhớ không ghi được",
    Kind.CLOCK_STEP: "Đồng hồ nhảy",
    Kind.POWER_CUT: "Mất điện",
    Kind.KILLED: "Chương trình chết",
    Kind.STORE_DAMAGED: "Thẻ nhớ hỏng",
}


TOLD_VI: Final[Mapping[str, str]] = {
    Fault.NO_FLOW: "Không có nước",
    Fault.DRY_RUN: "Nước ngừng giữa chừng",
    Fault.BURST: "Nước chảy quá mạnh",
    Fault.STUCK_OPEN: "Van không đóng được",
    Fault.NO_WETTING: "Tưới mà đất không ẩm lên",
    Fault.VALVE_SILENT: "Van không dây im lặng",
    Fault.VALVE_OPEN: "Van không dây không đóng",
    Fault.VALVE_SHUT: "Van không dây tự đóng",
    Fault.CLOCK: "Đồng hồ sai",
    Fault.INTERNAL: "Máy gặp trục trặc",
    EventKind.CLOCK_STEP: "Đồng hồ bị chỉnh",
    EventKind.STORE_QUARANTINED: "Thay sổ ghi bị hỏng",
    EventKind.INTERRUPTED: "Đang tưới thì mất điện",
}
TOLD_EN: Final[Mapping[str, str]] = {
    EventKind.CLOCK_STEP: "Clock was set",
    EventKind.STORE_QUARANTINED: "Damaged store set aside",
    EventKind.INTERRUPTED: "Irrigation was interrupted",
}


def told(code: str, language: str) -> str:
    """What the agent told, by its code."""
    if language == "vi":
        return TOLD_VI.get(code, code)
    return TOLD_EN.get(code, code.replace("_", " ").capitalize())


def mishap(kind: Kind, language: str) -> str:
    """A mishap's name."""
    return MISHAPS_VI[kind] if language == "vi" else kind.value.replace("_", " ").capitalize()

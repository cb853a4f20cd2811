"""Giao Hàng Tiết Kiệm, as its documents tell (api.ghtk.vn/docs): `Token`, `X-Client-Source`.

Every answer is `{success, message, …}`; an order's id that came before is answered with
`ORDER_ID_EXIST` and the label it got. Its documents still name a district: ours is the one that
the buyer's address had before, or none.
"""

from typing import Final
from urllib.parse import quote as quoted
from urllib.parse import urlencode

from pydantic import BaseModel

from cloud.calling import ask as over_tls
from cloud.shipping.carrier import Consignment, RefusedError, UnansweredError, Whereabouts
from cloud.shipping.talk import Ask, Line

BASE: Final = "https://services.giaohangtietkiem.vn"
_PATH: Final = "/services/shipment"
_EXISTS: Final = "ORDER_ID_EXIST"
_NO_HAMLET: Final = "Khác"
_GRAMS: Final = 1_000
_WHERE: Final = {
    **dict.fromkeys((5, 6), Whereabouts.DELIVERED),
    **dict.fromkeys((11, 21), Whereabouts.RETURNED),
    **dict.fromkeys((-1, 7, 13), Whereabouts.STOPPED),
    **dict.fromkeys((1, 2, 3, 4, 8, 9, 10, 12, 20), Whereabouts.ON_THE_WAY),
}
"""`-1` cancelled, `7` never fetched, `13` paid for; what drivers report, as `45`, may change."""


class _Order(BaseModel):
    label: str = ""
    label_id: str = ""
    status: int | None = None


class _Fee(BaseModel):
    fee: int
    delivery: bool = True


class _Error(BaseModel):
    code: str = ""
    ghtk_label: str = ""


class _Envelope(BaseModel):
    success: bool
    message: str = ""
    order: _Order | None = None
    fee: _Fee | None = None
    error: _Error | None = None


class Ghtk:
    """One shop at GHTK."""

    def __init__(self, token: str, partner: str, base: str = BASE, ask: Ask = over_tls) -> None:
        self._line = Line(base, {"Token": token, "X-Client-Source": partner}, ask)

    def quote(self, consignment: Consignment) -> int | None:
        one = consignment
        asked = {
            "pick_province": one.sender.province,
            "pick_district": one.sender.district,
            "pick_ward": one.sender.commune,
            "province": one.to.province,
            "district": one.to.district,
            "ward": one.to.commune,
            "address": one.to.street,
            "weight": one.parcel.mass_g,
            "value": one.value,
        }
        told = _good(self._line.get(f"{_PATH}/fee?{urlencode(asked)}", _Envelope))
        return told.fee.fee if told.fee and told.fee.delivery else None

    def create(self, consignment: Consignment) -> str:
        told = self._line.post(f"{_PATH}/order/?ver=1.5", _body(consignment), _Envelope)
        if told.error and told.error.code == _EXISTS and told.error.ghtk_label:
            return told.error.ghtk_label
        order = _good(told).order
        if order is None or not order.label:
            raise UnansweredError("no label")
        return order.label

    def find(self, code: str) -> str | None:
        told = self._line.get(f"{_PATH}/v2/partner_id:{quoted(code)}", _Envelope)
        return told.order.label_id or None if told.success and told.order else None

    def track(self, tracking: str) -> Whereabouts | None:
        order = _good(self._line.get(f"{_PATH}/v2/{quoted(tracking)}", _Envelope)).order
        return _WHERE.get(order.status) if order and order.status is not None else None


def _good(told: _Envelope) -> _Envelope:
    if not told.success:
        raise RefusedError(told.message)
    return told


def _body(one: Consignment) -> dict[str, object]:
    return {
        "products": [
            {"name": one.contents, "weight": one.parcel.mass_g / _GRAMS, "quantity": 1},
        ],
        "order": {
            "id": one.parcel.code,
            "pick_name": one.sender.name,
            "pick_tel": one.sender.phone,
            "pick_address": one.sender.street,
            "pick_ward": one.sender.commune,
            "pick_district": one.sender.district,
            "pick_province": one.sender.province,
            "pick_money": one.parcel.cod,
            "name": one.to.name,
            "tel": one.to.phone,
            "address": one.to.street,
            "hamlet": _NO_HAMLET,
            "ward": one.to.commune,
            "district": one.to.district,
            "province": one.to.province,
            "is_freeship": "1",
            "value": one.value,
        },
    }

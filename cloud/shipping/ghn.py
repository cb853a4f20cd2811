"""Giao Hàng Nhanh, as its documents tell (api.ghn.vn/home/docs); headers `Token`, `ShopId`.

Every answer is `{code, message, data}`; the same `client_order_code` again is the same parcel.
Addresses go by today's names (`is_new_to_address`, `to_ward_name`), without a district.
Who sends is not told: GHN knows it by the `ShopId`.
"""

from typing import Final

from pydantic import BaseModel

from cloud.calling import ask as over_tls
from cloud.shipping.carrier import Consignment, RefusedError, UnansweredError, Whereabouts
from cloud.shipping.talk import Ask, Line

BASE: Final = "https://online-gateway.ghn.vn"
_PATH: Final = "/shiip/public-api/v2/shipping-order"
_DONE: Final = 200
_LIGHT: Final = 2
"""`service_type_id` of what is no freight; what is too heavy for it GHN refuses."""
_SHOP_PAYS: Final = 1
_WHERE: Final = {
    "delivered": Whereabouts.DELIVERED,
    "returned": Whereabouts.RETURNED,
    **dict.fromkeys(("cancel", "lost", "damage", "exception"), Whereabouts.STOPPED),
    **dict.fromkeys(
        (
            "ready_to_pick",
            "picking",
            "money_collect_picking",
            "picked",
            "storing",
            "transporting",
            "sorting",
            "delivering",
            "money_collect_delivering",
            "delivery_fail",
            "waiting_to_return",
            "return",
            "return_transporting",
            "return_sorting",
            "returning",
            "return_fail",
        ),
        Whereabouts.ON_THE_WAY,
    ),
}


class _Order(BaseModel):
    order_code: str = ""
    total_fee: int | None = None
    status: str = ""


class _Envelope(BaseModel):
    code: int
    message: str = ""
    data: _Order | list[_Order] | None = None

    @property
    def order(self) -> _Order:
        """The documents show a list where the service has been seen to send an object."""
        if isinstance(self.data, list):
            return self.data[0] if self.data else _Order()
        return self.data or _Order()


class Ghn:
    """One shop at GHN."""

    def __init__(self, token: str, shop: str, base: str = BASE, ask: Ask = over_tls) -> None:
        self._line = Line(base, {"Token": token, "ShopId": shop}, ask)

    def quote(self, consignment: Consignment) -> int | None:
        return self._told("preview", _body(consignment)).total_fee

    def create(self, consignment: Consignment) -> str:
        number = self._told("create", _body(consignment)).order_code
        if not number:
            raise UnansweredError("no order_code")
        return number

    def find(self, code: str) -> str | None:
        try:
            found = self._told("detail-by-client-code", {"client_order_code": code})
        except RefusedError:
            return None
        return found.order_code or None

    def track(self, tracking: str) -> Whereabouts | None:
        return _WHERE.get(self._told("detail", {"order_code": tracking}).status)

    def _told(self, function: str, body: dict[str, object]) -> _Order:
        answer = self._line.post(f"{_PATH}/{function}", body, _Envelope)
        if answer.code != _DONE:
            raise RefusedError(answer.message)
        return answer.order


def _body(one: Consignment) -> dict[str, object]:
    return {
        "payment_type_id": _SHOP_PAYS,
        "required_note": "KHONGCHOXEMHANG",
        "client_order_code": one.parcel.code,
        "to_name": one.to.name,
        "to_phone": one.to.phone,
        "to_address": one.to.street,
        "is_new_to_address": True,
        "to_ward_name": one.to.commune,
        "to_province_name": one.to.province,
        "cod_amount": one.parcel.cod,
        "content": one.contents,
        "weight": one.parcel.mass_g,
        "length": one.box.length,
        "width": one.box.width,
        "height": one.box.height,
        "insurance_value": 0,
        "service_type_id": _LIGHT,
    }

"""Two carriers on loopback, by the shapes of their documents; they fail as services do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from cloud.calling import Answer, SilentError

TOKEN = "token-of-the-carrier"
NUMBER = "S308157"

Mood = Literal["good", "silent", "lost", "half", "busy", "no"]


@dataclass
class House:
    """Keeps parcels by the code they were announced under; `mood` says how it answers next."""

    mood: Mood = "good"
    price: int = 32_000
    status: str | int = ""
    parcels: dict[str, str] = field(default_factory=dict)
    bodies: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def ask(
        self,
        _method: Literal["GET", "POST"],
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        path = unquote(urlsplit(url).path)
        self.asked.append(path)
        if self.mood == "silent":
            raise SilentError("nobody")
        if self.mood == "busy":
            return Answer(429, b"{}")
        told = json.loads(body) if body else {}
        ghn = "shipping-order" in path
        if headers.get("Token") != TOKEN or self.mood == "no":
            return _json(_refused(ghn, "Địa chỉ không giao được"))
        answer = self._ghn(path, told) if ghn else self._ghtk(path, told)
        if self.mood == "lost":
            raise SilentError("TimeoutError")
        octets = _json(answer).octets
        return Answer(200, octets[: len(octets) // 2] if self.mood == "half" else octets)

    def _announced(self, code: str) -> str:
        return self.parcels.setdefault(code, f"VN{len(self.parcels) + 1:06}")

    def _ghn(self, path: str, told: dict[str, object]) -> object:
        function = path.rpartition("/")[2]
        if function == "preview":
            return _ghn({"order_code": "", "total_fee": self.price})
        if function == "create":
            self.bodies.append(told)
            number = self._announced(str(told["client_order_code"]))
            return _ghn({"order_code": number, "total_fee": self.price})
        if function == "detail-by-client-code":
            number = self.parcels.get(str(told["client_order_code"]), "")
            return _ghn([{"order_code": number}]) if number else _refused(True, "không tồn tại")
        return _ghn({"order_code": told["order_code"], "status": self.status})

    def _ghtk(self, path: str, told: dict[str, object]) -> object:
        if path.endswith("/fee"):
            return {"success": True, "fee": {"name": "area1", "fee": self.price, "delivery": True}}
        if path.endswith("/order/"):
            return self._ghtk_order(told)
        code = path.rpartition("/")[2].removeprefix("partner_id:")
        number = self.parcels.get(code, "" if "partner_id" in path else code)
        if not number:
            return _refused(False, "không tồn tại")
        return {"success": True, "order": {"label_id": number, "status": self.status or 4}}

    def _ghtk_order(self, told: dict[str, object]) -> object:
        order = told["order"]
        assert isinstance(order, dict)
        code, known = str(order["id"]), str(order["id"]) in self.parcels
        number = self._announced(code)
        self.bodies.append(told)
        if known:
            error = {"code": "ORDER_ID_EXIST", "partner_id": code, "ghtk_label": number}
            return {"success": False, "message": "Đơn hàng đã tồn tại", "error": error}
        return {"success": True, "order": {"partner_id": code, "label": number, "fee": "32000"}}


def _ghn(data: object) -> object:
    return {"code": 200, "message": "Success", "data": data}


def _refused(ghn: object, words: str) -> object:
    return (
        {"code": 400, "message": words, "data": None}
        if ghn
        else {"success": False, "message": words}
    )


def _json(told: object) -> Answer:
    return Answer(200, json.dumps(told).encode())

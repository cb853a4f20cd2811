"""The application as the web sees it: the door stands around it, breakdowns included."""

from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from cloud.counted import Counted
from cloud.door import Door
from cloud.onlooking import Onlookers
from cloud.settings import Settings


class House(FastAPI):
    """Refuses to answer anything without the headers of the door."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            title="Vườn Số",
            docs_url=None,
            redoc_url=None,
            openapi_url="/api/openapi.json" if settings.demo else None,
            redirect_slashes=False,  # it would repeat whatever host the request named
        )
        self.state.settings = settings

    def build_middleware_stack(self) -> ASGIApp:
        """Starlette answers a breakdown outside of all middleware; the door is outside of that."""
        settings: Settings = self.state.settings
        door = Door(super().build_middleware_stack(), secure=settings.secure)
        return Onlookers(Counted(door, self.state.meters, self.state.clock))

    def openapi(self) -> dict[str, Any]:
        """What programs are told: the addresses below /api and nothing of pages."""
        told = super().openapi()
        for path in [path for path in told["paths"] if not path.startswith("/api/")]:
            del told["paths"][path]
        return told

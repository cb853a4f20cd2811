"""How this installation sells: its address, and whether samples of the demonstration are shown."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from cloud.settings import Settings


@dataclass(frozen=True)
class Outlet:
    """The public face of the market."""

    address: str
    samples: bool

    def product(self, public_id: str) -> str:
        return f"{self.address}/cho/{public_id}"

    def photo(self, digest: str) -> str:
        """The largest that every program reads."""
        return f"{self.address}/anh-hang/{digest}/1280.jpeg"

    def order(self, public_id: str) -> str:
        return f"{self.address}/don/{public_id}"


def outlet_of(request: Request) -> Outlet:
    settings = cast("Settings", request.app.state.settings)
    return Outlet(settings.public_url, settings.demo)


async def outlet(request: Request) -> Outlet:
    """A coroutine, since a plain function would be sent to a thread for nothing."""
    return outlet_of(request)


OutletDep = Annotated[Outlet, Depends(outlet)]

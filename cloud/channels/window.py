"""How this installation shows products to channels."""

from typing import Annotated

from fastapi import Depends, Request

from cloud.channels.goods import Window
from cloud.products.outlet import OutletDep


def window(request: Request, outlet: OutletDep) -> Window:
    return Window(outlet, request.app.state.gallery)


WindowDep = Annotated[Window, Depends(window)]

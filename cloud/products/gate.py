"""What others ask of a product before it goes on sale; given when the parts are put together."""

from typing import Protocol

from fastapi import Request
from sqlmodel import Session

from cloud.principal import Principal
from cloud.products.rules import Action


class Gate(Protocol):
    """Raises a refusal for what may not go on as it is."""

    def __call__(
        self,
        request: Request,
        session: Session,
        principal: Principal,
        public_id: str,
        action: Action,
    ) -> None: ...

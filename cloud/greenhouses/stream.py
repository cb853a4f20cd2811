"""What an open page watches: one greenhouse, read with its own short transaction each time."""

from dataclasses import dataclass
from typing import cast

from fastapi import Request
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.clock import Clock
from cloud.greenhouses import service, view
from cloud.greenhouses.live import compact
from cloud.greenhouses.models import Greenhouse
from cloud.principal import Principal
from cloud.telemetry.live import Hub
from cloud.web import language_of


@dataclass(frozen=True)
class GreenhouseSource:
    """A greenhouse in one language; viewers of the same one share it, whoever they are."""

    greenhouse_id: int
    public_id: str
    principal: Principal
    language: str
    engine: Engine
    hub: Hub
    clock: Clock

    @property
    def key(self) -> tuple[str, str]:
        return self.public_id, self.language

    def version(self) -> int:
        return self.hub.version(self.greenhouse_id)

    def state(self) -> str:
        with Session(self.engine) as session:
            greenhouse = service.find(session, self.principal, self.public_id)
            shown = service.status(session, self.principal, greenhouse, self.clock.now())
        return compact({"shape": view.shape(shown), "k": view.places(self.language, shown)})


def source_of(request: Request, principal: Principal, greenhouse: Greenhouse) -> GreenhouseSource:
    state = request.app.state
    return GreenhouseSource(
        greenhouse_id=cast("int", greenhouse.id),
        public_id=greenhouse.public_id,
        principal=principal,
        language=language_of(request),
        engine=state.engine,
        hub=state.hub,
        clock=state.clock,
    )

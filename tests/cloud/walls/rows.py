"""The routes of the application as rows of a table: what each asks, and what body it takes."""

from dataclasses import dataclass

from fastapi import FastAPI, params
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cloud.permissions import PUBLIC, Permission, address_of, declared_routes

SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Row:
    """One method of one address."""

    method: str
    path: str
    permission: str
    body: type[BaseModel] | None
    form: bool
    queries: tuple[str, ...]
    names: frozenset[str] = frozenset()
    """Of the fields of a query that is a model; our own, whoever sends them."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def public(self) -> bool:
        return self.permission == PUBLIC

    @property
    def api(self) -> bool:
        return self.path.startswith(("/api/", "/epcis/"))

    @property
    def asks(self) -> Permission:
        return Permission(self.permission)


def rows_of(app: FastAPI) -> list[Row]:
    """Every declared route; a new one is here without being written anywhere else."""
    asked = {(one.method, one.path): one.permission for one in declared_routes(app)}
    found = []
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        if dependant is None:
            continue
        bodies = [field.field_info for field in dependant.body_params]
        body = next((info.annotation for info in bodies), None)
        assert body is None or issubclass(body, BaseModel), f"{context.path}: no model"
        form = any(isinstance(info, params.Form) for info in bodies)
        asked_for = dependant.query_params
        queries = tuple(field.alias for field in asked_for)
        names = frozenset(name for field in asked_for for name in fields(field.field_info))
        path = address_of(context.path)
        found += [
            Row(method, path, asked[method, path] or "", body, form, queries, names)
            for method in sorted(context.methods or ())
        ]
    return found


def fields(query: FieldInfo) -> list[str]:
    """What a query may hold, where it is a model."""
    kind = query.annotation
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    return [field.alias or name for name, field in kind.model_fields.items()]


def unsafe(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.method not in SAFE]

"""Puts the service together; the only place that knows all features."""

from functools import cache

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

import cloud.accounts.own_pages
import cloud.accounts.pages
import cloud.alerts.own_pages
import cloud.alerts.pages
import cloud.alerts.routes
import cloud.alive
import cloud.audit.routes
import cloud.cards.pages
import cloud.channels.pages
import cloud.channels.routes
import cloud.diary.pages
import cloud.diary.routes
import cloud.dispatch.pages
import cloud.epcis.routes
import cloud.greenhouses.pages
import cloud.greenhouses.routes
import cloud.growing.pages
import cloud.growing.routes
import cloud.help.aid_pages
import cloud.help.pages
import cloud.invoices.pages
import cloud.joining.pages
import cloud.joining.routes
import cloud.lots.pages
import cloud.lots.routes
import cloud.market.bell_pages
import cloud.market.cart_pages
import cloud.market.duty_pages
import cloud.market.pages
import cloud.market.sitemap_routes
import cloud.media.pages
import cloud.members.pages
import cloud.money.cod_pages
import cloud.money.pages
import cloud.money.routes
import cloud.offline.pages
import cloud.orders.pages
import cloud.orders.review_pages
import cloud.orders.routes
import cloud.packing.pages
import cloud.passports.pages
import cloud.phone.pages
import cloud.places.pages
import cloud.portal.pages
import cloud.practice.pages
import cloud.privacy.pages
import cloud.products.pages
import cloud.products.photo_pages
import cloud.products.photo_routes
import cloud.products.routes
import cloud.products.sheet_pages
import cloud.products.shop_pages
import cloud.products.wizard_pages
import cloud.recovery.pages
import cloud.reviews.pages
import cloud.scans.own_pages
import cloud.scans.pages
import cloud.scans.routes
import cloud.security_txt
import cloud.shipping.carrier_pages
import cloud.shipping.pages
import cloud.stamps.pages
import cloud.stamps.routes
import cloud.supplies.pages
import cloud.telemetry.routes
import cloud.tokens.pages
import cloud.transparency.pages
import cloud.vietgap.pages
from cloud import keyring, vitals
from cloud.accounts import hashes
from cloud.alerts import service as alerts
from cloud.channels import gallery, gate
from cloud.clock import Clock
from cloud.gauges import StoredCollector
from cloud.greenhouses import service as greenhouses
from cloud.greenhouses.live import Streams
from cloud.health import Vitals
from cloud.house import House
from cloud.market import duties
from cloud.market.keeping import KeptPages
from cloud.media.darkroom import Darkroom
from cloud.media.store import Store
from cloud.metrics import Meters
from cloud.orders import allotting
from cloud.permissions import refuse_undeclared
from cloud.scans.limits import Guesses
from cloud.scans.links import DigitalLinks
from cloud.settings import Settings
from cloud.telemetry.live import Hub
from cloud.tokens.bearer import Allowance, identify
from cloud.transparency.service import Trees
from cloud.web import STATIC, Problem, install_errors, shipped

FEATURES: tuple[APIRouter, ...] = (
    cloud.alive.router,
    # First, since routes are tried in this order and most guests come here.
    cloud.market.pages.router,
    cloud.market.bell_pages.router,
    cloud.market.cart_pages.router,
    cloud.market.duty_pages.router,
    cloud.market.sitemap_routes.router,
    cloud.accounts.own_pages.router,
    cloud.accounts.pages.router,
    cloud.alerts.own_pages.router,
    cloud.alerts.pages.router,
    cloud.alerts.routes.router,
    cloud.audit.routes.router,
    cloud.cards.pages.router,
    cloud.channels.pages.router,
    cloud.channels.routes.router,
    cloud.diary.pages.router,
    cloud.diary.routes.router,
    cloud.epcis.routes.router,
    cloud.greenhouses.routes.router,
    cloud.greenhouses.pages.router,
    cloud.growing.pages.router,
    cloud.growing.routes.router,
    cloud.help.aid_pages.router,
    cloud.help.pages.router,
    cloud.invoices.pages.router,
    cloud.joining.pages.router,
    cloud.joining.routes.router,
    cloud.lots.pages.router,
    cloud.lots.routes.router,
    cloud.media.pages.router,
    cloud.members.pages.router,
    cloud.offline.pages.router,
    cloud.dispatch.pages.router,
    cloud.money.cod_pages.router,
    cloud.money.pages.router,
    cloud.money.routes.router,
    cloud.orders.pages.router,
    cloud.orders.review_pages.router,
    cloud.orders.routes.router,
    cloud.packing.pages.router,
    cloud.passports.pages.router,
    cloud.phone.pages.router,
    cloud.places.pages.router,
    cloud.portal.pages.router,
    cloud.practice.pages.router,
    cloud.privacy.pages.router,
    cloud.products.pages.router,
    cloud.products.photo_pages.router,
    cloud.products.photo_routes.router,
    cloud.products.routes.router,
    cloud.products.sheet_pages.router,
    cloud.products.shop_pages.router,
    cloud.products.wizard_pages.router,
    cloud.recovery.pages.router,
    cloud.reviews.pages.router,
    cloud.scans.own_pages.router,
    cloud.scans.pages.router,
    cloud.scans.routes.router,
    cloud.security_txt.router,
    cloud.shipping.pages.router,
    cloud.shipping.carrier_pages.router,
    cloud.stamps.pages.router,
    cloud.stamps.routes.router,
    cloud.supplies.pages.router,
    cloud.telemetry.routes.router,
    cloud.transparency.pages.router,
    cloud.tokens.pages.router,
    cloud.vietgap.pages.router,
)


def create_app(settings: Settings, engine: Engine, clock: Clock) -> FastAPI:
    """The application; refuses a route that does not say who may use it."""
    app = House(settings)
    keyring.bind_to(engine, settings)
    app.state.engine = engine
    app.state.clock = clock
    app.state.pages = shipped()
    app.state.identify = identify
    app.state.unheeded = alerts.unheeded
    app.state.houses = greenhouses.all_of
    app.state.hashes = hashes.house()
    app.state.hub = Hub()
    app.state.streams = Streams(clock)
    app.state.guesses = Guesses()
    app.state.trees = Trees()
    app.state.allowance = Allowance()
    app.state.darkroom = Darkroom()
    app.state.gallery = gallery.of_products
    app.state.gate, app.state.errands = gate.demand, (duties.errands, allotting.errands)
    app.state.store = Store(settings.data_dir)
    app.state.practice_places = lambda: 0  # until somebody looks after them
    app.state.vitals = Vitals()
    vitals.watch(app.state.vitals, settings, engine)
    app.state.meters = _meters(app, engine, clock)
    app.router.routes.extend(_features())
    app.mount(
        "/static",
        StaticFiles(directory=STATIC, packages=[("traceability", "browser")]),
        name="static",
    )
    install_errors(app)
    app.add_middleware(GZipMiddleware, compresslevel=5)  # a tenth larger, in half the time
    app.add_middleware(KeptPages, engine=engine, clock=clock)
    app.add_middleware(DigitalLinks)
    refuse_undeclared(app)
    return app


@cache
def _features() -> list[BaseRoute]:
    """Composed once a process: reading what 150 routes take costs a third of a second."""
    shelf = APIRouter(
        responses={"default": {"model": Problem, "description": "Refused, and why."}}
    )
    for router in FEATURES:
        shelf.include_router(router)
    return shelf.routes


def _meters(app: FastAPI, engine: Engine, clock: Clock) -> Meters:
    meters, streams = Meters(), app.state.streams
    meters.show_pool(engine)
    meters.show_vitals(app.state.vitals)
    meters.show("vuonso_live_streams", "Pages that look on.", lambda: streams.open)
    meters.registry.register(StoredCollector(engine, clock))
    return meters

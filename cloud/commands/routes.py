"""List all routes with the permission each asks for."""

import argparse
import json

from cloud.app import create_app
from cloud.clock import SystemClock
from cloud.db import make_engine
from cloud.permissions import declared_routes
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(settings: Settings, args: argparse.Namespace) -> None:
    app = create_app(settings, make_engine(settings.database), SystemClock())
    found = declared_routes(app)
    if args.json:
        print(json.dumps([vars(route) for route in found], indent=2))
        return
    for route in found:
        print(f"{route.method:7} {route.path:45} {route.permission}")

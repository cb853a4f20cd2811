"""A weather service on loopback that answers in the shape its maker's documents describe."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FIRST = date(2026, 11, 17)


def answer(mm: list[float | None], first: date = FIRST) -> dict[str, object]:
    """Columns beside their days, with units and whatever else stands in such an answer."""
    return {
        "latitude": 21.0,
        "longitude": 105.875,
        "generationtime_ms": 0.04,
        "utc_offset_seconds": 25_200,
        "timezone": "Asia/Ho_Chi_Minh",
        "timezone_abbreviation": "GMT+7",
        "elevation": 12.0,
        "daily_units": {"time": "iso8601", "et0_fao_evapotranspiration": "mm"},
        "daily": {
            "time": [(first + timedelta(days=n)).isoformat() for n in range(len(mm))],
            "et0_fao_evapotranspiration": mm,
        },
    }


class Sky:
    """What it says next, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = b"{}"
        self.asked: list[Mapping[str, list[str]]] = []
        self.base = ""

    def says(self, told: object, status: int = 200) -> None:
        self.body, self.status = json.dumps(told).encode(), status


@contextmanager
def opened() -> Iterator[Sky]:
    sky = Sky()

    class Talk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sky.asked.append(parse_qs(urlsplit(self.path).query))
            self.send_response(sky.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(sky.body)

        def log_message(self, *_words: object) -> None:
            """Tests read the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Talk)
    sky.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield sky
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

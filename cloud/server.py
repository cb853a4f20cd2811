"""The web server around the application; ends open streams before it waits for connections."""

import socket

import uvicorn
from fastapi import FastAPI

from cloud.ending import GRACE_S
from cloud.greenhouses.live import Streams


class Server(uvicorn.Server):
    """A server whose shutdown does not wait for phones that look on."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        await super().shutdown(sockets)


def make_server(app: FastAPI, host: str, port: int) -> Server:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_S,
    )
    return Server(config, app.state.streams)

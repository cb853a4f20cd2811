"""Reads a Mosquitto configuration, ours or an operator's, for what would lay devices open. Pure.

Knows the directives of Mosquitto 2 (mosquitto.conf(5)); what it does not know it lets stand.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cloud.broker.address import stays_here
from cloud.broker.files import MAX_MESSAGE
from cloud.errors import ConfigurationError

_OLD_TLS: Final = frozenset({"tlsv1", "tlsv1.0", "tlsv1.1"})
_PLUGINS: Final = frozenset({"plugin", "auth_plugin"})
_LIMITS: Final = ("message_size_limit", "max_packet_size")


@dataclass(frozen=True)
class Finding:
    """What is wrong, at which line (0: what is missing everywhere), and what to do."""

    line: int
    words: str


@dataclass
class _Listener:
    """A listener, and what stands below it."""

    line: int
    host: str
    own: dict[str, str] = field(default_factory=dict)

    @property
    def is_here(self) -> bool:
        return stays_here(self.host) or self.host.startswith("/")

    @property
    def is_encrypted(self) -> bool:
        return {"certfile", "keyfile"} <= self.own.keys() or "psk_hint" in self.own


@dataclass
class _Read:
    """A configuration, sorted."""

    everywhere: dict[str, str] = field(default_factory=dict)
    listeners: list[_Listener] = field(default_factory=list)
    bridges: list[_Listener] = field(default_factory=list)


def refuse(text: str) -> None:
    """Let a good one pass.

    Raises:
        ConfigurationError: everything that is wrong with it.
    """
    found = findings(text)
    if found:
        raise ConfigurationError(
            "the broker's configuration: " + "; ".join(one.words for one in found)
        )


def findings(text: str) -> Sequence[Finding]:
    """All that lays devices open, in the order of the lines."""
    read = _read(text)
    found = [*_clear(read), *_old_tls(read), *_doors(read), *_bounds(read)]
    return sorted(found, key=lambda one: one.line)


def _clear(read: _Read) -> Iterator[Finding]:
    for one in read.listeners:
        if not one.is_here and not one.is_encrypted:
            yield Finding(
                one.line,
                "this listener is open to the network in clear: give it certfile and keyfile, or "
                "bind it to 127.0.0.1",
            )
    for one in read.bridges:
        if not one.is_here and not {"bridge_cafile", "bridge_capath"} & one.own.keys():
            yield Finding(one.line, "this bridge sends in clear: give it a bridge_cafile")


def _old_tls(read: _Read) -> Iterator[Finding]:
    for one in (*read.listeners, *read.bridges):
        for name in ("tls_version", "bridge_tls_version"):
            if one.own.get(name, "").lower() in _OLD_TLS:
                yield Finding(one.line, f"{one.own[name]} is broken: write tlsv1.2")


def _doors(read: _Read) -> Iterator[Finding]:
    """Who may come in, under whose name, and how far."""
    for line, found in _scopes(read):
        guarded = bool(_PLUGINS & found.keys())
        if found.get("allow_anonymous") == "true":
            yield Finding(line, "allow_anonymous is true: anybody comes in")
        if not guarded and "password_file" not in found and "psk_file" not in found:
            yield Finding(line, "there is no password_file: nobody is asked who they are")
        if not guarded and "acl_file" not in found:
            yield Finding(line, "there is no acl_file: every device reads every other")
        if found.get("use_username_as_clientid") != "true":
            words = "use_username_as_clientid is not true: a device takes another's session"
            yield Finding(line, words)


def _bounds(read: _Read) -> Iterator[Finding]:
    if not any(name in read.everywhere for name in _LIMITS):
        yield Finding(0, f"there is no bound on payloads: write message_size_limit {MAX_MESSAGE}")


def _scopes(read: _Read) -> Iterator[tuple[int, dict[str, str]]]:
    """Where the rules of the door stand: once, or below each listener."""
    if read.everywhere.get("per_listener_settings") != "true":
        merged = dict(read.everywhere)
        for one in read.listeners:
            merged |= one.own
        yield 0, merged
        return
    for one in read.listeners:
        yield one.line, one.own


def _read(text: str) -> _Read:
    read = _Read()
    for number, (name, value) in _directives(text):
        if name in {"listener", "port"}:
            read.listeners.append(_Listener(number, _host(value)))
        elif name == "address" and read.bridges:
            read.bridges[-1].host = value.split(":")[0]
        elif name == "connection":
            read.bridges.append(_Listener(number, ""))
        elif name == "bind_address" and read.listeners:
            read.listeners[-1].host = value
        elif name.startswith("bridge_") and read.bridges:
            read.bridges[-1].own[name] = value
        else:
            _put(read, name, value)
    return read


def _put(read: _Read, name: str, value: str) -> None:
    """Below a listener it is that one's; what holds for all is looked for in both places."""
    if read.listeners:
        read.listeners[-1].own[name] = value
    read.everywhere[name] = value


def _directives(text: str) -> Iterable[tuple[int, tuple[str, str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split(maxsplit=1)
        if words and not words[0].startswith("#"):
            yield number, (words[0], words[1].strip() if len(words) > 1 else "")


def _host(value: str) -> str:
    """`1883 127.0.0.1` or `0 /run/mosquitto.sock`; without a host it is open to all."""
    words = value.split()
    return words[1] if len(words) > 1 else ""

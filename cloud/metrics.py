"""What the service counts of itself, for Prometheus on the internal port.

Every label has few values that the code knows beforehand: no id, no address as it was typed,
nothing of anybody. Counters belong to a process; what the database knows is `cloud.gauges`'.
"""

from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, QueuePool

from cloud.health import Vitals

_DURABLE_S: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Around the goal of 75 ms, and up to the minute a database may be away."""
_ANSWER_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER: Final = "other"
"""A method or address that is none of ours: anybody may send any."""


class Meters:
    """All counters of a process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self.requests = Counter(
            "vuonso_http_requests",
            "Answers by template of the route and status.",
            ("method", "route", "status"),
            registry=registry,
        )
        self.answer_s = Histogram(
            "vuonso_http_answer_seconds",
            "From a request to the head of its answer.",
            buckets=_ANSWER_S,
            registry=registry,
        )
        self._count_ingest(registry)

    def _count_ingest(self, registry: CollectorRegistry) -> None:
        self.batches = Counter(
            "vuonso_ingest_batches", "Batches committed by this worker.", registry=registry
        )
        self.rows = Counter(
            "vuonso_ingest_rows",
            "Samples and events committed by this worker, repeated ones included.",
            registry=registry,
        )
        self.rejected = Counter(
            "vuonso_ingest_rejected",
            "Messages and rows this worker put into quarantine.",
            registry=registry,
        )
        self.durable_s = Histogram(
            "vuonso_ingest_durable_seconds",
            "From a message's receipt until it is committed.",
            buckets=_DURABLE_S,
            registry=registry,
        )
        self.ack_s = Histogram(
            "vuonso_ingest_ack_seconds",
            "From a commit until the device is told of it.",
            buckets=_DURABLE_S,
            registry=registry,
        )

    def answered(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count an answer; `route` is the template, never the path."""
        known = method if method in METHODS else OTHER
        self.requests.labels(known, route or OTHER, str(status)).inc()
        self.answer_s.observe(seconds)

    def show(self, name: str, text: str, value: Callable[[], float]) -> None:
        """A gauge that is asked when somebody looks."""
        Gauge(name, text, registry=self.registry).set_function(value)

    def show_pool(self, engine: Engine) -> None:
        """Connections in use; a pool that is always full makes pages wait."""
        pool = engine.pool
        if isinstance(pool, QueuePool):
            self.show("vuonso_database_pool_used", "Connections in use.", pool.checkedout)
            self.show("vuonso_database_pool_size", "Connections kept open.", pool.size)

    def show_vitals(self, vitals: Vitals) -> None:
        """Every vital as 1 or 0, and how old what it looks at is."""
        self.registry.register(_VitalsCollector(vitals))


class _VitalsCollector(Collector):
    """Asks all vitals when somebody looks."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked when the registry wants names only."""
        return ()

    def collect(self) -> Iterable[Metric]:
        good = GaugeMetricFamily("vuonso_vital_ok", "Whether it is well.", labels=("name",))
        age = GaugeMetricFamily(
            "vuonso_vital_age_seconds", "How old what it looks at is.", labels=("name",)
        )
        for vital in self._vitals.findings():
            good.add_metric((vital.name,), float(vital.ok))
            if vital.age_s is not None:
                age.add_metric((vital.name,), vital.age_s)
        return (good, age)

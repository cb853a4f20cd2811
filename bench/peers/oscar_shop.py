"""A django-oscar shop as its documentation sets it up, for production, asked without a web server.

`bench.peers.oscar` runs it by an interpreter that has django-oscar, which ours has not: hence
no import of it stands here by name. It says what it is, then answers each line of its input.
"""

import io
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit
from wsgiref.util import setup_testing_defaults

A_PAGE: Final = 24
CATEGORIES: Final = 14
IN_STOCK: Final = 60
_PACKAGES: Final = ("django", "django-oscar", "django-oscar-api", "sorl-thumbnail")
_FURTHER: Final = ("sorl.thumbnail", "rest_framework", "oscarapi")
_MIDDLEWARE: Final = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
)
_CONTEXT: Final = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "oscar.apps.search.context_processors.search_form",
    "oscar.apps.checkout.context_processors.checkout",
    "oscar.apps.communication.notifications.context_processors.notifications",
    "oscar.core.context_processors.metadata",
)
_PRAGMAS: Final = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON"

urlpatterns: list[object] = []


def database(url: str) -> Mapping[str, object]:
    """The same database as ours, in Django's words; connections are kept."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        options = {"transaction_mode": "IMMEDIATE", "timeout": 60, "init_command": _PRAGMAS}
        kind = "django.db.backends.sqlite3"
        return {"ENGINE": kind, "NAME": parts.path[1:], "OPTIONS": options, "CONN_MAX_AGE": None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": parts.username,
        "HOST": parse_qs(parts.query).get("host", [parts.hostname])[0],
        "CONN_MAX_AGE": None,
    }


def settings(folder: Path, url: str) -> Mapping[str, object]:
    """Without DEBUG, templates are kept once they are read."""
    defaults = vars(import_module("oscar.defaults"))
    return {
        **{name: told for name, told in defaults.items() if name.isupper()},
        "SECRET_KEY": "shown to nobody",
        "ALLOWED_HOSTS": ["127.0.0.1"],
        "ROOT_URLCONF": __name__,
        "DATABASES": {"default": database(url)},
        "INSTALLED_APPS": [*import_module("oscar").INSTALLED_APPS, *_FURTHER],
        "MIDDLEWARE": _MIDDLEWARE,
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": _CONTEXT},
            }
        ],
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        "HAYSTACK_CONNECTIONS": {
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        "REST_FRAMEWORK": {
            "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
            "PAGE_SIZE": A_PAGE,
        },
        "OSCAR_PRODUCTS_PER_PAGE": A_PAGE,
        "OSCAR_DEFAULT_CURRENCY": "VND",
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "MEDIA_ROOT": str(folder),
        "MEDIA_URL": "/media/",
        "STATIC_URL": "/static/",
        "SITE_ID": 1,
        "USE_TZ": True,
        "LOGGING_CONFIG": None,
    }


def model(name: str) -> type[Any]:
    found: type[Any] = import_module("django.apps").apps.get_model(name)
    return found


def open_shop(folder: Path, url: str) -> None:
    told = import_module("django.conf").settings
    told.configure(**settings(folder, url))
    import_module("django").setup()
    routes, apps = import_module("django.urls"), import_module("django.apps").apps
    urlpatterns.append(routes.path("browse/", _browse()))
    urlpatterns.append(routes.path("api/", routes.include("oscarapi.urls")))
    urlpatterns.append(routes.path("", routes.include(apps.get_app_config("oscar").urls[0])))
    told.MIGRATION_MODULES = {one.label: None for one in apps.get_app_configs()}
    import_module("django.core.management").call_command("migrate", run_syncdb=True, verbosity=0)


def _browse() -> object:
    """Oscar's list from the database: its own asks a search engine, which is left out."""
    product = model("catalogue.Product")
    product.object = property(lambda ware: ware)  # as a search engine's result has it
    return import_module("django.views.generic").ListView.as_view(
        queryset=product.objects.browsable().base_queryset(),
        template_name="oscar/catalogue/browse.html",
        context_object_name="products",
        paginate_by=A_PAGE,
        extra_context={"summary": "All products"},
    )


def furnish(folder: Path, count: int) -> None:
    """Each product with a price, packs, a picture and a category."""
    picture = import_module("PIL.Image").new("RGB", (640, 480), "green")
    picture.save(folder / "one.jpg")
    kind = model("catalogue.ProductClass").objects.create(name="Goods", track_stock=True)
    partner = model("partner.Partner").objects.create(name="HTX")
    category = model("catalogue.Category")
    shelves = [category.add_root(name=f"Shelf {n}") for n in range(CATEGORIES)]
    product = model("catalogue.Product")
    wares = product.objects.bulk_create(
        product(
            title=f"Dưa lưới mẻ {n}", slug=f"dua-luoi-me-{n}", upc=str(n), product_class=kind,
            description="Trồng ở nhà màng, tưới nhỏ giọt.",
        )
        for n in range(count)
    )  # fmt: skip
    stock = model("partner.StockRecord")
    stock.objects.bulk_create(
        stock(
            product=ware, partner=partner, partner_sku=ware.upc, price=50_000,
            price_currency="VND", num_in_stock=IN_STOCK,
        )
        for ware in wares
    )  # fmt: skip
    image = model("catalogue.ProductImage")
    image.objects.bulk_create(image(product=ware, original="one.jpg") for ware in wares)
    place = model("catalogue.ProductCategory")
    place.objects.bulk_create(
        place(product=ware, category=shelves[n % CATEGORIES]) for n, ware in enumerate(wares)
    )


def paths(requests: int) -> Mapping[str, Sequence[str]]:
    """For each kind of page its addresses, drawn from all there are."""
    wares = list(model("catalogue.Product").objects.order_by("id"))
    chance = random.Random(2)  # noqa: S311  # the same pages each time
    pages = [chance.randint(1, -(-len(wares) // A_PAGE)) for _ in range(requests)]
    drawn = [chance.choice(wares) for _ in range(requests)]
    return {
        "list": [f"/browse/?page={n}" for n in pages],
        "product": [one.get_absolute_url() for one in drawn],
        "API list": [f"/api/products/?page={n}" for n in pages],
        "API product": [f"/api/products/{one.pk}/" for one in drawn],
    }


class Door:
    """The shop's application, called as a web server would."""

    def __init__(self) -> None:
        self._application = import_module("django.core.wsgi").get_wsgi_application()
        self._connection = import_module("django.db").connection

    def ask(self, asked: Sequence[str]) -> Mapping[str, float]:
        """Processor time for a request, once warm; the questions and octets of the last one."""
        before = time.process_time()
        for path in asked:
            self._page(path)
        spent = time.process_time() - before
        questions: list[str] = []

        def heard(execute: Callable[..., object], sql: str, *told: object) -> object:
            questions.append(sql)
            return execute(sql, *told)

        with self._connection.execute_wrapper(heard):
            octets = len(self._page(asked[-1]))
        count = sum(not one.startswith("BEGIN") for one in questions)
        return {"cpu_ms": spent * 1_000 / len(asked), "queries": count, "octets": octets}

    def _page(self, path: str) -> bytes:
        address, _mark, query = path.partition("?")
        environ: dict[str, Any] = {"PATH_INFO": quote(address), "QUERY_STRING": query}
        environ |= {"HTTP_HOST": "127.0.0.1", "HTTP_ACCEPT": "application/json, text/html"}
        environ["wsgi.input"] = io.BytesIO()
        setup_testing_defaults(environ)
        told: list[str] = []
        answer = self._application(environ, lambda status, *_headers: told.append(status))
        octets = b"".join(answer)
        answer.close()
        assert told[0].startswith(str(HTTPStatus.OK.value)), (path, told[0])
        return octets


def main(folder: Path, url: str, count: int, requests: int) -> None:
    open_shop(folder, url)
    furnish(folder, count)
    door, asked = Door(), paths(requests)
    print(json.dumps({one: version(one) for one in _PACKAGES}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        answer = door.ask(asked[order["page"]])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

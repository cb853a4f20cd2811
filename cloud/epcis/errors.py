"""What events are refused for."""

from http import HTTPStatus

from cloud.errors import BadRequest, NotFound, TooLarge
from cloud.i18n import _
from traceability.errors import EpcisError


class EventsRefused(BadRequest):
    """A document breaks the schema, or one of its events cannot be kept; none of it was."""

    code = "epcis"
    sentence = _("Sự kiện gửi lên chưa đúng. Chưa nhận sự kiện nào.")

    def __init__(self, error: EpcisError) -> None:
        super().__init__()
        self.detail = str(error)


class TooManyEvents(TooLarge):
    """More than is taken at once."""

    code = "too_many_events"
    sentence = _("Gửi quá nhiều sự kiện một lần.")

    def __init__(self, most: int) -> None:
        super().__init__()
        self.detail = f"a document has at most {most} events; send it in parts"


class NotJson(BadRequest):
    """Neither JSON nor JSON-LD."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "media_type"
    sentence = _("Chỉ nhận sự kiện dạng JSON.")
    detail = "send application/json or application/ld+json"


class OnlyWhole(BadRequest):
    """Asked to keep what is right of a document that is not; all or nothing is kept here."""

    code = "capture_behaviour"
    sentence = _("Ở đây chỉ nhận trọn cả tập sự kiện.")
    detail = "GS1-Capture-Error-Behaviour: only rollback is supported"


class QueryRefused(BadRequest):
    """A query that cannot be answered as it stands."""

    code = "query"
    sentence = _("Câu hỏi về sự kiện chưa đúng.")

    def __init__(self, detail: str) -> None:
        super().__init__()
        self.detail = detail


class TooMuchFound(TooLarge):
    """More events than the asker wants."""

    code = "query_too_large"
    sentence = _("Có nhiều sự kiện hơn số được hỏi.")

    def __init__(self, most: int) -> None:
        super().__init__()
        self.detail = f"more than maxEventCount={most} events were found"


class NoSuchEvent(NotFound):
    """Neither the name nor the hash of an event of the cooperative."""

    detail = "no event or capture job of this name"

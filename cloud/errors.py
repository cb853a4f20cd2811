"""Everything the cloud refuses, as one tree: status, machine code, and a sentence for a person.

CloudError
├── BadRequest 400        ├── Conflict 409
├── Unauthenticated 401   ├── TooLarge 413
├── Forbidden 403         ├── TooMany 429
├── NotFound 404          └── ConfigurationError (never reaches a browser)
└── Unavailable 503
"""

from typing import ClassVar

from cloud.i18n import _


class CloudError(Exception):
    """Base of all refusals; a feature subclasses a branch and gives its own code and sentence."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    sentence: ClassVar[str] = _("Máy chủ gặp lỗi. Lỗi đã được ghi lại.")

    detail: str = ""
    """What a program is told beside the sentence, in English: where in what it sent, and why."""

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params


class BadRequest(CloudError):
    """What a program sent breaks a standard of others, which wants it said like this."""

    status = 400
    code = "bad_request"
    sentence = _("Nội dung gửi lên chưa đúng. Hãy xem lại các ô.")


class Unauthenticated(CloudError):
    """Nobody is logged in."""

    status = 401
    code = "unauthenticated"
    sentence = _("Bạn cần đăng nhập trước.")


class Forbidden(CloudError):
    """The role does not include this."""

    status = 403
    code = "forbidden"
    sentence = _("Tài khoản này không có quyền làm việc đó.")


class ProofNeeded(Forbidden):
    """It weighs much, and the password was shown too long ago."""

    code = "proof_needed"
    sentence = _("Việc này quan trọng. Hãy gõ lại mật khẩu.")


class NotFound(CloudError):
    """It does not exist, or it belongs to someone else."""

    status = 404
    code = "not_found"
    sentence = _("Không tìm thấy trang này.")


class Conflict(CloudError):
    """The request is well formed, but the state of things forbids it."""

    status = 409
    code = "conflict"
    sentence = _("Việc này không làm được lúc này.")


class TooLarge(CloudError):
    """The body is larger than the route takes."""

    status = 413
    code = "too_large"
    sentence = _("Nội dung gửi lên quá lớn.")


class NotAllowed(CloudError):
    """The address exists, but not for this method."""

    status = 405
    code = "method"
    sentence = _("Không tìm thấy trang này.")


class Malformed(CloudError):
    """The request cannot be read; the answer never says what stood in it."""

    status = 422
    code = "malformed"
    sentence = _("Nội dung gửi lên chưa đúng. Hãy xem lại các ô.")


class TooMany(CloudError):
    """Too often in too short a time."""

    status = 429
    code = "too_many"
    sentence = _("Thử quá nhiều lần. Hãy đợi vài phút.")


class Unavailable(CloudError):
    """Something this answer needs does not answer."""

    status = 503
    code = "unavailable"
    sentence = _("Hệ thống đang bận. Hãy thử lại sau ít phút.")


class ConfigurationError(CloudError):
    """The service cannot start; the sentence is for the operator, in English."""

    code = "configuration"

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message

    def __str__(self) -> str:
        return self.message

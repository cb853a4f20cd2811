"""What somebody sends about their own data."""

from typing import Annotated

from pydantic import Field as Bounded
from pydantic import StringConstraints

from cloud.bodies import Body
from cloud.lines import Line


class NameForm(Body):
    """How they are called from now on."""

    name: Annotated[Line, StringConstraints(min_length=2, max_length=80)]


class NumberForm(Body):
    """A new telephone number, and the password that allows it."""

    phone: str = Bounded(max_length=40)
    password: str = Bounded(max_length=200)


class EraseForm(Body):
    """The password that allows an account to be erased."""

    password: str = Bounded(max_length=200)

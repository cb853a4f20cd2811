"""All that is known of one person, for that person: to read, and to take along."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from cloud.accounts import consents
from cloud.accounts.models import Account, Consent, HelpGrant, LoginSession
from cloud.alerts.models import Contact, HearsOf
from cloud.audit.models import AuditEntry
from cloud.cards.models import EntryCard
from cloud.cooperatives.models import Cooperative, Farm, Membership
from cloud.diary import service as diary
from cloud.diary.models import Work
from cloud.diary.service import Shown
from cloud.market import bells
from cloud.practice import service as practice
from cloud.practice.rules import Lesson
from cloud.principal import Principal, Role


@dataclass(frozen=True)
class Home:
    """A cooperative somebody belongs to."""

    cooperative: str
    role: Role


@dataclass(frozen=True)
class Agreed:
    """A consent: to which words, when, and until when."""

    notice: str
    language: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class LoggedIn:
    """A browser that is logged in."""

    browser: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Card:
    """A printed card that opens a farm."""

    farm: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Help:
    """Leave to act for somebody; who the other one is, is theirs to tell."""

    given: bool
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Wrote:
    """A line in the diary, and where its photos and its voice are; those are files' names too."""

    at: datetime
    day: date
    zone: str
    work: Work
    note: str
    struck: bool
    photos: tuple[str, ...]
    voice: str


@dataclass(frozen=True)
class Learnt:
    """A lesson finished on a practice greenhouse."""

    lesson: Lesson
    done_at: datetime


@dataclass(frozen=True)
class Done:
    """A line of the record about this person's deeds."""

    at: datetime
    action: str
    subject: str
    detail: dict[str, str | int]


@dataclass(frozen=True)
class Known:
    """Everything; passwords and PINs are kept as hashes that nobody can read, and not here."""

    name: str
    phone: str
    language: str
    created_at: datetime
    cooperatives: tuple[Home, ...]
    consents: tuple[Agreed, ...]
    browsers: tuple[LoggedIn, ...]
    cards: tuple[Card, ...]
    help: tuple[Help, ...]
    contacts: tuple[str, ...]
    """Addresses at which they are told of alerts: mail, a chat, a group, a browser's service."""
    hears_of: tuple[str, ...]
    """The farms of which they want to be told."""
    hears_of_orders: tuple[str, ...]
    """The cooperatives of whose orders they want to be told."""
    diary: tuple[Wrote, ...]
    lessons: tuple[Learnt, ...]
    record: tuple[Done, ...]

    @property
    def has_photos(self) -> bool:
        return any(one.photos or one.voice for one in self.diary)

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def known(session: Session, principal: Principal) -> Known:
    account_id = principal.account_id
    account = session.get_one(Account, account_id)
    return Known(
        name=account.name,
        phone=account.phone,
        language=account.language,
        created_at=account.created_at,
        cooperatives=_homes(session, account_id),
        consents=tuple(_agreed(one) for one in consents.given(session, account_id)),
        browsers=_browsers(session, account_id),
        cards=_cards(session, account_id),
        help=_help(session, account_id),
        contacts=_contacts(session, account_id),
        hears_of=_hears_of(session, account_id),
        hears_of_orders=bells.of_account(session, account_id),
        diary=tuple(_wrote(shown) for shown in diary.of_account(session, account_id)),
        lessons=tuple(
            Learnt(one.lesson, one.done_at) for one in practice.of_account(session, account_id)
        ),
        record=_record(session, account_id),
    )


def _homes(session: Session, account_id: int) -> tuple[Home, ...]:
    found = session.exec(
        select(Cooperative, Membership)
        .join(Membership, col(Membership.cooperative_id) == col(Cooperative.id))
        .where(Membership.account_id == account_id)
        .order_by(col(Membership.id))
    )
    return tuple(Home(cooperative.name, member.role) for cooperative, member in found)


def _agreed(consent: Consent) -> Agreed:
    return Agreed(consent.notice, consent.language, consent.given_at, consent.withdrawn_at)


def _browsers(session: Session, account_id: int) -> tuple[LoggedIn, ...]:
    own = select(LoginSession).where(LoginSession.account_id == account_id)
    found = session.exec(own.order_by(col(LoginSession.id)))
    return tuple(LoggedIn(one.browser, one.created_at, one.seen_at) for one in found)


def _cards(session: Session, account_id: int) -> tuple[Card, ...]:
    found = session.exec(
        select(EntryCard, Farm)
        .join(Farm, col(Farm.id) == col(EntryCard.farm_id))
        .where(EntryCard.account_id == account_id)
        .order_by(col(EntryCard.id))
    )
    return tuple(Card(farm.name, card.created_at, card.expires_at) for card, farm in found)


def _help(session: Session, account_id: int) -> tuple[Help, ...]:
    mine = (col(HelpGrant.account_id) == account_id) | (col(HelpGrant.helper_id) == account_id)
    found = session.exec(select(HelpGrant).where(mine).order_by(col(HelpGrant.id)))
    return tuple(
        Help(one.account_id == account_id, one.created_at, one.expires_at) for one in found
    )


def _contacts(session: Session, account_id: int) -> tuple[str, ...]:
    own = select(Contact.address).where(Contact.account_id == account_id)
    return tuple(session.exec(own.order_by(col(Contact.id))))


def _hears_of(session: Session, account_id: int) -> tuple[str, ...]:
    chosen = select(Farm.name).join(HearsOf, col(HearsOf.farm_id) == col(Farm.id))
    return tuple(session.exec(chosen.where(HearsOf.account_id == account_id).order_by(Farm.name)))


def _wrote(shown: Shown) -> Wrote:
    entry, photos = shown.entry, tuple(f"/anh/{photo}" for photo in shown.photos)
    return Wrote(
        entry.created_at,
        entry.day,
        shown.zone.name,
        entry.work,
        entry.note,
        entry.struck,
        photos,
        f"/tieng/{shown.voice}" if shown.voice else "",
    )


def _record(session: Session, account_id: int) -> tuple[Done, ...]:
    theirs = col(AuditEntry.actor_id) == account_id
    helped = col(AuditEntry.on_behalf_of_id) == account_id
    found = session.exec(select(AuditEntry).where(theirs | helped).order_by(col(AuditEntry.id)))
    return tuple(Done(one.at, one.action.value, one.subject, dict(one.detail)) for one in found)

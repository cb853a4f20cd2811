"""All tables, so that `SQLModel.metadata` is whole; each feature has its line."""

from sqlmodel import SQLModel

import cloud.accounts.models
import cloud.alerts.models
import cloud.audit.models
import cloud.cards.models
import cloud.channels.models
import cloud.chores
import cloud.cooperatives.models
import cloud.devices.models
import cloud.diary.models
import cloud.epcis.models
import cloud.growing.models
import cloud.help.models
import cloud.joining.models
import cloud.lots.models
import cloud.market.models
import cloud.media.models
import cloud.members.models
import cloud.orders.billing
import cloud.orders.letters
import cloud.orders.models
import cloud.passports.models
import cloud.payments.models
import cloud.practice.models
import cloud.products.models
import cloud.products.window
import cloud.recovery.models
import cloud.reviews.models
import cloud.scans.models
import cloud.shipping.models
import cloud.stamps.models
import cloud.supplies.models
import cloud.telemetry.models
import cloud.tokens.models
import cloud.transparency.models
import cloud.weather.models

METADATA = SQLModel.metadata

MODELS = (
    cloud.accounts.models,
    cloud.alerts.models,
    cloud.audit.models,
    cloud.cards.models,
    cloud.channels.models,
    cloud.chores,
    cloud.cooperatives.models,
    cloud.devices.models,
    cloud.diary.models,
    cloud.epcis.models,
    cloud.growing.models,
    cloud.help.models,
    cloud.joining.models,
    cloud.lots.models,
    cloud.market.models,
    cloud.media.models,
    cloud.members.models,
    cloud.orders.billing,
    cloud.orders.letters,
    cloud.orders.models,
    cloud.passports.models,
    cloud.payments.models,
    cloud.practice.models,
    cloud.products.models,
    cloud.products.window,
    cloud.recovery.models,
    cloud.reviews.models,
    cloud.scans.models,
    cloud.shipping.models,
    cloud.stamps.models,
    cloud.supplies.models,
    cloud.telemetry.models,
    cloud.transparency.models,
    cloud.weather.models,
    cloud.tokens.models,
)

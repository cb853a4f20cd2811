"""Writes docs/wire.md out of `wire/`: topics, messages, codes. Run it after changing the contract.

python -m tests.docs.wire_reference
"""

import re
from enum import Enum
from pathlib import Path
from typing import Final

from tests.docs.tables import model_table
from wire import codes, messages, topics
from wire.backfill import Backfill

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "wire.md"
DEVICE: Final = "abcdefgh234567ab"
MESSAGES: Final = (
    (topics.Up.BIRTH, messages.Birth, "on every connect, again until an ack carries its nonce"),
    (topics.Up.WILL, messages.Will, "by the broker, when the link breaks"),
    (topics.Up.LIVE, messages.Sample, "live samples, one or a list of at most 64"),
    (topics.Up.EVENT, messages.Event, "what happened, one or a list of at most 64"),
    (topics.Up.ASK, messages.Ask, "before a command moves a pin"),
    (topics.Down.ACK, messages.Ack, "after the rows were committed"),
    (topics.Down.READS, messages.Reads, "before the ack of a birth"),
    (topics.Down.CMD, messages.Command, "a person's wish"),
    (topics.Down.GO, messages.Go, "the answer to `ask`"),
    (topics.Down.DESIRED, messages.Desired, "retained desired settings"),
)
PARTS: Final = (messages.ZoneInfo, messages.Sensor, messages.ZoneSettings, messages.DesiredDoc)
CODES: Final = (
    codes.Op,
    codes.EventKind,
    codes.ZoneState,
    codes.Reason,
    codes.Fault,
    codes.SensorFault,
    codes.Refusal,
    codes.Crop,
    codes.SettingFault,
    codes.Cause,
    codes.Ended,
    codes.ClockQuality,
    codes.Metric,
)
OPENING: Final = f"""# The wire

Generated from `wire/` by `python -m tests.docs.wire_reference`; a test keeps it true.

Edge and cloud meet only here: MQTT 3.1.1, QoS 1, compact JSON with sorted keys. The broker is a
pipe that may forget everything: the edge keeps a row until the cloud's own `ack`, sent after
commit, and the cloud keeps one row per `(device, e, s)` however often it arrives.

A device logs in with its id as user name and client id. The broker's rules for all devices:

```
{chr(10).join(topics.ACL_PATTERNS)}
```

## Topics
"""


def page() -> str:
    parts = [OPENING, _topics(), "\n## Messages\n"]
    parts += [model_table(model) for _, model, _ in MESSAGES]
    parts.append(model_table(Backfill))
    parts += ["\n## Parts of messages\n", *(model_table(model) for model in PARTS)]
    parts += ["\n## Codes\n", *(_codes(kind) for kind in CODES)]
    return "".join(parts)


def _topics() -> str:
    rows = ["| topic | body | when |\n|---|---|---|\n"]
    for kind, model, when in MESSAGES:
        rows.append(f"| `{_topic(kind)}` | {model.__name__} | {when} |\n")
    backfill = _topic(topics.Up.BACKFILL)
    rows.append(f"| `{backfill}` | Backfill | rows the cloud has not acknowledged, in columns |\n")
    return "".join(rows)


def _topic(kind: topics.Up | topics.Down) -> str:
    topic = topics.up(DEVICE, kind) if isinstance(kind, topics.Up) else topics.down(DEVICE, kind)
    return topic.replace(DEVICE, "{device}")


def _codes(kind: type[Enum]) -> str:
    source = Path(codes.__file__).read_text("utf-8")
    body = source.partition(f"class {kind.__name__}(")[2].partition("\nclass ")[0]
    rows = [f"\n### {kind.__name__}\n\n{kind.__doc__}\n\n"]
    for member in kind:
        comment = re.search(rf"^    {member.name} = [^#\n]+#\s*(.+)$", body, re.MULTILINE)
        name = (
            f"`{member.value}` {member.name.lower()}"
            if issubclass(kind, int)
            else f"`{member.value}`"
        )
        rows.append(f"- {name}" + (f": {comment[1]}" if comment else "") + "\n")
    return "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")

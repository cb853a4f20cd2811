"""A device's connection to a real broker, and what it heard."""

from dataclasses import dataclass, field

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from cloud.broker.address import BrokerAddress
from cloud.telemetry.reader import Incoming
from tests.cloud.conftest import Seeded
from tests.cloud.telemetry.sender import Sender
from wire import codec, topics
from wire.codes import Op
from wire.messages import Ack
from wire.messages import Command as WireCommand
from wire.topics import Down, Up


@dataclass
class Radio:
    """A device's connection."""

    seeded: Seeded
    address: BrokerAddress
    heard: list[MQTTMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        identity = self.seeded.identity
        self.me = Sender(identity.device)
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id=identity.device, clean_session=False
        )
        self.client.username_pw_set(identity.device, identity.secret)
        self.client.on_message = lambda _client, _userdata, message: self.heard.append(message)
        self.client.connect(self.address.host, self.address.port)
        self.client.loop_start()
        self.client.subscribe(topics.down_filter(identity.device), qos=1)

    def send(self, message: Incoming) -> None:
        self.client.publish(message.topic, message.payload, qos=1)

    def payloads(self, kind: Down) -> list[bytes]:
        topic = topics.down(self.me.device, kind)
        return [bytes(message.payload) for message in self.heard if message.topic == topic]

    def acked(self) -> int:
        """Up to where the cloud says that everything is durable."""
        return max((codec.decode(Ack, body).upto for body in self.payloads(Down.ACK)), default=0)

    def commands(self, op: Op) -> list[WireCommand]:
        found = [codec.decode(WireCommand, body) for body in self.payloads(Down.CMD)]
        return [command for command in found if command.op is op]

    def is_answered(self) -> bool:
        """Knock: a broker has nowhere to keep what comes before its first worker."""
        self.send(self.me.say(Up.BIRTH, self.me.birth()))
        return bool(self.payloads(Down.ACK))

    def knows_stops(self, count: int) -> bool:
        return len(self.commands(Op.STOP)) == count

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

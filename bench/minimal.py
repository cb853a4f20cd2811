"""What a good hobbyist writes in an afternoon: paho, gpiozero, a pump, two valves, six probes.

The yardstick of `bench/edge.py`: same pins, same converter, one reading a second, one message a
minute. It stores nothing, guards nothing and knows no person.
"""

import json
import signal
import threading

from gpiozero import MCP3008, DigitalInputDevice, OutputDevice
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

VALVES, PUMP, METER, PROBES = (17, 27), 5, 6, range(6)
REPORT_EVERY = 60


def main(broker_port: int) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())
    valves = [OutputDevice(pin) for pin in VALVES]
    pump = OutputDevice(PUMP)
    meter = DigitalInputDevice(METER, pull_up=True)
    probes = [MCP3008(channel) for channel in PROBES]

    def water(_client: Client, _data: object, message: MQTTMessage) -> None:
        order = json.loads(message.payload)
        valves[order["valve"]].on()
        pump.on()
        stop.wait(order["seconds"])
        pump.off()
        valves[order["valve"]].off()

    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = water
    client.connect_async("127.0.0.1", broker_port)
    client.loop_start()
    seconds = 0
    while not stop.is_set():
        values = [probe.value for probe in probes]
        if seconds % REPORT_EVERY == 0:
            client.publish("greenhouse", json.dumps({"moisture": values, "flow": meter.value}))
        seconds += 1
        stop.wait(1.0)
    client.loop_stop()

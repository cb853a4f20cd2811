"""The managed MQTT broker: its files, its process, and its stand-in where there is none."""

"""The operator's desk: what whoever runs the server does with broker and devices."""

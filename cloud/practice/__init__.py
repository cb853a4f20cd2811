"""Practising on a greenhouse that is not there, lesson by lesson, with the real agent in it."""

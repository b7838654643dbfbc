"""Answers: what the page asks for, made of layers. No store, no web: tables in, plain values or bytes out."""

"""Pages: a layout, pure functions, and their wiring in `register(app, queries)`."""

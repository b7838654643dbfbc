"""What it means: events in, layer tables out. Numbers, no drawing, no web, no database."""

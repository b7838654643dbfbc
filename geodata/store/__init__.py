"""The store: events, rejections, national totals and the suppressed table, in SQLite or PostgreSQL."""

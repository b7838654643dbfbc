"""Files that a viewer takes along: one HTML map, CSV, XLSX. Pure functions: tables in, bytes out; no Dash, no store, no clock."""

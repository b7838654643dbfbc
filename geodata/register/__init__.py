"""The register: who paid for what, where, since when, and who says so. Tables in `files/`, each row with its sources."""

"""Parts of pages that more than one place uses."""

"""How people meet it: pages, maps, languages, exports."""

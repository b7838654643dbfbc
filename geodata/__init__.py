"""What we know: the model of a report and an event, places, the border line, the store, what a role may see."""

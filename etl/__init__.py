"""How we come to know it: raw report in, located event saved."""

"""Nearby: is the viewer's browser on this very machine? Then a large answer is sent as it is: packing it takes longer than its way."""

from ipaddress import ip_address

from flask import request

#: What a proxy in front of the page leaves in a request: behind one the viewer may be anywhere.
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def is_nearby() -> bool:
    """Does the present request come from this machine, with nobody in between?"""
    try:
        from_here = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return from_here and not any(name in request.headers for name in FORWARDED)

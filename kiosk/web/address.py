"""Addresses that come from outside, made harmless."""

from urllib.parse import urlsplit


def local_path(back: str) -> str:
    """A path of this kiosk, and never another's: what does not begin with one slash goes home.

    >>> local_path("/sheets/K7QD.000001?x=1"), local_path("//evil.example/"), local_path("https://evil.example")
    ('/sheets/K7QD.000001?x=1', '/', '/')
    """
    plain = back.startswith("/") and not back.startswith("//")
    return back if plain and back.isprintable() and "\\" not in back else "/"


def own_path(address: str, host: str) -> str:
    """The path of a page of this host, as a browser names where it comes from; home for any other and for what is no address.

    >>> own_path("http://localhost:8480/find?q=1", "localhost:8480"), own_path("http://evil.example/find", "localhost:8480")
    ('/find?q=1', '/')
    >>> own_path("http://[", "localhost:8480")
    '/'
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return local_path(parts._replace(scheme="", netloc="").geturl()) if parts.netloc == host else "/"

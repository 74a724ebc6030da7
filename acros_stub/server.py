"""gunicorn, started from Python: one process with threads, since SQLite has one writer and readers share its cache."""

from typing import TYPE_CHECKING, Any, Final

from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_THREADS: Final = 16


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with our settings and no configuration file."""

    def __init__(self, app: "WSGIApplication", settings: dict[str, Any]) -> None:
        self._app = app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Settings by name, as gunicorn wants them."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        """The application, made before the fork; it opens nothing until it is asked."""
        return self._app


def run(app: "WSGIApplication", bind: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = {
        "bind": bind,
        "worker_class": "gthread",
        "workers": 1,
        "threads": _THREADS,
        "graceful_timeout": 2,
        "keepalive": 60,
        "control_socket_disable": True,
    }
    _Server(app, settings).run()

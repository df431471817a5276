"""How gunicorn serves a service, in the image and in the sandbox alike; the address is given on its command line.

One process with threads: metrics are counted per process, and a cluster scales by replicas.
"""

from __future__ import annotations

import os

workers = 1
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
backlog = 256

timeout = 60  # of a worker that does not answer at all; a slow upload keeps its thread, not its worker
graceful_timeout = 20
keepalive = 5

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

accesslog = None  # request lines hold query strings; the services log what may be logged
control_socket_disable = True

# Of gunicorn's own lines the wording without what it fills in (addresses with their queries); of an exception that
# breaks an answer off, the class and the places.
logconfig_dict = {
    "root": {"level": "WARNING", "handlers": ["console"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "places"}},
    "formatters": {
        "places": {
            "()": "shared.observability.PlacesOnly",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(msg)s",
        }
    },
}

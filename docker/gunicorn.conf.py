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
errorlog = "-"
loglevel = "warning"
control_socket_disable = True

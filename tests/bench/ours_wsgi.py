"""What granian's worker loads: the whole web process, with its logs open as in `teachback serve`."""

import os

from connector.app import create_wsgi
from connector.config import read_settings
from connector.logs import open_logs

open_logs()
wsgi = create_wsgi(read_settings(os.environ, doors=True))

"""`python -m tests.prism SPECIFICATION`: every call and answer, judged by Atlassian's OpenAPI."""

import sys

from tests.prism.proxy import main

sys.exit(main())

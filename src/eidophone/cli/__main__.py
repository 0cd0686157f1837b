"""``python -m eidophone.cli``."""

import sys

from eidophone.cli import main

sys.exit(main())

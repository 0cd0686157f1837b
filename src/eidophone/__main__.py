"""``python -m eidophone``."""

import sys

from eidophone.faces.cli import main

sys.exit(main())

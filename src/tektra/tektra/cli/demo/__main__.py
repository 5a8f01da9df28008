# SPDX-License-Identifier: Apache-2.0
"""`python -m tektra.cli.demo`."""

import sys

from tektra.cli.demo.main import main

sys.exit(main())

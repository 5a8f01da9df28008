# SPDX-License-Identifier: Apache-2.0
import sys

from tektra.sim.main import main

sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""Language models: which there are, what one is shown, and how its answer is read."""

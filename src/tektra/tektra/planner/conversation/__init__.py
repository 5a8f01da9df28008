# SPDX-License-Identifier: Apache-2.0
"""What becomes of a request, and what is kept of it."""

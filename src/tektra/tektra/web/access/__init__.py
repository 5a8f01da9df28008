# SPDX-License-Identifier: Apache-2.0
"""Who comes in and what they may do: accounts, sessions, tickets, limits, and who holds which robot."""

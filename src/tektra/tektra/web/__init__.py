# SPDX-License-Identifier: Apache-2.0
"""web: the gateway through which people in browsers, and programs, talk to Tektra: REST, one socket, sign-in."""

# SPDX-License-Identifier: Apache-2.0
"""What touches the outside: the database, the server, and a stand-in for the graph."""

# SPDX-License-Identifier: Apache-2.0
"""What goes over REST and the socket, each thing defined once: OpenAPI and the page's types are made from it."""

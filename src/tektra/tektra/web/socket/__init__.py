# SPDX-License-Identifier: Apache-2.0
"""The one socket of a page: typed messages, their binary form, and what each page hears."""

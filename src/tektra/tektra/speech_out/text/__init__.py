# SPDX-License-Identifier: Apache-2.0
"""Written text into what is said: Markdown, numbers, units, dates, currencies, abbreviations, by the data of its language."""

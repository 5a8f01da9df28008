# SPDX-License-Identifier: Apache-2.0
"""Figures of one's own (VRM files): checked before anything reads them deeply, and kept in a folder."""

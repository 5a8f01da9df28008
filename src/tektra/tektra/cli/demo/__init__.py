# SPDX-License-Identifier: Apache-2.0
"""`tektra demo`: the whole path once, on real input, checked by the simulator's own pose."""

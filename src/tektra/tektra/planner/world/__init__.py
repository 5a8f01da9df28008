# SPDX-License-Identifier: Apache-2.0
"""Who is here and what is so: robots as they announce themselves, the safety gate, what the camera sees."""

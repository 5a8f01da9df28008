# SPDX-License-Identifier: Apache-2.0
"""What the measurements of hearing share: many synthetic speakers, and what they say."""

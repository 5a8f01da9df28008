# SPDX-License-Identifier: Apache-2.0
"""What any stage may know about words: where sentences part, what stops, which language, numbers and quantities.

No model, no ROS, no state. What differs between languages lies in config/language/<code>/.
"""

# SPDX-License-Identifier: Apache-2.0
"""An independent model of the rules, written without the C sources."""

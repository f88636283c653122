#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One whole practice sale in the terminal, explained step by step: ./dev run calls it where there is no display.
# headless-demo.sh [BUILD_DIR]
set -eu
cd "$(dirname "$0")/../.."
exec "${1:-build}/src/cli/till-cli" --training demo

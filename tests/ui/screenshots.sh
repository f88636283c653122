#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pictures of every page, for people to look at: screenshots.sh [BUILD-FOLDER] [PATTERN]. English and Chinese, light and dark, two screens, and a column,
# high contrast and large text; into BUILD-FOLDER/screenshots. A PATTERN such as "zh-dark-1024x600" makes only those.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$top/build}
pattern=${2:-}
out=$build/screenshots
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GSETTINGS_BACKEND=memory TILL_DATA_DIR="$top/data" LC_ALL=C.UTF-8

# name language size font-points; further settings come from the environment
shoot() {
  name=$1
  case $name in *"$pattern"*) ;; *) return 0 ;; esac
  mkdir -p "$work/gtk-4.0"
  printf '[Settings]\ngtk-font-name=Noto Sans CJK SC %s\n' "$4" >"$work/gtk-4.0/settings.ini"
  LANGUAGE=$2 XDG_CONFIG_HOME=$work "$top/tests/ui/run-ui" "$3" "$build/tests/ui/shoot-window" "$build/src/app/till" "$out/$name" \
    "${3%x*}" "${3#*x}" 2>"$out/$name.log" || { echo "no pictures of $name: see $out/$name.log"; failed=1; }
}

failed=0
for size in 1366x768 1024x600; do
  shoot "en-light-$size" en $size 11
  shoot "zh-light-$size" zh_CN $size 11
  ADW_DEBUG_COLOR_SCHEME=prefer-dark shoot "en-dark-$size" en $size 11
  ADW_DEBUG_COLOR_SCHEME=prefer-dark shoot "zh-dark-$size" zh_CN $size 11
done
shoot en-light-1706x768 en 1706x768 11
shoot zh-light-1706x768 zh_CN 1706x768 11
shoot en-light-360x720 en 360x720 11
ADW_DEBUG_HIGH_CONTRAST=1 shoot en-contrast-1366x768 en 1366x768 11
ADW_DEBUG_HIGH_CONTRAST=1 ADW_DEBUG_COLOR_SCHEME=prefer-dark shoot en-contrast-dark-1366x768 en 1366x768 11
shoot en-large-1366x768 en 1366x768 22
exit $failed

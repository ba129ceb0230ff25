#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the released program is protected with, as its file says. Usage: hardening.sh PROGRAM
set -euo pipefail

program=$1
failed=0

# Usage: check TEXT PATTERN READELF-OPTION
check() {
  local text=$1 pattern=$2
  if LC_ALL=C readelf -W "$3" "$program" | grep -E -- "$pattern" >/dev/null; then
    echo "ok      $text"
  else
    failed=1
    echo "FAILED  $text"
  fi
}

check "position-independent" '\(FLAGS_1\).*\bPIE\b' -d
check "relocations are read-only" '^ *GNU_RELRO' -l
check "and all bound at start" '\(FLAGS_1\).*\bNOW\b' -d
check "the stack is not executable" '^ *GNU_STACK .* RW +0x' -l
check "stack protector" '\b__stack_chk_fail\b' --dyn-syms
check "fortified library calls" '\b__(memcpy|snprintf|vsnprintf|read|recv|fprintf|strcpy|memset|memmove)_chk\b' --dyn-syms
if LC_ALL=C readelf -W -d "$program" | grep -E "\((RPATH|RUNPATH)\)" >/dev/null; then
  failed=1
  echo "FAILED  libraries come from the system alone"
fi
exit "$failed"

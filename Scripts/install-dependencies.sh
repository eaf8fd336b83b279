#!/bin/sh
# Installs what building needs and the machine lacks: libhdf5 (the trainer writes with it), pkg-config, zlib.
# With the argument aarch64 also what compiles for 64-bit ARM and runs it under emulation (Debian and Ubuntu).
set -eu
say() { echo "$*" >&2; }

swift=${SWIFT:-swift}
# The first word: a tool may stand before it that finds it.
if ! command -v "${swift%% *}" >/dev/null 2>&1; then
  say "There is no ${swift%% *} here. Swiftlet needs a Swift 6.3 toolchain: https://www.swift.org/install"
  exit 1
fi

if [ "$(uname -s)" = Darwin ]; then
  if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists hdf5; then exit 0; fi
  if ! command -v brew >/dev/null 2>&1; then
    say "libhdf5 and pkg-config are missing, and so is brew; install them: brew install hdf5 pkg-config"
    exit 1
  fi
  brew install hdf5 pkg-config
  exit 0
fi

missing=""
command -v pkg-config >/dev/null 2>&1 || missing="$missing pkg-config"
{ command -v pkg-config >/dev/null 2>&1 && pkg-config --exists hdf5; } || missing="$missing libhdf5-dev"
[ -e /usr/include/zlib.h ] || missing="$missing zlib1g-dev"
# venv is a package of its own on Debian.
python3 -c 'import ensurepip' >/dev/null 2>&1 || missing="$missing python3-venv"
if [ "${1:-}" = aarch64 ]; then
  command -v aarch64-linux-gnu-gcc >/dev/null 2>&1 || missing="$missing gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
  command -v qemu-aarch64-static >/dev/null 2>&1 || missing="$missing qemu-user-static"
fi
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  say "These packages are missing, and there is no apt-get to install them with:$missing"
  exit 1
fi
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else
  say "These packages are missing; install them as root: apt-get install$missing"
  exit 1
fi
say "Installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq $missing >/dev/null

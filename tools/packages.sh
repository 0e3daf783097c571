# Sourced by quickstart and check: what this project needs from Debian 12, and their small helpers.
BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkgconf protobuf-compiler protobuf-c-compiler
  libprotobuf-c-dev libevent-dev libssl-dev liblmdb-dev libfyaml-dev libjansson-dev libcsv-dev
  libdeflate-dev libsodium-dev liburcu-dev uthash-dev libcmocka-dev openssl"
TEST_PACKAGES="python3 python3-protobuf python3-hypothesis python3-cryptography python3-yaml faketime
  libfaketime
  mandoc patch"

# What a release is: the programs, without the tests. One claim runs through more code than the
# first-level cache holds: the smaller code of -O2 with link-time inlining settles a tenth more than
# -O3 without (measured with tools/bench).
RELEASE_OPTIONS="--buildtype=release -Doptimization=2 -Db_lto=true"
RELEASE_TARGETS="daemon/copayd tools/copay/copay tools/copayctl/copayctl
  tools/copay-policy/copay-policy tools/copay-replay/copay-replay"
# What tools/bench measures with, beside a release, and whom it compares with on request.
BENCH_TARGETS="tests/bench/bench-adjudicate tests/bench/bench-audit tests/bench/bench-codec tests/bench/bench-append
  tests/bench/bench-checkpoint tests/bench/bench-echo"
PEER_PACKAGES="postgresql-15 postgresql-client-15"

begun=$SECONDS
step() {
  printf '== %4d s  %s\n' "$((SECONDS - begun))" "$*"
}

install_packages() {
  mkdir -p build
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "installing from Debian: ${missing[*]}"
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >build/apt.log 2>&1 || { cat build/apt.log; return 1; }
}

# Runs meson or ninja; its words are shown only when it fails.
quietly() {
  "$@" >build/last.log 2>&1 || { cat build/last.log; return 1; }
  tail -n 1 build/last.log
}

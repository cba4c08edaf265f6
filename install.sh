#!/bin/sh
# Installs awsp from its release page, after checking the archive against the release's list of checksums:
#
#   curl -fsSL @REPOSITORY@/releases/latest/download/install.sh | sh
#
# AWSP_BIN      the folder for the program, by default ~/.local/bin
# AWSP_VERSION  another version than @VERSION@
# AWSP_URL      a mirror of the release's files: an address or a folder
#
# It writes the program and its man pages, and changes no start-up file.
#
# shellcheck disable=SC2310 # A function whose failure is handled needs no `set -e`.
# shellcheck disable=SC2312 # An empty answer of `uname` or `--version` is handled.

set -eu
umask 022

say() {
    printf 'awsp: %s\n' "$*"
}

fail() {
    printf 'awsp: %s\n' "$1" >&2
    [ -z "${2-}" ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# The name of this machine in the names of the archives.
target() {
    system=$(uname -s) machine=$(uname -m)
    case ${machine} in
        x86_64 | amd64) machine=x86_64 ;;
        aarch64 | arm64) machine=aarch64 ;;
        *) fail "there is no archive for ${system} on ${machine}" "cargo install --path . --locked" ;;
    esac
    case ${system} in
        Linux) echo "${machine}-unknown-linux-musl" ;;
        Darwin) echo "${machine}-apple-darwin" ;;
        *) fail "there is no archive for ${system} on ${machine}" "cargo install --path . --locked" ;;
    esac
}

# Downloads a file of the release, or copies it if AWSP_URL is a folder.
fetch() {
    case ${url} in
        /*) cp "${url}/$1" "$2" || fail "no ${url}/$1" ;;
        *)
            if has curl; then
                curl -fsSL --retry 2 --max-time 300 -o "$2" "${url}/$1" || fail "cannot download ${url}/$1"
            elif has wget; then
                wget -q -O "$2" "${url}/$1" || fail "cannot download ${url}/$1"
            else
                fail "there is no curl or wget to download with"
            fi
            ;;
    esac
}

# The SHA-256 checksum of a file.
sum() {
    if has sha256sum; then
        sha256sum "$1" | cut -d ' ' -f 1
    elif has shasum; then
        shasum -a 256 "$1" | cut -d ' ' -f 1
    elif has openssl; then
        openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1
    else
        fail "there is no sha256sum, shasum or openssl to check the archive with"
    fi
}

# Copies the program beside its place and renames it: a shell that starts it at this moment gets the old or the new one.
put() {
    cp "$1" "${bin}/.awsp.$$" && chmod 755 "${bin}/.awsp.$$" && mv -f "${bin}/.awsp.$$" "${bin}/awsp"
}

main() {
    version=${AWSP_VERSION:-@VERSION@}
    version=${version#v}
    case ${version} in
        @*) fail "this install.sh belongs to no release: use the one on the release page" ;;
        *) ;;
    esac
    url=${AWSP_URL:-@REPOSITORY@/releases/download/v${version}}
    bin=${AWSP_BIN:-${HOME:?}/.local/bin}
    # Absolute and without a slash at the end, as PATH has it.
    case ${bin} in
        /*) ;;
        *) bin=${PWD}/${bin} ;;
    esac
    bin=${bin%/}
    name=awsp-v${version}-$(target)

    another_folder='AWSP_BIN=~/bin sh install.sh'
    temporary=$(mktemp -d)
    trap 'rm -rf "${temporary}"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP

    fetch SHA256SUMS "${temporary}/SHA256SUMS"
    fetch "${name}.tar.gz" "${temporary}/archive"
    # The whole name must match, not only its end.
    wanted=$(awk -v name="${name}.tar.gz" '$2 == name || $2 == "*" name { print $1; exit }' "${temporary}/SHA256SUMS")
    [ -n "${wanted}" ] || fail "SHA256SUMS has no line for ${name}.tar.gz: nothing was installed"
    found=$(sum "${temporary}/archive")
    [ "${found}" = "${wanted}" ] ||
        fail "${name}.tar.gz has a wrong checksum: nothing was installed (it is ${found}, not ${wanted})"

    tar -xzf "${temporary}/archive" -C "${temporary}" || fail "cannot unpack ${name}.tar.gz"
    # Before the old program is replaced: the new one must run on this machine.
    "${temporary}/${name}/awsp" --version >/dev/null || fail "the program of ${name}.tar.gz does not run on this machine"
    mkdir -p "${bin}" || fail "cannot make ${bin}" "${another_folder}"
    put "${temporary}/${name}/awsp" || {
        rm -f "${bin}/.awsp.$$"
        fail "cannot write ${bin}/awsp" "${another_folder}"
    }
    say "installed $("${bin}/awsp" --version) as ${bin}/awsp"
    man_pages
    next_steps
}

# man finds share/man beside a bin folder by itself.
man_pages() {
    man=${bin%/*}/share/man
    for page in "${temporary}/${name}"/man/man[1-8]/*.gz; do
        [ -e "${page}" ] || return 0
        section=$(basename "$(dirname "${page}")")
        if ! mkdir -p "${man}/${section}" || ! cp "${page}" "${man}/${section}/"; then
            say "no man pages: cannot write ${man}"
            return 0
        fi
    done
}

next_steps() {
    case :${PATH}: in
        *:"${bin}":*) ;;
        *) say "${bin} is not in your PATH: add it first, in your start-up file" ;;
    esac
    say "next, let awsp add its line to your shell's start-up file; it asks first:"
    printf '\n    awsp init --install\n\n'
}

# On the last line, so that a script that was cut off does nothing.
main "$@"

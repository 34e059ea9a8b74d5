#!/usr/bin/env bash
# README's two commands on minimal Debian systems that are made for the purpose, with an empty home folder; times and disk at the end.
#   tests/fresh-machine/debian.sh RELEASE [root|user]…      such as: tests/fresh-machine/debian.sh trixie
# root  everything as root: the launcher installs what is missing.
# user  as a user without rights: the launcher prints one line, root types it, the user goes on.
# Needs root, debootstrap, git, the .NET SDK and 5 GB in ${TMPDIR:-/var/tmp}. SMOKE=1 runs the small form of the experiment.
# The systems hold what README asks for (git and the SDK), what the kernels are compiled with (g++ and cmake), and what those depend on.
# They reach packages as this machine does.
set -euo pipefail

repository=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)

fail() {
    echo "debian.sh: $1" >&2
    exit 2
}

# ---- inside a mount namespace of its own: what is mounted here is gone when this part ends --------------------------------------------

in_system() { env -i "$(command -v chroot)" "$system" /usr/bin/env "${reach[@]}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

as_person() { # as_person COMMAND: in the clone, with nothing in the environment but what reaches the network
    local home=/root
    [ "$who" = root ] || home=/home/person
    if [ "$who" = root ]; then
        in_system HOME=$home /bin/bash -c "cd $home/SimClrDsl && $1"
    else
        in_system HOME=$home /usr/sbin/runuser -u person -- /bin/bash -c "cd $home/SimClrDsl && $1"
    fi
}

timed() { # timed COMMAND: runs it until nothing is missing any more; a row of the table
    local begin=$SECONDS status=0 line
    local TIMEFORMAT='%U %S'
    { time as_person "$1" >"$folder/output" 2>&1; } 2>"$folder/cpu" || status=$?
    while [ $status = 2 ] && line=$(grep -m 1 -oE 'as root, type: .*' "$folder/output"); do
        echo "$release, $who: ${line#as root, }"
        in_system DEBIAN_FRONTEND=noninteractive /bin/bash -c "${line#as root, type: }" >"$folder/install" 2>&1 || { tail -5 "$folder/install"; exit 1; }
        status=0
        { time as_person "$1" >"$folder/output" 2>&1; } 2>"$folder/cpu" || status=$?
    done
    tail -25 "$folder/output"
    local cpu
    cpu=$(awk '{ printf "%.0f", $1 + $2 }' "$folder/cpu")
    echo "| $release | $who | \`$1\` | $status | $((SECONDS - begin)) s | $cpu s | $(grep . "$folder/output" | tail -1) |" >>"$folder/table"
}

space() { # space NAME PATH…: a row of disk space
    echo "| $release | $who | $1 | $(cd "$system" && du -sxmc "${@:2}" 2>/dev/null | tail -1 | cut -f1) MB |" >>"$folder/space"
}

run_inside() {
    mount --make-rprivate /
    mount -t proc proc "$system/proc"
    mount -t sysfs -o ro sysfs "$system/sys"
    mount -t tmpfs -o mode=755 tmpfs "$system/dev"
    for device in null zero full random urandom tty; do
        touch "$system/dev/$device"
        mount --bind "/dev/$device" "$system/dev/$device"
    done
    mkdir -m 1777 "$system/dev/shm"
    mount -t tmpfs tmpfs "$system/dev/shm"
    ln -s /proc/self/fd "$system/dev/fd"
    ln -s /proc/self/fd/0 "$system/dev/stdin"
    ln -s /proc/self/fd/1 "$system/dev/stdout"
    ln -s /proc/self/fd/2 "$system/dev/stderr"
    mkdir -p "$system/usr/share/dotnet"
    mount --bind "$(dirname "$(readlink -f "$(command -v dotnet)")")" "$system/usr/share/dotnet"
    mount -o remount,bind,ro "$system/usr/share/dotnet"
    ln -sf /usr/share/dotnet/dotnet "$system/usr/bin/dotnet"

    local before
    before=$(du -sxm "$system" | cut -f1)
    timed "./simclr run fashion-mnist${SMOKE:+ --smoke}"
    timed "./simclr test"
    local home=root
    [ "$who" = root ] || home=home/person
    space "the clone with artifacts and runs" "$home/SimClrDsl"
    space "packages of .NET in the home folder" "$home/.nuget" "$home/.dotnet" "$home/.local"
    echo "| $release | $who | everything that was not there before | $(($(du -sxm "$system" | cut -f1) - before)) MB |" >>"$folder/space"
}

# ---- outside -------------------------------------------------------------------------------------------------------------------------

make_base() { # the minimal system with what README asks for
    local sources mirror own
    sources=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
    mirror=$(grep -oE '^(URIs:|deb)[[:space:]].*' <<<"$sources" | grep -oE 'https?://[^ ]+' | grep -m 1 -v security || true)
    own=$(. /etc/os-release && echo "$VERSION_CODENAME")
    debootstrap --variant=minbase --include=git,ca-certificates,g++,cmake "$release" "$base" ${mirror:+"$mirror"} >"$folder/debootstrap" 2>&1 ||
        { tail -5 "$folder/debootstrap" >&2; fail "debootstrap of $release failed"; }
    # As this machine reaches packages: its sources for the other release, its settings of the network, its certificates.
    rm -f "$base/etc/apt/sources.list"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        [ ! -f "$file" ] || ! grep -qw "$own" "$file" || sed "s/\b$own\b/$release/g" "$file" >"$base$file"
    done
    for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/* /etc/apt/auth.conf.d/*; do
        if [ -f "$file" ] && { [[ $file == /etc/apt/auth.conf.d/* ]] || grep -q '^ *Acquire' "$file"; }; then
            cp "$file" "$base$file"
        fi
    done
    cp /etc/resolv.conf /etc/hosts "$base/etc/"
    cp /etc/ssl/certs/ca-certificates.crt "$base/etc/ssl/certs/ca-certificates.crt"
    # Of any folder above a project, and so before the one that the SDK makes in an empty home folder.
    [ ! -f "$HOME/.nuget/NuGet/NuGet.Config" ] || install -m 644 "$HOME/.nuget/NuGet/NuGet.Config" "$base/NuGet.Config"
}

reach=(SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY NUGET_CERT_REVOCATION_MODE; do
    [ -z "${!name:-}" ] || reach+=("$name=${!name}")
done

if [ "${1:-}" = --inside ]; then
    shift
    release=$1 who=$2 folder=$3 system=$4
    run_inside
    exit
fi

[ $# -ge 1 ] || fail "give a release of Debian, such as bookworm or trixie"
[ "$(id -u)" = 0 ] || fail "only root can make a system"
for tool in debootstrap git dotnet unshare; do
    command -v "$tool" >/dev/null || fail "$tool is missing"
done
release=$1
shift
people=("$@")
[ $# -gt 0 ] || people=(root user)
for who in "${people[@]}"; do
    [ "$who" = root ] || [ "$who" = user ] || fail "'$who' is neither root nor user"
done

folder=$(mktemp -d "${TMPDIR:-/var/tmp}/simclr-fresh-XXXXXX")
trap 'rm -rf --one-file-system "$folder"' EXIT
base=$folder/base
echo "$release: making a minimal system"
make_base
for who in "${people[@]}"; do
    system=$folder/$who
    cp -a "$base" "$system"
    home=$system/root
    if [ "$who" = user ]; then
        chroot "$system" /usr/sbin/useradd --create-home --skel /nonexistent --shell /bin/bash person
        home=$system/home/person
    fi
    find "$home" -mindepth 1 -delete
    git clone --quiet --no-local --depth 1 "file://$repository" "$home/SimClrDsl"
    [ "$who" = root ] || chroot "$system" /bin/chown -R person:person /home/person
    echo "$release, $who: README's commands, on $(nproc) cores"
    unshare --mount "$BASH" "$0" --inside "$release" "$who" "$folder" "$system" || echo "$release, $who: failed" >&2
    rm -rf --one-file-system "$system"
done

printf '\n| Debian | as | command | exit | time | of the processors | last line |\n| --- | --- | --- | --- | --- | --- | --- |\n'
cat "$folder/table"
printf '\n| Debian | as | disk | size |\n| --- | --- | --- | --- |\n'
cat "$folder/space"
! grep -vE '\| 0 \| [0-9]+ s \| [0-9]+ s \|' "$folder/table" >/dev/null # fails where a command did

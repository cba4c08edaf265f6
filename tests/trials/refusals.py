"""Each call that changes a file is refused once; then a folder is read-only, or its disk full."""

import shutil
from pathlib import Path

from calls import calls, refused_at, was_refused
from doors import DOORS
from promises import config_files, hold_clean, is_sane, torn
from tally import Tally

ERRORS = {
    "openat": ("ENOSPC", "EROFS", "EACCES"),
    "mkdir": ("ENOSPC", "EROFS", "EACCES"),
    "write": ("ENOSPC",),
    "fallocate": ("ENOSPC",),
    "fsync": ("EIO",),
    "fdatasync": ("EIO",),
    "rename": ("ENOSPC", "EACCES"),
    "renameat": ("ENOSPC", "EACCES"),
    "unlink": ("EROFS", "EACCES"),
}


def once(place):
    tally = Tally("One call that changes a file refused (ENOSPC, EROFS, EACCES, EIO)")
    for door in DOORS:
        every = calls(door, place)
        after = place.files()
        for call in every:
            for error in ERRORS.get(call.name, ()):
                door.prepare(place)
                before = place.files()
                output = place.home.parent / "trace"
                status, _, said = door.run(place, refused_at(call, error, output))
                if not was_refused(output, place.home):
                    tally.count("calls that were not reached")
                    continue
                where = f"{door.name}, {error}: at {call.text}: {status}: {said}"
                # What could not be made was known before; what fails later was not.
                judge(tally, door, place, (before, after), (status, said), where, call.makes)
    return tally


def judge(tally, door, place, contents, ended, where, known=True):
    status, said = ended
    tally.hold("awsp ends by itself and says why", is_sane(status, said), where)
    found = torn(place, config_files(*contents))
    tally.hold("no file is torn", not found, f"{where}: {found}")
    hold_clean(tally, "", place, where)
    if door.answers:
        tally.hold("what was asked for is given, kept or not", status == 0, where)
    elif door.session == "over" and known:
        spent = place.is_lost()
        tally.hold("no refresh token is spent that cannot be kept", not spent, where)
    elif door.session == "over" and place.is_lost():
        tally.count("refresh tokens spent before a write that then failed")


# In a mount namespace of its own: `$1` is the folder, `$2` where it is copied to at the end.
READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99'
FULL = """\
cp -a "$1" "$2" && mount -t tmpfs -o size=128k tmpfs "$1" && cp -a "$2/." "$1" || exit 99
dd if=/dev/zero of="$1/ballast" bs=1k >/dev/null 2>&1
"""
SCRIPT = """\
%s
folder=$1 copy=$2
shift 2
"$@"
status=$?
rm -rf "$copy" "$folder/ballast" 2>/dev/null
cp -a "$folder" "$copy"
exit "$status"
"""


def always(place):
    tally = Tally("A whole folder read-only, or on a full disk")
    copy = Path(place.folder.name, "copy")
    for way, script in (("read-only", READ_ONLY), ("full", FULL)):
        for folder in (".aws", ".local/state", ".aws/sso/cache", ".aws/cli"):
            for door in DOORS:
                sustained(
                    tally, door, place, place.home / folder, script, copy, f"~/{folder} {way}"
                )
    return tally


def sustained(tally, door, place, folder, script, copy, title):
    calls(door, place)
    after = place.files()
    door.prepare(place)
    folder.mkdir(parents=True, exist_ok=True)
    before = place.files()
    words = ("unshare", "-rm", "sh", "-c", SCRIPT % script, "sh", str(folder), str(copy))
    shutil.rmtree(copy, ignore_errors=True)
    status, _, said = door.run(place, words)
    if status == 99 or "unshare" in said:
        raise SystemExit(f"no mount namespace can be had here: {said}")
    # The disk of the namespace is gone, so its content was copied before.
    shutil.rmtree(folder)
    shutil.copytree(copy, folder, symlinks=True)
    where = f"{door.name}, {title}: {status}: {said}"
    judge(tally, door, place, (before, after), (status, said), where)

"""strace: which calls of a run change files, and how to make one of them go wrong."""

import re
from dataclasses import dataclass

CHANGING = (
    "openat,write,pwrite64,writev,rename,renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,"
    "mkdirat,fsync,fdatasync,ftruncate,fallocate,fchmod,chmod,fchmodat,fchown,flock,symlink,symlinkat"
)


@dataclass(frozen=True)
class Call:
    """A call that changes something in the home."""

    name: str
    # Which of the calls of this name it is, from 1.
    number: int
    text: str

    @property
    def makes(self):
        """True when it makes a file or folder."""
        return self.name.startswith("mkdir") or "O_CREAT" in self.text


def strace(*options, output="/dev/null"):
    """The words to put before a command."""
    traced = ("-e", f"trace={CHANGING}")
    return ("strace", "-f", "-y", "-qq", "-s", "16", "-o", str(output), *traced, *options)


def calls(door, place):
    """The changing calls of an undisturbed run, which must end well."""
    door.prepare(place)
    output = place.home.parent / "trace"
    status, _, said = door.run(place, strace(output=output))
    if status != 0:
        raise SystemExit(f"{door.name}: status {status} without any fault: {said}")
    return list(parse(output.read_text(), str(place.home)))


def parse(text, home):
    """Only calls of the first process count: strace counts each thread's on its own."""
    first, seen = None, {}
    for line in text.splitlines():
        found = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not found:
            continue
        process, name, rest = found.groups()
        first = first or process
        if process != first:
            continue
        seen[name] = seen.get(name, 0) + 1
        reads = name == "openat" and not re.search(r"O_WRONLY|O_RDWR|O_CREAT", rest)
        # It also tries to make folders that exist.
        fails = re.search(r"\) += -1 ", rest)
        if home in rest and not (reads or fails) and f"{home}/changes" not in rest:
            yield Call(name, seen[name], f"{name}({rest}".replace(home, "~"))


def killed_at(call):
    return strace("-e", f"inject={call.name}:signal=KILL:when={call.number}")


def refused_at(call, error, output):
    where = f"inject={call.name}:error={error}:when={call.number}"
    return strace("-e", where, output=output)


def was_refused(output, home):
    """True when it was a call for the home that was refused: the counts differ from run to run."""
    lines = output.read_text().splitlines()
    return any("(INJECTED)" in line and str(home) in line for line in lines)


def refused_always(name, error, paths=()):
    only = [word for path in paths for word in ("-P", str(path))]
    return strace(*only, "-e", f"inject={name}:error={error}")

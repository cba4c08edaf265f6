"""Other AWS clients: botocore as it is, and as in the AWS CLI, which writes token files in place.

    python foreign.py COUNT SEED

Starts so many clients, each a process of its own, and says that they are ready. After a line from
stdin each makes its call within half a second. Prints how each ended. Must be started with the
environment of the home, which botocore looks at when it is imported.
"""

import json
import os
import random
import sys
import time

import botocore.session
import botocore.utils

SPREAD = 0.5


def in_place(cache, key, value):
    """How the AWS CLI 2.36 writes its caches: a reader can find nothing, or half of it."""
    content = cache._dumps(value)
    if not os.path.isdir(cache._working_dir):
        os.makedirs(cache._working_dir, exist_ok=True)
    file = os.open(cache._convert_cache_key(key), os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(file, "w") as stream:
        stream.truncate()
        stream.write(content)


def client(number, delay, ready, go):
    """One client; returns what went wrong, or nothing."""
    if number % 2:
        botocore.utils.JSONFileCache.__setitem__ = in_place
    try:
        # The token file is read at the call.
        client = botocore.session.Session(profile="dev").create_client("sts")
        os.write(ready, b"1")
        os.read(go, 1)
        time.sleep(delay)
        client.get_caller_identity()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main():
    count, seed = int(sys.argv[1]), sys.argv[2]
    delays = random.Random(seed)
    is_ready, ready = os.pipe()
    go, say_go = os.pipe()
    readers = []
    for number in range(count):
        delay = delays.uniform(0, SPREAD)
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.close(say_go)
            os.write(writer, client(number, delay, ready, go).encode()[:2000])
            os._exit(0)
        os.close(writer)
        readers.append(reader)
    for _ in range(count):
        os.read(is_ready, 1)
    print("ready", flush=True)
    sys.stdin.readline()
    # The end of the pipe wakes those who wait for a byte.
    os.close(say_go)
    ended = []
    for reader in readers:
        with os.fdopen(reader, "rb") as stream:
            ended.append(stream.read().decode(errors="replace"))
    print(json.dumps(ended))


main()

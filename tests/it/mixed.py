"""Clients beside awsp: botocore as it is, and as the AWS CLI v2 writes, in place.

    mixed.py COUNT    starts so many, each in a process, when the file `go` is there

Prints how many got credentials.
"""

import json
import os
import random
import sys
import time

import botocore.session
import botocore.utils


def write_in_place(cache, key, value):
    """The AWS CLI v2: no temporary file, no lock (aws-contract 3.1)."""
    path = cache._convert_cache_key(key)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.truncate()
        file.write(cache._dumps(value))


def client(number):
    if number % 2:
        botocore.utils.JSONFileCache.__setitem__ = write_in_place
    session = botocore.session.Session(profile="staging")
    credentials = session.get_credentials()
    ready = os.open("ready", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(ready, b".")
    while not os.path.exists("go"):
        time.sleep(0.002)
    time.sleep(random.random() * 0.1)
    credentials.get_frozen_credentials()


def main(count):
    children = []
    for number in range(count):
        pid = os.fork()
        if pid == 0:
            # What a client prints of a refused renewal is its own affair.
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 2)
            try:
                client(number)
            except Exception:
                os._exit(1)
            os._exit(0)
        children.append(pid)
    while not os.path.exists("ready") or os.path.getsize("ready") < count:
        time.sleep(0.01)
    os.remove("ready")
    print("ready", flush=True)
    good = sum(os.waitpid(pid, 0)[1] == 0 for pid in children)
    print(json.dumps(good), flush=True)


main(int(sys.argv[1]))

"""A throw-away home beside a local Identity Center, and awsp in an emptied environment."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

CONFIG = """\
# A comment that stays.
[default]
region = eu-west-1

[sso-session acme]
sso_start_url = https://d-9067example.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = acme
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-1

[profile deploy]
role_arn = arn:aws:iam::444455556666:role/Deploy
source_profile = dev
region = eu-west-1
"""


class Center:
    """A local Identity Center: that at an address, or a process of its own."""

    def __init__(self, place):
        self.process, self.url = None, place
        if place.startswith("http:"):
            return
        # It ends when this end of the pipe is closed, however this process ends.
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([place], **pipes)
        self.url = self.process.stdout.readline().strip()

    def control(self, what, **fields):
        query = urllib.parse.urlencode(fields)
        # Past any proxy of the machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/_control/{what}?{query}", timeout=30) as answer:
            return json.load(answer)

    def end(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()


class Place:
    """A home with a config file, and nothing in its caches."""

    def __init__(self, awsp, center):
        self.awsp, self.center = awsp, center
        self.folder = tempfile.TemporaryDirectory(prefix="awsp-trial-")
        self.home = Path(self.folder.name, "home")
        self.fresh()

    def fresh(self):
        """Makes the home as it was at first."""
        shutil.rmtree(self.home, ignore_errors=True)
        (self.home / ".aws").mkdir(parents=True)
        (self.home / ".aws/config").write_text(CONFIG)

    @property
    def environment(self):
        services = ("SSO", "SSO_OIDC", "STS", "SIGNIN")
        to_center = {f"AWS_ENDPOINT_URL_{name}": self.center.url for name in services}
        nothing_else = {"HOME": str(self.home), "PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"}
        return {**to_center, **nothing_else, "AWS_EC2_METADATA_DISABLED": "true"}

    def command(self, *arguments, before=()):
        return [*before, self.awsp, *arguments]

    def run(self, *arguments, before=(), limit=60):
        """Runs awsp, by way of another program if one is given, and returns status and stderr."""
        return finish(self.start(*arguments, before=before), limit)

    def start(self, *arguments, before=()):
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = self.command(*arguments, before=before)
        return subprocess.Popen(command, env=self.environment, cwd=self.home, text=True, **pipes)

    @property
    def token_file(self):
        name = hashlib.sha1(b"acme").hexdigest()
        return self.home / f".aws/sso/cache/{name}.json"

    def token(self):
        return json.loads(self.token_file.read_text())

    def log_in(self, over=False):
        """Writes a token file as after a login; one whose token is over can still be renewed."""
        token = self.center.control("sign-in")
        if over:
            self.center.control("expire-tokens")
            token["expiresAt"] = "2020-01-01T00:00:00Z"
        self.token_file.parent.mkdir(parents=True, exist_ok=True)
        self.token_file.write_text(json.dumps(token))
        self.token_file.chmod(0o600)

    def is_lost(self):
        """True when the token file has nothing with which the session could be renewed."""
        try:
            token = self.token().get("refreshToken", "")
        except (OSError, ValueError):
            return True
        return not self.center.control("refreshable", token=token)["refreshable"]

    def files(self):
        """What is in the home: path to content, and for a link or folder nothing."""
        found = {}
        for path in sorted(self.home.rglob("*")):
            if path.is_file():
                found[str(path.relative_to(self.home))] = path.read_bytes()
        return found


def finish(process, limit=60):
    """Waits for a program: its status, and what it said. `None` is one that did not end."""
    try:
        stdout, stderr = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        return None, stdout, stderr
    return process.returncode, stdout, stderr


def seconds(since):
    return round(time.monotonic() - since, 1)

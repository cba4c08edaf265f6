"""What botocore makes of two files: its own code reads and decides, nothing is written anew here.

Only the world around it is taken away: no network, no programs, no environment.
"""

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

import botocore.configloader
import botocore.credentials
import botocore.exceptions
import botocore.session
from botocore.compat import compat_shell_split

# One at a time, because botocore's reader is replaced for all threads.
LOCK = threading.Lock()
REAL = (botocore.configloader.load_config, botocore.configloader.raw_config_parse)
# Our name for each of botocore's providers.
KINDS = {
    "assume-role": "role",
    "assume-role-with-web-identity": "web-identity",
    "sso": "sso",
    "shared-credentials-file": "static",
    "config-file": "static",
    "custom-process": "process",
    "login": "login",
}


@dataclass
class View:
    """What somebody reads in both files."""

    config: dict = field(default_factory=dict)
    credentials: dict = field(default_factory=dict)
    sessions: dict = field(default_factory=dict)
    services: dict = field(default_factory=dict)

    def profiles(self):
        """Per key the credentials file goes before the config file."""
        merged = {name: dict(settings) for name, settings in self.config.items()}
        for name, settings in self.credentials.items():
            merged.setdefault(name, {}).update(settings)
        return merged


@dataclass
class Theirs:
    """What botocore reads, and for each file why it cannot be read."""

    view: View
    errors: dict


def read(config, credentials):
    """Reads the files at these paths."""
    view, errors = View(), {}
    try:
        loaded = REAL[0](config)
        view.config, view.sessions, view.services = (
            loaded["profiles"],
            loaded["sso_sessions"],
            loaded["services"],
        )
    except botocore.exceptions.ConfigNotFound:
        pass
    except Exception as error:  # Whatever it is, the user sees no profile.
        errors["config"] = f"{type(error).__name__}: {error}"
    try:
        view.credentials = REAL[1](credentials)
    except botocore.exceptions.ConfigNotFound:
        pass
    except Exception as error:
        errors["credentials"] = f"{type(error).__name__}: {error}"
    return Theirs(view, errors)


@contextmanager
def in_place(view):
    """Has botocore find this in both files."""

    def load_config(_):
        copy = {name: dict(settings) for name, settings in view.config.items()}
        return {
            "profiles": copy,
            "sso_sessions": dict(view.sessions),
            "services": dict(view.services),
        }

    def raw_config_parse(_, parse_subsections=True):
        return {name: dict(settings) for name, settings in view.credentials.items()}

    with LOCK:
        botocore.configloader.load_config = load_config
        botocore.configloader.raw_config_parse = raw_config_parse
        try:
            yield
        finally:
            botocore.configloader.load_config, botocore.configloader.raw_config_parse = REAL


def outcomes(view, names):
    """For each of these profiles the kind that answers, `None` when none does, or `Refused`."""
    with in_place(view):
        return {name: outcome(name) for name in names}


@dataclass(frozen=True)
class Refused:
    """botocore gives up, with this error."""

    why: str


def outcome(name):
    session = botocore.session.Session(profile=name)
    try:
        credentials = botocore.credentials.create_credential_resolver(session).load_credentials()
    except botocore.exceptions.CredentialRetrievalError as error:
        # No credentials on this machine: the configuration is in order.
        if "credential_source" in str(error):
            return "credential-source" if str(error).endswith(f" in profile {name}") else "role"
        return Refused(f"{type(error).__name__}: {error}")
    except Exception as error:
        return Refused(f"{type(error).__name__}: {error}")
    return KINDS[credentials.method] if credentials else None


def run_nothing(self, command):
    """In the place of starting a `credential_process`: what can go wrong before."""
    # Popen takes the first word, and there must be one.
    program = compat_shell_split(command)[0]
    if not program:
        raise FileNotFoundError(program)
    return {
        "access_key": "A",
        "secret_key": "S",
        "token": None,
        "expiry_time": None,
        "account_id": None,
    }


def log_in_nowhere(self):
    """In the place of reading the cache of `aws login`, for which a library is missing here."""
    profile = self._load_config().get("profiles", {}).get(self._profile_name, {})
    return (
        botocore.credentials.Credentials("A", "S", method=self.METHOD)
        if "login_session" in profile
        else None
    )


def prepare():
    """Keeps botocore away from the network and from other programs and files."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    if not hasattr(botocore.credentials, "LoginProvider"):
        raise SystemExit(
            "this botocore knows no `login_session`: install a newer boto3, or run ./test"
        )
    botocore.credentials.ProcessProvider._retrieve_credentials_using = run_nothing
    botocore.credentials.LoginProvider.load = log_in_nowhere
    # They look for files of old tools, and for a server that a test must not ask.
    for provider in ("OriginalEC2Provider", "BotoProvider"):
        getattr(botocore.credentials, provider).load = lambda self: None

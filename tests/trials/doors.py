"""The ways in which awsp comes to write a file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    name: str
    arguments: tuple
    # What the session is before: "valid", "over" (and can be renewed), or "none".
    session: str = "valid"
    # It must give a result even when that cannot be kept.
    answers: bool = False
    # Started as the shell's function does, with descriptor 3 for its changes.
    switches: bool = False

    def prepare(self, place):
        place.fresh()
        if self.session != "none":
            place.log_in(over=self.session == "over")
        if self.name == "logout":
            place.run("export", "deploy", "--format", "json")

    def run(self, place, before=()):
        return place.run(*self.arguments, before=self.before(before), limit=120)

    def before(self, before):
        channel = ("sh", "-c", 'AWSP_SHELL=bash exec "$@" 3>"$HOME/changes"', "sh")
        return (*before, *channel) if self.switches else before


DOORS = [
    Door("renewal", ("login", "--session", "acme"), "over"),
    Door("login", ("login", "--session", "acme", "--device-code", "--no-browser"), "none"),
    Door("whoami", ("whoami", "dev"), "over", answers=True),
    Door("export", ("export", "deploy", "--format", "json"), "over", answers=True),
    Door("switch", ("dev",), "over", switches=True),
    Door("sync", ("sync", "--session", "acme", "--region", "eu-west-1")),
    Door("configure", ("configure", "--profile", "dev", "--region", "eu-central-1")),
    Door("logout", ("logout", "--session", "acme")),
]

"""awsp is killed before each call that changes a file; then the same is run once more."""

from calls import calls, killed_at
from doors import DOORS
from promises import config_files, hold_clean, torn
from tally import Tally


def run(place):
    tally = Tally("Killed (SIGKILL) before each call that changes a file")
    for door in DOORS:
        every = calls(door, place)
        after = place.files()
        for call in every:
            door.prepare(place)
            before = place.files()
            renewals = place.center.control("counts")["renewals"]
            status, _, _ = door.run(place, killed_at(call))
            where = f"{door.name}: at {call.text}"
            if status not in (-9, 137):
                tally.count("calls that were not reached")
                continue
            found = torn(place, config_files(before, after))
            tally.hold("no file is torn", not found, f"{where}: {found}")
            if place.center.control("counts")["renewals"] > renewals and place.is_lost():
                tally.count("sessions lost between AWS's answer and the file")
                place.log_in()
            status, _, said = door.run(place)
            tally.hold("the next run succeeds", status == 0, f"{where}: {status}: {said}")
            hold_clean(tally, " after the next run", place, where)
            found = torn(place, config_files(before, after))
            tally.hold("no file is torn after the next run", not found, f"{where}: {found}")
    return tally

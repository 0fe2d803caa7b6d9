# SPDX-License-Identifier: Apache-2.0
"""Runs konseki over the cases of tests/windows, and says what it got wrong.

Found is the one place that knows where the JSON of a hunt says what: who changes the JSON changes Found.
"""
import datetime
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "windows"))
import cases
import hunts

ZONE = ("--tz", "+09:00")     # of stamps that name none, as the Event Viewer's CSV
OFFSET_S = 2                  # how well a clock has to be known

# Why there is no row, by the words of the sentence about it.
WHY = {"open": "may be open still", "rotated": "rotated away", "around": "came around the proxy",
       "missing": "connected to the proxy, whose log covers",
       "unknown": "is not known|it may lie in"}
UNITS = {"h": 3600, "min": 60, "s": 1, "ms": 0.001}


def run(name, form="winlogbeat", verb=("hunt", "--json", "--leads", "--quiet"), **options):
    """(truth, what was said) of a case."""
    with tempfile.TemporaryDirectory(prefix="konseki-test-") as folder:
        truth = cases.build(name, **options).write(folder, form)
        table = ["--clients", truth["clients"]] if truth["clients"] else []
        done = hunts.run(*verb, *ZONE, *table, "access.log", "events", folder=folder)
        return truth, hunts.document(done)


class Found:
    """A finding about a computer, as hunt says it."""

    def __init__(self, said, finding):
        self.said, self.finding = said, finding
        self.signals = {signal["name"]: signal["values"] for signal in finding["signals"]}
        self.id, self.kind, self.action = finding["id"], finding["kind"], finding["action"]
        self.client = finding["client"]
        self.computer = finding["computer"]
        self.users = [user.rsplit("\\", 1)[-1].lower() for user in finding["users"]]

    def value(self, name):
        return next((values[name] for values in self.signals.values() if values.get(name) not in (None, "-")), None)

    def lines(self, kind):
        """Evidence: (source, line) of logs or of Windows events."""
        return {(e["source"], e["line"]) for e in self.finding["evidence"] if self.said["sources"][e["source"]]["kind"] == kind}

    def rows(self):
        return {line for _, line in self.lines("log")}

    def how(self):
        for name, how in (("exact_row", "port"), ("only_row", "containment"), ("one_of_several_rows", "containment"),
                          ("ends_together", "end")):
            if name in self.signals:
                return how
        return "none"

    def process(self):
        return self.value("process")

    def station(self):
        return self.value("workstation")

    def address(self):
        return self.value("address")

    def sessions(self):
        return self.value("sessions")

    def doubts(self):
        return " | ".join(self.finding["refute"])

    def clock_off(self):
        """How far the machine's clock is ahead, in seconds; None: it was not measured."""
        for sentence in self.finding["refute"]:
            match = re.search(r"clock of \S+ is ([\d.,]+ .+?) (ahead|behind)", sentence)
            if match:
                parts = re.findall(r"([\d.,]+) (h|min|ms|s)\b", match[1])
                seconds = sum(float(number.replace(",", "")) * UNITS[unit] for number, unit in parts)
                return seconds if match[2] == "ahead" else -seconds
            if re.search(r"clocks of .* agree, by", sentence):
                return 0.0
        return None

    def story(self):
        return next((story for story in self.said["stories"] if self.id in story["findings"]), None)


def found(said, kind):
    return [Found(said, finding) for finding in said["findings"] if finding["kind"] == kind]


def seconds(stamp):
    return datetime.datetime.fromisoformat((stamp or "1970-01-01T00:00:00Z").replace("Z", "+00:00")).timestamp()


def same_machine(a, b):
    return (a or "").split(".")[0].lower() == (b or "").split(".")[0].lower()


# ---- judging ----

def judge_row(want, got):
    rows = got.rows()
    if want["how"] == "unknown":
        if rows - {want["row"]} and got.how() == "port":
            yield f"claims {rows}, and nobody can know"
    elif want["row"] is None:
        if rows:
            yield f"claims the rows {rows}; there is none"
    else:
        if rows != {want["row"]}:
            yield f"names the rows {rows or 'none'}; it is {want['row']}"
        if got.how() != want["how"]:
            yield f"the row is known by {got.how()}, not by {want['how']}"


def judge_rdp(want, got):
    if want["user"] not in got.users:
        yield f"users {got.users}, not {want['user']}"
    if want["how"] != "unknown" and got.client not in (want["client"], None if want["row"] is None else ""):
        yield f"client {got.client}, not {want['client']}"
    yield from judge_row(want, got)
    if want["process"] and (got.process() or "").lower() != want["process"].rsplit("\\", 1)[-1].lower():
        yield f"process {got.process()}, not {want['process']}"
    if want["station"] and got.station() != want["station"]:
        yield f"the intruder's machine is {got.station()}, not {want['station']}"
    if got.address() != want["address"]:
        yield f"from {got.address()}, not {want['address']}"
    if got.sessions() != len(want["sessions"]):
        yield f"{got.sessions()} sessions, not {len(want['sessions'])}"
    if want["clock_off_s"] is not None and (got.clock_off() is None or abs(got.clock_off() - want["clock_off_s"]) > OFFSET_S):
        yield f"the clock is {got.clock_off()} s ahead, not {want['clock_off_s']}"
    if want["how"] == "port" and abs(seconds(got.value("at")) - seconds(want["row_start"])) > OFFSET_S:
        yield f"the process went to the proxy at {got.value('at')}, not {want['row_start']}, by the proxy's clock"
    if want["why_no_row"] and not re.search(WHY[want["why_no_row"]], got.doubts()):
        yield f"no row because {want['why_no_row']}: {got.doubts()!r}"
    if want["how"] == "port" and (got.action != "act_now" or not got.story() or got.story()["action"] != "act_now"):
        yield f"{got.action}, not act_now"


def judge_kind(truth, said, kind):
    """Everything of this kind: each finding is an expected one, and each expected one is found."""
    left = found(said, kind)
    for want in (entry for entry in truth["expect"] if entry["kind"] == kind):
        mine = [one for one in left if same_machine(one.computer, want["computer"])]
        left = [one for one in left if one not in mine]
        if len(mine) > 1:
            yield f"{len(mine)} {kind} findings of {want['computer']}"
        elif mine and kind == "rdp_loopback" and want["sessions"]:
            yield from judge_rdp(want, mine[0])
        elif not mine and not want.get("may") and not (want.get("at_least") == "lead" and said["leads"].get(kind)):
            yield f"no {kind} finding of {want['computer']}"
    for one in left:
        yield f"{kind} of {one.computer}, client {one.client}: nothing of it is true"
    for one in found(said, kind):
        if one.rows() & set(truth["never"]):
            yield f"{kind} claims rows of others: {sorted(one.rows() & set(truth['never']))}"


def mistakes(truth, said):
    return [*judge_kind(truth, said, "rdp_loopback"), *judge_kind(truth, said, "bypass")]

# SPDX-License-Identifier: Apache-2.0
"""Small made-up days for tests: rows one can count by hand, a hunt over them, and what it said as JSON.

A row is a line of LAYOUT. office() is the background of a day: clients with one browser each, who all go to the same
three hosts; so those are popular, and a host that a test adds is rare.
"""
import json
import os
import random
import subprocess
import tempfile
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KONSEKI = os.path.abspath(os.environ.get("KONSEKI", os.path.join(ROOT, "build/konseki")))
LAYOUT = ('%ts.%03tu %6tr %>a %Ss/%03>Hs %>st %<st %rm %ru "%{User-Agent}>h" "%{Referer}>h" %un %Sh/%<a %mt')
OPTIONS = ("--logformat", LAYOUT)

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
OLD_BROWSER = "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"
CURL = "curl/7.88.1"
WIDGET = "FooWidget/1.2"
DAY = 1782000000   # 2026-06-21T00:00:00Z
SHARED = ("www.office.test", "cdn.office.test", "mail.office.test")


def client(number):
    return f"10.0.{number // 250}.{number % 250 + 1}"


def row(at, who, url, *, method="GET", tag="TCP_MISS", status=200, out=300, in_=2000, ms=100, agent=BROWSER,
        referer="-", user="-", server="198.18.0.1", mime="text/html"):
    """`at`: seconds after DAY began, the END of the transfer as Squid stamps it; `who`: a client's number or text."""
    who = client(who) if isinstance(who, int) else who
    thousandths = round((DAY + at) * 1000)
    return (f'{thousandths // 1000}.{thousandths % 1000:03d} {ms:6d} {who} {tag}/{status:03d} {out} {in_} {method} {url} '
            f'"{agent}" "{referer}" {user} HIER_DIRECT/{server} {mime}')


def connect(end, who, place, *, out, in_, seconds, agent="-", **more):
    return row(end, who, place, method="CONNECT", tag="TCP_TUNNEL", out=out, in_=in_, ms=round(seconds * 1000),
               agent=agent, mime="-", **more)


def office(clients=60, seed=1, rows=12, agent=BROWSER):
    """Everybody at the shared hosts, at random times from 00:10 to 08:00; one CONNECT with an agent each."""
    draw = random.Random(seed)
    lines = []
    for number in range(clients):
        for i in range(rows):
            host = SHARED[i % len(SHARED)]
            lines.append(row(600 + draw.random() * 28000, number, f"http://{host}/{draw.randrange(40)}.html", agent=agent,
                             referer=f"http://{SHARED[0]}/", out=250 + draw.randrange(400), in_=500 + draw.randrange(60000),
                             ms=5 + draw.randrange(900)))
        lines.append(connect(20000 + draw.random() * 8000, number, "login.office.test:443", out=2500, in_=9000, seconds=20,
                             agent=agent))
    return lines


def beats(who, url, *, n, period, start=3600, jitter=0.0, seed=7, **more):
    """`n` requests, each gap `period` times 1 +- jitter (uniform)."""
    draw, at, lines = random.Random(seed), start, []
    for _ in range(n):
        lines.append(row(at, who, url, **more))
        at += period * (1 + jitter * (2 * draw.random() - 1))
    return lines


def stamp_of(line):
    return float(line.split(" ", 1)[0])


def text_of(lines):
    """A log in the order of its stamps."""
    return "".join(line + "\n" for line in sorted(lines, key=stamp_of))


def run(*arguments, folder=None, stdin=b"", environment=None):
    clean = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "0",
             **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS") if name in os.environ},
             **(environment or {})}
    return subprocess.run([KONSEKI, *arguments], cwd=folder, env=clean, input=stdin, timeout=300, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def document(done):
    assert done.returncode in (0, 3), f"exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')}"
    assert done.stdout, f"nothing was said: {done.stderr.decode('utf-8', 'replace')}"
    return json.loads(done.stdout)


def hunt(lines, *options):
    """The JSON of a hunt over one log of these lines."""
    with tempfile.TemporaryDirectory(prefix="konseki-test-") as folder:
        with open(os.path.join(folder, "access.log"), "w", encoding="utf-8") as log:
            log.write(text_of(lines))
        return document(run("hunt", "--json", "--leads", "--quiet", *OPTIONS, *options, "access.log", folder=folder))


def findings(said, kind, host=None, who=None):
    who = client(who) if isinstance(who, int) else who
    return [f for f in said["findings"] if f["kind"] == kind and host in (None, f["host"]) and who in (None, f["client"])]


def finding(said, kind, host=None, who=None):
    found = findings(said, kind, host, who)
    assert len(found) == 1, f"{len(found)} {kind} findings of {host}, one was expected"
    return found[0]


def points(found):
    return {signal["name"]: signal["points"] for signal in found["signals"]}


def equal(got, expected, what=""):
    assert got == expected, f"{what}: {got!r}, expected {expected!r}" if what else f"{got!r}, expected {expected!r}"


def check(area, tests):
    """Runs functions named test_WHAT; one line each, as script/test counts them. The exit code."""
    failed = 0
    for name, test in tests.items():
        if not name.startswith("test_"):
            continue
        what = f"{area}: {name[5:].replace('_', ' ')}"
        try:
            reason = test()
            print(f"skip {what}: {reason}" if reason else f"ok {what}")
        except Exception as error:  # a test may fail in any way
            failed += 1
            where = traceback.extract_tb(error.__traceback__)
            line = next((f.lineno for f in reversed(where) if not f.filename.endswith("hunts.py")), 0)
            print(f"not ok {what}\n  line {line}: {type(error).__name__}: {str(error)[:2000]}")
    return 1 if failed else 0

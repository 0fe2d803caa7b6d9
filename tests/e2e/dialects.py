# SPDX-License-Identifier: Apache-2.0
"""The rows of the sample logs, written again as other products write theirs.

A row is a dict of our fields (text, numbers; None: logged as empty). A dialect says which fields its product logs, to
which resolution, and writes a row. `squid` writes the same fields as a Squid logformat: the same knowledge in another
shape, so a hunt must tell the same stories of both.
"""
import datetime
import json
import re
from urllib.parse import urlsplit

NATIVE = re.compile(r'^(?P<time>\d+\.\d+) +(?P<ms>\d+) (?P<client>\S+) (?P<tag>[A-Z_]+)/(?P<status>\d+) (?P<out>\d+) (?P<in_>\d+) '
                    r'(?P<method>\S+) (?P<url>.+?) "(?P<agent>.*?)" "(?P<referer>.*?)" (?P<user>\S+) \S+/(?P<server>\S+) (?P<mime>\S+)$')
COMBINED = re.compile(r'^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<stamp>[^]]+)\] "(?P<method>\S+) (?P<url>.+?) HTTP/1\.[01]" '
                      r'(?P<status>\d+) (?P<in_>\d+) "(?P<referer>.*?)" "(?P<agent>.*?)" (?P<tag>[A-Z_]+):\S+$')


def blank(text):
    return None if text in ("-", "") else text


def read(path):
    """The rows of a sample log; {} where a line is none of its two layouts."""
    rows = []
    for line in open(path, encoding="utf-8"):
        found = NATIVE.match(line.rstrip("\n")) or COMBINED.match(line.rstrip("\n"))
        if not found:
            raise ValueError(line)
        row = found.groupdict()
        if "stamp" in row:
            row["time"] = datetime.datetime.strptime(row.pop("stamp"), "%d/%b/%Y:%H:%M:%S %z").timestamp()
        row["time"] = round(float(row["time"]) * 1000)
        for key in ("status", "out", "in_", "ms"):
            row[key] = int(row[key]) if key in row else None
        for key in ("agent", "referer", "user", "server", "mime"):
            row[key] = blank(row.get(key, "-"))
        row["number"] = len(rows)
        rows.append(row)
    return rows


def parts(row):
    """scheme, host, port, path, query of the row's URL."""
    if row["method"] == "CONNECT":
        host, port = row["url"].rsplit(":", 1)
        return "tcp", host, int(port), None, None
    url = urlsplit(row["url"])
    query = row["url"].split("?", 1)[1] if "?" in row["url"] else None
    return url.scheme, url.hostname, url.port or (443 if url.scheme == "https" else 80), url.path or "/", query


def utc(ms, form):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).strftime(form)


SQUID = {"time": "%ts.%03tu", "ms": "%6tr", "client": "%>a", "tag": "%Ss/%03>Hs", "status": "%03>Hs", "out": "%>st", "in_": "%<st",
         "method": "%rm", "url": "%ru", "agent": '"%{User-Agent}>h"', "referer": '"%{Referer}>h"', "user": "%un", "server": "%<a",
         "mime": "%mt"}


def squid_layout(fields):
    """Tag and status are one column; the status alone is one where there is no tag."""
    return " ".join(SQUID[f] for f in SQUID if f in fields and not (f == "status" and "tag" in fields))


def squid(row, fields):
    values = {"time": f"{row['time'] // 1000}.{row['time'] % 1000:03d}", "ms": f"{row['ms'] or 0:6d}", "tag": f"{row['tag']}/{row['status']:03d}",
              "status": f"{row['status']:03d}", "agent": f'"{row["agent"] or "-"}"', "referer": f'"{row["referer"] or "-"}"'}
    return " ".join(str(values.get(f, row[f] if row[f] is not None else "-")) for f in SQUID
                    if f in fields and not (f == "status" and "tag" in fields))


# ---- the dialects: NAME: (fields it logs, ms of its stamps, lines before the rows, writer) ----

WEB = ("time", "client", "status", "method", "url", "agent", "referer")


def bluecoat(row):
    scheme, host, port, path, query = parts(row)
    quoted = lambda text: "-" if text is None else f'"{text}"' if " " in text else text
    return " ".join(str(cell) if cell is not None else "-" for cell in (
        utc(row["time"], "%Y-%m-%d %H:%M:%S"), row["ms"], row["client"], row["user"], "-", "-", "OBSERVED", '"none"', quoted(row["referer"]),
        row["status"], row["tag"], row["method"], row["mime"], scheme, host, port, path or "/", "?" + query if query is not None else "-", "-",
        quoted(row["agent"]), "10.255.0.1", row["in_"], row["out"], "-"))


BLUECOAT_HEAD = ["#Software: SGOS 7.3.1", "#Version: 1.0",
                 "#Fields: date time time-taken c-ip cs-username cs-auth-group x-exception-id sc-filter-result cs-categories cs(Referer) "
                 "sc-status s-action cs-method rs(Content-Type) cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs-uri-extension "
                 "cs(User-Agent) s-ip sc-bytes cs-bytes x-virus-id"]


def w3c(row):
    dash = lambda text: "-" if text is None else text
    return "\t".join((utc(row["time"], "%Y-%m-%d"), utc(row["time"], "%H:%M:%S"), row["client"], row["method"], row["url"],
                      str(row["status"]), str(row["in_"]), dash(row["agent"]), dash(row["referer"])))


W3C_HEAD = ["#Version: 1.0", "#Fields:\tdate\ttime\tc-ip\tcs-method\tcs-uri\tsc-status\tsc-bytes\tcs(User-Agent)\tcs(Referer)"]


def suricata(row):
    scheme, host, port, path, query = parts(row)
    http = {"hostname": host, "http_port": port, "url": row["url"], "http_method": row["method"], "protocol": "HTTP/1.1",
            "http_user_agent": row["agent"], "http_refer": row["referer"], "status": row["status"], "length": row["in_"]}
    return json.dumps({"timestamp": utc(row["time"], "%Y-%m-%dT%H:%M:%S.") + f"{row['time'] % 1000:03d}000+0000",
                       "event_type": "http", "src_ip": row["client"], "src_port": 50000, "dest_ip": "192.0.2.1", "dest_port": 3128,
                       "proto": "TCP", "http": {k: v for k, v in http.items() if v is not None}}, separators=(",", ":"))


def ecs(row):
    http = {"request": {"method": row["method"], "referrer": row["referer"] or "-"},
            "response": {"status_code": row["status"], "mime_type": row["mime"] or "-"}}
    return json.dumps({"@timestamp": utc(row["time"], "%Y-%m-%dT%H:%M:%S.") + f"{row['time'] % 1000:03d}Z", "source": {
        "ip": row["client"], "bytes": row["out"]}, "destination": {"bytes": row["in_"]}, "http": http, "url": {"original": row["url"]},
        "user_agent": {"original": row["agent"] or "-"}, "event": {"action": row["tag"]}})


def zeek(row):
    scheme, host, port, path, query = parts(row)
    uri = row["url"] if row["method"] == "CONNECT" else path + ("?" + query if query is not None else "")
    return "\t".join(str(cell) for cell in (
        f"{row['time'] / 1000:.6f}", f"C{row['number']}", row["client"], 50000, "192.0.2.1", port, 1, row["method"], host, uri,
        row["referer"] or "-", "1.1", row["agent"] or "-", row["out"], row["in_"], row["status"], "OK", row["mime"] or "-"))


ZEEK_HEAD = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\thttp",
             "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\treferrer\tversion\t"
             "user_agent\trequest_body_len\tresponse_body_len\tstatus_code\tstatus_msg\tresp_mime_types",
             "#types\ttime\tstring\taddr\tport\taddr\tport\tcount\tstring\tstring\tstring\tstring\tstring\tstring\tcount\tcount\t"
             "count\tstring\tvector[string]"]


DIALECTS = {
    "bluecoat": (WEB + ("ms", "out", "in_", "tag", "mime", "user"), 1000, BLUECOAT_HEAD, bluecoat),
    "ecs": (WEB + ("out", "in_", "tag", "mime"), 1, [], ecs),
    "suricata": (WEB + ("in_",), 1, [], suricata),
    "w3c": (WEB + ("in_",), 1000, W3C_HEAD, w3c),
    "zeek": (WEB + ("out", "in_", "mime"), 1, ZEEK_HEAD, zeek),
}

# SPDX-License-Identifier: Apache-2.0
"""Made-up lines of each product, none of them the example that its definition holds: other values, other lengths, other orders
of keys. And lines of what is no proxy's log. A writer takes a row (a dict) and gives its line; some need lines in front."""
import datetime
import json
import random
import re

AGENTS = ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
          "Microsoft-CryptoAPI/10.0", "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "-", "okhttp/4.12.0"]


def rows(n, seed):
    r = random.Random(f"{seed}/{n}")
    clock = 1781000000 + r.randrange(10_000_000)
    for number in range(n):
        clock += r.randrange(0, 90)
        host = f"{r.choice(('www', 'cdn', 'api', 'mail'))}{r.randrange(40)}.{r.choice(('quartz', 'lumen', 'harbor'))}.{r.choice(('test', 'example'))}"
        path = "/" + "/".join(r.choice(("v2", "img", "s", "index.html", "a-b", "%E3%81%82", "q.php")) for _ in range(r.randrange(0, 4)))
        is_tunnel = r.random() < 0.3
        yield {"number": number, "s": clock, "ms": r.randrange(1000), "client": f"10.{r.randrange(4)}.{r.randrange(256)}.{r.randrange(1, 255)}",
               "port": r.randrange(1025, 65535), "user": r.choice(("suzuki", "OFFICE\\ito", "m.tanaka@corp.example", "-")), "host": host, "path": path,
               "query": r.choice((None, None, "id=7", "q=a%20b&x=1")), "scheme": r.choice(("http", "https")), "tunnel": is_tunnel,
               "method": "CONNECT" if is_tunnel else r.choice(("GET", "GET", "GET", "POST", "HEAD")), "status": r.choice((200, 200, 200, 204, 302, 304, 403, 404, 503)),
               "out": r.randrange(90, 9000), "in": r.randrange(0, 2_000_000), "took": r.randrange(0, 90_000), "agent": r.choice(AGENTS),
               "server": f"198.51.100.{r.randrange(1, 255)}", "mime": r.choice(("text/html", "image/png", "application/json", "-"))}


def at(row, form, zone=0):
    return datetime.datetime.fromtimestamp(row["s"] + zone * 3600, datetime.timezone.utc).strftime(form)


def url(row, scheme=True):
    text = f"{row['host']}{row['path']}" + (f"?{row['query']}" if row["query"] else "")
    return f"{row['scheme']}://{text}" if scheme else text


def asked(row):
    return f"{row['host']}:443" if row["tunnel"] else url(row)


def origin(row):
    return row["path"] + (f"?{row['query']}" if row["query"] else "")


def quoted(text):
    return f'"{text}"' if " " in text else text


def of(text):
    """A writer from a template: expressions over the row r and the helpers above stand in braces, with or without ":03d"."""
    parts = re.split(r"\{([^{}]+)\}", text)
    codes = [compile(re.sub(r":(0\d+)d$", "", part), "template", "eval") for part in parts[1::2]]
    widths = [int((re.search(r":(0\d+)d$", part) or [0, "0"])[1]) for part in parts[1::2]]
    names = {"at": at, "url": url, "asked": asked, "origin": origin, "quoted": quoted}
    return lambda row: "".join(
        literal + (str(eval(codes[i], names, {"r": row})).rjust(widths[i], "0") if i < len(codes) else "") for i, literal in enumerate(parts[0::2]))


def as_json(**fields):
    return lambda row: json.dumps({key: value(row) if callable(value) else value for key, value in fields.items()})


def iso(row):
    return at(row, "%Y-%m-%dT%H:%M:%S") + f".{row['ms']:03d}Z"


def tag(row):
    return "TCP_TUNNEL" if row["tunnel"] else "TCP_DENIED" if row["status"] == 403 else "TCP_MISS"


def get(name):
    return lambda row: row[name]


NETSKOPE = of("{at(r,'%Y-%m-%d %H:%M:%S')} {r['took']} {r['out']} {r['in']} {r['out']+r['in']} 203.0.113.77 {r['server']} {r['user']} {r['method']} "
              "{r['scheme']} {r['query'] or '-'} \"{r['agent']}\" - {r['status']} {r['mime']} {r['host']} {r['host']} {r['path']} 443 - 99 Client "
              "\"Some App\" - - - - - - - - - - - - - - - - - {r['s']} 0 {r['client']} CloudApp - \"A & B\" \"All\" http_transaction - - 1 2 {r['host']}")
HAPROXY = of("{r['client']}:{r['port']} [{at(r,'%d/%b/%Y:%H:%M:%S')}.{r['ms']:03d}] fe be/srv{r['port']%9} 0/0/{r['ms']%7}/12/{r['took']} {r['status']} {r['in']} "
             "- - ---- 12/3/1/0/0 0/0 \"{r['method'] if r['method']!='CONNECT' else 'GET'} {origin(r)} HTTP/1.1\"")
COMBINED = of("{r['client']} - {r['user']} [{at(r,'%d/%b/%Y:%H:%M:%S')} +0000] \"{r['method']} {asked(r)} HTTP/1.1\" {r['status']} {r['in']} \"-\" \"{r['agent']}\"")
BLUECOAT_HEAD = ["#Software: SGOS 6.7.5.3", "#Fields: date time time-taken c-ip cs-username sc-filter-result cs-categories sc-status s-action cs-method "
                 "rs(Content-Type) cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs(User-Agent) s-ip sc-bytes cs-bytes"]
ZEEK_HEAD = ["#separator \\x09", "#path\tssl", "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tcipher\tserver_name\testablished"]

# NAME: (the format it has to be, lines in front, writer)
PROXIES = {
    "squid": ("squid", [], lambda r: f"{r['s']}.{r['ms']:03d} {r['took']:6d} {r['client']} {tag(r)}/{r['status']:03d} {r['in']} {r['method']} {asked(r)} "
              f"{'-' if ' ' in r['user'] else r['user']} HIER_DIRECT/{r['server']} {r['mime']}"),
    "squid in syslog": ("squid", [], lambda r: f"<13>{at(r, '%b %d %H:%M:%S')} px3 (squid-1)[77]: {r['s']}.{r['ms']:03d} {r['took']:6d} {r['client']} {tag(r)}/{r['status']:03d} "
                        f"{r['in']} {r['method']} {asked(r)} - HIER_DIRECT/{r['server']} {r['mime']}"),
    "combined": ("combined", [], COMBINED),
    "common": ("common", [], lambda r: f"{r['client']} - - [{at(r, '%d/%b/%Y:%H:%M:%S')} +0900] \"{r['method']} {asked(r)} HTTP/1.0\" {r['status']} {r['in']} {tag(r)}:HIER_DIRECT"),
    "e2guardian": ("e2guardian", [], lambda r: f"{at(r, '%Y.%-m.%-d %-H:%M:%S')}\t{r['user']}\t{r['client']}\t{asked(r)}\t\t{r['method']}\t{r['in']}\t0\t\t1\t{r['status']}\t{r['mime']}\t\tGroup 1\t"
                   f"{r['agent']}\t-\t\t\t"),
    "cisco-wsa": ("cisco-wsa", [], lambda r: f"{r['s']}.{r['ms']:03d} {r['took']} {r['client']} {tag(r)}/{r['status']} {r['in']} {r['method']} {asked(r)} - DIRECT/{r['host']} {r['mime']} "
                  "ALLOW_CUSTOMCAT_11-Def.Policy-Def.ID-NONE-NONE-NONE-Def-NONE <C_News,4.2,-,\"-\",-,-,-,-,\"-\",-> -"),
    "bluecoat": ("bluecoat", BLUECOAT_HEAD, of("{at(r,'%Y-%m-%d %H:%M:%S')} {r['took']} {r['client']} - OBSERVED \"News/Media;A\" {r['status']} TCP_NC_MISS {r['method']} {r['mime']} {r['scheme']} "
                                               "{r['host']} 443 {r['path']} {'?'+r['query'] if r['query'] else '-'} {quoted(r['agent'])} 10.9.9.9 {r['in']} {r['out']}")),
    "bluecoat json": ("bluecoat", [], as_json(**{"time": lambda r: at(r, "%H:%M:%S"), "c-ip": get("client"), "date": lambda r: at(r, "%Y-%m-%d"), "cs-host": get("host"),
                      "s-action": "TCP_MISS", "sc-filter-result": "OBSERVED", "sc-bytes": get("in"), "cs-bytes": get("out"), "sc-status": get("status"), "cs-method": get("method")})),
    "w3c": ("w3c", ["#Version: 1.0", "#Fields: date time c-ip cs-method cs-uri sc-status sc-bytes"],
            of("{at(r,'%Y-%m-%d %H:%M:%S')} {r['client']} {r['method']} {asked(r)} {r['status']} {r['in']}")),
    "iis": ("iis", ["#Software: Microsoft Internet Information Services 10.0", "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status time-taken"],
            of("{at(r,'%Y-%m-%d %H:%M:%S')} 192.0.2.5 GET {r['path']} {r['query'] or '-'} 443 - {r['client']} {r['agent'].replace(' ','+')} {r['status']} {r['took']}")),
    "iis-comma": ("iis-comma", [], of("{r['client']}, -, {at(r,'%-m/%-d/%Y')}, {at(r,'%-H:%M:%S')}, W3SVC2, SRV, 192.0.2.5, {r['took']}, {r['out']}, {r['in']}, {r['status']}, 0, GET, {r['path']}, -,")),
    "netskope": ("netskope", [], NETSKOPE),
    "netskope json": ("netskope", [], as_json(**{"x-type": "http_transaction", "x-cs-access-method": "Client", "cs-uri-scheme": get("scheme"), "cs-method": get("method"), "c-ip": "203.0.113.4",
                      "x-cs-userip": get("client"), "cs-bytes": lambda r: str(r["out"]), "sc-bytes": lambda r: str(r["in"]), "date": lambda r: at(r, "%Y-%m-%d"),
                      "time": lambda r: at(r, "%H:%M:%S"), "cs-host": get("host"), "cs-uri": get("path")})),
    "haproxy": ("haproxy", [], HAPROXY),
    "haproxy in syslog": ("haproxy", [], lambda r: f"{at(r, '%b %d %H:%M:%S')} lb1 haproxy[{r['port']}]: " + HAPROXY(r)),
    "olfeo": ("olfeo", [], of("{r['client']} - {r['user']} [{at(r,'%d/%m/%Y %H:%M:%S')}] \"{r['method']} {asked(r)} HTTP/1.1\" {r['status']} - - 12 Web Mail and Chat")),
    "olfeo-saas": ("olfeo-saas", [], as_json(type="proxy", src_ip=get("client"), timestamp=lambda r: r["s"] * 1000 + r["ms"], category_label="News", url=url, http_method=get("method"),
                   user_sent_bytes=lambda r: str(r["out"]), user_received_bytes=lambda r: str(r["in"]), action="allow")),
    "cloudflare-gateway": ("cloudflare-gateway", [], as_json(HTTPMethod=get("method"), HTTPHost=get("host"), SourceIP="203.0.113.8", SourceInternalIP=get("client"), Datetime=iso, Action="none",
                           UserAgent=get("agent"), URL=url, HTTPStatusCode=get("status"))),
    "envoy": ("envoy", [], of("[{at(r,'%Y-%m-%dT%H:%M:%S')}.{r['ms']:03d}Z] \"{r['method']} {'-' if r['tunnel'] else origin(r)} HTTP/2\" {r['status']} - {r['out']} {r['in']} {r['took']} 12 "
                              "\"{r['client']}\" \"{r['agent']}\" \"aa-{r['port']}\" \"{r['host']}{':443' if r['tunnel'] else ''}\" \"{r['server']}:443\"")),
    "envoy json": ("envoy", [], as_json(bytes_sent=get("in"), bytes_received=get("out"), response_code=get("status"), start_time=iso, authority=get("host"), path=origin, method=get("method"),
                   downstream_remote_address=lambda r: f"{r['client']}:{r['port']}", duration=get("took"))),
    "paloalto": ("paloalto", [], of("1,{at(r,'%Y/%m/%d %H:%M:%S')},0011,TRAFFIC,end,2560,{at(r,'%Y/%m/%d %H:%M:%S')},{r['client']},{r['server']},0.0.0.0,0.0.0.0,rule 1,,,ssl,vsys1,in,out,ae1,ae2,fwd,"
                                    "{at(r,'%Y/%m/%d %H:%M:%S')},{r['port']},1,{r['port']},443,0,0,0x19,tcp,allow,{r['out']+r['in']},{r['out']},{r['in']},40,{at(r,'%Y/%m/%d %H:%M:%S')},{r['took']//1000},any,0")),
    "umbrella": ("umbrella", [], of("\"{at(r,'%Y-%m-%d %H:%M:%S')}\",\"site 1\",\"{r['client']}\",\"203.0.113.6\",\"{r['server']}\",\"{r['mime']}\",\"ALLOWED\",\"{url(r)}\",\"\",\"{r['agent']}\",\"{r['status']}\",\"{r['out']}\","
                                    "\"{r['in']}\",\"{r['in']}\",\"\",\"News,Sports\",\"\",\"\",\"\",\"\",\"\",\"Networks\",\"\",\"site 1\",\"Networks\",\"GET\"")),
    "forcepoint": ("forcepoint", [], of("CEF:0|Forcepoint|Security|8.5.3|26|Transaction permitted|1| act=permitted app={r['scheme']} dst={r['server']} dhost={r['host']} dpt=443 src={r['client']} spt={r['port']} suser=- "
                                        "rt={r['s']}{r['ms']:03d} in={r['in']} out={r['out']} requestMethod={r['method']} requestClientApplication={r['agent']} request={url(r)} logRecordSource=OnPrem")),
    "webgateway": ("webgateway", [], of("[{at(r,'%d/%b/%Y:%H:%M:%S')} +0100] \"\" {r['client']} {r['status']} \"{r['method']} {asked(r)} HTTP/1.1\" \"Sports, News\" \"Unverified\" \"{r['mime']}\" {r['in']} {r['out']} \"{r['agent']}\" \"\" \"10\" \"\"")),
    "ifilter": ("ifilter", [], of("{at(r,'%b %d %H:%M:%S')} 311 2000/01/ - {r['server']}:443 {r['client']} {r['client']} - - [{at(r,'%d/%b/%Y:%H:%M:%S')} +0000] {r['status']} 0 {r['in']} - 0 0 0/0/0 -1 0 {r['out']} 0 g - 0 - "
                                  "\"{r['method']} {asked(r)} HTTP/1.1\" - Chrome text%2Fcss 00FF00FF")),
    "intersafe": ("intersafe", [], of("{at(r,'%Y/%m/%d')}\t{at(r,'%H:%M:%S')}\tHTTP\t{r['client']}\tdev\t{r['user']}\t-\tAllowed\t-\t{r['status']}\t{r['host']}\t{r['took']}\t{r['out']}\t{r['in']}\t{r['mime']}\t-\t-\tIT\tIT\t-\t-\t"
                                      "{url(r)}\tHTTP/1.1\tGET\t-")),
    "zscaler": ("zscaler", [], of("{at(r,'%Y-%m-%d %H:%M:%S')}\treason=Allowed\tevent_id={r['port']}\tprotocol={r['scheme'].upper()}\taction=Allowed\tresponsesize={r['in']}\trequestsize={r['out']}\trequestmethod={r['method']}\t"
                                  "useragent={r['agent']}\tClientIP={r['client']}\tstatus={r['status']}\turl={url(r,False)}\thostname={r['host']}")),
    "fortigate": ("fortigate", [], of("date={at(r,'%Y-%m-%d')} time={at(r,'%H:%M:%S')} devname=\"gw\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" srcip={r['client']} srcport={r['port']} dstip={r['server']} "
                                      "dstport=443 sessionid={r['port']} proto=6 action=\"close\" duration={r['took']//1000} sentbyte={r['out']} rcvdbyte={r['in']}")),
    "fortiproxy": ("fortiproxy", [], of("date={at(r,'%Y-%m-%d')} time={at(r,'%H:%M:%S')} logid=\"0010000099\" type=\"traffic\" subtype=\"http-transaction\" srcip={r['client']} dstip={r['server']} scheme=\"{r['scheme']}\" hostname=\"{r['host']}\" "
                                        "url=\"{url(r)}\" sessionid={r['port']} reqlength={r['out']} resplength={r['in']} statuscode={r['status']} resptype=\"normal\"")),
    "checkpoint": ("checkpoint", [], of("time={r['s']}|hostname=cp|product=URL Filtering|action=Accept|ifdir=outbound|loguid=(0x{r['port']})|origin=10.9.9.9|sequencenum=7|version=5|dst={r['server']}|proto=6|resource={url(r).replace('=','\\=')}|service=443|src={r['client']}")),
    "sophos": ("sophos", [], of("device_name=\"XG\" timestamp=\"{at(r,'%Y-%m-%dT%H:%M:%S')}+0000\" log_id=\"050901616001\" log_type=\"Content Filtering\" log_component=\"HTTP\" log_subtype=\"Allowed\" url=\"{url(r)}\" src_ip=\"{r['client']}\" dst_ip=\"{r['server']}\" "
                                "src_port={r['port']} dst_port=443 bytes_sent={r['out']} bytes_received={r['in']}")),
    "suricata": ("suricata", [], lambda r: json.dumps({"flow_id": r["port"], "timestamp": at(r, "%Y-%m-%dT%H:%M:%S.000000+0000"), "event_type": "http", "src_ip": r["client"], "dest_ip": r["server"], "dest_port": 80,
                 "http": {"hostname": r["host"], "url": origin(r), "http_method": "GET", "status": r["status"], "length": r["in"]}})),
    "zeek": ("zeek", ZEEK_HEAD, of("{r['s']}.{r['ms']:03d}000\tC{r['port']}\t{r['client']}\t{r['port']}\t{r['server']}\t443\tTLSv13\tTLS_AES\t{r['host']}\tT")),
    "zeek json": ("zeek", [], as_json(**{"ts": lambda r: r["s"] + 0.5, "uid": lambda r: f"C{r['port']}", "id.orig_h": get("client"), "id.orig_p": get("port"), "id.resp_h": get("server"), "id.resp_p": 80, "trans_depth": 1,
                  "method": "GET", "host": get("host"), "uri": origin, "request_body_len": 0, "response_body_len": get("in"), "status_code": get("status")})),
    "ecs": ("ecs", [], lambda r: json.dumps({"url": {"full": url(r)}, "@timestamp": iso(r), "client": {"ip": r["client"], "bytes": r["out"]}, "http": {"request": {"method": r["method"]}}, "event": {"action": "allowed"}})),
    "elb": ("elb", [], of("h2 {at(r,'%Y-%m-%dT%H:%M:%S')}.123456Z app/x/1 {r['client']}:{r['port']} 10.9.9.9:80 0.0 0.01 0.0 {r['status']} {r['status']} {r['out']} {r['in']} \"GET https://{r['host']}:443{r['path']} HTTP/2.0\" \"{r['agent']}\" "
                          "ECDHE TLSv1.2 arn:x \"Root=1\" \"-\" \"-\"")),
    "caddy": ("caddy", [], lambda r: json.dumps({"level": "info", "ts": r["s"] + 0.25, "logger": "http.log.access.log0", "msg": "handled request", "request": {"remote_ip": r["client"], "method": "GET", "uri": origin(r), "host": r["host"],
              "headers": {"User-Agent": [r["agent"]]}}, "size": r["in"], "status": r["status"], "duration": 0.1})),
    "proxifier": ("proxifier", [], lambda r: f"[{at(r, '%m.%d %H:%M:%S')}] {('firefox.exe', 'git.exe *64')[r['port'] % 2]} - {r['host']}:443 close, {r['out']} bytes"
                  f"{'' if r['out'] < 1024 else ' (%.2f KB)' % (r['out'] / 1024)} sent, {r['in']} bytes{'' if r['in'] < 1024 else ' (%.1f KB)' % (r['in'] / 1024)} received, lifetime {('<1 sec', '00:41')[r['port'] % 2]}"),
}

# What must be refused.
FOREIGN = {
    "syslog": of("{at(r,'%b %d %H:%M:%S')} srv{r['port']%5} cron[{r['port']}]: (root) CMD (run-parts /etc/cron.hourly)"),
    "sshd": of("{at(r,'%b %d %H:%M:%S')} srv sshd[{r['port']}]: Failed password for invalid user {r['user']} from {r['client']} port {r['port']} ssh2"),
    "firewall": of("{at(r,'%b %d %H:%M:%S')} fw kernel: [{r['took']}.12] DROP IN=eth0 OUT= MAC=00:11 SRC={r['client']} DST={r['server']} LEN=60 TTL=52 ID={r['port']} PROTO=TCP SPT={r['port']} DPT=22 WINDOW=1024"),
    "mail": of("{at(r,'%b %d %H:%M:%S')} mx postfix/smtp[{r['port']}]: A1B2C{r['port']}: to=<a@{r['host']}>, relay={r['host']}[{r['server']}]:25, delay=0.{r['ms']}, dsn=2.0.0, status=sent (250 ok)"),
    "prose": of("On the {r['port']}th day nobody looked at {r['host']}, and everyone was glad of it."),
    "json of an app": as_json(level="info", time=iso, msg="order shipped", order=get("port"), customer=get("user"), total=get("in")),
    "json of kubernetes": as_json(kind="Event", apiVersion="audit.k8s.io/v1", level="Metadata", verb="get", requestURI="/api/v1/pods", stageTimestamp=iso, user={"username": "system:node"}),
    "csv of orders": of("{r['port']},{at(r,'%Y-%m-%d')},{r['user']},{r['in']}.00,shipped,{r['host']}"),
    "csv of weather": of("{at(r,'%Y-%m-%dT%H:%M:%SZ')},{r['ms']/10},{r['took']/100},{r['status']},N"),
    "logfmt": of("ts={at(r,'%Y-%m-%dT%H:%M:%SZ')} caller=main.go:{r['ms']} level=info msg=\"compaction done\" took={r['took']}ms"),
    "dns": of("{at(r,'%d-%b-%Y %H:%M:%S')}.{r['ms']:03d} client @0x7f {r['client']}#{r['port']} ({r['host']}): query: {r['host']} IN A +E(0)K (10.0.0.53)"),
    "dhcp": of("{at(r,'%b %d %H:%M:%S')} dhcpd: DHCPACK on {r['client']} to 00:11:22:33:44:55 (pc{r['port']}) via eth1"),
    "windows csv": of("{r['port']},{at(r,'%m/%d/%Y %H:%M:%S')},4624,Security,Audit Success,An account was successfully logged on."),
    "nginx errors": of("{at(r,'%Y/%m/%d %H:%M:%S')} [error] {r['port']}#0: *{r['ms']} open() \"/var/www{r['path']}\" failed (2: No such file or directory), client: {r['client']}"),
    "passwd": of("u{r['port']}:x:{r['port']}:{r['port']}:,,,:/nonexistent:/bin/false"),
    "markdown": of("| {r['host']} | {r['status']} | {r['ms']} |"),
    "tcp of haproxy": of("{r['client']}:{r['port']} [{at(r,'%d/%b/%Y:%H:%M:%S')}.{r['ms']:03d}] fe be/s1 1/0/{r['took']} {r['in']} -- 2/2/1/1/0 0/0"),
    "tinyproxy": of("CONNECT   {at(r,'%b %d %H:%M:%S')}.{r['ms']:03d} [{r['port']}]: Request (file descriptor 6): {r['method']} {asked(r)} HTTP/1.1"),
}

# SPDX-License-Identifier: Apache-2.0
"""Rows of a Squid proxy's access log, and the three layouts they are written in.

The shapes are those of Squid 5: a row is written when its transfer ENDS, so the stamp of a CONNECT
row is the end of the tunnel; query strings are cut after the question mark (strip_query_terms is on
by default); out is %>st (client to server), into is %<st (server to client), both with headers.
"""

import math
import random
import time
import zlib


class Dice:
    """Chance from a seed. Uses only Random.random(), whose sequence every Python 3 keeps."""

    def __init__(self, seed):
        self.seed = seed
        self.roll = random.Random(seed).random

    def apart(self, name):
        """Dice of its own for one actor: adding an actor changes nobody else's day."""
        return Dice(self.seed * 1000003 + zlib.crc32(name.encode()))

    def chance(self, share):
        return self.roll() < share

    def between(self, low, high):
        return low + (high - low) * self.roll()

    def whole(self, low, high):
        """A whole number from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))

    def pick(self, items):
        return items[int(self.roll() * len(items))]

    def some(self, items, count):
        """Up to count different items, in their order."""
        left, chosen = min(count, len(items)), []
        for at, item in enumerate(items):
            if self.roll() * (len(items) - at) < left:
                chosen.append(item)
                left -= 1
        return chosen

    def shuffled(self, items):
        items = list(items)
        for at in range(len(items) - 1, 0, -1):
            other = int(self.roll() * (at + 1))
            items[at], items[other] = items[other], items[at]
        return items

    def wait(self, mean):
        """Time to the next event of a process without memory."""
        return -mean * math.log(1.0 - self.roll())

    def spread(self, median, sigma):
        """Log-normal: most values near the median, some far above it."""
        normal = math.sqrt(-2.0 * math.log(1.0 - self.roll())) * math.cos(2.0 * math.pi * self.roll())
        return median * math.exp(sigma * normal)


class Row:
    """One line. end and duration are milliseconds, end since 1970 UTC."""

    __slots__ = ('end', 'duration', 'client', 'port', 'tag', 'status', 'out', 'into', 'method', 'url',
                 'agent', 'referer', 'user', 'hierarchy', 'server', 'mime', 'version')


def request_size(method, url, host, agent, referer):
    """The least a request takes (RFC 9112, 3): the request line, Host, Accept and what else is logged."""
    size = len(method) + len(url) + len(' HTTP/1.1\r\n') + len(host) + len('Host: \r\nAccept: */*\r\n\r\n') + 1
    size += len(agent) + len('User-Agent: \r\n') if agent != '-' else 0
    return size + (len(referer) + len('Referer: \r\n') if referer != '-' else 0)


class Log:
    """Collects rows in any order; knows a server address for every host."""

    def __init__(self):
        self.rows = []
        self.addresses = {}

    def address(self, host):
        """One address per host, out of 198.18.0.0/15, which belongs to nobody (RFC 2544)."""
        if host.replace('.', '').isdigit():
            return host
        number = self.addresses.setdefault(host, len(self.addresses) + 257)
        return '198.%d.%d.%d' % (18 + (number >> 16 & 1), number >> 8 & 255, number & 255)

    def add(self, start, duration, client, method, url, host, agent, out, into, tag, status,
            referer='-', mime='-', user='-', direct=True, version='1.1'):
        row = Row()
        row.duration = max(0, int(duration * 1000))
        row.end = int(start * 1000) + row.duration
        row.client, row.port, row.method, row.url = client, 0, method, url
        row.agent, row.referer, row.user = agent, referer, user
        row.out, row.into, row.tag, row.status = int(out), int(into), tag, status
        row.hierarchy = 'HIER_DIRECT' if direct else 'HIER_NONE'
        row.server = self.address(host) if direct else '-'
        row.mime, row.version = mime, version
        self.rows.append(row)
        return row

    def fetch(self, start, client, url, agent, into, referer='-', mime='text/html', method='GET',
              out=400, duration=None, tag='TCP_MISS', status=200, user='-'):
        """A plain request. start in seconds since 1970; answers come at about 2 MB/s."""
        host = url.split('/', 3)[2].split(':')[0]
        out = max(out, request_size(method, url, host, agent, referer))
        cut = url.find('?')
        if cut >= 0:
            url = url[:cut + 1]
        if duration is None:
            duration = 0.012 + into / 2e6
        direct = tag not in ('TCP_HIT', 'TCP_MEM_HIT', 'TCP_IMS_HIT', 'TCP_DENIED')
        return self.add(start, duration, client, method, url, host, agent, out, into, tag, status,
                        referer, mime, user, direct)

    def tunnel(self, start, duration, client, target, agent, out, into, tag='TCP_TUNNEL', status=200,
               user='-', version='1.1'):
        """A CONNECT row; target is HOST:PORT."""
        direct = tag != 'TCP_DENIED'
        return self.add(start, duration, client, 'CONNECT', target, target.rsplit(':', 1)[0], agent,
                        out, into, tag, status, user=user, direct=direct, version=version)

    def within(self, begin, end):
        """The rows logged from begin to end (seconds), in the order in which Squid writes them."""
        kept = [row for row in self.rows if begin * 1000 <= row.end < end * 1000]
        kept.sort(key=lambda row: row.end)
        return kept


MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()


def local_stamp(second, zone_minutes, known={}):
    """[07/Nov/2019:08:00:01 +0900], remembered for the second in which many rows end."""
    if known.get('second') != second:
        part = time.gmtime(second + zone_minutes * 60)
        sign = '-' if zone_minutes < 0 else '+'
        hours, minutes = divmod(abs(zone_minutes), 60)
        known['second'] = second
        known['text'] = '%02d/%s/%04d:%02d:%02d:%02d %s%02d%02d' % (
            part.tm_mday, MONTHS[part.tm_mon - 1], part.tm_year, part.tm_hour, part.tm_min, part.tm_sec,
            sign, hours, minutes)
    return known['text']


def combined(row, zone):
    """Squid's own `combined`: agent and Referer, but no duration and no bytes out."""
    return '%s - %s [%s] "%s %s HTTP/%s" %d %d "%s" "%s" %s:%s\n' % (
        row.client, row.user, local_stamp(row.end // 1000, zone), row.method, row.url, row.version,
        row.status, row.into, row.referer, row.agent, row.tag, row.hierarchy)


def native(row, zone):
    """Squid's own `squid`: duration, but no agent and no bytes out."""
    return '%d.%03d %6d %s %s/%03d %d %s %s %s %s/%s %s\n' % (
        row.end // 1000, row.end % 1000, row.duration, row.client, row.tag, row.status, row.into,
        row.method, row.url, row.user, row.hierarchy, row.server, row.mime)


def full(row, zone):
    """%ts.%03tu %6tr %>a %Ss/%03>Hs %>st %<st %rm %ru "%{User-Agent}>h" "%{Referer}>h" %[un %Sh/%<a %mt"""
    return '%d.%03d %6d %s %s/%03d %d %d %s %s "%s" "%s" %s %s/%s %s\n' % (
        row.end // 1000, row.end % 1000, row.duration, row.client, row.tag, row.status, row.out, row.into,
        row.method, row.url, row.agent, row.referer, row.user, row.hierarchy, row.server, row.mime)


def ports(rows, dice):
    """Gives rows the ports of their clients: a new one for each tunnel, and for plain requests after a pause."""
    last = {}
    for row in sorted(rows, key=lambda row: row.end - row.duration):
        start = row.end - row.duration
        port, plain, until = last.get(row.client, (49152 + dice.whole(0, 9000), 0, 0))
        if row.method == 'CONNECT' or not plain or start > until:
            port = 49152 + (port - 49152 + dice.whole(1, 3)) % 16384
            plain = plain if row.method == 'CONNECT' else port
        row.port = port if row.method == 'CONNECT' else plain
        last[row.client] = (port, plain, until if row.method == 'CONNECT' else row.end + 60000)


def recommended(row, zone):
    """What `konseki check --fix squid` proposes: full, with the ports, and the seconds and the error once more."""
    port = '-' if row.server == '-' else row.url.rsplit(':', 1)[1] if row.method == 'CONNECT' else '80'
    return '%d.%03d %6d %s:%d %s/%03d %d %d %s %s HTTP/%s %s "%s" "%s" %s/%s:%s %s %d.%03d -\n' % (
        row.end // 1000, row.end % 1000, row.duration, row.client, row.port, row.tag, row.status, row.out, row.into,
        row.method, row.url, row.version, row.user, row.referer, row.agent, row.hierarchy, row.server, port, row.mime,
        row.duration // 1000, row.duration % 1000)


LAYOUTS = {'recommended': recommended, 'combined': combined, 'native': native, 'full': full}


def write(path, rows, layout, zone=0):
    line = LAYOUTS[layout]
    with open(path, 'w', encoding='ascii', newline='\n') as file:
        file.writelines(line(row, zone) for row in rows)

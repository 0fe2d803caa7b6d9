# SPDX-License-Identifier: Apache-2.0
"""The proxy's side of a case: an office day of tests/days without its intruders, and rows that a case adds."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'days'))
sys.path.insert(0, os.path.join(HERE, '..', '..', 'samples'))

import day    # noqa: E402
import squid  # noqa: E402

PROXY = ('10.60.250.5', 3128)


class Office:
    """One day. Its rows never change: a case works on a list of its own."""

    def __init__(self, seed, clients):
        made = day.Day(seed, clients)
        made.free = []
        made.live()
        self.seed, self.midnight, self.machines = seed, made.midnight, made.machines
        self.dice, self.log = made.dice.apart('windows'), made.log
        self.ends = 23 * 3600
        self.base = made.rows()
        squid.ports(self.base, self.dice.apart('ports'))
        self.base = [row for row in self.base if row.end < (self.midnight + self.ends) * 1000]
        self.lines = {}

    def at(self, clock):
        """Seconds since 1970 at a local time of this day: '13:05:00', '13:05:00.25'."""
        hours, minutes, seconds = clock.split(':')
        return self.midnight + int(hours) * 3600 + int(minutes) * 60 + float(seconds)

    def people(self):
        """PCs whose users are there all day, by address."""
        return [who for who in self.machines if who.kind == 'pc' and who.arrives < self.at('10:00:00') and
                who.leaves > self.at('17:00:00')]

    def others_tunnels(self, day_of, ports, victim, begin, end, count):
        """Long CONNECTs of other clients around begin..end: video, private networks, chat. Returns their rows."""
        rows, dice = [], self.dice.apart('others')
        for who in [who for who in self.people() if who.address != victim][:count]:
            start, lasts = begin - dice.between(200, 5000), end - begin + dice.between(5600, 9000)
            kind = dice.whole(0, 2)
            host = ('rtc.kaigi-shitsu.test:443', 'vpn.jimusho-mon.test:443', 'chat.hanashi-ba.test:5222')[kind]
            rate = (90e3, 9e3, 40)[kind]
            rows.append(day_of.tunnel(start, lasts, who.address, host, who.agents[0] if kind == 0 else '-', rate * lasts *
                                      dice.between(0.7, 1.3) + 3000, rate * lasts + 4000))
            rows[-1].port = ports()
        return rows


class Side:
    """The rows of one case: the office's and its own."""

    def __init__(self, office):
        self.office = office
        self.log = squid.Log()
        self.log.addresses = office.log.addresses
        self.begin, self.end = office.midnight, office.midnight + office.ends
        self.without = {}     # address: from when on it has no rows, in ms
        self.dice = office.dice.apart('side')

    def port(self):
        return 49152 + self.dice.whole(0, 16383)

    def tunnel(self, start, end, client, target, out, into, agent='-', port=None):
        row = self.log.tunnel(start, end - start, client, target, agent, out, into)
        row.port = port or self.port()
        return row

    def rows(self):
        rows = [row for row in self.office.base if self.without.get(row.client, row.end + 1) > row.end] + self.log.rows
        rows = [row for row in rows if self.begin * 1000 <= row.end < self.end * 1000]
        rows.sort(key=lambda row: row.end)
        return rows

    def write(self, path, layout, zone):
        """Returns {row: line number} of the case's own rows, and how many there are."""
        text, rows, known = squid.LAYOUTS[layout], self.rows(), self.office.lines.setdefault((layout, zone), {})
        own = set(self.log.rows)
        numbers = {}
        with open(path, 'w', encoding='ascii', newline='\n') as file:
            for number, row in enumerate(rows, 1):
                if row in own:
                    numbers[row] = number
                    file.write(text(row, zone))
                    continue
                line = known.get(row)
                if line is None:
                    line = known[row] = text(row, zone)
                file.write(line)
        return numbers, len(rows)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes one test day: DIR/access.log and DIR/truth.json. See README.md."""

import argparse
import calendar
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', '..', 'samples'))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import agents     # noqa: E402
import innocent   # noqa: E402
import intruders  # noqa: E402
import office     # noqa: E402
import squid      # noqa: E402

ZONE = 9 * 60


class Day:
    """One day of one office, and what is true about it."""

    def __init__(self, seed, clients):
        self.dice = squid.Dice(seed * 7919 + 17)
        self.log = squid.Log()
        self.names = office.Names(self.dice.apart('names'))
        date = calendar.timegm((2023, 1, 2, 0, 0, 0)) + 86400 * (7 * self.dice.whole(0, 140) + self.dice.whole(0, 4))
        self.midnight = date - ZONE * 60
        newest = 109 + (date - calendar.timegm((2023, 1, 2, 0, 0, 0))) // (86400 * 30)   # a browser version a month
        self.named = self.dice.chance(0.5)                                               # does the proxy ask who you are?
        dice = self.dice.apart('machines')
        self.machines = [office.machine(dice, number, self.midnight, newest, self.named) for number in range(clients)]
        self.old_browsers = agents.OldBrowsers(self.dice.apart('old'), self.machines)
        free = [who for who in self.machines if who.kind == 'pc' and who.leaves - who.arrives > 5 * 3600]
        self.free = self.dice.apart('victims').shuffled(free)
        self.planted, self.decoys = [], []

    def of(self, *kinds):
        return [who for who in self.machines if who.kind in kinds] or self.machines[:1]

    def some(self, *kinds, count):
        return self.dice.some(self.of(*kinds), count)

    def times(self, count):
        """How often something occurs here that occurs count times among 300 machines."""
        return max(1, round(count * len(self.machines) / 300))

    def victim(self):
        """A PC that no other intruder has."""
        if not self.free:
            raise SystemExit('day.py: too few clients for what is planted; use --clients 120 or more')
        return self.free.pop()

    def plant(self, kind_of, kind, who, host, action, agent, note=''):
        self.planted.append({'class': kind_of, 'kind': kind, 'client': who.address, 'host': host, 'expected_action': action,
                             'agent': agent, 'note': note})

    def note(self, name, hosts, users, agent=None):
        self.decoys.append({'class': name, 'hosts': hosts, 'clients': [who.address for who in users], 'agent': agent})

    def live(self):
        """People and programs first, then the intruders; each group rolls dice of its own."""
        dice = self.dice.apart('web')
        web = office.Web(dice, self.names, 500)
        personal, hosts = office.personal_sites(dice, self.names, self.machines)
        for who in self.machines:
            if who.agents:
                office.browse(self.log, dice.apart(who.address), who, web, self.midnight, personal[who.address])
        self.note('rare_site', hosts, [])
        main = self.dice
        for act in innocent.ALL + (intruders.ALL if self.free else ()):
            self.dice = main.apart(act.__module__ + act.__name__)
            act(self)
        self.dice = main

    def rows(self):
        """The day's rows; where the proxy asks for a name, some follow a refused first try (407)."""
        if self.named:
            roll = self.dice.apart('407').roll
            for row in [row for row in self.log.rows if row.user != '-' and row.status != 407 and roll() < 0.08]:
                self.log.add((row.end - row.duration) / 1000 - 0.004, 0.001, row.client, row.method, row.url, '', row.agent,
                             min(row.out, 380), 4020, 'TCP_DENIED', 407, row.referer, 'text/html', direct=False)
        return self.log.within(self.midnight, self.midnight + 86400)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--seed', type=int, required=True)
    options.add_argument('--clients', type=int, default=300)
    options.add_argument('--format', choices=sorted(squid.LAYOUTS), default='full')
    options.add_argument('--out', required=True, metavar='DIR')
    given = options.parse_args()
    day = Day(given.seed, given.clients)
    day.live()
    os.makedirs(given.out, exist_ok=True)
    rows = day.rows()
    squid.ports(rows, day.dice.apart('ports'))
    squid.write(os.path.join(given.out, 'access.log'), rows, given.format, ZONE)
    truth = {'seed': given.seed, 'clients': given.clients, 'format': given.format, 'rows': len(rows), 'named_users': day.named,
             'date': time.strftime('%Y-%m-%d', time.gmtime(day.midnight + ZONE * 60)), 'planted': day.planted, 'decoys': day.decoys}
    with open(os.path.join(given.out, 'truth.json'), 'w', encoding='ascii') as file:
        json.dump(truth, file, indent=1)
        file.write('\n')


if __name__ == '__main__':
    main()

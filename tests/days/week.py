#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a test day with a week of history before it: DIR/access.log and DIR/truth.json. See README.md.

Monday to Sunday, and the Monday that is judged. What runs on a machine runs every day: same program, same host, same period. What
people do once is drawn anew each day. Now and then a new program comes and stays. The intruders come on the last day.
"""

import argparse
import json
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import day         # noqa: E402
import innocent    # noqa: E402
import intruders   # noqa: E402
import office      # noqa: E402
import squid       # noqa: E402

DAYS, SECONDS = 8, 86400
ONCE = (innocent.streams, innocent.certificate_lists, innocent.auth_storms, innocent.video_calls, innocent.blank_downloads, innocent.backups,
        innocent.downloads, innocent.self_named_updaters, innocent.roll_outs, innocent.administrators_scripts)
DAILY = tuple(act for act in innocent.ALL if act not in ONCE)
# On each day one of each of these comes anew with this chance, and stays.
NEWCOMERS, NEW = (innocent.cron_jobs, innocent.widgets, innocent.blank_pollers, innocent.dashboards, innocent.refreshing_pages,
                  innocent.web_applications, innocent.phone_apps), 0.1

every_day_the_same = innocent.steady


def steady(week, who, every, jitter, do):
    """The rolls of a rhythm are of each day; what is decided after it is decided alike on all days."""
    generator = week.dice.roll.__self__
    state = generator.getstate()
    generator.seed('%r %d' % (generator.random(), week.number))
    every_day_the_same(week, who, every, jitter, do)
    generator.setstate(state)


class Week(day.Day):
    def __init__(self, seed, clients):
        super().__init__(seed, clients)
        local = self.midnight + day.ZONE * 60
        self.first = self.midnight - (local // SECONDS + 3) % 7 * SECONDS   # 1970-01-01 was a Thursday
        self.hours = {who: [value - self.midnight for value in (who.on, who.off, who.arrives, who.leaves)] for who in self.machines}
        self.only_one, self.number = False, 0

    def begin(self, number):
        """Nobody comes on Saturday and Sunday; what is always on is on."""
        self.number, self.midnight = number, self.first + number * SECONDS
        for who in self.machines:
            on, off, arrives, leaves = (self.midnight + value for value in self.hours[who])
            if number % 7 >= 5:
                leaves = arrives
                off = off if off - on >= SECONDS else on
            who.on, who.off, who.arrives, who.leaves = on, off, arrives, leaves
            who.alive = {}

    def times(self, count):
        return 1 if self.only_one else super().times(count)

    def note(self, name, hosts, users, agent=None):
        if not any(entry['hosts'] == hosts for entry in self.decoys):
            super().note(name, hosts, users, agent)

    def act(self, do, key, only_one=False):
        """The same key: the same decisions, the same names."""
        self.only_one = only_one
        self.dice = self.main.apart(do.__module__ + do.__name__ + key)
        self.names = office.Names(self.dice.apart('names'))
        do(self)
        self.only_one = False

    def live(self):
        self.main = self.dice
        dice = self.main.apart('web')
        web = office.Web(dice, self.names, 500)
        personal, hosts = office.personal_sites(dice, self.names, self.machines)
        self.note('rare_site', hosts, [])
        comes = self.main.apart('newcomers')
        new = [(act, number) for number in range(1, DAYS) for act in NEWCOMERS if comes.chance(NEW)]
        for number in range(DAYS):
            self.begin(number)
            at_work = number % 7 < 5
            for who in self.machines:
                if who.agents and at_work:
                    office.browse(self.log, dice.apart('%s %d' % (who.address, number)), who, web, self.midnight, personal[who.address])
            for act in DAILY:
                self.act(act, '')
            for act, since in new:
                if number >= since:
                    self.act(act, 'new %d' % since, only_one=True)
            for act in ONCE if at_work else ():
                self.act(act, 'day %d' % number)
        for act in intruders.ALL:
            self.act(act, '')

    def rows(self):
        kept, last = [], self.midnight
        for number in range(DAYS):
            self.midnight = self.first + number * SECONDS
            kept.append(self.log.within(self.midnight, self.midnight + SECONDS))
        self.midnight = last
        return [row for rows in kept for row in rows]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--seed', type=int, required=True)
    options.add_argument('--clients', type=int, default=150)
    options.add_argument('--format', choices=sorted(squid.LAYOUTS), default='full')
    options.add_argument('--out', required=True, metavar='DIR')
    given = options.parse_args()
    innocent.steady = steady
    week = Week(given.seed, given.clients)
    week.live()
    os.makedirs(given.out, exist_ok=True)
    rows = week.rows()
    squid.write(os.path.join(given.out, 'access.log'), rows, given.format, day.ZONE)
    truth = {'seed': given.seed, 'clients': given.clients, 'format': given.format, 'rows': len(rows), 'named_users': week.named,
             'judged_from': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(week.first + (DAYS - 1) * SECONDS)),
             'planted': week.planted, 'decoys': week.decoys}
    with open(os.path.join(given.out, 'truth.json'), 'w', encoding='ascii') as file:
        json.dump(truth, file, indent=1)
        file.write('\n')


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges what konseki said about test days.

    judge.py [--fit SEEDS] [--judge SEEDS] [--misses] DIR...

Every DIR holds truth.json (written by day.py) and hunt.json (`konseki hunt --json --all DIR/access.log > DIR/hunt.json`).
"""

import argparse
import collections
import json
import math
import os
import re
import sys

ACTIONS = ('act_now', 'look_today', 'ask_owner')
RANK = {action: rank for rank, action in enumerate(ACTIONS)}
FOLDED = 'old_browser_agent'    # hard-coded old browser agents: one story per agent, counted apart (the accuracy goal says so)


def template(agent):
    """An agent without numbers, serials and identifiers: what makes versions of one program the same."""
    text = re.sub(r'\{[^}]*\}|\(SN [^)]*\)', '', agent or '-')
    return re.sub(r'\d+', '#', text)


class Judged:
    """One day: the truth, what konseki said, and how the two meet."""

    def __init__(self, folder):
        with open(os.path.join(folder, 'truth.json'), encoding='utf-8') as file:
            self.truth = json.load(file)
        with open(os.path.join(folder, 'hunt.json'), encoding='utf-8') as file:
            said = json.load(file)
        self.seed = self.truth['seed']
        self.stories = said['stories']
        self.findings = {finding['id']: finding for finding in said['findings']}
        self.decoy = {host: entry for entry in self.truth['decoys'] for host in entry['hosts']}
        self.planted = collections.defaultdict(list)
        for entry in self.truth['planted']:
            self.planted[entry['host']].append(entry)
        self.meet()

    def of(self, story):
        return [self.findings[number] for number in story['findings'] if number in self.findings]

    def is_judged(self, story):
        """After a week of history only what reaches into the last day."""
        return 'judged_from' not in self.truth or story['last'] >= self.truth['judged_from']

    def meet(self):
        """Gives every planted entry its best story, and every story its true or innocent name."""
        self.best, self.true_at, self.innocent = {}, None, []
        for at, story in enumerate(self.stories):
            true = False
            for finding in self.of(story):
                for entry in self.planted.get(finding['host'], ()):
                    if finding['client'] not in (None, entry['client']):
                        continue
                    true = True
                    known = self.best.get(id(entry))
                    if known is None or RANK[story['action']] < RANK[known[0]['action']]:
                        self.best[id(entry)] = (story, finding)
            if not true and self.is_judged(story):
                self.innocent.append(story)
            elif true and self.true_at is None:
                self.true_at = at + 1

    def entries(self):
        """Each planted entry with the action of the best story that holds it (None: in no story)."""
        for entry in self.truth['planted']:
            story, finding = self.best.get(id(entry), (None, None))
            yield entry, story and story['action'], finding

    def decoy_class(self, story):
        names = set()
        for finding in self.of(story):
            if finding['host'] in self.planted:
                names.add('planted host, other client')
            else:
                names.add(self.decoy.get(finding['host'], {'class': 'popular or unknown host'})['class'])
        return ' + '.join(sorted(names)) or 'story without findings'

    def fold(self, story):
        """Stories of one program count once: same agents by template, periods that differ by no more than a tenth or so."""
        parts = set()
        for finding in self.of(story):
            period = [round(math.log(signal['values']['median_s'], 1.1)) for signal in finding.get('signals', ())
                      if signal.get('values', {}).get('median_s')]
            parts.add((finding['kind'], template(finding.get('agent')), period[0] if period else None))
        return story['action'], tuple(sorted(parts, key=repr))

    def drawn_in(self):
        """Innocent hosts that stand in a true story beside the guilty ones."""
        innocent = {id(story) for story in self.innocent}
        for story in self.stories:
            if id(story) in innocent:
                continue
            for finding in self.of(story):
                if finding['host'] and finding['host'] not in self.planted:
                    yield story, finding


def reached(action, wanted):
    return action is not None and RANK[action] <= RANK[wanted]


def percent(part, whole):
    return '%5.1f %%' % (100.0 * part / whole) if whole else '    - '


def show_classes(days):
    found = collections.defaultdict(lambda: [0, 0, 0, 0, set()])
    for day in days:
        for entry, action, finding in day.entries():
            tally = found[entry['class']]
            tally[0] += 1
            tally[1] += reached(action, 'act_now')
            tally[2] += reached(action, 'look_today')
            tally[3] += finding is not None and finding['kind'] != entry['kind']
            tally[4].add(entry['expected_action'])
    print('%-38s %-11s %14s %19s %6s' % ('planted', 'goal', 'at act_now', 'at look_today', 'other'))
    print('%-38s %-11s %14s %19s %6s' % ('', '', '', 'or above', 'kind'))
    for name in sorted(found):
        all_, now, today, other, goals = found[name]
        print('%-38s %-11s %4d/%-4d %s %6d/%-4d %s %6d' % (name, '/'.join(sorted(goals)), now, all_, percent(now, all_), today, all_,
                                                           percent(today, all_), other))


def show_innocent(days):
    client_days = sum(day.truth['clients'] for day in days)
    print('\ninnocent stories in %d client-days' % client_days)
    print('%-11s %7s %12s %8s %22s %20s' % ('action', 'stories', 'per 1,000', 'folded', 'folded, without', 'clients touched'))
    print('%-11s %7s %12s %8s %22s %20s' % ('', '', 'client-days', '', FOLDED + ' /1,000', ''))
    for action in ACTIONS:
        stories = folded = others = clients = 0
        for day in days:
            mine = [story for story in day.innocent if story['action'] == action]
            stories += len(mine)
            folded += len({day.fold(story) for story in mine})
            others += len({day.fold(story) for story in mine if day.decoy_class(story) != FOLDED})
            clients += len({client for story in mine for client in story['clients']})
        print('%-11s %7d %12.2f %8d %22.2f %20s' % (action, stories, 1000.0 * stories / client_days, folded,
                                                    1000.0 * others / client_days, percent(clients, client_days)))
    new = [story for day in days for story in day.innocent if 'judged_from' in day.truth and story['first'] >= day.truth['judged_from']]
    if any('judged_from' in day.truth for day in days):
        print('of these begun on the judged day:  ' + ', '.join('%s %d' % (action, sum(story['action'] == action for story in new))
                                                               for action in ACTIONS))
    print('\n%-60s %8s %11s %10s' % ('innocent stories by what they are', *ACTIONS))
    classes = collections.Counter((day.decoy_class(story), story['action']) for day in days for story in day.innocent)
    for name in sorted({name for name, _ in classes}):
        print('%-60s %8d %11d %10d' % (name, *(classes[name, action] for action in ACTIONS)))
    drawn = sum(1 for day in days for _ in day.drawn_in())
    print('innocent hosts drawn into true stories: %d' % drawn)


def show_rank(days):
    ranks = [day.true_at for day in days]
    print('\nrank of the first true story: %s   in the top 3 on %d of %d days' % (
        ' '.join(str(rank or '-') for rank in ranks), sum(1 for rank in ranks if rank and rank <= 3), len(days)))


def show_misses(days, asked):
    print('\nmisses (below the expected action)')
    for day in days:
        for entry, action, finding in day.entries():
            if entry['expected_action'] != 'any' and not reached(action, entry['expected_action']):
                print('  seed %d %s: %s -> %s is %s, expected %s; agent %s; %s' % (
                    day.seed, entry['class'], entry['client'], entry['host'], action or 'in no story', entry['expected_action'],
                    entry['agent'], entry['note']))
    print('\nfalse alarms' + ('' if asked else ' at act_now and look_today'))
    for day in days:
        for story in day.innocent:
            if not asked and story['action'] == 'ask_owner':
                continue
            findings = day.of(story)
            print('  seed %d %s: %s; %s; %s' % (
                day.seed, story['action'], day.decoy_class(story), ', '.join(story['clients'][:3]), '; '.join(
                    '%s %s %s [%s]' % (finding['kind'], finding['host'], finding.get('agent'),
                                       ' '.join('%s%+d' % (signal['name'], signal['points']) for signal in finding.get('signals', ())))
                    for finding in findings[:4])))


def report(title, days, options):
    if not days:
        return
    print('== %s: seeds %s' % (title, ' '.join(str(day.seed) for day in days)))
    show_classes(days)
    show_innocent(days)
    show_rank(days)
    if options.misses:
        show_misses(days, options.ask_owner)
    print()


def seeds(text):
    return {int(number) for number in text.split(',')} if text else set()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('folders', nargs='+', metavar='DIR')
    options.add_argument('--fit', default='', metavar='SEEDS', help='seeds used for fitting, as 1,2,3: reported apart')
    options.add_argument('--judge', default='', metavar='SEEDS', help='seeds nothing was fitted on')
    options.add_argument('--misses', action='store_true', help='name every miss and every false alarm')
    options.add_argument('--ask-owner', action='store_true', help='name the innocent ask_owner stories too')
    options = options.parse_args()
    days = sorted((Judged(folder) for folder in options.folders), key=lambda day: day.seed)
    fitted, judged = seeds(options.fit), seeds(options.judge)
    report('fitted on', [day for day in days if day.seed in fitted], options)
    report('judged on', [day for day in days if day.seed in judged], options)
    report('other days' if fitted or judged else 'days', [day for day in days if day.seed not in fitted | judged], options)


if __name__ == '__main__':
    sys.exit(main())

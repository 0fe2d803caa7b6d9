#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the generators: the published facts are in the samples, every planted thing has its rows, the same bytes come out."""

import collections
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.join(HERE, '..', '..', 'samples')


def run(hash_seed, *command):
    environment = dict(os.environ, PYTHONHASHSEED=hash_seed, PYTHONDONTWRITEBYTECODE='1')
    subprocess.run([sys.executable, *command], check=True, env=environment)


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def lines(path):
    with open(path, encoding='ascii') as file:
        return file.read().splitlines()


class SamplesTest(unittest.TestCase):
    def make(self, name):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        paths = [os.path.join(folder.name, seed) for seed in '12']
        for seed, path in zip('12', paths):
            run(seed, os.path.join(SAMPLES, name, 'generate.py'), path)
        self.assertEqual(digest(paths[0]), digest(paths[1]))
        return lines(paths[0])

    def test_handson4_holds_the_published_facts(self):
        rows = self.make('handson4')
        agent = '"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)"'
        beats = [row for row in rows if '//biosnews.info/' in row]
        self.assertEqual(len(beats), 2560)
        self.assertEqual(sum('"POST ' in row for row in beats), 136)
        self.assertEqual({row.split()[0] for row in beats}, {'192.168.16.109'})
        self.assertEqual(len(beats), sum(agent in row for row in rows))
        self.assertTrue(all(' "-" ' + agent in row for row in beats))
        seconds = [int(h) * 3600 + int(m) * 60 + int(s) for h, m, s in
                   (re.search(r':(\d\d):(\d\d):(\d\d) \+0900', row).groups() for row in beats)]
        self.assertEqual((seconds[0], seconds[-1]), (15 * 3600 + 641, 17 * 3600 + 2399))
        self.assertEqual({b - a for a, b in zip(seconds, seconds[1:])}, {3, 4})
        for clock, url in (('15:57:04', 'mz.exe'), ('16:03:24', 'server.exe')):
            self.assertTrue(any(row.startswith('192.168.16.101 - - [07/Nov/2019:%s +0900] "GET http://anews-web.co/%s ' % (clock, url))
                                for row in rows))
        self.assertEqual(len({row.split()[0] for row in rows}), 12)
        blank = {row.split()[6] for row in rows if '"CONNECT ' in row and '"-" "-" ' in row}
        self.assertEqual(len(blank), 1)
        last = [row for row in rows if row.startswith('192.168.16.109 ')][-1]
        self.assertIn('17:59:47', last)

    def test_the_tunnel_is_one_row_without_agent(self):
        rows = self.make('tunnel')
        found = [row for row in rows if 'relay.hashi-watari.click' in row]
        self.assertEqual(len(found), 1)
        stamp, duration, client, _, out, into = found[0].split()[:6]
        self.assertEqual((client, stamp, duration, out, into), ('10.20.4.37', '1718696856.901', '23119483', '214806331', '903417254'))
        self.assertIn('"-" "-"', found[0])
        stamps = [row[:14] for row in rows]
        self.assertEqual(stamps, sorted(stamps))


class DayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, 'day')
        run('1', os.path.join(HERE, 'day.py'), '--seed', '3', '--clients', '140', '--out', cls.path)
        with open(os.path.join(cls.path, 'truth.json'), encoding='ascii') as file:
            cls.truth = json.load(file)
        cls.rows = [row.split() for row in lines(os.path.join(cls.path, 'access.log'))]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def host(self, row):
        return row[7].rsplit(':', 1)[0] if row[6] == 'CONNECT' else row[7].split('/')[2]

    def test_the_same_seed_gives_the_same_bytes(self):
        again = os.path.join(self.folder.name, 'again')
        run('2', os.path.join(HERE, 'day.py'), '--seed', '3', '--clients', '140', '--out', again)
        for name in ('access.log', 'truth.json'):
            self.assertEqual(digest(os.path.join(self.path, name)), digest(os.path.join(again, name)))

    def test_rows_stand_in_the_order_of_their_stamps(self):
        stamps = [row[0] for row in self.rows]
        self.assertEqual(stamps, sorted(stamps))
        self.assertEqual(len(stamps), self.truth['rows'])

    def test_every_planted_thing_has_its_rows_and_its_beats(self):
        seen = collections.Counter((row[2], self.host(row)) for row in self.rows if not row[3].endswith('/407'))
        for entry in self.truth['planted']:
            rows = seen[entry['client'], entry['host']]
            self.assertGreater(rows, 0, entry)
            beats = re.search(r'(\d+) beats', entry['note'])
            if beats:
                self.assertEqual(rows, int(beats.group(1)), entry)

    def test_no_innocent_goes_where_something_is_planted(self):
        guilty = {entry['host']: set() for entry in self.truth['planted']}
        for entry in self.truth['planted']:
            guilty[entry['host']].add(entry['client'])
        for row in self.rows:
            self.assertIn(row[2], guilty.get(self.host(row), {row[2]}))
        self.assertFalse(set(guilty) & {host for entry in self.truth['decoys'] for host in entry['hosts']})


if __name__ == '__main__':
    unittest.main()

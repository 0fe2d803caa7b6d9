#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests judge.py on a truth and an answer small enough to count by hand."""

import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import judge  # noqa: E402

TRUTH = {
    'seed': 7, 'clients': 100,
    'planted': [
        {'class': 'tunnel_x', 'kind': 'tunnel', 'client': '10.0.0.1', 'host': 'bad.example', 'expected_action': 'act_now', 'agent': '-', 'note': ''},
        {'class': 'beacon_x', 'kind': 'beacon', 'client': '10.0.0.2', 'host': 'beat.example', 'expected_action': 'look_today', 'agent': '-', 'note': ''},
        {'class': 'beacon_x', 'kind': 'beacon', 'client': '10.0.0.3', 'host': 'gone.example', 'expected_action': 'look_today', 'agent': '-', 'note': ''},
        {'class': 'download_x', 'kind': 'download', 'client': '10.0.0.4', 'host': 'tool.example', 'expected_action': 'act_now', 'agent': '-', 'note': ''}],
    'decoys': [
        {'class': 'widget', 'hosts': ['w.example', 'v.example'], 'clients': ['10.0.0.5'], 'agent': 'W/1'},
        {'class': 'old_browser_agent', 'hosts': ['old.example'], 'clients': ['10.0.0.6'], 'agent': 'MSIE'}]}


def finding(number, kind, client, host, agent='A/1', period=None):
    signals = [{'name': 'beat', 'group': 'timing', 'points': 8, 'max': 10, 'values': {'median_s': period}, 'text': ''}] if period else []
    return {'id': number, 'kind': kind, 'client': client, 'host': host, 'agent': agent, 'severity': 'high', 'subject': {}, 'signals': signals}


def story(action, clients, findings):
    return {'id': findings[0], 'action': action, 'clients': clients, 'hosts': [], 'findings': findings}


SAID = {
    'stories': [
        story('act_now', ['10.0.0.6'], ['f1']),
        story('act_now', ['10.0.0.1'], ['f2', 'f8']),
        story('look_today', ['10.0.0.2'], ['f3']),
        story('look_today', ['10.0.0.5'], ['f4']),
        story('look_today', ['10.0.0.9'], ['f5']),
        story('ask_owner', ['10.0.0.4'], ['f6']),
        story('look_today', ['10.0.0.8'], ['f7'])],
    'findings': [
        finding('f1', 'beacon', '10.0.0.6', 'old.example'),
        finding('f2', 'upload', '10.0.0.1', 'bad.example'),
        finding('f3', 'beacon', '10.0.0.2', 'beat.example'),
        finding('f4', 'beacon', '10.0.0.5', 'w.example', 'W/1', 60.0),
        finding('f5', 'beacon', '10.0.0.9', 'v.example', 'W/2', 60.4),
        finding('f6', 'download', '10.0.0.4', 'tool.example'),
        finding('f7', 'beacon', '10.0.0.8', 'gone.example'),
        finding('f8', 'beacon', '10.0.0.1', 'w.example')]}


class JudgeTest(unittest.TestCase):
    def setUp(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, what in (('truth.json', TRUTH), ('hunt.json', SAID)):
                with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                    json.dump(what, file)
            self.day = judge.Judged(folder)

    def test_each_planted_entry_has_the_action_of_its_best_story(self):
        self.assertEqual([action for _, action, _ in self.day.entries()], ['act_now', 'look_today', None, 'ask_owner'])

    def test_another_client_at_a_planted_host_finds_nothing(self):
        self.assertEqual(self.day.innocent[-1]['clients'], ['10.0.0.8'])

    def test_innocent_stories_are_named_by_their_decoy(self):
        self.assertEqual([self.day.decoy_class(story) for story in self.day.innocent],
                         ['old_browser_agent', 'widget', 'widget', 'planted host, other client'])

    def test_versions_of_one_program_fold_into_one(self):
        folds = {self.day.fold(story) for story in self.day.innocent if story['action'] == 'look_today'}
        self.assertEqual(len(folds), 2)

    def test_the_first_true_story_is_the_second(self):
        self.assertEqual(self.day.true_at, 2)

    def test_an_innocent_host_in_a_true_story_is_seen(self):
        self.assertEqual([found['host'] for _, found in self.day.drawn_in()], ['w.example'])

    def test_an_action_reaches_itself_and_what_is_below(self):
        self.assertTrue(judge.reached('act_now', 'look_today'))
        self.assertFalse(judge.reached('ask_owner', 'look_today'))
        self.assertFalse(judge.reached(None, 'look_today'))

    def test_after_a_week_only_what_reaches_into_the_last_day_counts(self):
        truth = dict(TRUTH, judged_from='2024-09-23T15:00:00Z')
        said = dict(SAID, stories=[dict(story, first='2024-09-16T15:00:00Z', last='2024-09-23T1%d:00:00Z' % (at % 2 + 4))
                                   for at, story in enumerate(SAID['stories'])])
        with tempfile.TemporaryDirectory() as folder:
            for name, what in (('truth.json', truth), ('hunt.json', said)):
                with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                    json.dump(what, file)
            judged = judge.Judged(folder)
        self.assertEqual([story['findings'] for story in judged.innocent], [['f4']])   # f1, f5 and f7 ended before
        self.assertEqual(judged.true_at, 2)


if __name__ == '__main__':
    unittest.main()

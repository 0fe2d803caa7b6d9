# SPDX-License-Identifier: Apache-2.0
"""Tests the generator of Windows cases: events look as Windows writes them, every form says the same, and the truth is true."""

import csv
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as tree

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import cases          # noqa: E402
import windows        # noqa: E402
import windows_forms  # noqa: E402

REAL = os.path.join(HERE, '..', '..', '..', 'shared', 'data', 'c-evtx')
SPACE = '{http://schemas.microsoft.com/win/2004/08/events/event}'
IDS = {'security': {4624, 4625, 4634, 4647, 4688, 4778, 4779, 5156}, 'eventlog': {1102}, 'sessions': {21, 22, 23, 24, 25, 39, 40},
       'connections': {261, 1149}, 'rdp': {98, 102, 103, 104, 131, 140}, 'sysmon': {1, 3}}


def real_events():
    """One <Event> of each (provider, id, version) in the recordings beside the tree."""
    seen = {}
    for path in sorted(glob.glob(os.path.join(REAL, '[rt]*', '*.evtx')) + glob.glob(os.path.join(REAL, 'parser-edge', 'velocidex*.evtx'))):
        said = subprocess.run(['evtxexport', '-f', 'xml', path], capture_output=True, check=False).stdout.decode('utf-8', 'replace')
        for text in re.findall(r'<Event .*?</Event>', said, re.S):
            try:
                event = tree.fromstring(re.sub('[\x00-\x08\x0b\x0c\x0e-\x1f]', '', text))
            except tree.ParseError:
                continue
            system = event.find(SPACE + 'System')
            if system.find(SPACE + 'Version') is None:
                continue
            key = system.find(SPACE + 'Provider').get('Name'), int(system.find(SPACE + 'EventID').text)
            seen.setdefault(key, {})[int(system.find(SPACE + 'Version').text)] = event
    return seen


def names_of(event):
    data = event.find(SPACE + 'EventData')
    if data is not None:
        return [one.get('Name') for one in data]
    return [one.tag.rsplit('}', 1)[-1] for one in event.find(SPACE + 'UserData')[0]]


def is_part(small, large):
    rest = iter(large)
    return all(name in rest for name in small)


class Shapes(unittest.TestCase):
    def test_events_are_shaped_as_real_ones(self):
        if not os.path.isdir(REAL) or subprocess.run(['which', 'evtxexport'], capture_output=True, check=False).returncode:
            self.skipTest('no recordings beside the tree, or no evtxexport')
        real, compared = real_events(), set()
        for (log, number), kind in windows.KINDS.items():
            provider, channel, guid = windows.LOGS[log][:3]
            for version, event in real.get((provider, number), {}).items():
                what = '%s %d version %d' % (log, number, version)
                said = {one.tag.rsplit('}', 1)[-1]: one for one in event.find(SPACE + 'System')}
                self.assertEqual(said['Channel'].text, channel, what)
                self.assertEqual(said['Provider'].get('Guid').upper(), guid.upper(), what)
                self.assertTrue(is_part(names_of(event), [name for name, _ in kind.names]), (what, names_of(event)))
                if version == kind.version:
                    got = [int(said[name].text, 0) for name in ('Level', 'Task', 'Opcode', 'Keywords')]
                    self.assertEqual(got, [kind.level, kind.task, kind.opcode, kind.keywords], what)
                    compared.add((log, number))
        # All but what no recording has: 5156, 4719, and the session manager's.
        expected = {pair for pair in windows.KINDS if pair[0] != 'sessions' and pair not in {('security', 5156), ('security', 4719)}}
        self.assertEqual(expected - compared, set())


class Truth(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = {}
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        for name in cases.CASES:
            case = cases.build(name)
            folder = os.path.join(cls.folder.name, name)
            truth = case.write(folder, None)
            with open(os.path.join(folder, 'access.log'), encoding='ascii') as file:
                cls.made[name] = case, truth, file.read().splitlines()

    def events(self, name):
        return [event for pc in self.made[name][0].computers for event in pc.events]

    def test_every_id_occurs(self):
        for log, ids in IDS.items():
            seen = {event.kind.id for name in self.made for event in self.events(name) if event.kind.log == log}
            self.assertEqual(ids - seen, set(), log)

    def test_the_row_is_the_line(self):
        for name, (case, truth, lines) in self.made.items():
            self.assertEqual(len(lines), truth['rows'], name)
            for found in truth['expect']:
                if found.get('row'):
                    line = lines[found['row'] - 1]
                    self.assertIn(found['client'], line, name)
                    self.assertIn('CONNECT ' + cases.RELAY, line, name)
                    if case.layout == 'recommended':
                        self.assertIn('%s:%d ' % (found['client'], found['client_port']), line)
                elif found['kind'] == 'rdp_loopback':
                    self.assertFalse([line for line in lines if cases.RELAY in line], name)

    def test_the_row_contains_the_sessions(self):
        for name, (case, truth, _) in self.made.items():
            for found in truth['expect']:
                if found.get('row'):
                    row = case.row
                    for session in found['sessions']:
                        moments = [moment(session[edge]) - case.off for edge in ('begin', 'end')]
                        self.assertLessEqual((row.end - row.duration) / 1000, moments[0], name)
                        self.assertLessEqual(moments[1], row.end / 1000 + 0.002, name)

    def test_others_contain_them_too(self):
        """Rows that must not be claimed are good candidates by time, and of other clients."""
        _, truth, lines = self.made['ten_others']
        self.assertEqual(len(truth['never']), 10)
        session = truth['expect'][0]['sessions'][0]
        for number in truth['never']:
            end, duration, client = lines[number - 1].split()[:3]
            self.assertNotEqual(client, truth['expect'][0]['client'])
            self.assertLess(float(end) - int(duration) / 1000, moment(session['begin']))
            self.assertGreater(float(end), moment(session['end']))

    def test_why_there_is_no_row(self):
        def stamps(name):
            lines = self.made[name][2]
            return float(lines[0].split()[0]), float(lines[-1].split()[0])
        session = {name: self.made[name][1]['expect'][0]['sessions'][0] for name in ('still_open', 'around', 'rotated')}
        self.assertLess(stamps('still_open')[1], self.made['still_open'][0].at(cases.CUT))
        self.assertIsNone(session['still_open']['end'])
        self.assertGreater(stamps('rotated')[0], moment(session['rotated']['end']))
        first, last = stamps('around')
        self.assertTrue(first < moment(session['around']['begin']) and moment(session['around']['end']) < last)

    def test_the_port_is_known_to_both(self):
        """5156 and Sysmon 3 of plink name the port of the row; in the morning it was another's."""
        for name, log, fields in (('tunnel_wfp', 'security', ('SourcePort', 'DestPort')),
                                  ('tunnel_sysmon', 'sysmon', ('SourcePort', 'DestinationPort'))):
            case, truth, lines = self.made[name]
            found = truth['expect'][0]
            ports = [event.get(fields[0]) for event in self.events(name) if event.kind.log == log and event.kind.id in (3, 5156) and
                     'plink' in str(event.data).lower() and event.get(fields[1]) == '3128']
            self.assertEqual(ports, [str(found['client_port'])], name)
            self.assertEqual(sum(' %s:%d ' % (found['client'], found['client_port']) in line for line in lines) >= 2, True)

    def test_the_clock_is_off_by_that_much(self):
        right, ahead = self.events('two_sessions'), [event for pc in cases.build('two_sessions', clock_off=97).computers for event in pc.finish()]
        self.assertEqual({b.ticks - a.ticks for a, b in zip(right, ahead)}, {97 * 10 ** 7})

    def test_innocents_never_came_through_a_tunnel(self):
        loopback = re.compile(r'^\[?(127\.|::1|::ffff:127|::%)')
        for name in self.made:
            if name.startswith(('innocent', 'bypass')):
                self.assertFalse([f for f in self.made[name][1]['expect'] if f['kind'] == 'rdp_loopback'])
                for event in self.events(name):
                    said = dict(event.data)
                    if event.kind.log in ('connections', 'rdp', 'sessions'):
                        self.assertFalse([v for v in said.values() if loopback.match(v)], (name, event.kind.id, said))
                    self.assertFalse(said.get('LogonType') == '10' and loopback.match(said.get('IpAddress', '')), name)

    def test_bypass(self):
        rows = {name: [line for line in self.made[name][2] if ' %s:' % self.made[name][0].victim.address in line]
                for name in ('bypass_absent', 'bypass_stops')}
        self.assertEqual(rows['bypass_absent'], [])
        self.assertTrue(rows['bypass_stops'])
        self.assertLess(float(rows['bypass_stops'][-1].split()[0]), self.made['bypass_stops'][0].at('11:00:00'))


def moment(text):
    return windows_forms.time.mktime(windows_forms.time.strptime(text[:19], '%Y-%m-%dT%H:%M:%S')) - windows_forms.time.timezone + float(text[19:-1])


class Sample(unittest.TestCase):
    """What samples/rdp/README.md answers is in the files; and they are the same files every time."""

    def make(self, seed):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        environment = dict(os.environ, PYTHONHASHSEED=seed, PYTHONDONTWRITEBYTECODE='1')
        subprocess.run([sys.executable, os.path.join(HERE, '..', '..', 'samples', 'rdp', 'generate.py'), folder.name], check=True, env=environment)
        files = sorted(glob.glob(os.path.join(folder.name, '**', '*.*'), recursive=True))
        return {os.path.relpath(path, folder.name): open_text(path) for path in files}

    def test_sample(self):
        files = self.make('1')
        self.assertEqual(files, self.make('2'))
        lines = files['access.log'].splitlines()
        self.assertEqual(len(lines), 9155)
        self.assertIn(' 10.30.1.24:53508 TCP_TUNNEL/200 96214770 5390118 CONNECT cdn.yama-kumo.click:443 ', lines[7806])
        end, duration = lines[7806].split()[:2]
        self.assertEqual(local(float(end)), '16:20:36')
        self.assertEqual(local(float(end) - int(duration) / 1000), '10:02:17')
        said = list(from_texts(text for name, text in files.items() if name.endswith('.xml')))
        port = [data for _, number, _, data in said if number == 5156 and data['SourcePort'] == '53508']
        self.assertEqual([(data['Application'].rsplit('\\', 1)[1], data['DestPort']) for data in port], [('svcupd.exe', '3128')])
        came = [(local(moment(when + 'Z') - 83), data['Param1'], data['Param3']) for when, number, _, data in sorted(said, key=lambda e: e[0])
                if number == 1149]
        self.assertEqual(came, [('09:05:06', 'adm.kudo', '10.30.0.71'), ('10:09:09', 's.nomura', '127.0.0.1'), ('13:02:52', 's.nomura', '127.0.0.1')])
        left = [local(moment(when + 'Z') - 83) for when, number, _, data in said if number == 24 and data['Address'] == '127.0.0.1']
        self.assertEqual(sorted(left), ['11:54:20', '16:20:37'])
        self.assertEqual(sorted(local(moment(when + 'Z') - 83) for when, number, _, data in said if number == 140), ['10:06:33', '10:06:55', '10:07:14'])
        self.assertEqual({data['WorkstationName'] for _, number, _, data in said if number == 4624 and data['LogonType'] == '3' and
                          data['IpAddress'] == '127.0.0.1'}, {'DESKTOP-3KQ9F0A'})


def open_text(path):
    with open(path, encoding='utf-8', newline='') as file:
        return file.read()


def local(seconds):
    return windows_forms.time.strftime('%H:%M:%S', windows_forms.time.gmtime(seconds + 9 * 3600))


# ---- reading the forms back ----

def from_xml(folder, files):
    return from_texts(open_text(os.path.join(folder, path)) for path in files)


def from_texts(texts):
    for text in texts:
        for one in re.findall(r'<Event xmlns.*?</Event>', text, re.S):
            event = tree.fromstring(one)
            system = event.find(SPACE + 'System')
            data = event.find(SPACE + 'EventData')
            said = {d.get('Name'): d.text or '' for d in data} if data is not None else {
                d.tag.rsplit('}', 1)[-1]: d.text or '' for d in event.find(SPACE + 'UserData')[0]}
            yield (system.find(SPACE + 'TimeCreated').get('SystemTime')[:23], int(system.find(SPACE + 'EventID').text),
                   system.find(SPACE + 'Computer').text, said)


def from_json(folder, files, take):
    for path in files:
        with open(os.path.join(folder, path), encoding='utf-8') as file:
            for line in file:
                yield take(json.loads(line))


def of_winlogbeat(o):
    log = o['winlog']
    return o['@timestamp'][:23], int(log['event_id']), log['computer_name'], log.get('event_data') or log.get('user_data') or {}


def of_nxlog(o):
    return o['EventTime'], o['EventID'], o['Hostname'], o


def of_velociraptor(o):
    system = o['System']
    data = o.get('EventData') if 'EventData' in o else list(o['UserData'].values())[0]
    return windows.text_of(int(system['TimeCreated']['SystemTime'] * 1000 + 0.001)), system['EventID']['Value'], system['Computer'], data


def of_evtxecmd(o):
    said = json.loads(o['Payload'])
    data = list(said['UserData'].values())[0] if 'UserData' in said else (said['EventData'] or {'Data': []})['Data']
    data = [data] if isinstance(data, dict) and '@Name' in data else data
    return o['TimeCreated'][:23], o['EventId'], o['Computer'], data if isinstance(data, dict) else {d['@Name']: d.get('#text', '') for d in data}


READERS = {'xml': from_xml, 'winlogbeat': lambda *a: from_json(*a, of_winlogbeat), 'nxlog': lambda *a: from_json(*a, of_nxlog),
           'velociraptor': lambda *a: from_json(*a, of_velociraptor), 'evtxecmd': lambda *a: from_json(*a, of_evtxecmd)}


class Forms(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.case = cases.build('three_machines')

    def test_every_form_says_the_same(self):
        events = None
        for form, read in READERS.items():
            folder = os.path.join(self.folder.name, form)
            truth = self.case.write(folder, form) if events is None else None
            if events is None:
                events = [event for pc in self.case.computers for event in pc.events]
                files = truth['files']
                base = folder
            else:
                base, files = folder, windows_forms.write(folder, events, form)
            got = sorted((when[14:23], number, who) for when, number, who, _ in read(base, files))
            want = sorted((windows_forms.stamp(e, 3)[14:23], e.kind.id, e.computer) for e in events)
            self.assertEqual(got, want, form)
            self.same_values(form, list(read(base, files)), events)

    def same_values(self, form, got, events):
        def flat(values):
            """Numbers may be numbers, hexadecimal digits large; braces of GUIDs may be gone, and so may what is empty."""
            return {name: int(value, 0) if re.fullmatch(r'0[xX][0-9a-fA-F]+|0|[1-9]\d*', value) else value.strip('{}')
                    for name, value in ((n, str(v)) for n, v in values.items()) if value}
        want = sorted(json.dumps([e.kind.id, flat(dict(e.data))], sort_keys=True) for e in events)
        names = {e.kind.id: {name for name, _ in e.data} for e in events}
        said = sorted(json.dumps([number, flat({n: v for n, v in values.items() if n in names[number]})], sort_keys=True)
                      for _, number, _, values in got)
        self.assertEqual(said, want, form)

    def test_the_csv_holds_every_event(self):
        truth = self.case.write(self.folder.name, 'csv-ja')
        events = [event for pc in self.case.computers for event in pc.events]
        got = []
        for path in truth['files']:
            with open(os.path.join(self.folder.name, path), encoding='utf-8-sig', newline='') as file:
                head, *rows = [row for row in csv.reader(file)]
            self.assertEqual(len(head), 5)
            self.assertEqual({len(row) for row in rows}, {6})
            self.assertEqual([row[1] for row in rows], sorted((row[1] for row in rows), reverse=True))
            got += [int(row[3]) for row in rows]
            self.assertFalse([row for row in rows if '127.0.0.1' not in row[5] and row[3] == '1149' and '10.60.250' not in row[5]])
        self.assertEqual(sorted(got), sorted(event.kind.id for event in events))

    def test_the_same_bytes_every_time(self):
        digests = []
        for seed in '12':
            folder = os.path.join(self.folder.name, seed)
            environment = dict(os.environ, PYTHONHASHSEED=seed, PYTHONDONTWRITEBYTECODE='1')
            subprocess.run([sys.executable, os.path.join(HERE, 'make_case.py'), 'two_sessions', '--out', folder, '--form', 'winlogbeat',
                            '--clients', '16'], check=True, env=environment)
            digest = hashlib.sha256()
            for path in sorted(glob.glob(os.path.join(folder, '**'), recursive=True)):
                if os.path.isfile(path):
                    with open(path, 'rb') as file:
                        digest.update(file.read())
            digests.append(digest.hexdigest())
        self.assertEqual(*digests)


if __name__ == '__main__':
    unittest.main()

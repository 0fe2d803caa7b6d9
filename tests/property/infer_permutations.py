#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The judge of layout inference: random layouts over random but believable traffic, and what was made of them.

    infer_permutations.py DRIVER SEEDS [--show]      SEEDS: "1-20" or "401-440"

Each seed draws a Squid logformat (which codes, their order, joints, quotes, widths, separator), writes 60 to 2000
rows with it as Squid would, asks DRIVER (infer_main) for the layout, cuts the rows with the answer by a regular
expression of its own and compares every column's values with the truth. Shares no code with the program.
Seeds 1-400 may be looked at while writing the inference; 401 and above only judge: where one of them fails and is
looked at, the judge's range moves on. A column that stays open is honest; a wrong one is a failure: the exit code is 0
where nothing is wrong, swapped or refused and 95 % of the columns are right.
"""
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone

BROWSERS = [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%d.0) Gecko/20100101 Firefox/%d.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.1 Safari/605.1.15',
]
TOOLS = ['Microsoft-CryptoAPI/10.0', 'curl/7.88.1', 'Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.33',
         'Python-urllib/3.11', 'Wget/1.21.3', 'MyTool "beta" 2/1.0']
WORDS = 'lake moss tide iron plum salt reed kite mist bark fern dawn clay wolf sand pine gold rain leaf dusk'.split()
FAMILY = 'sato suzuki takahashi tanaka ito watanabe yamamoto nakamura kobayashi kato yoshida yamada sasaki'.split()
TLDS = ['com', 'net', 'org', 'co.jp', 'ne.jp', 'jp', 'io']
MIMES = {'html': 'text/html', 'css': 'text/css', 'js': 'application/javascript', 'png': 'image/png', 'jpg': 'image/jpeg',
         'json': 'application/json', 'pdf': 'application/pdf', 'woff2': 'font/woff2', 'mp4': 'video/mp4'}
# Median body size of each kind of file, and its spread (log10).
SIZES = {'html': (9000, .6), 'css': (12000, .6), 'js': (30000, .7), 'png': (7000, .7), 'jpg': (40000, .6), 'json': (900, .6),
         'pdf': (300000, .7), 'woff2': (25000, .3), 'mp4': (2000000, .6)}


class Traffic:
    """Rows as Squid saw them, each a dict of plain values (None: Squid writes '-')."""

    def __init__(self, rng):
        self.r = rng
        self.hosts = [self.host() for _ in range(rng.randint(25, 90))]
        net = rng.choice(['10.%d.%d.' % (rng.randint(0, 255), rng.randint(0, 255)), '192.168.%d.' % rng.randint(0, 255),
                          '172.%d.4.' % rng.randint(16, 31), '2001:db8:17::'])
        self.clients = [self.client(net, i) for i in range(rng.randint(4, 60))]
        self.auth = rng.random() < .4
        self.latency = rng.choice([4, 25, 25, 60, 180, 700])  # ms, median to the servers
        self.kind = rng.choice(['office'] * 6 + ['lean', 'lean', 'machines'])
        if self.kind == 'machines':                           # one program each, few hosts, small answers
            self.hosts = self.hosts[:3]
            for host in self.hosts:
                host['paths'] = [('/v1/' + rng.choice(WORDS), 'json', rng.randint(60, 2500)) for _ in range(12)]
                host['tls'] = False
            for client in self.clients:
                client['agent'] = TOOLS[2]
        self.proxy = net + '1'
        self.sequence = rng.randint(0, 10 ** 6)
        self.clock = rng.randint(1200000000, 1900000000) * 1000

    def host(self):
        r = self.r
        name = '.'.join([r.choice(['www', 'cdn', 'api', 'static', 'img', 'mail'])] + [r.choice(WORDS) + r.choice(WORDS)] +
                        [r.choice(TLDS)])
        return {'name': name, 'ip': '%d.%d.%d.%d' % (r.choice([23, 93, 104, 151, 203]), r.randint(0, 255), r.randint(0, 255),
                                                     r.randint(1, 254)), 'cookie': int(r.choice([0, 0, 80, 400, 1500])),
                'tls': r.random() < .35, 'paths': [self.path() for _ in range(r.randint(2, 30))]}

    def path(self):
        r, kind = self.r, self.r.choice(list(SIZES))
        median, spread = SIZES[kind]
        if kind == 'mp4' and r.random() < .8:
            kind, (median, spread) = 'png', SIZES['png']
        return '/' + '/'.join(r.choice(WORDS) for _ in range(r.randint(0, 3))) + '/' + r.choice(WORDS) + '.' + kind, kind, \
            int(median * 10 ** r.gauss(0, spread))

    def client(self, net, i):
        r = self.r
        agent = r.choice(BROWSERS)
        n = r.randint(90, 126)
        return {'ip': net + ('%x' % (i + 16) if ':' in net else str(i + 10)), 'agent': agent % ((n,) * agent.count('%d')),
                'user': r.choice(FAMILY) + r.choice(['', '.', '_']) + r.choice('abcdefghij'), 'port': r.randint(32768, 60000),
                'host': 'pc-%04d.office.example.jp' % r.randint(0, 9999)}

    def rows(self, n):
        r, out = self.r, []
        while len(out) < n:
            self.clock += int(r.expovariate(1 / r.choice([30, 400, 3000])))
            client = r.choice(self.clients)
            host = self.hosts[min(int(r.paretovariate(.7)) - 1, len(self.hosts) - 1)]
            x = r.random()
            if host['tls'] and x < .9:
                out.append(self.connect(client, host))
            elif x < .06 and self.kind != 'lean':
                out.append(self.post(client, host))
            elif x < .07 and self.kind == 'office':
                out.append(self.junk(client))
            else:
                out.append(self.get(client, host))
            if self.auth and r.random() < .08:
                out.append(self.refused(client, host, 407, 'ERR_CACHE_ACCESS_DENIED', None))
            if r.random() < .02 and self.kind == 'office':
                out.append(self.refused(client, host, 403, 'ERR_ACCESS_DENIED', client['user']))
        out.sort(key=lambda row: row['end'])
        for row in out:
            self.sequence += 1
            row['sn'] = self.sequence
        return out[:n]

    def base(self, client, host, method, url, agent, referer):
        r = self.r
        client['port'] = 32768 + (client['port'] - 32768 + r.randint(1, 9)) % 28000
        accept = 130 if agent and agent.startswith('Mozilla') else 25
        head = len(method) + len(url) + 12 + len('Host: ') + len(host['name']) + 2 + accept + r.choice([0, 0, 60])
        head += len(agent or '') + 14 if agent else 0
        head += len(referer) + 11 if referer else 0
        head += int(host['cookie'] * r.uniform(.7, 1.3)) if host['cookie'] and method != 'CONNECT' else 0
        return {'client': client['ip'], 'cport': client['port'], 'cname': client['host'], 'method': method, 'url': url,
                'agent': agent, 'referer': referer, 'user': client['user'] if self.auth else None, 'ident': None,
                'server': host['ip'], 'sport': 443 if method == 'CONNECT' else 80, 'sname': host['name'], 'err': None,
                'hier': 'HIER_DIRECT', 'version': '1.1', 'mime': None, 'sni': None, 'hello': None, 'out': head,
                'head_out': head, 'server_status': 200, 'status': 200, 'host': host['name'], 'bump': None,
                'category': r.choice(['news', 'business', 'advertising', 'software']), 'lport': 3128, 'local': self.proxy, 'xff': None}

    def finish(self, row, duration, received):
        row['duration'], row['in'] = int(duration), int(received)
        row['head_in'] = min(row['in'], self.r.randint(220, 520))
        row['dns'] = self.r.choice([None, None, None, 0, 0, 1, 3, 40])
        row['end'] = self.clock + int(duration)
        row['total'] = row['in'] + row['out']
        return row

    def get(self, client, host):
        r = self.r
        path, kind, size = r.choice(host['paths'])
        query = '?' if r.random() < .15 else ''
        blank = ' copy 2' if r.random() < .004 else ''
        tool = r.random() < .08
        agent = r.choice(TOOLS) if tool else client['agent']
        referer = None if tool or r.random() < .35 else 'http://%s/' % r.choice(self.hosts)['name']
        row = self.base(client, host, 'GET' if r.random() < .97 else 'HEAD', 'http://' + host['name'] + path + blank + query,
                        None if tool and r.random() < .2 else agent, referer)
        row['action'], row['mime'] = 'TCP_MISS', MIMES[kind]
        wait, head = self.latency * 10 ** r.gauss(0, .35), r.randint(220, 520)
        x = r.random()
        if row['method'] == 'HEAD':
            return self.finish(row, wait, head)
        if x < .07:
            row['status'] = row['server_status'] = 304
            row['action'], row['mime'] = r.choice(['TCP_MISS', 'TCP_REFRESH_UNMODIFIED']), None
            return self.finish(row, wait, head * .7)
        if x < .11:
            row['status'] = row['server_status'] = 404
            row['mime'] = 'text/html'
            return self.finish(row, wait, head + r.choice([162, 548, 1245]))
        if x < .19 and self.kind != 'lean':
            row['action'], row['hier'], row['server'], row['sname'] = r.choice(['TCP_HIT', 'TCP_MEM_HIT']), 'HIER_NONE', None, None
            row['server_status'], row['sport'] = None, None
            return self.finish(row, r.choice([0, 0, 0, 1, 2]), head + size)
        if x < .20:
            row['action'], row['status'] = 'TCP_MISS_ABORTED', 0
            row['mime'] = None
            return self.finish(row, wait, 0)
        if x < .22:
            row['action'], row['status'], row['err'], row['mime'] = 'TCP_MISS', 503, 'ERR_CONNECT_FAIL', 'text/html'
            row['server_status'] = None
            return self.finish(row, r.choice([60000, 3000, 21000, 12]), 3900 + len(row['url']))
        return self.finish(row, wait + size / r.uniform(500, 8000), head + size)

    def post(self, client, host):
        r = self.r
        row = self.base(client, host, 'POST', 'http://' + host['name'] + '/' + r.choice(WORDS) + '.php', client['agent'],
                        'http://%s/' % host['name'] if r.random() < .7 else None)
        body = int(700 * 10 ** abs(r.gauss(0, .9)))
        row['out'] += body
        row['action'], row['mime'] = 'TCP_MISS', 'text/html'
        return self.finish(row, self.latency * 10 ** r.gauss(.2, .4) + body / 2000, 300 + int(400 * 10 ** r.gauss(0, .6)))

    def connect(self, client, host):
        r = self.r
        name = host['ip'] if r.random() < .02 else host['name']
        row = self.base(client, host, 'CONNECT', name + ':443', client['agent'] if r.random() < .93 else None, None)
        row['action'], row['sni'], row['bump'] = 'TCP_TUNNEL', host['name'], 'splice'
        row['hello'] = 'FgMB' + ''.join(r.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') for _ in range(160))
        row['out'] += 600 + int(900 * 10 ** abs(r.gauss(0, .6)))
        return self.finish(row, 300 * 10 ** abs(r.gauss(.6, 1)), 3000 + int(9000 * 10 ** r.gauss(0, .9)))

    def refused(self, client, host, status, err, user):
        r = self.r
        path = r.choice(host['paths'])[0]
        url = host['name'] + ':443' if host['tls'] else 'http://' + host['name'] + path
        row = self.base(client, host, 'CONNECT' if host['tls'] else 'GET', url, client['agent'], None)
        row.update(action='TCP_DENIED', status=status, server_status=None, err=err, hier='HIER_NONE', server=None, sname=None,
                   sport=None, mime='text/html', user=user if self.auth else None)
        return self.finish(row, r.choice([0, 0, 0, 1]), 3700 + len(url) + (350 if status == 407 else 0))

    def junk(self, client):
        host = {'name': '', 'ip': None, 'cookie': 0}
        row = self.base(client, host, 'NONE', 'error:invalid-request', None, None)
        row.update(action='NONE_NONE', status=400, server_status=None, hier='HIER_NONE', sname=None, sport=None, version='0.0',
                   mime='text/html', err='ERR_INVALID_REQ', host=None, user=None, method='NONE')
        row['out'] = row['head_out'] = self.r.randint(10, 90)
        return self.finish(row, 0, 3900)


# code -> key of the row
CODES = {'%>a': 'client', '%>p': 'cport', '%>A': 'cname', '%rm': 'method', '%ru': 'url', '%rv': 'version', '%>Hs': 'status',
         '%<Hs': 'server_status', '%Ss': 'action', '%Sh': 'hier', '%<a': 'server', '%<p': 'sport', '%mt': 'mime', '%tr': 'duration',
         '%>st': 'out', '%<st': 'in', '%st': 'total', '%>sh': 'head_out', '%[un': 'user', '%[ui': 'ident', '%err_code': 'err',
         '%ssl::>sni': 'sni', '%>handshake': 'hello', '%{User-Agent}>h': 'agent', '%{Referer}>h': 'referer', '%sn': 'sn',
         '%la': 'local', '%{X-Forwarded-For}>h': 'xff', '%ssl::bump_mode': 'bump', '%{category}note': 'category',
         '%>rd': 'host', '%<sh': 'head_in', '%dt': 'dns', '%lp': 'lport', '%isoplain': 't', '%ts.%03tu': 't', '%tS': 't', '%tl': 't', '%iso': 't'}
NOT_INFERABLE = {'%ssl::bump_mode', '%{category}note', '%<sh', '%dt', '%lp'}    # no code's meaning shows in the values: must stay unknown


class Layout:
    """A drawn logformat: tokens (a code, or joined codes with their joint, or a quoted text) and the separator."""

    def __init__(self, rng):
        r = self.r = rng
        self.separator = r.choice([' '] * 8 + ['\t', '\t', ',', '|', ' | ', ';'])
        self.time = r.choice(['%ts.%03tu'] * 3 + ['[%tl]', '[%tl]', '"%tl"', '%tl', '%iso', '%isoplain'])
        self.blank = self.separator == ' '
        quote = '"%s"' if not self.blank or r.random() < .8 else '%s'
        parts = [self.time, r.choice(['%>a:%>p', '%-15>a', '%>a', '%>a', '%>a', '%>a'])]
        if r.random() < .3 and parts[1] == '%>a':
            parts.append('%>p')
        parts += r.choice([['"%rm %ru HTTP/%rv"'], ['%rm', '%ru'], ['%rm', '%ru'], ['%rm', '%ru', 'HTTP/%rv'], ['%rm', '%ru', '%rv'],
                           ['"%rm %ru"']])
        parts += r.choice([['%Ss/%03>Hs'], ['%Ss/%03>Hs'], ['%Ss', '%>Hs'], ['%>Hs'], ['%Ss:%Sh', '%>Hs'], ['%>Hs/%<Hs']])
        parts += r.choice([['%>st', '%<st']] * 4 + [['%<st'], ['%>st/%<st'], ['%st', '%>st', '%<st'], ['%>st', '%>sh', '%<st'], []])
        if r.random() < .8:
            parts.append(r.choice(['%6tr', '%tr']))
        if r.random() < .75:
            parts.append(quote % '%{User-Agent}>h')
        if r.random() < .7:
            parts.append(quote % '%{Referer}>h')
        if r.random() < .6:
            parts.append('%[un')
        if '%Ss:%Sh' in parts:
            parts += ['%<a'] if r.random() < .5 else []
        elif r.random() < .7:
            parts += r.choice([['%Sh/%<a'], ['%Sh/%<a'], ['%Sh', '%<a'], ['%Sh'], ['%Sh/%<a:%<p']])
        for code, share in (('%mt', .7), ('%ssl::>sni', .25), ('%>handshake', .1), ('%err_code', .2), ('%sn', .1), ('%la', .15),
                            ('%ssl::bump_mode', .1), ('%{category}note', .15), ('%tS', .1),
                            ('%<sh', .1), ('%dt', .1), ('%lp', .1)):
            if r.random() < share:
                parts.append(code)
        r.shuffle(parts)
        self.parts = parts
        self.truth = [c for part in self.parts for c in re.findall(CODE, part)]

    def text(self, part, row):
        return re.sub(CODE, lambda m: self.value(m.group(0), row, part), part)

    def value(self, code, row, part):
        width = re.match(r'%(-?)(0?)(\d+)', code)
        plain = re.sub(r'^%-?\d+', '%', code) if code != '%ts.%03tu' else code
        value = self.plain(plain, row, part)
        if width and code != '%ts.%03tu':
            n = int(width.group(3))
            value = value.ljust(n) if width.group(1) else value.rjust(n, '0' if width.group(2) else ' ')
        return value

    def plain(self, code, row, part):
        if CODES[code] == 't':
            return self.stamp(code, row)
        value = row[CODES[code]]
        if value is None:
            return '-'
        value = str(value)
        if code.startswith('%{User') or code.startswith('%{Ref'):
            if part.startswith('"'):
                return value.replace('\\', '\\\\').replace('"', '\\"')
            return ''.join('%%%02X' % ord(c) if c in ' "%<>#{}|\\^~[]`' else c for c in value)
        return value

    def stamp(self, code, row):
        if code == '%tS':
            start = row['end'] - row['duration']
            return '%d.%03d' % (start // 1000, start % 1000)
        if code == '%ts.%03tu':
            return '%d.%03d' % (row['end'] // 1000, row['end'] % 1000)
        when = datetime.fromtimestamp(row['end'] // 1000, timezone(timedelta(hours=9)))
        return when.strftime({'%tl': '%d/%b/%Y:%H:%M:%S %z', '%iso': '%Y-%m-%dT%H:%M:%S%z', '%isoplain': '%Y-%m-%d %H:%M:%S'}[code])

    def line(self, row):
        return self.separator.join(self.text(part, row) for part in self.parts)


CODE = (r'%ts\.%03tu|%isoplain|%iso|%-?\d*(?:\{[^}]*\}(?:>h|<h|note)|ssl::>sni|ssl::bump_mode|>handshake|err_code|>Hs|<Hs|>st|<st|>sh|<sh|st|'
        r'>a|<a|>p|<p|>A|<A|la|lp|dt|rm|ru|rv|>rd|>rs|>rP|>rp|Ss|Sh|mt|tr|\[un|\[ui|sn|tS|tl|ts)')


def reader(definition):
    """The inferred definition as a regular expression and the codes of its groups; ISO stamps become %iso."""
    definition = re.sub(r'%\{%Y-%m-%d %H:%M:%S\}tl', '%isoplain', definition)
    definition = re.sub(r'%\{%Y-%m-%d[^}]*\}t[lg](\.%03tu)?', '%iso', definition)
    pattern, codes, at = '', [], 0
    for m in re.finditer(CODE, definition):
        literal = definition[at:m.start()]
        code = re.sub(r'^%-?\d+', '%', m.group(0)) if m.group(0) != '%ts.%03tu' else m.group(0)
        pad = ' *' if re.match(r'%-?[1-9]\d*[^\d]', m.group(0)) and m.group(0) != '%ts.%03tu' else ''
        value = r'(\S+ \S+)' if code in ('%tl', '%isoplain') else '(.*?)' if code in ('%ru', '%iso') or literal.endswith('[') else r'((?:[^"\\]|\\.)*)' if literal.endswith('"') else \
            r'([^\s"/]*)' if code in ('%>a', '%<a') else r'(\S*?)'
        pattern += re.escape(literal).replace('%%', '%') + pad + value + pad
        codes.append(code)
        at = m.end()
    return re.compile('^' + pattern + re.escape(definition[at:]) + '$'), codes


def judge(layout, rows, lines, answer):
    """Per true column: 'right', 'open' (not claimed), or 'wrong' (its code names other values, or a claimed code is not
    in the layout at all)."""
    if 'refused' in answer:
        return {code: 'open' for code in layout.truth}, [], 0.0
    pattern, codes = reader(answer['definition'])
    cut = [pattern.match(line) for line in lines]
    fit = sum(m is not None for m in cut) / len(lines)
    verdict, truth = {}, [re.sub(r'^%-?\d+', '%', c) if c != '%ts.%03tu' else c for c in layout.truth]
    for code in truth:
        if code not in codes:
            verdict[code] = 'right' if code in NOT_INFERABLE else 'open'
            continue
        group = codes.index(code) + 1
        part = next(p for p in layout.parts if code in re.sub(r'%-?\d+(?=[^\d])', '%', p) or code == '%ts.%03tu' in p)
        same = [m.group(group).lstrip('0') == layout.plain(code, row, part).lstrip('0') for m, row in zip(cut, rows) if m]
        verdict[code] = 'right' if sum(same) >= .95 * len(same) else 'wrong'
    invented = [c for c in codes if c not in truth and not c.endswith('note')]
    for code in invented:
        verdict['+' + code] = 'wrong'
    return verdict, codes, fit


def ask(driver, lines):
    done = subprocess.run([driver], input='\n'.join(lines) + '\n', capture_output=True, text=True, timeout=60)
    return dict(line.split('\t', 1) for line in done.stdout.splitlines() if '\t' in line)


def run_seed(driver, seed, show):
    rng = random.Random(seed)
    layout, traffic = Layout(rng), Traffic(rng)
    rows = traffic.rows(rng.choice([60, 150, rng.randint(300, 2000), rng.randint(300, 2000)]))
    lines = [layout.line(row) for row in rows]
    answer = ask(driver, lines)
    verdict, codes, fit = judge(layout, rows, lines, answer)
    # A column that is always blank shows nothing but its place: counted apart.
    blank = {c for c in layout.truth if CODES.get(c, '') in rows[0] and all(row[CODES[c]] is None for row in rows)}
    if show and set(verdict.values()) != {'right'}:
        print('seed %d  %s' % (seed, repr(layout.separator.join(layout.parts))))
        print('  read as   %s' % answer.get('definition', answer.get('refused')))
        print('  fit %.3f  proved %s  unknown %s  %s' % (fit, answer.get('proved'), answer.get('unknown'), answer.get('why')))
        print('  ' + ', '.join('%s %s%s' % (c, v, ' (always blank)' if c in blank else '') for c, v in verdict.items() if v != 'right'))
        print('  ' + lines[len(lines) // 2][:300])
    return verdict, blank, fit, answer, layout


def main():
    driver, (first, last) = sys.argv[1], map(int, sys.argv[2].split('-'))
    total, blanks, layouts, direction, fits = Counter(), Counter(), Counter(), Counter(), []
    for seed in range(first, last + 1):
        verdict, blank, fit, answer, layout = run_seed(driver, seed, '--show' in sys.argv)
        fits.append(fit)
        for code, v in verdict.items():
            (blanks if code in blank else total)[v] += 1
        layouts['refused' if 'refused' in answer else 'wrong' if 'wrong' in verdict.values() else
                'right' if all(v == 'right' or c in blank for c, v in verdict.items()) else 'open'] += 1
        if '%>st' in layout.truth and '%<st' in layout.truth:
            pair = {verdict['%>st'], verdict['%<st']}
            direction['swapped' if 'wrong' in pair else 'right' if pair == {'right'} else 'unknown'] += 1
    n = last - first + 1
    print('layouts %d: right %d, some column open %d, some column wrong %d, refused %d' %
          (n, layouts['right'], layouts['open'], layouts['wrong'], layouts['refused']))
    print('columns %d: right %d, open %d, wrong %d' % (sum(total.values()), total['right'], total['open'], total['wrong']))
    print('columns that are always blank %d: right %d, open %d, wrong %d' %
          (sum(blanks.values()), blanks['right'], blanks['open'], blanks['wrong']))
    print('two counters %d: right %d, unknown %d, swapped %d' %
          (sum(direction.values()), direction['right'], direction['unknown'], direction['swapped']))
    print('fit: least %.3f' % min(fits))
    good = total['wrong'] == 0 and direction['swapped'] == 0 and layouts['refused'] == 0 and \
        total['right'] >= .95 * sum(total.values())
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())

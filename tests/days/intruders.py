# SPDX-License-Identifier: Apache-2.0
"""What is planted on a test day: each on a client and a rare host of its own, parameters drawn from ranges, truth noted.

The classes are those of the accuracy goal: tunnels (interactive, parked, file-in), tool downloads, beacons of four timing
classes, uploads. Byte arithmetic of parked tunnels is that of OpenSSH: 3,404 in and 3,601 out for the connection, then 28 in
and 52 out for each ServerAliveInterval.
"""

import agents

TOOLS = ('mimikatz.exe', 'mz.exe', 'mz64.exe', 'psexec.exe', 'PsExec64.exe', 'procdump64.exe', 'rar.exe', 'ms14068.rar', 'ms14068.exe',
         'lazagne.exe', 'nc.exe', 'plink.exe', 'sharphound.exe', 'rclone.exe', 'nbtscan.exe', 'chisel.exe')
LOOKALIKES = ('svchost.exe', 'svch0st.exe', 'scvhost.exe', 'lsass.exe', 'lsaas.exe', 'dwm.exe', 'csrss.exe', 'winlogon.exe',
              'exp1orer.exe', 'explorer.exe', 'taskhost.exe', 'spoolsv.exe')
PLAIN = ('a.exe', 'setup.zip', 'doc.7z', 'update.ps1', 'x64.dll', 'install.msi', '1.bat', 'client.exe', 'data.rar')

# name: fewest beats, most beats, jitter (share of the period, either way), share missed
TIMING = {
    'jitter20_missed10': (30, 160, (0.0, 0.20), (0.0, 0.10)),
    'jitter50': (30, 160, (0.20, 0.50), (0.0, 0.0)),
    'jitter50_missed20': (45, 240, (0.20, 0.50), (0.10, 0.20)),
    'jitter80': (120, 480, (0.50, 0.80), (0.0, 0.0)),
}


def log_between(dice, low, high):
    return low * (high / low) ** dice.roll()


def tunnel_agents(day):
    return (('blank', lambda: '-'), ('tool', lambda: day.dice.pick(agents.TUNNEL_TOOLS)), ('foreign', day.old_browsers.draw))


def destination(day):
    dice = day.dice
    host = day.names.literal() if dice.chance(0.15) else day.names.host('', '', 'www.', 'node3.', 'relay.', 'edge7.', 'cdn2.')
    return host, dice.pick((443, 443, 443, 443, 443, 443, 8443, 22, 8080))


def fits(day, who, lasts):
    """A start such that the whole transfer lies within the day: intruders work at night as well."""
    room = 86400 - 20 - lasts
    start = day.midnight + 10 + day.dice.between(0, room)
    return min(max(start, who.on), day.midnight + 10 + room) if day.dice.chance(0.7) else start


def screens(day, lasts):
    """Bytes (out, in) of remote desktop over ssh -R: screens out, keys in; some of the time nobody moves the mouse.

    Averaged over the row at least 330 B/s out and 22 B/s in: below that nobody worked, the tunnel was parked.
    """
    dice = day.dice
    active = lasts * dice.between(0.15, 1.0)
    out = max(3601 + active * log_between(dice, 1400, 60e3) * 1.04, lasts * 330, 110e3)
    into = 3404 + active * log_between(dice, 50, 900) + out / 2600
    return out, min(max(into, out / 150, lasts * 22), out / 1.6)


def interactive_tunnels(day):
    dice = day.dice
    for name, draw in tunnel_agents(day) * 2:
        who, (host, port), agent = day.victim(), destination(day), draw()
        for _ in range(dice.pick((1, 1, 1, 2, 3))):
            lasts = log_between(dice, 130, 20000)
            out, into = screens(day, lasts)
            day.log.tunnel(fits(day, who, lasts), lasts, who.address, '%s:%d' % (host, port), agent, out, into,
                           version=dice.pick(('1.0', '1.1')) if agent == '-' else '1.1')
        day.plant('tunnel_interactive_' + name, 'tunnel', who, host, 'act_now', agent)
    who, (host, port) = day.victim(), destination(day)
    lasts = log_between(dice, 700, 20000)
    out, into = screens(day, lasts)
    day.log.tunnel(fits(day, who, lasts), lasts, who.address, '%s:%d' % (host, port), who.agents[0], out, into, user=who.user)
    day.plant('tunnel_interactive_own_agent', 'tunnel', who, host, 'any', who.agents[0])


def parked_tunnels(day):
    dice = day.dice
    for name, draw in tunnel_agents(day) + tunnel_agents(day)[:2]:
        who, (host, port), agent = day.victim(), destination(day), draw()
        interval = dice.pick((10, 15, 15, 20, 30, 30, 60, 60, 120, 240, 300))
        lasts = log_between(dice, 660, 40000)
        probes = int(lasts / interval)
        extra = dice.whole(0, 500)
        day.log.tunnel(fits(day, who, lasts), lasts, who.address, '%s:%d' % (host, port), agent, 3601 + 52 * probes + extra,
                       3404 + 28 * probes + int(extra * dice.between(0.5, 1.0)))
        day.plant('tunnel_parked_' + name, 'tunnel', who, host, 'act_now', agent, 'keep-alive every %d s' % interval)
    who, (host, port) = day.victim(), destination(day)
    when = fits(day, who, 9000)
    for _ in range(dice.whole(3, 9)):       # no keep-alive: the proxy cuts at 15 minutes, a loop connects again
        lasts = 900 + dice.between(0.2, 2)
        day.log.tunnel(when, lasts, who.address, '%s:%d' % (host, port), '-', 3601 + dice.whole(0, 40), 3404 + dice.whole(0, 40))
        when += lasts + dice.between(5, 40)
    day.plant('tunnel_parked_blank', 'tunnel', who, host, 'act_now', '-', 'no keep-alive, cut and connected again')


def file_in_tunnels(day):
    dice = day.dice
    for name, draw in tunnel_agents(day):
        who, (host, port), agent = day.victim(), destination(day), draw()
        into = log_between(dice, 55e6, 2e9)
        lasts = max(150, into / log_between(dice, 20e3, 2e6))
        lasts = min(lasts, 60000)
        out = max(into / log_between(dice, 3.5, 3000), 130e3)
        day.log.tunnel(fits(day, who, lasts), lasts, who.address, '%s:%d' % (host, port), agent, out, into)
        day.plant('tunnel_file_in_' + name, 'tunnel', who, host, 'act_now', agent)


def fetch_tool(day, who, host, name, agent, when):
    dice = day.dice
    day.log.fetch(when, who.address, 'http://%s%s%s' % (host, dice.pick(('/', '/t/', '/img/', '/~u/')), name), agent,
                  log_between(dice, 40e3, 6e6), mime=dice.pick(('application/octet-stream', 'application/x-msdownload')), out=160,
                  user=dice.pick(('-', who.user)))


def tool_downloads(day):
    """A tool's or a system file's name; files of no name, two or more; blank or tool agent; sometimes several victims."""
    dice = day.dice
    plans = (('tool_name', 1, TOOLS, 1), ('tool_name', 2, TOOLS, 1), ('lookalike', 1, LOOKALIKES, 1), ('lookalike', 3, LOOKALIKES, 1),
             ('two_files', 1, PLAIN, 2), ('two_files', 1, PLAIN, 3))
    for name, victims, files, count in plans:
        host = day.names.literal() if dice.chance(0.15) else day.names.host('', 'www.', 'cdn.', 'f.')
        agent, chosen = dice.pick(agents.FETCHERS + ('-', '-')), dice.some(dice.shuffled(files), count)
        for _ in range(victims):
            who = day.victim()
            when = fits(day, who, 3600)
            for file in chosen:
                fetch_tool(day, who, host, file, agent, when)
                when += dice.between(5, 600)
            day.plant('download_' + name, 'download', who, host, 'look_today' if name == 'two_files' else 'act_now', agent,
                      ' '.join(chosen))
    who, host, agent = day.victim(), day.names.host('', 'www.'), dice.pick(agents.FETCHERS)
    fetch_tool(day, who, host, dice.pick(PLAIN), agent, fits(day, who, 60))
    day.plant('download_one_plain_file', 'download', who, host, 'any', agent)


class Beats:
    """Times of one beacon: sleep, call, sleep; a call may be missed. The logged beats are at least `least`."""

    def __init__(self, dice, day, who, least, most, jitter, missed):
        self.count = int(log_between(dice, least, most))
        self.jitter, self.missed = dice.between(*jitter), dice.between(*missed)
        room = max(who.off - who.on, 6 * 3600) - 300
        longest = min(room / self.count / (1 + self.missed + 0.12), 1500)
        self.period = log_between(dice, min(5.0, longest * 0.7), longest)
        span = self.period * self.count * (1 + self.missed + 0.1)
        begin = min(who.on, day.midnight + 86400 - 360 - room)
        when = begin + 60 + dice.between(0, max(room - span, 1))
        self.times = []
        while len(self.times) < self.count:
            if not dice.chance(self.missed):
                self.times.append(when)
            when += self.period * (1 + self.jitter * (2 * dice.roll() - 1)) + dice.between(0.03, 0.3)


def plain_beats(day, who, host, agent, beats, blocked=False):
    """GETs of one size; now and then a POST, or a larger answer, when there is work."""
    dice = day.dice
    path = dice.pick(('/index.php', '/news/view.asp', '/api/v1/sync', '/jquery-3.3.1.min.js', '/g.pixel?', '/submit.php?', '/'))
    into, out, work = dice.whole(180, 4000), dice.whole(180, 900), dice.between(0.005, 0.15)
    authenticated = who.user != '-' and dice.chance(0.5)
    for when in beats.times:
        busy = dice.chance(work)
        if blocked:
            day.log.fetch(when, who.address, 'http://' + host + path, agent, 3800 + dice.whole(0, 30), tag='TCP_DENIED', status=403,
                          out=out, duration=0.002, user=who.user if authenticated else '-')
            continue
        day.log.fetch(when, who.address, 'http://' + host + path, agent, into * (dice.between(3.2, 60) if busy else 1) + dice.whole(0, 12),
                      method='POST' if busy and dice.chance(0.7) else 'GET', out=out * (dice.between(1, 40) if busy else 1),
                      duration=dice.spread(0.15, 0.6), user=who.user if authenticated else '-')


def secure_beats(day, who, host, agent, beats, blocked=False):
    """The same through CONNECT: one short tunnel each time."""
    dice = day.dice
    out, into, lasts = dice.whole(900, 3000), dice.whole(1800, 7000), dice.between(0.2, 1.5)
    for when in beats.times:
        busy = dice.chance(0.05)
        day.log.tunnel(when, lasts * dice.between(0.8, 1.3), who.address, host + ':443', agent,
                       out * (dice.between(1, 30) if busy else 1) + dice.whole(0, 20),
                       into * (dice.between(1, 20) if busy else 1) + dice.whole(0, 60))


def beacons(day):
    dice = day.dice
    for timing, limits in TIMING.items():
        for disguise in ('masquerade', 'masquerade', 'library', 'blank', 'own'):
            who, host = day.victim(), day.names.literal() if dice.chance(0.1) else day.names.host('', 'www.', 'cdn.', 'api.', 'img.')
            agent = {'masquerade': day.old_browsers.draw, 'library': lambda: dice.pick(agents.LIBRARIES), 'blank': lambda: '-',
                     'own': lambda: who.agents[0]}[disguise]()
            send = dice.pick((plain_beats, secure_beats))
            beats = Beats(dice, day, who, *limits)
            send(day, who, host, agent, beats)
            day.plant('beacon_%s_%s' % (timing, 'masquerade' if disguise == 'masquerade' else 'other'), 'beacon', who, host,
                      'act_now' if disguise == 'masquerade' else 'look_today', agent, '%s %s, %d beats, every %.0f s +-%.0f %%, %.0f %% missed' % (
                          disguise, 'GET' if send is plain_beats else 'CONNECT', beats.count, beats.period, beats.jitter * 100,
                          beats.missed * 100))
    for disguise in ('masquerade', 'library'):
        who, host = day.victim(), day.names.host('', 'www.')
        agent = day.old_browsers.draw() if disguise == 'masquerade' else dice.pick(agents.LIBRARIES)
        beats = Beats(dice, day, who, *TIMING['jitter20_missed10'])
        plain_beats(day, who, host, agent, beats, blocked=True)
        day.plant('beacon_blocked', 'beacon', who, host, 'look_today', agent, '%s, %d beats' % (disguise, beats.count))


def uploads(day):
    """Tens of megabytes out to a host nobody else knows, without agent, by a tool, or in disguise."""
    dice = day.dice
    for name, agent in (('blank', '-'), ('tool', dice.pick(('curl/8.0.1', 'rclone/v1.65.0', 'Wget/1.21.2'))),
                        ('tool', dice.pick(('python-requests/2.30.0', agents.POWERSHELL % 906))), ('masquerade', day.old_browsers.draw())):
        who, host = day.victim(), day.names.literal() if dice.chance(0.15) else day.names.host('', 'up.', 'paste.')
        total, parts, secure = log_between(dice, 15e6, 600e6), dice.pick((1, 1, 2, 5, 12)), dice.chance(0.5)
        when = fits(day, who, 4000)
        for _ in range(parts):
            out = total / parts * dice.between(0.7, 1.3)
            lasts = out / log_between(dice, 5e5, 6e6)
            if secure:
                day.log.tunnel(when, lasts, who.address, host + ':443', agent, out, 4000 + out / dice.between(700, 4000))
            else:
                day.log.fetch(when, who.address, 'http://%s/f.php' % host, agent, 380, method='POST', out=out, duration=lasts)
            when += lasts + dice.between(1, 60)
        day.plant('upload_' + name, 'upload', who, host, 'look_today', agent, '%.0f MB' % (total / 1e6))


def campaign(day):
    """One intruder, in order: a dropper fetched, a beacon within minutes, tools, data out."""
    dice, who = day.dice, day.victim()
    agent, control = day.old_browsers.draw(), day.names.host('', 'cdn.')
    beats = Beats(dice, day, who, *TIMING['jitter20_missed10'])
    dice.pick((plain_beats, secure_beats))(day, who, control, agent, beats)
    day.plant('campaign_beacon', 'beacon', who, control, 'act_now', agent, '%d beats' % beats.count)
    stage, first = day.names.host('', 'www.'), beats.times[0]
    fetcher = dice.pick(agents.FETCHERS + ('-',))
    fetch_tool(day, who, stage, dice.pick(PLAIN), fetcher, max(first - dice.between(2, 400), day.midnight + 2))
    fetch_tool(day, who, stage, dice.pick(TOOLS), fetcher, first + dice.between(60, 900))
    day.plant('campaign_download', 'download', who, stage, 'act_now', fetcher)
    drop = day.names.host('', 'paste.')
    day.log.fetch(min(first + 3000, day.midnight + 86000), who.address, 'http://%s/u' % drop, '-', 300, method='POST',
                  out=log_between(dice, 12e6, 90e6), duration=20)
    day.plant('campaign_upload', 'upload', who, drop, 'look_today', '-')


def two_campaigns(day):
    campaign(day)
    campaign(day)


ALL = (interactive_tunnels, parked_tunnels, file_in_tunnels, tool_downloads, beacons, uploads, two_campaigns)

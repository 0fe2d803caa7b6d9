# SPDX-License-Identifier: Apache-2.0
"""What is innocent on a test day and does not look so: one function a class, several of each class a day.

Each function says in its one line why a detector might bite. `day` (class Day of day.py) offers dice, names, machines by kind,
the log, and note(), which writes class, hosts and clients into truth.json. Rates are drawn, never fixed. day.times(n) is n for 300 machines
and grows with the office.
"""

from agents import LIBRARIES, POWERSHELL
from office import SYLLABLES, WORDS


def steady(day, who, every, jitter, do):
    """Calls do(when) on a rhythm while the machine is on."""
    when = who.on + day.dice.between(5, 5 + every)
    while when < who.off - 5:
        do(when)
        when += every * day.dice.between(1 - jitter, 1 + jitter) + day.dice.between(0.02, 0.3)


def product(day):
    """A program that names itself."""
    dice = day.dice
    name = dice.pick(WORDS).title() + dice.pick(('Sync', 'Agent', 'Desk', 'Notifier', 'Update', 'Helper', 'Tray', 'Link', 'Monitor'))
    return '%s/%d.%d%s' % (name, dice.whole(1, 14), dice.whole(0, 30), dice.pick(('', '', ' (Windows; x64)', '.%d' % dice.whole(1, 9000))))


def period(day, low, high):
    """A programmer's round number between low and high seconds."""
    rounds = [value for value in (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1800, 3600) if low <= value <= high]
    return day.dice.pick(rounds)


def poll(day, who, host, agent, every, jitter=None, path=None, into=None, method='GET', referer='-'):
    dice = day.dice
    path = path or '/%s/%s' % (dice.pick(('v1', 'api', 'v2.1', 'feed', 'c')), dice.pick(WORDS))
    into = into or dice.whole(250, 30000)
    out = dice.whole(110, 600)
    steady(day, who, every, dice.between(0, 0.1) if jitter is None else jitter, lambda when: day.log.fetch(
        when, who.address, 'http://' + host + path, agent, into + dice.whole(0, 50), referer, 'application/json', method, out,
        duration=dice.spread(0.09, 0.6), user=who.user))


def poll_secure(day, who, target, agent, every, jitter=None, out=None, into=None, lasts=None):
    dice = day.dice
    out, into, lasts = out or dice.whole(900, 4000), into or dice.whole(4200, 9000), lasts or dice.between(0.3, 8)
    steady(day, who, every, dice.between(0, 0.1) if jitter is None else jitter, lambda when: day.log.tunnel(
        when, dice.spread(lasts, 0.2), who.address, target, agent, out + dice.whole(0, 90), into + dice.whole(0, 400),
        user=who.user))


# ---- what every machine does ----

def operating_system(day):
    """Updates, certificate lists, connectivity checks, the browser's reports: rhythms everywhere, .exe by programs."""
    dice = day.dice
    hosts = [day.names.host('dl.', 'au.', 'ctldl.', 'tele.', 'safebrowse.', 'conn.') for _ in range(6)]
    for who in day.of('pc', 'shared'):
        poll(day, who, hosts[0], 'Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.70', 4200, 0.3)
        poll(day, who, hosts[2], 'Microsoft-CryptoAPI/10.0', 3900, 0.5)
        poll(day, who, hosts[5], 'Microsoft NCSI', 1500, 0.4)
        poll_secure(day, who, hosts[3] + ':443', who.agents[0], 840, 0.2)
        poll_secure(day, who, hosts[4] + ':443', who.agents[0], 1800, 0.02)
        if dice.chance(0.5):
            day.log.fetch(dice.between(who.on, who.off), who.address, 'http://%s/c/upd%d.exe' % (hosts[1], dice.whole(1, 30)),
                          'Microsoft-Delivery-Optimization/10.0', dice.spread(4e6, 1), mime='application/octet-stream', user=who.user)
    for who in day.of('mac'):
        poll_secure(day, who, hosts[3] + ':443', 'com.apple.trustd/2.0', 1900, 0.5)
    day.note('operating_system', hosts, [])


def protection(day):
    """Endpoint protection: a CONNECT without agent from every machine, and a scanner's patterns."""
    cloud, pattern = day.names.host('edr.', 'sensor.'), day.names.host('pat.', 'def.')
    for who in day.of('pc', 'mac', 'linux', 'shared'):
        poll_secure(day, who, cloud + ':443', '-', 1100, 0.05, lasts=1.5)
        poll(day, who, pattern, 'ShieldScan/9.%d' % day.dice.whole(0, 3), 3600, 0.01, '/delta.bin')
    day.note('protection', [cloud, pattern], [])


def serial_agents(day):
    """A vendor's agent with each machine's serial number: an agent that only this client has."""
    for host, text in ((day.names.host('mps.'), 'FleetPrint/3.1 (SN %s%07d)'), (day.names.host('asset.'), 'TagAudit/2.0 {%s-%06d}')):
        users = day.dice.some(day.of('pc'), int(len(day.machines) * day.dice.between(0.2, 0.8)))
        for who in users:
            poll(day, who, host, text % (day.dice.pick(SYLLABLES).upper(), day.dice.whole(1, 999999)), 900, 0.03)
        day.note('serial_agent', [host], users)


# ---- rhythms of one or two clients ----

def push_keepalive(day):
    """Parked tunnels of the browser's push channel, cut at the proxy's 15 minutes."""
    dice = day.dice
    for _ in range(day.times(3)):
        host, users = day.names.host('mtalk.', 'push.'), day.some('pc', 'phone', count=2)
        port = dice.pick((5228, 443))
        for who in users:
            out, into = 985 + dice.whole(-60, 60), 447 + dice.whole(-30, 60)
            steady(day, who, 899.5, 0, lambda when: day.log.tunnel(when, 899 + dice.between(0, 0.9), who.address,
                                                                   '%s:%d' % (host, port), who.agents[0], out, into, user=who.user))
        day.note('push_keepalive', [host], users)


def cron_jobs(day):
    """curl or a script on a rhythm, some to bare addresses, some through CONNECT."""
    for turn in range(day.times(3)):
        who = day.dice.pick(day.of('linux', 'device', 'pc'))
        host = day.names.literal() if turn % 3 == 0 else day.names.host()
        agent = day.dice.pick(('curl/7.88.1', 'curl/8.5.0', 'Wget/1.21.4', 'python-requests/2.32.3', 'Go-http-client/2.0'))
        if turn % 3 == 1:
            poll_secure(day, who, host + ':443', agent, period(day, 60, 3600))
        else:
            poll(day, who, host, agent, period(day, 60, 3600))
        day.note('cron_job', [host], [who], agent)


def widgets(day):
    """Programs that name themselves and poll a host nobody else knows."""
    for _ in range(day.times(12)):
        users, host, agent = day.some('pc', 'mac', count=day.dice.pick((1, 1, 1, 2))), day.names.host(), product(day)
        every, secure = period(day, 15, 1800), day.dice.chance(0.5)
        for who in users:
            poll_secure(day, who, host + ':443', agent, every) if secure else poll(day, who, host, agent, every)
        day.note('widget', [host], users, agent)


def old_browser_agents(day):
    """A vendor's updater with a browser agent of long ago, hard-coded: the one class timing and agents cannot tell from C2."""
    for count in (1, 1, 2, 4) * day.times(1):
        users, host, agent = day.some('pc', count=count), day.names.host('update.', 'dl.', 'reg.'), day.old_browsers.draw()
        every = period(day, 300, 3600)
        for who in users:
            poll(day, who, host, agent, every, path='/ver/latest.xml')
        day.note('old_browser_agent', [host], users, agent)
    sign, host, agent = day.dice.pick(day.of('device')), day.names.host('sign.', 'play.'), day.old_browsers.draw()
    poll(day, sign, host, agent, period(day, 30, 600))        # a screen on the wall, whose browser was never updated
    day.note('old_browser_agent', [host], [sign], agent)


def blank_pollers(day):
    """Programs without agent: leases, clocks, licence checks."""
    for turn in range(day.times(3)):
        who, host = day.dice.pick(day.of('pc', 'linux')), day.names.host()
        if turn % 3 == 0:
            poll_secure(day, who, host + ':443', '-', period(day, 120, 3600))
        else:
            poll(day, who, host, '-', period(day, 60, 3600))
        day.note('blank_poller', [host], [who])


def blank_meter(day):
    """A metering program without agent that polls, and now and then posts what it counted. Not on every day."""
    if not day.dice.chance(0.3):
        return
    who, host = day.dice.pick(day.of('pc')), day.names.host()
    poll(day, who, host, '-', period(day, 60, 300))
    poll(day, who, host, '-', 3600, method='POST')
    day.note('blank_meter', [host], [who])


def dashboards(day):
    """An open tab that refreshes its figures with its page as Referer, or over CONNECT."""
    for turn in range(day.times(6)):
        who, host, every = day.dice.pick(day.of('pc')), day.names.host('board.', 'wall.', 'view.'), period(day, 10, 300)
        day.log.fetch(who.on + 3, who.address, 'http://%s/d/main' % host, who.agents[0], 30000, user=who.user)
        if turn % 6 == 5:
            poll_secure(day, who, host + ':443', who.agents[0], every, 0.02)
        else:
            poll(day, who, host, who.agents[0], every, 0.02, referer='http://%s/d/main' % host)
        day.note('dashboard', [host], [who])


def refreshing_pages(day):
    """A page that reloads itself, with and without Referer."""
    for turn in range(day.times(4)):
        who, host = day.dice.pick(day.of('pc', 'mac')), day.names.host()
        page = '/live/%d' % day.dice.whole(1, 99)
        poll(day, who, host, who.agents[0], period(day, 30, 300), 0.005, page, referer='-' if turn % 4 == 0 else 'http://' + host + page)
        day.note('refreshing_page', [host], [who])


def streams(day):
    """HLS: a piece every 4 to 10 seconds from the watcher's own browser."""
    dice = day.dice
    for _ in range(day.times(6)):
        who, host, every = dice.pick(day.of('pc', 'phone')), day.names.host('live.', 'hls.', 'vod.'), dice.between(4, 10)
        start, page = dice.between(who.arrives, who.leaves - 3000), 'http://%s/watch' % host
        day.log.fetch(start, who.address, page, who.agents[0], 22000, user=who.user)
        for piece in range(dice.whole(60, 400)):
            day.log.fetch(start + 1 + piece * every + dice.between(0, 0.5), who.address, 'http://%s/s/%d.ts' % (host, piece),
                          who.agents[0], dice.spread(400e3, 0.2), page, 'video/mp2t', out=500, user=who.user)
        day.note('stream', [host], [who])


def feeds(day):
    """Feed readers ask a dozen rare hosts on a rhythm, under their own name."""
    for who in day.some('pc', 'mac', 'linux', count=day.times(4)):
        agent, every = product(day), period(day, 900, 1800)
        hosts = [day.names.host() for _ in range(day.dice.whole(5, 14))]
        for host in hosts:
            poll(day, who, host, agent, every, 0.01, '/feed.xml')
        day.note('feed_reader', hosts, [who], agent)


def web_applications(day):
    """A rare application in the user's browser that saves and asks all day; some keep sockets open for hours."""
    dice = day.dice
    for turn in range(day.times(6)):
        users, host = day.some('pc', 'mac', count=dice.pick((1, 2))), day.names.host('app.', 'crm.', 'my.')
        for who in users:
            if turn % 3 == 0:
                poll_secure(day, who, host + ':443', who.agents[0], period(day, 30, 300), dice.between(0, 0.6))
                continue
            when = who.arrives + dice.between(0, 1800)
            while when < who.leaves - 1300:
                lasts = min(dice.spread(3000, 0.8), who.leaves - when)
                day.log.tunnel(when, lasts, who.address, host + ':443', who.agents[0], 1500 + lasts * dice.between(2, 40),
                               5000 + lasts * dice.between(5, 300), user=who.user)
                when += lasts + dice.wait(300)
        day.note('web_application', [host], users)


def long_polls(day):
    """Requests held open for half a minute or more, one after the other."""
    for turn in range(day.times(4)):
        who, host, held = day.dice.pick(day.of('pc')), day.names.host(), day.dice.pick((25, 30, 55, 60, 100))
        agent = who.agents[0] if turn % 2 else product(day)
        poll_secure(day, who, host + ':443', agent, held + 0.5, 0.003, lasts=held)
        day.note('long_poll', [host], [who], agent)


def appliances(day):
    """Printers, cameras, clocks: a few models, which speak only with their makers, without agent or with firmware's own."""
    dice, models = day.dice, []
    for _ in range(day.times(5)):
        agent = dice.pick(('-', 'lwIP/1.3.1', 'ESP8266HTTPClient', 'curl/7.64.0', 'PanelOS/%d.2' % dice.whole(2, 7), 'Linux UPnP/1.0'))
        models.append((day.names.host('iot.', 'cloud.', 'fw.'), agent, period(day, 30, 1800), dice.chance(0.4), []))
    for who in day.of('device'):
        host, agent, every, broker, users = dice.pick(models)
        poll(day, who, host, agent, every)
        if broker:
            poll_secure(day, who, host + ':8883', agent, 1700, 0.02, out=5200, into=4100, lasts=1600)
        users.append(who)
    for host, agent, _, _, users in models:
        day.note('appliance', [host], users, agent)


def phone_apps(day):
    """Apps of telephones with the library's agent: most are on several telephones, some on one."""
    dice, phones, apps = day.dice, day.of('phone'), day.times(10)
    for app in range(apps):
        users, host = dice.some(phones, 1 if app % 4 == 0 else dice.whole(2, 6)), day.names.host()
        agent = dice.pick(('okhttp/4.12.0', 'Dalvik/2.1.0 (Linux; U; Android 13; SO-%d)' % dice.whole(10, 99), '-'))
        every = period(day, 300, 3600)
        for who in users:
            poll_secure(day, who, host + ':443', agent, every, 0.4)
        day.note('phone_app', [host], users, agent)


def certificate_lists(day):
    """The system asks rare authorities with its own agent, a few times."""
    for who in day.some('pc', count=day.times(12)):
        host = day.names.host('crl.', 'ocsp.')
        for _ in range(day.dice.whole(1, 6)):
            day.log.fetch(day.dice.between(who.arrives, who.leaves), who.address, 'http://%s/ca.crl' % host, 'Microsoft-CryptoAPI/10.0',
                          2000, mime='application/pkix-crl', user=who.user)
        day.note('certificate_list', [host], [who])


def auth_storms(day):
    """Programs that the proxy refuses with 407, hundreds of times: no contact at all."""
    for _ in range(day.times(4)):
        who, host, agent = day.dice.pick(day.of('pc')), day.names.host(), day.dice.pick((product(day), '-', LIBRARIES[0]))
        start, every = day.dice.between(who.on, who.off - 3600), day.dice.between(0.5, 5)
        for beat in range(day.dice.whole(150, 500)):
            when = start + beat * every
            if day.dice.chance(0.5):
                day.log.fetch(when, who.address, 'http://%s/check' % host, agent, 3950, duration=0.001, tag='TCP_DENIED', status=407)
            else:
                day.log.tunnel(when, 0.001, who.address, host + ':443', agent, 190, 3950, tag='TCP_DENIED', status=407)
        day.note('auth_storm', [host], [who], agent)


# ---- tunnels ----

def video_calls(day):
    """Large two-way media for an hour, from browsers and programs, to names and bare addresses."""
    dice = day.dice
    for turn in range(day.times(10)):
        users = day.some('pc', 'mac', count=dice.pick((1, 2, 3)))
        host = day.names.literal() if turn % 10 < 4 else day.names.host('meet.', 'rtc.', 'edge.')
        start, lasts, agent = dice.between(9, 16) * 3600 + day.midnight, dice.spread(2100, 0.5), product(day)
        for who in users:
            rate = dice.spread(110e3, 0.35)
            day.log.tunnel(start + dice.between(0, 90), lasts, who.address, host + ':443', who.agents[0] if turn % 3 else agent,
                           rate * lasts * dice.spread(0.9, 0.3), rate * lasts, user=who.user)
        day.note('literal_media' if turn % 10 < 4 else 'video_call', [host], users)


def admin_shells(day):
    """Administrators' ssh to jump hosts: the text comes in, keys go out; blank or with their program's name."""
    dice = day.dice
    for _ in range(day.times(4)):
        users, host = day.some('pc', 'linux', count=dice.pick((1, 1, 2))), day.names.host('bastion.', 'jump.', 'gw.')
        for who in users:
            for _ in range(dice.whole(1, 5)):
                lasts = dice.spread(1500, 0.9)
                day.log.tunnel(dice.between(who.arrives, who.leaves), lasts, who.address, host + ':22',
                               dice.pick(('-', 'TermDesk/6.2')), 3600 + lasts * dice.between(3, 60), 3400 + lasts * dice.between(60, 900))
        day.note('admin_shell', [host], users)


def mail_and_chat(day):
    """IMAP's idle, chat and message brokers: hours of almost nothing on their ports."""
    dice = day.dice
    for port in (993, 993, 5222, 5223, 8883) * day.times(1):
        users, host = day.some('pc', 'mac', count=dice.pick((1, 2))), day.names.host('imap.', 'xmpp.', 'mqtt.')
        agent = dice.pick(('-', product(day)))
        for who in users:
            when = who.on + 20
            while when < who.off - 1800:
                lasts = dice.between(900, 7000)
                day.log.tunnel(when, lasts, who.address, '%s:%d' % (host, port), agent, 2900 + lasts * dice.between(0.3, 2),
                               4300 + lasts * dice.between(0.3, 2))
                when += lasts + dice.wait(40)
        day.note('mail_chat', [host], users)


def private_networks(day):
    """A VPN program that names itself: all day, more in than out."""
    dice = day.dice
    for _ in range(day.times(3)):
        users, host, agent = day.some('pc', 'mac', count=dice.whole(1, 3)), day.names.host('vpn.', 'ra.'), dice.pick(WORDS).title() + 'VPN/5.1'
        for who in users:
            lasts = (who.leaves - who.arrives) * dice.between(0.3, 0.95)
            day.log.tunnel(who.arrives + 60, lasts, who.address, host + ':443', agent, lasts * dice.between(400, 9000),
                           lasts * dice.between(4000, 60000))
        day.note('private_network', [host], users, agent)


def blank_downloads(day):
    """A package tool pulls hundreds of megabytes through a CONNECT without agent: hardly a byte goes out."""
    dice = day.dice
    for _ in range(day.times(4)):
        who, host = dice.pick(day.of('pc', 'linux')), day.names.host('repo.', 'files.', 'pkg.')
        for _ in range(dice.whole(1, 6)):
            into = dice.spread(60e6, 1.2)
            day.log.tunnel(dice.between(who.arrives, who.leaves), into / dice.between(1e6, 9e6), who.address, host + ':443', '-',
                           dice.between(1800, 9000), into)
        day.note('blank_download', [host], [who])


def backups(day):
    """Hundreds of megabytes out, by a backup program or by a person's browser."""
    dice = day.dice
    for turn in range(day.times(7)):
        who, host = dice.pick(day.of('pc', 'mac')), day.names.host('vault.', 'up.', 'share.')
        agent = product(day) if turn % 7 < 4 else who.agents[0]
        for _ in range(dice.whole(1, 8)):
            out = dice.spread(45e6, 0.9)
            day.log.tunnel(dice.between(who.arrives, who.leaves), out / dice.between(6e5, 4e6), who.address, host + ':443', agent, out,
                           5000 + out / dice.between(300, 1500), user=who.user)
        day.note('backup' if turn % 7 < 4 else 'browser_upload', [host], [who], agent)


# ---- downloads ----

def downloads(day):
    """People fetch programs and archives with their own browsers from hosts nobody else knows."""
    dice, hosts, users = day.dice, [], []
    for who in day.some('pc', 'mac', count=len(day.machines) // 7):
        host = day.names.host('dl.', 'www.', 'files.', '')
        start = dice.between(who.arrives, who.leaves)
        page = 'http://%s/download.html' % host
        day.log.fetch(start, who.address, page, who.agents[0], 14000, user=who.user)
        ending = dice.pick(('exe', 'zip', 'msi', 'exe', 'zip', '7z', 'iso'))
        day.log.fetch(start + dice.between(4, 60), who.address, 'http://%s/get/%s-%d.%s' % (host, dice.pick(WORDS), dice.whole(1, 99), ending),
                      who.agents[0], dice.spread(9e6, 1.2), dice.pick((page, page, '-')), 'application/octet-stream', user=who.user)
        hosts.append(host)
        users.append(who)
    day.note('browser_download', hosts, users)


def self_named_updaters(day):
    """A program's own updater fetches its .exe or .msi."""
    dice = day.dice
    for _ in range(day.times(10)):
        users, host, agent = day.some('pc', count=dice.pick((1, 1, 2))), day.names.host('update.', 'dl.', 'cdn.'), product(day)
        name = '%s-setup-%d.%s' % (dice.pick(WORDS), dice.whole(10, 99), dice.pick(('exe', 'msi', 'zip')))
        size = dice.spread(12e6, 0.8)
        for who in users:
            start = dice.between(who.on, who.off)
            day.log.fetch(start, who.address, 'http://%s/latest.json' % host, agent, 900, user=who.user)
            day.log.fetch(start + 2, who.address, 'http://%s/%s' % (host, name), agent, size, mime='application/octet-stream', user=who.user)
        day.note('self_named_updater', [host], users, agent)


def roll_outs(day):
    """The IT department's deployment reaches its first two machines."""
    dice = day.dice
    for _ in range(day.times(3)):
        users, host, agent = day.some('pc', count=2), day.names.host('deploy.', 'pkg.'), product(day)
        for who in users:
            day.log.fetch(dice.between(who.arrives, who.leaves), who.address, 'http://%s/p/%s.msi' % (host, dice.pick(WORDS)), agent,
                          21e6, mime='application/x-msi', user=who.user)
        day.note('roll_out', [host], users, agent)


def administrators_scripts(day):
    """An administrator fetches one installer with PowerShell or curl from a vendor nobody else knows."""
    for _ in range(day.times(2)):
        who, host = day.dice.pick(day.of('pc', 'linux')), day.names.host('get.', 'releases.')
        agent = day.dice.pick((POWERSHELL % 2364, 'curl/8.7.1'))
        day.log.fetch(day.dice.between(who.arrives, who.leaves), who.address, 'http://%s/v%d/%s-x64.msi' % (
            host, day.dice.whole(1, 9), day.dice.pick(WORDS)), agent, 34e6, mime='application/octet-stream', user=who.user)
        day.note('admin_script', [host], [who], agent)


ALL = (operating_system, protection, serial_agents, push_keepalive, cron_jobs, widgets, old_browser_agents, blank_pollers,
       blank_meter, dashboards, refreshing_pages, streams, feeds, web_applications, long_polls, appliances, phone_apps,
       certificate_lists, auth_storms, video_calls, admin_shells, mail_and_chat, private_networks, blank_downloads, backups,
       downloads, self_named_updaters, roll_outs, administrators_scripts)

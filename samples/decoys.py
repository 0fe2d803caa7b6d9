# SPDX-License-Identifier: Apache-2.0
"""Innocent traffic that looks guilty: what a detector must leave alone, or call no more than a question.

Each decoy has a host of its own (the caller names it) and says what it imitates. The clients that have it
are drawn; `day` is (begin, end) in seconds.
"""

import traffic

UPDATE_AGENT = 'Windows-Update-Agent/10.0.10011.16384 Client-Protocol/1.40'
OLD_AGENT = 'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)'


def push_keepalive(log, dice, clients, host, day):
    """A browser's push channel: one idle tunnel after another, each cut at the proxy's 15 minutes."""
    for client in dice.some(clients, 2):
        when = day[0] + dice.between(60, 600)
        while when < day[1]:
            log.tunnel(when, 899 + dice.between(0, 0.6), client.address, host + ':5228', client.agents[0], 985, 447)
            when += 899.8 + dice.between(0, 1.5)


def endpoint_security(log, dice, clients, host, day, every=302):
    """A protection service reports to its cloud from every machine, with no agent in its CONNECT."""
    for client in clients:
        traffic.poll_secure(log, dice, client, host + ':443', '-', every, day[0], day[1], 0.03, 6100, 2900, 1.4)


def video_call(log, dice, clients, host, day):
    """Two meetings of two-way video from browsers: as much out as in, for long, one row a stream."""
    for client in dice.some(clients, 2):
        for _ in range(2):
            start, lasts = dice.between(day[0] + 3600, day[1] - 7200), dice.between(1500, 3300)
            rate = dice.between(70e3, 180e3)
            log.tunnel(start, lasts, client.address, host + ':443', client.agents[0],
                       rate * lasts * dice.between(0.7, 1.3), rate * lasts)
            for _ in range(6):
                log.tunnel(start + dice.between(0, 60), dice.between(2, 40), client.address, host + ':443',
                           client.agents[0], 3000, dice.spread(40000, 0.5))


def appliance_cron(log, dice, clients, host, day):
    """Somebody's cron job asks with curl, every five minutes, all day."""
    client = dice.pick(clients)
    traffic.poll(log, dice, client, 'http://%s/feed/values.csv?' % host, 'curl/7.58.0', 300, day[0], day[1], 0.004,
                 into=1840, mime='text/csv', out=140)


def odd_widget(log, dice, clients, host, day):
    """One user's desktop toy, which names itself, polls twice a minute."""
    client = dice.pick(clients)
    traffic.poll(log, dice, client, 'http://%s/v2/now.json?' % host, 'SoraWidget/3.2.1 (Desktop)', 30, day[0], day[1],
                 0.08, into=910, out=190)


def old_browser_agent(log, dice, clients, host, day, every, count):
    """A printer driver's updater, whose author wrote the browser of his youth into it."""
    for client in dice.some(clients, count):
        traffic.poll(log, dice, client, 'http://%s/driver/latest.xml?' % host, OLD_AGENT, every, day[0], day[1], 0.02,
                     into=1204, mime='text/xml', out=230)


def dashboard(log, dice, clients, host, day):
    """An open tab refreshes its figures every 30 seconds, with its own page as Referer."""
    client = dice.pick(clients)
    start = day[0] + dice.between(1800, 5400)
    url = 'http://%s/board/7' % host
    log.fetch(start, client.address, url, client.agents[0], 41200, out=620)
    traffic.poll(log, dice, client, 'http://%s/api/panels?' % host, client.agents[0], 30, start + 2, day[1] - 1800, 0.01,
                 into=5400, out=710, referer=url)


def blank_poller(log, dice, clients, host, day):
    """A licence service of one program asks without any agent, every ten minutes."""
    client = dice.pick(clients)
    traffic.poll(log, dice, client, 'http://%s/lease?' % host, '-', 600, day[0], day[1], 0.02, into=402,
                 mime='text/plain', out=120)


def literal_media(log, dice, clients, address, day):
    """Meetings and radio whose servers have no name."""
    for client in dice.some(clients, 2):
        start, lasts = dice.between(day[0] + 600, day[1] - 5400), dice.between(1200, 3000)
        rate = dice.between(60e3, 140e3)
        log.tunnel(start, lasts, client.address, address + ':443', client.agents[0], rate * lasts * 0.8, rate * lasts)
        log.fetch(start + 60, client.address, 'http://%s/radio/stream.mp3' % address, client.agents[0], 16e3 * lasts,
                  mime='audio/mpeg', duration=lasts)


def auth_storm(log, dice, clients, host, day):
    """A program that cannot log on to the proxy tries again and again: hundreds of 407, no contact at all."""
    client = dice.pick(clients)
    when = day[0] + dice.between(900, 3000)
    for _ in range(3):
        for _ in range(dice.whole(90, 160)):
            log.fetch(when, client.address, 'http://%s/sync/check' % host, 'TanaSync/1.9', 3900 + dice.whole(0, 40),
                      duration=0.001, tag='TCP_DENIED', status=407, out=210)
            when += dice.between(1.9, 2.2)
        when += dice.between(3600, 7200)


def live_stream(log, dice, clients, host, day):
    """A seminar as HLS: a playlist and a piece every six seconds, from the watcher's own browser."""
    client = dice.pick(clients)
    start = dice.between(day[0] + 7200, day[1] - 7200)
    watch = 'http://%s/live/seminar.html' % host
    log.fetch(start, client.address, watch, client.agents[0], 18300, out=640)
    for piece in range(dice.whole(420, 640)):
        when = start + 3 + piece * 6.0 + dice.between(0, 0.4)
        log.fetch(when, client.address, 'http://%s/live/index.m3u8' % host, client.agents[0], 860, watch,
                  'application/vnd.apple.mpegurl', out=520)
        log.fetch(when + 0.1, client.address, 'http://%s/live/part%05d.ts' % (host, piece), client.agents[0],
                  dice.spread(610e3, 0.1), watch, 'video/mp2t', out=530)


def refreshing_page(log, dice, clients, host, day):
    """A page that reloads itself every minute all afternoon: the board of trains."""
    client = dice.pick(clients)
    when, url, first = day[1] - 4 * 3600, 'http://%s/line/12' % host, True
    while when < day[1] - 900:
        log.fetch(when, client.address, url, client.agents[0], 22800 + dice.whole(0, 300), '-' if first else url, out=580)
        when, first = when + 60 + dice.between(0, 0.3), False


def roll_out(log, dice, clients, host, day):
    """The IT department's installer reaches the first two machines today."""
    for client in dice.some(clients, 2):
        log.fetch(dice.between(day[0] + 3600, day[1] - 3600), client.address, 'http://%s/pkg/ledger-setup-8.1.0.msi' % host,
                  'HakobiDeploy/8.1', 18734080, mime='application/x-msi', out=240)


def jump_host(log, dice, clients, host, day, agent):
    """An administrator works on a server by ssh: much text in, keys out, port 22."""
    client = dice.pick(clients)
    for _ in range(3):
        lasts = dice.between(900, 4800)
        log.tunnel(dice.between(day[0] + 600, day[1] - lasts - 60), lasts, client.address, host + ':22', agent,
                   3600 + lasts * dice.between(25, 60), 3400 + lasts * dice.between(150, 700))


def mail_and_chat(log, dice, clients, mail, chat, day, mail_agent, chat_agent):
    """IMAP's idle and a chat protocol: hours long, hardly a byte."""
    client = dice.pick(clients)
    for target, agent, out, into in ((mail + ':993', mail_agent, 1.1, 1.9), (chat + ':5222', chat_agent, 1.5, 1.0)):
        when = day[0] + dice.between(60, 900)
        while when < day[1] - 3600:
            lasts = dice.between(1700, 3500)
            log.tunnel(when, lasts, client.address, target, agent, 3900 + lasts * out, 4900 + lasts * into)
            when += lasts + dice.between(2, 30)


def cloud_backup(log, dice, clients, host, day):
    """A backup program that names itself sends hundreds of megabytes."""
    client = dice.pick(clients)
    when = day[0] + dice.between(3600, 7200)
    for _ in range(7):
        out = dice.spread(70e6, 0.4)
        lasts = out / 2.1e6
        log.tunnel(when, lasts, client.address, host + ':443', 'KuraBackup/4.2', out, 9000 + out / 700)
        when += lasts + dice.between(60, 900)


def updates(log, dice, clients, system, guard, day):
    """The operating system and the virus scanner of every machine fetch what is new."""
    for client in clients:
        traffic.poll(log, dice, client, 'http://%s/v6/scan.cab?' % system, UPDATE_AGENT, 5400, day[0], day[1], 0.2,
                     into=21400, mime='application/vnd.ms-cab-compressed')
        log.fetch(dice.between(day[0], day[1] - 900), client.address, 'http://%s/d/kb%d-x64.exe' % (system, 4524570),
                  UPDATE_AGENT, 11403264, mime='application/octet-stream')
        traffic.poll(log, dice, client, 'http://%s/pattern/delta.bin' % guard, 'MamoriScan/11.4', 3600, day[0], day[1], 0.02,
                     into=48200, mime='application/octet-stream')


def serial_agents(log, dice, clients, host, day):
    """A print service whose agent carries each machine's serial number: as many agents as machines."""
    for client in clients:
        agent = 'InsatsuPoint/4.2 (SN JP7F%07d)' % dice.whole(1000000, 9999999)
        traffic.poll(log, dice, client, 'http://%s/queue/status?' % host, agent, 420, client.arrives, client.leaves, 0.03,
                     into=640)


def telemetry(log, dice, clients, secure_host, plain_host, day):
    """What every browser and every system reports while its user is there."""
    for client in clients:
        traffic.poll_secure(log, dice, client, secure_host + ':443', client.agents[0], 1150, client.arrives,
                            client.leaves, 0.1)
        traffic.poll(log, dice, client, 'http://%s/ncsi.txt' % plain_host, 'Microsoft NCSI', 900, client.arrives,
                     client.leaves, 0.1, into=330, mime='text/plain', out=110)

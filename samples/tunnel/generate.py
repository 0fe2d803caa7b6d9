#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes access.log: one office day, 18 June 2024, with a remote desktop inside one CONNECT row.

The row follows NTT DATA's article of 2020 on RDP over SSH (README.md); everything else is made up.
"""

import calendar
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

import decoys   # noqa: E402
import squid    # noqa: E402
import traffic  # noqa: E402

ZONE = 9 * 60
MIDNIGHT = calendar.timegm((2024, 6, 18, 0, 0, 0)) - ZONE * 60
VICTIM = '10.20.4.37'
RELAY = 'relay.hashi-watari.click:443'

NT10 = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64'
WEBKIT = ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/'
CHROME = [NT10 + WEBKIT + '%d.0.0.0 Safari/537.36' % version for version in (126, 125, 125, 124, 109)]
EDGE = [NT10 + WEBKIT + '%d.0.0.0 Safari/537.36 Edg/%d.0.0.0' % (version, version) for version in (125, 125, 124)]
FIREFOX = [NT10 + '; rv:%d.0) Gecko/20100101 Firefox/%d.0' % (version, version) for version in (127, 126, 115)]

# Made-up owners: half a word of each list gives a site, some with hosts for pictures and scripts.
FIRST = '''aoba hikari minato sakura tsubame kaede yuzu komorebi shiosai natsume tanpopo hotaru
           akane suzume mizube kogane asagi wakaba inaho tsukimi kasumi hinode nagisa satoyama'''.split()
SECOND = '''shinbun ichiba techo hiroba kobo annai soko kaigi bunko nikki tsushin jiten'''.split()
ENDINGS = ('jp', 'com', 'jp', 'net', 'jp', 'org', 'com', 'info', 'biz', 'io')
SHARED = ('lib.karui-cdn.net', 'font.moji-okuri.com', 'ads.noboribata.net', 'tag.ashiato-stat.com',
          'video.ugoku-haishin.com')


def at(clock):
    hours, minutes, seconds = (int(part) for part in clock.split(':'))
    return MIDNIGHT + hours * 3600 + minutes * 60 + seconds


def sites(dice):
    """About 140 sites: a few that everybody reads and a long tail that one or two people know."""
    made = []
    for rank in range(140):
        first, second = FIRST[rank % 24], SECOND[(rank * 5 + rank // 24) % 12]
        domain = '%s-%s.%s' % (first, second, ENDINGS[rank * 7 % 10])
        own = ['static.' + domain, 'img.' + domain][:dice.whole(0, 2)] if rank < 60 else []
        made.append(traffic.Site('www.' + domain, own, dice.some(SHARED, dice.whole(0, 3)), dice.chance(0.91),
                                 100.0 / (rank + 1) if rank < 60 else 0.35))
    return made


def office(dice):
    clients = []
    for number in range(11, 51):
        agents = [dice.pick(dice.pick((CHROME, CHROME, EDGE, FIREFOX)))]
        if dice.chance(0.4):
            agents.append(dice.pick(EDGE))
        clients.append(traffic.Client('10.20.4.%d' % number, agents, at('08:10:00') + dice.between(0, 5000),
                                      at('17:15:00') + dice.between(0, 7000)))
    return clients


def innocent(log, dice, clients):
    web = traffic.Web(sites(dice.apart('web')))
    for client in clients:
        traffic.browse(log, dice.apart(client.address), client, web, MIDNIGHT, pause=255)
    day = at('07:30:00'), at('20:00:00')
    others = [client for client in clients if client.address != VICTIM]
    decoys.endpoint_security(log, dice.apart('a'), clients, 'agent.tate-mamori.com', day, every=1310)
    decoys.telemetry(log, dice.apart('b'), clients, 'ping.shirase-kan.com', 'www.netto-kakunin.net', day)
    decoys.updates(log, dice.apart('c'), clients, 'dl.koshin-bako.com', 'def.ekishu-yobo.net', day)
    decoys.serial_agents(log, dice.apart('d'), clients, 'mps.insatsu-dai.jp', day)
    decoys.push_keepalive(log, dice.apart('e'), others, 'mtalk.yobirin-push.net', day)
    decoys.video_call(log, dice.apart('f'), others, 'rtc.taimen-kaigi.com', day)
    decoys.appliance_cron(log, dice.apart('g'), others, 'out.kion-kiroku.org', day)
    decoys.odd_widget(log, dice.apart('h'), others, 'api.kabu-koneta.io', day)
    decoys.old_browser_agent(log, dice.apart('i'), others, 'upd.sukyana-seisaku.jp', day, 900, 3)
    decoys.dashboard(log, dice.apart('j'), others, 'view.seisan-keiki.com', day)
    decoys.blank_poller(log, dice.apart('k'), others, 'seat.zumen-license.com', day)
    decoys.literal_media(log, dice.apart('l'), others, '203.0.113.148', day)
    decoys.auth_storm(log, dice.apart('m'), others, 'api.zaiko-awase.com', day)
    decoys.live_stream(log, dice.apart('n'), others, 'hls.kouen-chukei.jp', day)
    decoys.refreshing_page(log, dice.apart('o'), others, 'board.basu-tochaku.jp', day)
    decoys.roll_out(log, dice.apart('p'), others, 'dist.soumu-joho.jp', day)
    decoys.jump_host(log, dice.apart('q'), others, 'ssh.kanri-fumidai.net', day, '-')
    decoys.mail_and_chat(log, dice.apart('r'), others, 'imap.tegami-azukari.net', 'im.sasayaki-chat.org', day, '-', '-')
    decoys.cloud_backup(log, dice.apart('s'), others, 'up.hikae-soko.com', day)


def intrusion(log):
    """From 10:22:17 to 16:47:36 the intruder sat at this machine: 6 h 25 min, 903 MB in, 214 MB out, no agent."""
    start, end = at('10:22:17') + 0.418, at('16:47:36') + 0.902
    log.tunnel(start, end - start, VICTIM, RELAY, '-', 214806331, 903417254)


def main():
    dice = squid.Dice(20240618)
    log = squid.Log()
    innocent(log, dice, office(dice))
    intrusion(log)
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, 'access.log')
    squid.write(path + '.part', log.within(at('07:30:00'), at('20:00:00')), 'full')
    os.replace(path + '.part', path)


if __name__ == '__main__':
    main()

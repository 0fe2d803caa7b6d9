#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes access.log: one office day, 7 November 2019, with the intrusion of JPCERT/CC's hands-on 4 in it.

The intrusion follows the published facts (README.md); every other host, file and person is made up.
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
MIDNIGHT = calendar.timegm((2019, 11, 7, 0, 0, 0)) - ZONE * 60
BEAT_AGENT = 'Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)'
LOADER_AGENT = ('Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; '
                '.NET4.0C; .NET4.0E)')
FETCH_AGENT = 'CertUtil URL Agent'

NT10 = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64'
CHROME78 = NT10 + ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.87 Safari/537.36'
CHROME77 = NT10 + ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/77.0.3865.120 Safari/537.36'
EDGE18 = NT10 + ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.102 Safari/537.36 Edge/18.18362'
FIREFOX70 = NT10 + '; rv:70.0) Gecko/20100101 Firefox/70.0'
IE11 = 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko'

BROWSERS = ((101, (CHROME78, IE11)), (102, (CHROME78,)), (103, (FIREFOX70, IE11)), (104, (EDGE18,)),
            (105, (CHROME77, IE11)), (106, (IE11, CHROME77)), (107, (CHROME78, EDGE18)), (108, (FIREFOX70,)),
            (109, (CHROME78, IE11)), (110, (EDGE18, IE11)), (111, (CHROME77,)), (112, (CHROME78, FIREFOX70)))

# weight, scheme, page host, hosts of the same owner, shared hosts
SITES = '''
30 http  www.asa-yomi-news.jp       img.asa-yomi-news.jp,static.asa-yomi-news.jp   jslib.hayai-cdn.net,ad.kokoku-machi.jp,count.mieru-stat.net
26 https www.sagasu-machi.jp        s.sagasu-machi.jp                              jslib.hayai-cdn.net
22 http  portal.machikado-web.jp    i.machikado-web.jp,c.machikado-web.jp          ad.kokoku-machi.jp,tag.hirogari-ads.com,count.mieru-stat.net
18 http  www.keizai-kawaraban.jp    image.keizai-kawaraban.jp                      ad.kokoku-machi.jp,tag.hirogari-ads.com,font.moji-haishin.net
16 http  blog.nikki-mura.com        usr.nikki-mura.com                             jslib.hayai-cdn.net,share.wadai-button.com
15 https mail.tegami-bako.com       static.tegami-bako.com                         font.moji-haishin.net
14 http  www.tenki-sora.jp          map.tenki-sora.jp,img.tenki-sora.jp            ad.kokoku-machi.jp
13 http  www.norikae-hikaku.jp      static.norikae-hikaku.jp                       count.mieru-stat.net,tag.hirogari-ads.com
12 http  shop.kaimono-dori.com      img1.kaimono-dori.com,img2.kaimono-dori.com    jslib.hayai-cdn.net,reco.osusume-ya.net,count.mieru-stat.net
11 http  www.gijutsu-memo.dev.jp    assets.gijutsu-memo.dev.jp                     jslib.hayai-cdn.net,share.wadai-button.com
10 https docs.shorui-dana.com       cdn.shorui-dana.com                            font.moji-haishin.net
 9 http  www.ryori-techo.jp         photo.ryori-techo.jp                           ad.kokoku-machi.jp,share.wadai-button.com
 8 http  sports.kachimake-now.jp    img.kachimake-now.jp                           tag.hirogari-ads.com,count.mieru-stat.net
 7 http  www.kuchikomi-hyakka.jp    p.kuchikomi-hyakka.jp                          reco.osusume-ya.net,ad.kokoku-machi.jp
 6 http  www.jitensha-tabi.net      img.jitensha-tabi.net                          share.wadai-button.com
 6 http  forum.buhin-sodan.org      up.buhin-sodan.org                             count.mieru-stat.net
 5 http  www.yakusho-annai.lg-sample.jp  common.yakusho-annai.lg-sample.jp
 5 http  www.kikai-gyokai.or-sample.jp   doc.kikai-gyokai.or-sample.jp
 4 http  www.denshi-buhin-ya.com    img.denshi-buhin-ya.com                        reco.osusume-ya.net
 4 http  news.shigyo-tsushin.com    static.shigyo-tsushin.com                      ad.kokoku-machi.jp
 3 http  www.hon-no-mori.jp         cover.hon-no-mori.jp                           reco.osusume-ya.net
 3 http  wiki.dokan-gijutsu.org     -                                              jslib.hayai-cdn.net
 2 http  www.eki-bento-zukan.net    img.eki-bento-zukan.net
 2 http  www.shashin-koubou.biz     s.shashin-koubou.biz
 2 http  lecture.manabi-juku.ac-sample.jp  -
 1 http  www.kominka-saisei.info    -
 1 http  tsuri.umibe-nisshi.net     -
 1 http  www.hanko-makers.biz       -
 1 http  www.sento-meguri.tokyo     -
 1 http  old.pasokon-juku.info      -
 1 http  www.kanban-kougei.biz      -
.3 http  www.kenchiku-zumen.org     -
.3 http  nihongo.kotoba-asobi.net   -
.3 http  www.tezukuri-miso.com      -
.3 http  yoyaku.chiiki-hall.jp      -
.3 http  www.mukashi-eiga.info      -
.3 http  kigyo.zaimu-shirabe.biz    -
.3 http  www.inu-neko-byoin.net     -
.3 http  bbs.toso-koji.com          -
.3 http  www.shima-ferry.jp         -
.3 http  kouza.boki-renshu.org      -
.2 http  www.furudogu-ichi.com      -
.2 http  www.tanada-hozon.org       -
.2 http  yama.noboru-kiroku.net     -
.2 http  www.suisou-seikatsu.com    -
.2 http  club.mokei-tetsudo.net     -
.2 http  www.wagashi-annai.jp       -
.2 http  izakaya.yonchome.tokyo     -
.2 http  www.kusuri-yougo.info      -
.2 http  sekkei.neji-hyojun.net     -
.2 http  www.shogi-kifu-ko.org      -
.2 http  parts.kyukyu-denki.com     -
.2 http  www.hoken-hikaku-sodan.biz -
.2 http  gakkai.zairyo-kogaku.org   -
.2 http  www.onsen-techo.net        -
'''


def sites():
    for line in SITES.strip().splitlines():
        weight, scheme, host, own, shared = (line.split() + ['-', '-'])[:5]
        yield traffic.Site(host, [] if own == '-' else own.split(','), [] if shared == '-' else shared.split(','),
                           scheme == 'https', float(weight))


def at(clock):
    hours, minutes, seconds = (int(part) for part in clock.split(':'))
    return MIDNIGHT + hours * 3600 + minutes * 60 + seconds


def office(dice):
    clients = []
    for number, agents in BROWSERS:
        clients.append(traffic.Client('192.168.16.%d' % number, agents, at('08:00:00') + dice.between(0, 4200),
                                      at('17:10:00') + dice.between(0, 3000)))
    return clients


def innocent(log, dice, clients):
    web = traffic.Web(list(sites()))
    for client in clients:
        traffic.browse(log, dice.apart(client.address), client, web, MIDNIGHT, pause=214)
    day = at('08:00:00'), at('18:00:00')
    others = [client for client in clients if not client.address.endswith(('.101', '.109'))]
    decoys.endpoint_security(log, dice.apart('a'), clients, 'gate.mamori-cloud.net', day)
    decoys.telemetry(log, dice.apart('b'), clients, 'tele.shirase-browser.com', 'www.tsunagari-check.net', day)
    decoys.updates(log, dice.apart('c'), clients, 'dl.koshin-haifu.com', 'pattern.mamori-scan.net', day)
    decoys.serial_agents(log, dice.apart('d'), clients, 'print.insatsu-point.jp', day)
    decoys.push_keepalive(log, dice.apart('e'), others, 'mtalk.oshirase-push.net', day)
    decoys.video_call(log, dice.apart('f'), others, 'meet.kao-awase.com', day)
    decoys.appliance_cron(log, dice.apart('g'), others, 'data.suii-kansoku.org', day)
    decoys.odd_widget(log, dice.apart('h'), others, 'api.sora-widget.app-sample.com', day)
    decoys.old_browser_agent(log, dice.apart('i'), others, 'update.purinta-kobo.jp', day, 3300, 1)
    decoys.dashboard(log, dice.apart('j'), others, 'board.kojo-mieruka.com', day)
    decoys.blank_poller(log, dice.apart('k'), others, 'lease.cad-license-kan.com', day)
    decoys.literal_media(log, dice.apart('l'), others, '203.0.113.61', day)
    decoys.auth_storm(log, dice.apart('m'), others, 'sync.tana-oroshi.com', day)
    decoys.live_stream(log, dice.apart('n'), others, 'live.webinar-hiroba.jp', day)
    decoys.refreshing_page(log, dice.apart('o'), others, 'now.densha-unko.jp', day)
    decoys.roll_out(log, dice.apart('p'), others, 'pkg.joho-system-ka.jp', day)
    decoys.jump_host(log, dice.apart('q'), others, 'fumidai.kanri-server.net', day, 'TanmatsuTerm/5.1')
    decoys.mail_and_chat(log, dice.apart('r'), others, 'imap.yubin-uke.net', 'xmpp.kaiwa-shitsu.org', day,
                         'YubinReader/68.2', 'KaiwaChat/2.1')
    decoys.cloud_backup(log, dice.apart('s'), others, 'vault.kura-hokan.com', day)


def user_of_109_leaves(log):
    """The published log has its user at work until 17:59:47, twenty minutes after the last beat."""
    address, last = '192.168.16.109', at('17:59:47') * 1000
    log.rows = [row for row in log.rows if row.client != address or row.end < last]
    log.fetch(at('17:59:47'), address, 'http://www.norikae-hikaku.jp/topics/77.html', CHROME78, 24113, out=870,
              duration=0.21)


def beats(log, dice):
    """2,560 requests from 15:10:41 to 17:39:59, every gap 3 or 4 seconds; 136 carry an answer back, in bursts."""
    gaps = dice.shuffled([3] * 1278 + [4] * 1281)
    answers = set()
    while len(answers) < 136:
        first = dice.whole(20, 2550)
        answers.update(range(first, min(first + dice.whole(1, 9), 2560, first + 136 - len(answers))))
    when = at('15:10:41')
    for number in range(2560):
        posted = number in answers
        ends = when + dice.between(0.01, 0.95)
        lasts = dice.between(0.03, 0.2)
        log.fetch(ends - lasts, '192.168.16.109', 'http://biosnews.info/%s.php' % ('submit' if posted else 'index'),
                  BEAT_AGENT, dice.spread(900, 0.5) if posted else 410 + dice.whole(0, 6), mime='text/html',
                  method='POST' if posted else 'GET', out=dice.spread(5200, 0.9) if posted else 288, duration=lasts)
        if number < len(gaps):
            when += gaps[number]


def intrusion(log, dice):
    def fetched(clock, last, url, agent, size, mime='application/octet-stream', referer='-'):
        log.fetch(at(clock) + 0.1, '192.168.16.%d' % last, url, agent, size, referer, mime, duration=0.3)

    page = 'http://news-landsbbc.co/world/asia-50312.html'
    fetched('15:09:36', 109, page, CHROME78, 19240, 'text/html', 'http://www.sagasu-machi.jp/')
    fetched('15:09:37', 109, 'http://news-landsbbc.co/world/main.css', CHROME78, 5120, 'text/css', page)
    fetched('15:10:03', 109, 'http://news-landsbbc.co/world/report.exe', LOADER_AGENT, 287744)
    beats(log, dice)
    fetched('15:31:18', 109, 'http://anews-web.co/mz.exe', FETCH_AGENT, 804352)
    fetched('15:38:52', 109, 'http://anews-web.co/ms14068.rar', FETCH_AGENT, 3391488, 'application/x-rar-compressed')
    fetched('15:41:07', 109, 'http://anews-web.co/rar.exe', FETCH_AGENT, 568320)
    fetched('15:57:04', 101, 'http://anews-web.co/mz.exe', FETCH_AGENT, 804352)
    fetched('16:03:24', 101, 'http://anews-web.co/server.exe', FETCH_AGENT, 287744)


def main():
    dice = squid.Dice(20191107)
    log = squid.Log()
    innocent(log, dice, office(dice))
    user_of_109_leaves(log)
    intrusion(log, dice.apart('intruder'))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, 'access.log')
    squid.write(path + '.part', log.within(at('08:00:00'), at('18:00:02')), 'combined', ZONE)
    os.replace(path + '.part', path)


if __name__ == '__main__':
    main()

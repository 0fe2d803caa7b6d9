# SPDX-License-Identifier: Apache-2.0
"""Office web traffic as a proxy sees it: people who browse, programs that poll.

Times are seconds since 1970 (fractions allowed). Nothing here is suspicious; see decoys.py for what
only looks so.
"""

import bisect
import itertools

ASSETS = (('css', 'text/css', 9000), ('js', 'application/javascript', 24000),
          ('png', 'image/png', 7000), ('jpg', 'image/jpeg', 31000), ('gif', 'image/gif', 1400),
          ('svg', 'image/svg+xml', 3200), ('woff2', 'font/woff2', 28000))
KINDS_SEEN = (0, 1, 1, 2, 2, 3, 3, 3, 3, 4, 5, 6)   # a page holds more pictures than fonts


class Client:
    def __init__(self, address, agents, arrives, leaves, user='-'):
        self.address = address
        self.agents = agents          # the browsers installed here, the favourite first
        self.arrives = arrives
        self.leaves = leaves
        self.user = user
        self.cached = set()
        self.connected = {}           # host -> until when a kept-alive tunnel is reused

    def agent(self, dice):
        if len(self.agents) > 1 and dice.chance(0.12):
            return dice.pick(self.agents[1:])
        return self.agents[0]


class Site:
    def __init__(self, host, assets, others, https, weight):
        self.host = host
        self.assets = assets          # hosts of the same owner: static., img.
        self.others = others          # shared hosts: libraries, counters, advertisements
        self.https = https
        self.weight = weight


class Web:
    """Sites by popularity; a client likes some of them better than others."""

    def __init__(self, sites):
        self.sites = sites
        self.sums = list(itertools.accumulate(site.weight for site in sites))

    def pick(self, dice):
        return self.sites[bisect.bisect_left(self.sums, dice.roll() * self.sums[-1])]


def answer(dice, client, url, again):
    """Cache tag and status of one ordinary answer."""
    if again:
        return dice.pick((('TCP_REFRESH_UNMODIFIED', 304), ('TCP_IMS_HIT', 304), ('TCP_MISS', 304)))
    turn = dice.roll()
    if turn < 0.06:
        return 'TCP_MEM_HIT', 200
    if turn < 0.10:
        return 'TCP_HIT', 200
    if turn < 0.112:
        return 'TCP_MISS', 404
    if turn < 0.125:
        return 'TCP_MISS', 302
    return 'TCP_MISS', 200


def asset(log, dice, client, agent, when, host, page, number):
    """One sub-resource, with the page as its Referer; a browser's cache spares most repeats."""
    ending, mime, size = ASSETS[dice.pick(KINDS_SEEN)]
    url = 'http://%s/%s/%s%d.%s' % (host, dice.pick(('assets', 'img', 'common', 'static')), ending, number, ending)
    again = url in client.cached
    if again and dice.chance(0.8):
        return
    client.cached.add(url)
    tag, status = answer(dice, client, url, again)
    size = dice.spread(size, 0.9) if status == 200 else dice.whole(240, 620)
    log.fetch(when, client.address, url, agent, size, page, mime, out=dice.whole(330, 980), tag=tag, status=status,
              user=client.user)


def secure(log, dice, client, agent, when, host):
    """HTTPS to a host: one tunnel, reused while it is kept alive."""
    if client.connected.get(host, 0) > when:
        return
    lasts = min(dice.spread(22, 1.0), 290)
    client.connected[host] = when + lasts
    into = dice.spread(24000, 1.3) + 3800
    log.tunnel(when, lasts, client.address, host + ':443', agent, 1100 + into * dice.between(0.02, 0.09) +
               dice.spread(900, 0.7), into, user=client.user)


def page(log, dice, client, agent, when, site, referer, richness):
    """One page with what it loads. Returns its address, the Referer of the next."""
    if site.https:
        secure(log, dice, client, agent, when, site.host)
        for host in site.assets + dice.some(site.others, dice.whole(0, 3)):
            secure(log, dice, client, agent, when + dice.between(0.1, 2.5), host)
        return '-'
    url = 'http://%s/%s/%d.html' % (site.host, dice.pick(('news', 'item', 'topics', 'blog', 'help', 'list')),
                                    dice.whole(1, 900))
    log.fetch(when, client.address, url, agent, dice.spread(26000, 0.7), referer, out=dice.whole(380, 1200),
              duration=dice.spread(0.18, 0.8), user=client.user)
    hosts = site.assets * 3 + [site.host] * 2 + site.others
    moment = when + 0.2
    for _ in range(max(2, int(dice.spread(richness, 0.5)))):
        moment += dice.wait(0.06)
        asset(log, dice, client, agent, moment, dice.pick(hosts), url, dice.whole(1, 700))
    return url


def lunch(when, midnight):
    hour = (when - midnight) / 3600
    return 12.0 <= hour < 12.9


def browse(log, dice, client, web, midnight, pause, richness=26):
    """A working day: visits of a few pages each, fewer at lunch. pause = mean seconds between visits."""
    when = client.arrives
    while when < client.leaves:
        site, agent, referer = web.pick(dice), client.agent(dice), '-'
        for _ in range(1 + int(dice.wait(3))):
            referer = page(log, dice, client, agent, when, site, referer, richness)
            when += min(4 + dice.spread(22, 1.0), 600)
            if when > client.leaves:
                break
        when += dice.wait(pause * (3 if lunch(when, midnight) else 1))


def poll(log, dice, client, url, agent, every, begin, end, jitter=0.05, into=700, out=260, method='GET',
         mime='application/json', referer='-', status=200):
    """A program that asks the same thing again and again."""
    when = begin + dice.between(0, every)
    while when < end:
        log.fetch(when, client.address, url, agent, into + dice.whole(0, 40), referer, mime, method, out,
                  duration=dice.spread(0.07, 0.5), status=status, user=client.user)
        when += every * dice.between(1 - jitter, 1 + jitter)


def poll_secure(log, dice, client, target, agent, every, begin, end, jitter=0.05, into=5200, out=1500, lasts=2.0):
    """The same through CONNECT: one short tunnel each time."""
    when = begin + dice.between(0, every)
    while when < end:
        log.tunnel(when, dice.spread(lasts, 0.3), client.address, target, agent, out + dice.whole(0, 60),
                   into + dice.whole(0, 300), user=client.user)
        when += every * dice.between(1 - jitter, 1 + jitter)

# SPDX-License-Identifier: Apache-2.0
"""The office of a test day: names nobody owns, machines of several kinds, and what their users browse.

Written apart from samples/: it shares the writers (squid.py) and nothing else, so that what is tuned on the samples
is judged on something different.
"""

import bisect
import itertools

SYLLABLES = '''ba be bo bri ca cel co da del do dra e fa fen fi ga gle go ha hel i jo ka kel ki la len lo lu ma mer mi mo na nel
               no o pa per po qua ra rel ri ro sa sel si so ta tel ti to tra u va vel vi vo wa wel xi ya yo za zen zo'''.split()
WORDS = '''amber anchor april atlas autumn badge barley beacon birch bright canvas cedar chalk cinder clover cobalt copper coral
           crane delta ember fable falcon fern flint forest garnet glacier golden granite harbor hazel heron indigo ivory jasper
           juniper kettle lantern larch linen lunar maple marble meadow mellow mint mosaic nectar nickel nimbus oaken olive onyx
           opal orchard otter paper pebble pine plum pocket prairie quartz quill raven ribbon river saffron sage silver slate
           sparrow spruce stone summit table tandem thistle timber topaz velvet violet walnut willow winter wren yarrow'''.split()
ENDINGS = ('com', 'com', 'com', 'com', 'jp', 'jp', 'jp', 'co.jp', 'co.jp', 'net', 'net', 'org', 'ne.jp', 'or.jp', 'io', 'info',
           'biz', 'dev', 'app', 'xyz', 'cloud', 'site', 'online', 'top', 'shop', 'me', 'cc', 'tokyo', 'eu', 'de', 'tv')

WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64'
LIKE_CHROME = ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36'
MAC_SAFARI = ('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.%d '
              'Safari/605.1.15')
LINUX_FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0'
ANDROID = ('Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile '
           'Safari/537.36')


class Names:
    """Host names, each on a registrable domain of its own."""

    def __init__(self, dice):
        self.dice = dice
        self.taken = set()

    def domain(self):
        dice = self.dice
        while True:
            style = dice.whole(0, 5)
            if style < 2:
                name = ''.join(dice.pick(SYLLABLES) for _ in range(dice.whole(2, 4)))
            elif style < 4:
                name = dice.pick(WORDS) + dice.pick(('', '-', '')) + dice.pick(WORDS)
            elif style == 4:
                name = dice.pick(WORDS) + dice.pick(SYLLABLES) + str(dice.whole(1, 99))
            else:
                name = dice.pick(SYLLABLES) + dice.pick(SYLLABLES) + '-' + dice.pick(WORDS)
            name += '.' + dice.pick(ENDINGS)
            if len(name) > 7 and name not in self.taken:
                self.taken.add(name)
                return name

    def host(self, *prefixes):
        prefixes = prefixes or ('www.', 'www.', '', 'app.', 'api.', 'blog.', 'img.', 'my.', 'shop.', 'doc.')
        return self.dice.pick(prefixes) + self.domain()

    def literal(self):
        """An address out of the documentation ranges (RFC 5737), used as a host."""
        while True:
            address = '%s.%d' % (self.dice.pick(('192.0.2', '198.51.100', '203.0.113')), self.dice.whole(1, 254))
            if address not in self.taken:
                self.taken.add(address)
                return address


class Machine:
    def __init__(self, address, kind, agents, user, on, off, arrives, leaves):
        self.address = address
        self.kind = kind              # pc mac linux phone device shared
        self.agents = agents          # browsers, the favourite first; empty for devices
        self.user = user
        self.on, self.off = on, off   # while its programs run
        self.arrives, self.leaves = arrives, leaves
        self.alive = {}               # host -> until when a tunnel is reused


class Site:
    __slots__ = ('hosts', 'secure')

    def __init__(self, hosts, secure):
        self.hosts, self.secure = hosts, secure


def current_browser(dice, newest):
    """Most are current, some late, a few very late: as fleets are."""
    version = newest - dice.pick((0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 4, 9))
    turn = dice.roll()
    if turn < 0.55:
        return WINDOWS + LIKE_CHROME % version
    if turn < 0.85:
        return WINDOWS + LIKE_CHROME % version + ' Edg/%d.0.0.0' % version
    return WINDOWS + '; rv:%d.0) Gecko/20100101 Firefox/%d.0' % (version + 1, version + 1)


def machine(dice, number, midnight, newest, named):
    """One client: what it is, who sits there, when."""
    turn = dice.roll()
    hour = 3600
    arrives = midnight + dice.spread(8.9 * hour, 0.06)
    leaves = min(arrives + dice.spread(9.0 * hour, 0.13), midnight + 23.5 * hour)
    kind, agents = 'pc', [current_browser(dice, newest)]
    if turn < 0.03:
        kind, agents = 'mac', [MAC_SAFARI % dice.whole(1, 5)]
    elif turn < 0.05:
        kind, agents = 'linux', [LINUX_FIREFOX % (newest + 1, newest + 1)]
    elif turn < 0.08:
        kind, agents = 'phone', [ANDROID % newest]
    elif turn < 0.12:
        kind, agents = 'device', []
    elif turn < 0.127:
        kind, agents = 'shared', [current_browser(dice, newest) for _ in range(6)] + [MAC_SAFARI % 4]
    if kind == 'pc' and dice.chance(0.3):
        agents.append(current_browser(dice, newest))
    on, off = arrives - dice.between(30, 300), leaves + dice.between(30, 400)
    if kind == 'device' or (kind in ('pc', 'linux') and dice.chance(0.25)):
        on, off = midnight, midnight + 24 * hour
    user = 'u%05d' % dice.whole(10000, 99999) if named and kind != 'device' else '-'
    return Machine('10.%d.%d.%d' % (60 + number // 2000, number // 200 % 10, number % 200 + 11), kind, agents, user, on, off,
                   arrives, leaves)


class Web:
    """Popular sites by Zipf's law, and hosts that they share."""

    def __init__(self, dice, names, count):
        self.shared = [names.host('cdn.', 'js.', 'ads.', 'px.', 'fonts.', 'tags.') for _ in range(40)]
        self.sites = []
        for rank in range(count):
            domain = names.domain()
            own = dice.some(['static.' + domain, 'img.' + domain, 'api.' + domain, 'm.' + domain], dice.whole(0, 3))
            self.sites.append(Site(['www.' + domain] + own, dice.chance(0.85)))
        self.sums = list(itertools.accumulate(1 / (rank + 2.5) ** 0.95 for rank in range(count)))
        # Shards of popular domains: each name is seen by one or two clients, its domain by all.
        self.sharded = ['%s.' + names.domain() for _ in range(6)]

    def pick(self, dice):
        return self.sites[bisect.bisect_left(self.sums, dice.roll() * self.sums[-1])]

    def shard(self, dice):
        return dice.pick(self.sharded) % ('r%d-%s%d' % (dice.whole(1, 9), dice.pick(SYLLABLES), dice.whole(100, 99999)))


def open_secure(log, dice, who, agent, when, host):
    if who.alive.get(host, 0) > when:
        return
    lasts = dice.pick((dice.wait(4), dice.wait(15), dice.spread(62, 0.05), dice.spread(120, 0.4), dice.wait(200)))
    who.alive[host] = when + lasts
    into = 3600 + dice.spread(18000, 1.5)
    log.tunnel(when, lasts, who.address, host + ':443', agent, 700 + dice.spread(1500, 0.8) + into * dice.between(0.01, 0.12),
               into, user=who.user)


def open_plain(log, dice, who, agent, when, hosts, referer, rows):
    """A page over plain http, and what it loads. Returns its address."""
    page = 'http://%s/%s%s' % (hosts[0], dice.pick(('', 'p/', 'a/b/', 'wp/', 'cgi/')), dice.pick(
        ('', 'index.html', '%d/' % dice.whole(1, 9999), 'view.php?id=%d' % dice.whole(1, 9999))))
    log.fetch(when, who.address, page, agent, dice.spread(15000, 1.0), referer, out=dice.whole(350, 1500),
              duration=dice.spread(0.2, 1.0), user=who.user)
    page = page.split('?')[0] + ('?' if '?' in page else '')
    for _ in range(rows):
        when += dice.wait(0.12)
        ending, mime = dice.pick((('js', 'text/javascript'), ('css', 'text/css'), ('png', 'image/png'), ('jpg', 'image/jpeg'),
                                  ('jpg', 'image/jpeg'), ('json', 'application/json'), ('webp', 'image/webp')))
        tag, status = dice.pick((('TCP_MISS', 200),) * 17 + (('TCP_MEM_HIT', 200), ('TCP_MISS', 304), ('TCP_MISS', 404)))
        log.fetch(when, who.address, 'http://%s/%s/%d.%s' % (dice.pick(hosts), dice.pick(('x', 'media', 'i', 'dist')),
                                                             dice.whole(1, 5000), ending),
                  agent, dice.spread(9000, 1.3), page, mime, out=dice.whole(300, 1100), tag=tag, status=status, user=who.user)
    return page


def visit(log, dice, who, web, site, when, referer='-'):
    agent = who.agents[0] if dice.chance(0.85) else dice.pick(who.agents)
    if not site.secure:
        return open_plain(log, dice, who, agent, when, site.hosts + dice.some(web.shared, 2), referer, int(dice.wait(9)))
    for host in site.hosts + dice.some(web.shared, dice.whole(0, 4)):
        open_secure(log, dice, who, agent, when + dice.between(0, 3), host)
    if dice.chance(0.03):
        open_secure(log, dice, who, agent, when + 1, web.shard(dice))
    return '-'


def browse(log, dice, who, web, midnight, personal):
    """Stretches of work with pages seconds or minutes apart, rests between them; now and then one of the user's own sites."""
    when = who.arrives
    pace = dice.spread(150, 0.35)
    while when < who.leaves:
        until = min(when + dice.between(400, 4000), who.leaves)
        while when < until:
            if personal and dice.chance(0.38):
                site, pages = dice.pick(personal), 1 + int(dice.wait(1.2))
            else:
                site, pages = web.pick(dice), 1 + int(dice.wait(1.5))
            referer = '-'
            for _ in range(pages):
                referer = visit(log, dice, who, web, site, when, referer)
                when += 2 + dice.spread(22, 1.1)
            when += dice.wait(pace)
        when += dice.wait(700)
        if 11.9 * 3600 < when - midnight < 12.8 * 3600:
            when += dice.between(1200, 3000)


def personal_sites(dice, names, machines):
    """Dozens of hosts for each client that one or two clients use. Returns {address: sites} and all the hosts."""
    mine, hosts = {who.address: [] for who in machines}, []
    for at, who in enumerate(machines):
        for _ in range(dice.whole(18, 45) if who.agents else 0):
            domain = names.domain()
            site = Site([dice.pick(('www.', '', 'blog.', 'shop.', 'docs.')) + domain] +
                        dice.some(['img.' + domain, 'cdn.' + domain], dice.pick((0, 0, 0, 1, 2))), dice.chance(0.8))
            hosts += site.hosts
            mine[who.address].append(site)
            if dice.chance(0.35):
                mine[machines[(at + dice.whole(1, len(machines) - 1)) % len(machines)].address].append(site)
    return mine, hosts

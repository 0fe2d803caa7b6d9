# SPDX-License-Identifier: Apache-2.0
"""Agents of programs: tools, libraries, and browsers nobody in the office has."""

import re

TUNNEL_TOOLS = ('curl/8.1.2', 'Go-http-client/1.1', 'PuTTY_Release_0.80', 'plink/0.78', 'corkscrew/2.0', 'ssh/9.2')
POWERSHELL = 'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.%d'
FETCHERS = ('curl/8.4.0', 'Wget/1.21.3', 'python-requests/2.31.0', 'Go-http-client/1.1', POWERSHELL % 3031, 'CertUtil URL Agent',
            'Microsoft BITS/7.8', 'Python-urllib/3.9')
LIBRARIES = ('Go-http-client/1.1', 'python-requests/2.28.1', 'curl/7.83.1', POWERSHELL % 4170, 'Python-urllib/3.11')

NET_TOKENS = ('.NET CLR 2.0.50727', '.NET CLR 3.0.4506', 'SLCC2', 'InfoPath.3', 'Media Center PC 6.0', 'Tablet PC 2.0', 'BRI/2',
              '.NET4.0C', '.NET4.0E', 'MS-RTC LM 8', 'GTB7.5', 'chromeframe/12.0')
LOCALES = ('en-US', 'en-GB', 'ja', 'zh-CN', 'ru', 'de', 'fr', 'ko')
FORKS = ('OPR/%d.0', 'Vivaldi/%d.3', 'YaBrowser/%d.6', 'UBrowser/%d.7', 'QQBrowser/%d.9', 'Maxthon/%d.1', 'Iron/%d.0',
         'Whale/%d.2', 'Sleipnir/%d.4', 'Epic/%d.0')


def shape(agent):
    """The agent without its numbers: two agents of one shape are versions of one program."""
    return re.sub(r'\d+', '#', agent)


def draw_old_browser(dice):
    tokens = ''.join('; ' + token for token in dice.some(NET_TOKENS, dice.whole(1, 4)))
    nt = dice.pick(('5.1', '6.0', '6.1', '6.2', '6.3'))
    turn = dice.whole(0, 5)
    if turn == 0:
        return 'Mozilla/4.0 (compatible; MSIE %d.0; Windows NT %s%s)' % (dice.whole(6, 8), nt, tokens)
    if turn == 1:
        return 'Mozilla/5.0 (compatible; MSIE %d.0; Windows NT %s; Trident/%d.0%s)' % (
            dice.whole(9, 10), nt, dice.whole(5, 6), dice.pick(('', '; WOW64', '; Touch', tokens)))
    if turn == 2:
        return 'Mozilla/5.0 (Windows NT %s; WOW64; Trident/7.0%s; rv:11.0) like Gecko' % (nt, tokens)
    if turn == 3:
        return 'Mozilla/5.0 (Windows; U; Windows NT %s; %s; rv:1.9.2.%d) Gecko/20100401 Firefox/3.6.%d' % (
            nt, dice.pick(LOCALES), dice.whole(3, 28), dice.whole(3, 28))
    version = dice.whole(38, 88)
    chrome = 'Mozilla/5.0 (Windows NT %s; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.%d Safari/537.36' % (
        nt, version, dice.whole(2000, 4300), dice.whole(60, 190))
    if turn == 4:
        return chrome + ' ' + dice.pick(FORKS) % dice.whole(9, 60)
    return dice.pick((chrome, 'Opera/9.80 (Windows NT %s; U; %s) Presto/2.8.131 Version/11.11' % (nt, dice.pick(LOCALES))))


class OldBrowsers:
    """Hands out browsers that no machine of the day has, each of a shape of its own."""

    def __init__(self, dice, machines):
        self.dice = dice
        self.taken = {shape(agent) for who in machines for agent in who.agents}

    def draw(self):
        while True:
            agent = draw_old_browser(self.dice)
            if shape(agent) not in self.taken:
                self.taken.add(shape(agent))
                return agent

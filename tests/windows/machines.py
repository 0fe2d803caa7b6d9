# SPDX-License-Identifier: Apache-2.0
"""What a machine's logs are full of when nothing happens, and what they hold when somebody comes through a tunnel."""

from proxy_day import PROXY    # first: it knows where the writers are
import windows

SYSTEM = 'C:\\Windows\\System32\\'
CHROME = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
SVCHOST = SYSTEM + 'svchost.exe'
PLINK = 'C:\\Users\\Public\\Libraries\\plink.exe'
STATION = 'WIN-7Q0RJ2LC1VD'        # what the intruder's own machine calls itself
ADMIN = '10.60.250.71'
CONTROLLER = '10.60.250.10'


def service_logons(pc, begin, end):
    """Type 5, as Windows starts its services: from nowhere."""
    when = begin
    while when < end:
        pc.logon_event(when, 'SYSTEM', 5, '0x3e7', '-', '-', '-', 'services.exe', by='Advapi  ')
        when += 300 + pc.dice.wait(900)


def network_logons(pc, begin, end):
    """Type 3 from the machine itself: shares and management agents reach it by its own name."""
    when = begin + 60
    while when < end:
        logon = pc.new_logon()
        pc.logon_event(when, pc.name + '$', 3, logon, pc.dice.pick(('127.0.0.1', '::1', 'fe80::1c2e:8a11:5d0f:77%4')),
                       str(49664 + pc.dice.whole(0, 9000)), '-', package='Kerberos', by='Kerberos')
        pc.logoff_event(when + pc.dice.between(0.1, 12), pc.name + '$', 3, logon)
        when += 700 + pc.dice.wait(1500)


def unlocks(pc, begin, end):
    """The user comes back from coffee: type 7 from 127.0.0.1, now and then a wrong password first."""
    when = begin + pc.dice.wait(4000)
    while when < end:
        if pc.dice.chance(0.3):
            pc.failed_logon(when - 4, pc.user, 7, '127.0.0.1', '0', pc.name)
        logon = pc.new_logon()
        pc.logon_event(when, pc.user, 7, logon, '127.0.0.1', '0')
        pc.logoff_event(when + 0.1, pc.user, 7, logon)
        when += 1500 + pc.dice.wait(4000)


def programs(pc, begin, end):
    when = begin + 20
    while when < end:
        image, command = pc.dice.pick(((CHROME, '"%s" --type=renderer' % CHROME), (SYSTEM + 'taskhostw.exe', 'taskhostw.exe'),
                                       (SYSTEM + 'SearchProtocolHost.exe', '"C:\\Windows\\system32\\SearchProtocolHost.exe" Global'),
                                       (SYSTEM + 'conhost.exe', '\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1')))
        pc.start(when, image, command)
        when += 60 + pc.dice.wait(900)


def proxy_connections(pc, rows, share=0.8):
    """The browser's connections, each with the port that the proxy logged."""
    seen = set()
    for row in rows:
        start = (row.end - row.duration) / 1000 - 0.03
        if row.client == pc.address and (row.port, start // 7200) not in seen and pc.dice.chance(share):
            seen.add((row.port, start // 7200))
            pc.connection(start, CHROME, 9132, (pc.address, row.port), PROXY)


def inner_connections(pc, begin, end):
    """Within the house nobody needs the proxy; and a service talks to itself."""
    when = begin + 90
    while when < end:
        port = 49700 + pc.dice.whole(0, 15000)
        if pc.dice.chance(0.3):
            pc.connection(when, SYSTEM + 'lsass.exe', 704, ('127.0.0.1', port), ('127.0.0.1', 49664))
        else:
            pc.connection(when, SYSTEM + 'lsass.exe', 704, (pc.address, port), (CONTROLLER, pc.dice.pick((88, 389, 445))))
        when += 200 + pc.dice.wait(1200)


def daily_life(pc, office, rows):
    """A working day at the console; `rows` are the proxy's, for the ports."""
    begin, end = office.at('08:20:00'), office.at('18:40:00')
    pc.console_logon(begin + 240)
    for act in (service_logons, network_logons, unlocks, programs):
        act(pc, begin, end)
    if pc.audits:
        proxy_connections(pc, rows)
        inner_connections(pc, begin, end)


def ordinary_rdp(pc, begin, end, address=ADMIN, user='adm.sato', station='KANRI-PC01', port=None):
    """The administrator works on this machine, from a machine of the house."""
    port = port or 50000 + pc.dice.whole(0, 9000)
    activity = pc.rdp_accept(begin, '%s:%d' % (address, port))
    if pc.audits:
        pc.connection(begin, SVCHOST, 1048, (pc.address, 3389), (address, port), False)
    pc.rdp_authenticate(begin + 4, user, address, station, activity, 9)
    session, logon = pc.rdp_logon(begin + 6, user, address, '0', station, activity)
    pc.rdp_disconnect(end, user, address, station, activity, session, logon)
    pc.rdp_logoff(end + 1, user, session, logon)


class Tunnel:
    """plink with -R on a machine: who connects to `listen` at the intruder's end reaches this machine's port 3389."""

    def __init__(self, pc, address, target, client_port, image=PLINK):
        self.pc, self.address, self.target, self.image = pc, address, target, image
        self.client_port = client_port
        self.process = None

    def endpoint(self, port):
        return '[%s]:%d' % (self.address, port) if ':' in self.address else '%s:%d' % (self.address, port)

    def open(self, when, remote=PROXY):
        """The program starts, and 0.4 s later it has its connection: to the proxy, or straight out."""
        command = '%s -N -C -P 443 -R 127.0.0.1:33890:%s:3389 -l ops -pw ******** relay' % (self.image, self.target)
        self.process = self.pc.start(when - 0.4, self.image, command, parent=SYSTEM + 'cmd.exe')
        if self.pc.audits:
            self.pc.connection(when, self.image, self.process, (self.pc.address, self.client_port), remote)

    def connect(self, when):
        """Somebody comes through: plink connects to this machine's own listener. Returns (activity, port)."""
        port = 49800 + self.pc.dice.whole(0, 12000)
        ends = (self.address, port), (self.target, 3389)
        if self.pc.audits:
            self.pc.connection(when, self.image, self.process, *ends)
            self.pc.connection(when + 0.01, SVCHOST, 1048, ends[1], ends[0], False, 'SYSTEM')
        return self.pc.rdp_accept(when + 0.02, self.endpoint(port)), port

    def log_on(self, when, user, session=None):
        """The whole way in. Returns what leave() needs; the session begins when the connection is accepted."""
        activity, port = self.connect(when)
        self.pc.rdp_authenticate(when + 5, user, self.address, STATION, activity, 3)
        session, logon = self.pc.rdp_logon(when + 7, user, self.address, str(port), STATION, activity, session)
        return {'activity': activity, 'session': session, 'logon': logon, 'user': user, 'begin': when}

    def leave(self, when, visit):
        self.pc.rdp_disconnect(when, visit['user'], self.address, STATION, visit['activity'], visit['session'], visit['logon'])

    def try_passwords(self, when, user, count):
        for turn in range(count):
            moment = when + 9 * turn
            activity, _ = self.connect(moment)
            self.pc.failed_logon(moment + 3, user, 3, self.address, '0', STATION)
            self.pc.log(moment + 3.1, 'rdp', 140, activity, IPString=self.address)
            self.pc.log(moment + 3.3, 'rdp', 102, activity)


def scan(pc, when, address, count):
    """Somebody in the house asks who answers at 3389: connections, no logon, a few wrong passwords."""
    for turn in range(count):
        moment = when + 2.5 * turn
        activity = pc.rdp_accept(moment, '%s:%d' % (address, 40000 + turn))
        if turn % 3 == 0:
            pc.failed_logon(moment + 0.5, 'administrator', 3, address, '0', 'nmap')
            pc.log(moment + 0.6, 'rdp', 140, activity, IPString=address)
        pc.log(moment + 0.9, 'rdp', 102, activity)


def computer(dice, name, address, user, off=0, audits=('wfp', 'sysmon', 'process')):
    return windows.Computer(dice.apart(name), name, 'AOBA', address, user, off, audits)

# SPDX-License-Identifier: Apache-2.0
"""The cases: what happened on the day, what the logs hold of it, and what a reader of them can know. See README.md."""

import json
import os

from proxy_day import Office, Side    # first: it knows where the writers are
import machines
import windows_forms
from machines import ADMIN, Tunnel

ZONE = 540
RELAY = 'relay.hashi-watari.test:443'
OUTSIDE = ('203.0.113.77', 443)
OPENS, COMES, GOES, CUT = '13:05:00.9', '13:11:20', '15:32:00', '15:40:10.1'
CASES = {}


def case(**fixed):
    """Names a case after its function, and fixes what its function need not care about."""
    def take(function):
        CASES[function.__name__] = (function, fixed)
        return function
    return take


class Case:
    def __init__(self, office, layout='recommended', clock_off=0, audits=('wfp', 'sysmon', 'process'), address='127.0.0.1',
                 target='127.0.0.1', table=False, lonely=False):
        self.office, self.layout, self.off, self.audits = office, layout, clock_off, tuple(audits)
        self.address, self.target, self.table = address, target, table
        self.side = Side(office)
        self.people = office.people()
        self.victim = self.people[2]
        if address == 'own':
            self.address = self.target = self.victim.address
        self.computers, self.expect, self.never = [], [], []
        self.channels_left_out = ()
        self.pc = self.machine('KEIRI-PC07', self.victim, 'k.mori')
        self.row = None
        if not lonely:
            self.never += office.others_tunnels(self.side.log, self.side.port, self.victim.address, self.at(COMES), self.at(CUT), 10)

    def at(self, clock):
        return self.office.at(clock)

    def machine(self, name, who, user):
        pc = machines.computer(self.office.dice, name, who.address, user, self.off, self.audits)
        self.computers.append(pc)
        return pc

    def live(self):
        """Everyday life of every machine; after the rows, whose ports its connections have."""
        rows = self.side.rows()
        for pc in self.computers:
            machines.daily_life(pc, self.office, rows)
        machines.ordinary_rdp(self.computers[0], self.at('10:20:00'), self.at('10:41:30'))

    # ---- the intruder's day ----

    def tunnel(self, logged=True, remote=None):
        """The row, and the program that made it. logged=False: the proxy never saw it, or its row is not there."""
        port = self.side.port()
        if logged:
            self.row = self.side.tunnel(self.at(OPENS), self.at(CUT), self.victim.address, RELAY, 41_806_331, 3_417_254, port=port)
            self.side.tunnel(self.at('09:31:10'), self.at('09:31:12.5'), self.victim.address, 'www.aoba.test:443', 2100, 8800,
                             self.victim.agents[0], port)     # the port was another's in the morning
        tunnel = Tunnel(self.pc, self.address, self.target, port)
        tunnel.open(self.at(OPENS) - 0.03, *([remote] if remote else []))
        return tunnel

    def session(self, tunnel, begin=COMES, end=CUT):
        """In at `begin`; at `end` the line is cut."""
        visit = tunnel.log_on(self.at(begin), 'k.mori')
        tunnel.leave(self.at(end) + 0.3, visit)
        return visit

    def found(self, how, sessions=((COMES, CUT),), why=None, tries=0, **more):
        """What is to be said. how: port, containment, end (of the row alone), none."""
        self.expect.append({
            'kind': 'rdp_loopback', 'computer': self.pc.full_name, 'client': self.victim.address, 'user': 'k.mori', 'how': how,
            'row': self.row if how != 'none' else None, 'why_no_row': why,
            'process': machines.PLINK if self.audits else None, 'clock_off_s': self.off if how == 'port' else None,
            'address': self.address, 'station': STATION_OF[bool(sessions)], 'tries': tries,
            'sessions': [{'begin': utc(self.at(begin) + self.off), 'end': end and utc(self.at(end) + self.off)} for begin, end in sessions],
            **{'at_least': 'finding', **more}})

    # ---- files ----

    def clients(self, folder):
        """Names and addresses of the house, as its administrators keep them."""
        with open(os.path.join(folder, 'clients.csv'), 'w', encoding='utf-8', newline='') as file:
            file.write('address,from,to,name,role\n')
            file.writelines('%s,,,%s,%s\n' % (who.address, self.name_of(who), who.kind) for who in self.office.machines)

    def name_of(self, who):
        names = {pc.address: pc.full_name for pc in self.computers}
        return names.get(who.address, 'AOBA-%s%02d' % (who.kind.upper(), self.office.machines.index(who)))

    def write(self, folder, form):
        """All files of the case, once. form None: no events."""
        os.makedirs(folder, exist_ok=True)
        numbers, count = self.side.write(os.path.join(folder, 'access.log'), self.layout, ZONE)
        events = [event for pc in self.computers for event in pc.finish()
                  if windows_forms.channel(event) not in self.channels_left_out]
        files = windows_forms.write(os.path.join(folder, 'events'), events, form) if form else []
        if self.table:
            self.clients(folder)
        for entry in self.expect:
            row = entry.get('row')
            if row is not None:
                entry.update(row=numbers[row], row_start=utc((row.end - row.duration) / 1000), row_end=utc(row.end / 1000),
                             client_port=row.port)
        truth = {'seed': self.office.seed, 'form': form, 'layout': self.layout, 'log': 'access.log', 'rows': count,
                 'clients': 'clients.csv' if self.table else None, 'clock_off_s': self.off,
                 'computers': [{'name': pc.full_name, 'address': pc.address, 'audits': list(pc.audits),
                                'first': utc(pc.events[0].ticks / 1e7), 'last': utc(pc.events[-1].ticks / 1e7)}
                               for pc in self.computers if pc.events],
                 'files': [os.path.join('events', name) for name in files], 'events': count_of(events),
                 'expect': self.expect, 'never': sorted(numbers[row] for row in self.never if row in numbers)}
        with open(os.path.join(folder, 'truth.json'), 'w', encoding='ascii') as file:
            json.dump(truth, file, indent=1)
            file.write('\n')
        return truth


STATION_OF = {True: machines.STATION, False: None}


def utc(seconds):
    return machines.windows.text_of(round(seconds * 1000)) + 'Z'


def count_of(events):
    """{channel: {id: events}}, what a reader must have seen of them."""
    counts = {}
    for event in events:
        channel = counts.setdefault(windows_forms.channel(event), {})
        channel[str(event.kind.id)] = channel.get(str(event.kind.id), 0) + 1
    return {name: dict(sorted(ids.items(), key=lambda pair: int(pair[0]))) for name, ids in sorted(counts.items())}


# ---- through the proxy, and the row is there ----

def plain(case, how='port'):
    case.session(case.tunnel())
    case.live()
    case.found(how)


@case(audits=('wfp', 'process'))
def tunnel_wfp(case):
    """plink -R through the proxy; 5156 has the port that the proxy logged."""
    plain(case)


@case(audits=('sysmon',))
def tunnel_sysmon(case):
    """The same with Sysmon 3; a Sysmon that names first who asked."""
    case.pc.initiator_first = True
    plain(case)


@case(clock_off=97)
def clock_ahead(case):
    """The machine's clock is 97 s ahead of the proxy's."""
    plain(case)


@case(clock_off=-97)
def clock_behind(case):
    """... 97 s behind."""
    plain(case)


@case()
def two_sessions(case):
    """Two visits to one desktop within one row: disconnected (24), reconnected (25) half an hour later, and out (23)."""
    tunnel = case.tunnel()
    first = tunnel.log_on(case.at(COMES), 'k.mori')
    tunnel.leave(case.at('14:02:10'), first)
    second = tunnel.log_on(case.at('14:31:45'), 'k.mori', first['session'])
    case.pc.log(case.at('14:31:51'), 'sessions', 39, TargetSession=1, Source=first['session'])
    tunnel.leave(case.at(GOES), second)
    case.pc.rdp_logoff(case.at(GOES) + 2, 'k.mori', first['session'], second['logon'])
    case.live()
    case.found('port', ((COMES, '14:02:10'), ('14:31:45', GOES)))


@case()
def three_machines(case):
    """Two more machines: the administrator works on one of them at the same time, nothing happens on the other."""
    server = case.machine('SOUMU-PC02', case.people[4], 'y.ono')
    case.machine('EIGYO-PC11', case.people[5], 't.abe')
    plain(case)
    machines.ordinary_rdp(server, case.at('13:00:00'), case.at('16:00:00'), ADMIN)


@case(layout='full')
def no_port(case):
    """The log has no client port: the row that contains the session, of this client."""
    plain(case, 'containment')


@case(layout='native')
def native(case):
    """Squid's own layout: duration, but neither port nor agent nor bytes out."""
    plain(case, 'containment')


@case(layout='combined')
def combined(case):
    """No duration either: only that the row ends when the line is cut."""
    plain(case, 'end')


@case(layout='full', audits=(), table=True)
def client_by_table(case):
    """No event names an address of the machine: --clients does."""
    plain(case, 'containment')


@case(layout='full', audits=())
def client_unknown(case):
    """Nobody says which client the machine is; eleven rows contain the session."""
    plain(case, 'unknown')


# ---- as what the tunnel shows ----

@case(address='own')
def own_address(case):
    """The tunnel ends at the machine's own address, and RDP comes from there."""
    plain(case)


@case(address='::1', target='::1')
def v6_loopback(case):
    plain(case)


@case(address='::ffff:127.0.0.1')
def mapped_loopback(case):
    plain(case)


@case(address='127.0.0.3', target='127.0.0.2')
def other_loopback(case):
    """127.0.0.3 to 127.0.0.2: whoever looks for 127.0.0.1 alone sees nothing."""
    plain(case)


@case(address='::%16777216', target='::1', audits=('process',), table=True)
def zoned_loopback(case):
    """What Windows writes of some tunnels: an address of zeros with a zone."""
    plain(case, 'containment')


# ---- and there is no row ----

@case()
def still_open(case):
    """The log was taken at 15:00, with the tunnel open: Squid writes its row at the end."""
    case.session(case.tunnel())
    case.side.end = case.at('15:00:00')
    case.row = None
    case.live()
    for pc in case.computers:
        pc.events = [event for event in pc.events if event.ticks / 1e7 < case.at('15:00:00') + pc.off]
    case.found('none', ((COMES, None),), 'open')


@case()
def around(case):
    """plink goes straight out: the log covers the time and has no such row."""
    case.session(case.tunnel(logged=False, remote=OUTSIDE))
    case.live()
    case.found('none', why='around')
    case.expect.append({'kind': 'bypass', 'computer': case.pc.full_name, 'client': case.victim.address, 'why': 'direct',
                        'may': True})


@case()
def rotated(case):
    """The log that is left begins at 17:00."""
    case.session(case.tunnel())
    case.side.begin = case.at('17:00:00')
    case.row = None
    case.live()
    case.found('none', why='rotated')


@case(layout='full')
def ten_others(case):
    """The row is gone, and ten long CONNECTs of others contain the session: none of them is it."""
    case.session(case.tunnel(logged=False))
    case.live()
    case.found('none', why='missing')


@case(layout='full', audits=())
def ten_others_unknown(case):
    """... and nobody knows which client the machine is."""
    case.session(case.tunnel(logged=False))
    case.live()
    case.found('none', why='unknown')


@case()
def failed_only(case):
    """Passwords were tried through the tunnel; none was right."""
    case.tunnel().try_passwords(case.at(COMES), 'administrator', 12)
    case.live()
    case.found('unknown', (), tries=12, user='administrator', at_least='lead')


# ---- nobody came through a tunnel ----

@case(lonely=True)
def innocent_console(case):
    """A day at the console: LOCAL, types 2, 3, 5, 7 and 11, many from 127.0.0.1 and ::1."""
    case.live()
    for turn in range(12):
        pc, when = case.pc, case.at('09:%02d:00' % (turn * 4))
        pc.logon_event(when, 'k.mori', 11, pc.new_logon(), '127.0.0.1', '0')
        pc.log(when + 1, 'sessions', 24, User=pc.account('k.mori'), SessionID=1, Address='LOCAL')
        pc.log(when + 2, 'sessions', 25, User=pc.account('k.mori'), SessionID=1, Address='LOCAL')


@case()
def innocent_admin(case):
    """The administrator's remote desktop, all day, while others hold long tunnels."""
    case.live()
    machines.ordinary_rdp(case.pc, case.at(COMES), case.at(CUT), ADMIN)


@case()
def innocent_scan(case):
    """A scanner of the house knocks at 3389, with wrong passwords; the console's user mistypes his own."""
    case.live()
    machines.scan(case.pc, case.at('13:20:00'), '10.60.250.90', 60)
    for turn in range(5):
        case.pc.failed_logon(case.at('09:00:0%d' % turn), 'k.mori', 2, '127.0.0.1', '0', case.pc.name)


# ---- around the proxy, without remote desktop ----

@case(lonely=True, audits=('sysmon',))
def bypass_direct(case):
    """The browser uses the proxy, and a program from a public folder talks to public addresses itself, all day."""
    case.live()
    straight_out(case, case.pc, 'C:\\Users\\Public\\sync.exe', '09:00:00')
    bypass(case, 'direct')


@case(lonely=True, table=True)
def bypass_absent(case):
    """A machine of --clients whose browser goes straight out: the log has no row of it."""
    case.side.without[case.victim.address] = 0
    case.live()
    straight_out(case, case.pc, machines.CHROME, '09:00:00')
    bypass(case, 'absent')


@case(lonely=True, table=True)
def bypass_stops(case):
    """Its rows stop at 11:00, when its browser begins to go straight out."""
    case.side.without[case.victim.address] = case.at('11:00:00') * 1000
    case.live()
    straight_out(case, case.pc, machines.CHROME, '11:01:00')
    bypass(case, 'stops')


@case(lonely=True, table=True)
def bypass_silent(case):
    """A machine of --clients without rows, and nobody has its events: all that can be said is that it is missing."""
    case.side.without[case.victim.address] = 0
    case.machine('SOUMU-PC02', case.people[4], 'y.ono')
    del case.computers[0]
    case.live()
    case.expect.append({'kind': 'missing', 'client': case.victim.address, 'name': case.name_of(case.victim)})


@case(lonely=True)
def innocent_direct(case):
    """The protection service of every machine talks to its cloud past the proxy, as its maker wants it."""
    for number, name in ((4, 'SOUMU-PC02'), (5, 'EIGYO-PC11')):
        case.machine(name, case.people[number], 'y.ono')
    case.live()
    for pc in case.computers:
        straight_out(case, pc, 'C:\\Program Files\\Tate\\sensor.exe', '08:30:00')


def straight_out(case, pc, image, begin, every=431):
    """Connections to public addresses, from `begin` until the user leaves."""
    when, turn = case.at(begin), 0
    while when < case.at('18:30:00'):
        pc.connection(when, image, 5120, (pc.address, 52000 + turn), ('198.51.100.%d' % (20 + turn % 3), 443))
        when, turn = when + every, turn + 1


def bypass(case, why):
    case.expect.append({'kind': 'bypass', 'computer': case.pc.full_name, 'client': case.victim.address, 'why': why, 'may': False})


# ---- for check: what the Windows logs cannot say ----

@case()
def cleared(case):
    """The intruder empties the Security log before he goes: what it held is gone, 1102 stays."""
    plain(case, 'port')
    pc, when = case.pc, case.at('15:31:00')
    pc.events = [event for event in pc.events if windows_forms.channel(event) != 'Security' or event.ticks / 1e7 >= when + pc.off]
    pc.log(when, 'eventlog', 1102, SubjectUserSid=pc.sid('k.mori'), SubjectUserName='k.mori', SubjectDomainName='AOBA',
           SubjectLogonId='0x%x' % pc.logon)


@case()
def security_only(case):
    """Somebody exported Security alone: no session manager, no RDP core, no Sysmon."""
    plain(case)
    case.channels_left_out = ('Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
                              'Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational',
                              'Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational',
                              'Microsoft-Windows-Sysmon/Operational')


@case(audits=(), table=True)
def audit_off(case):
    """Neither processes nor connections are audited, and there is no Sysmon."""
    plain(case, 'containment')


def build(name, seed=3, clock_off=None, layout=None, clients=24, offices={}):
    """A case of this day; days are made once."""
    function, fixed = CASES[name]
    fixed = dict(fixed)
    if clock_off is not None:
        fixed['clock_off'] = clock_off
    if layout:
        fixed['layout'] = layout
    if (seed, clients) not in offices:
        offices[seed, clients] = Office(seed, clients)
    made = Case(offices[seed, clients], **fixed)
    function(made)
    return made

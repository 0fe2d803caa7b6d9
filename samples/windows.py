# SPDX-License-Identifier: Apache-2.0
"""Events of Windows event logs, as a machine writes them when people log on, in front of it or through remote desktop.

Providers, channels, names and numbers are Windows' own; whoever they tell of is made up. A Computer writes what belongs
together: accepting a connection takes one event in three logs. How exports spell events: windows_forms.py.
"""

import collections
import time

Kind = collections.namedtuple('Kind', 'log id version level task opcode keywords names')
# provider, channel, GUID, account (SID) and process of the service that writes the log
LOGS = {
    'security': ('Microsoft-Windows-Security-Auditing', 'Security', '{54849625-5478-4994-A5BA-3E3B0328C30D}', None, 700),
    'eventlog': ('Microsoft-Windows-Eventlog', 'Security', '{FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148}', None, 1132),
    'sessions': ('Microsoft-Windows-TerminalServices-LocalSessionManager',
                 'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
                 '{5D896912-022D-40AA-A3A8-4FA5515C76D7}', 'S-1-5-18', 936),
    'connections': ('Microsoft-Windows-TerminalServices-RemoteConnectionManager',
                    'Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational',
                    '{C76BAA63-AE81-421C-B425-340B4B24157F}', 'S-1-5-20', 1048),
    'rdp': ('Microsoft-Windows-RemoteDesktopServices-RdpCoreTS',
            'Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational',
            '{1139C61B-B549-4251-8ED3-27250A1EDEC8}', 'S-1-5-20', 1048),
    'sysmon': ('Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational',
               '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}', 'S-1-5-18', 2868),
}
SUCCESS, FAILURE = 0x8020000000000000, 0x8010000000000000
SUBJECT = 'SubjectUserSid=S-1-5-18 SubjectUserName=@self SubjectDomainName=@domain SubjectLogonId=0x3e7 '
ACCOUNT = 'TargetUserSid=S-1-0-0 TargetUserName=- TargetDomainName=- '
LOGON = ('LogonType LogonProcessName AuthenticationPackageName=Negotiate WorkstationName=- LogonGuid=@noguid '
         'TransmittedServices=- LmPackageName=- KeyLength=0 ProcessId=0x0 ProcessName=- IpAddress=- IpPort=- '
         'ImpersonationLevel=%%1833 RestrictedAdminMode=- TargetOutboundUserName=- TargetOutboundDomainName=- '
         'VirtualAccount=%%1843 TargetLinkedLogonId=0x0 ElevatedToken=%%1843')
FAILED = ('Status=0xc000006d FailureReason=%%2313 SubStatus=0xc000006a LogonType LogonProcessName '
          'AuthenticationPackageName=NTLM WorkstationName=- TransmittedServices=- LmPackageName=- KeyLength=0 '
          'ProcessId=0x0 ProcessName=- IpAddress=- IpPort=-')
WINDOW = 'AccountName AccountDomain=@domain LogonID SessionName ClientName ClientAddress'
FLOW = ('ProcessID Application Direction SourceAddress SourcePort DestAddress DestPort Protocol=6 FilterRTID=0 LayerName '
        'LayerRTID RemoteUserID=S-1-0-0 RemoteMachineID=S-1-0-0')
PROCESS = (SUBJECT + 'NewProcessId NewProcessName TokenElevationType=%%1938 ProcessId CommandLine ' + ACCOUNT +
           'TargetLogonId=0x0 ParentProcessName MandatoryLabel=S-1-16-8192')
STARTED = ('RuleName=- UtcTime ProcessGuid ProcessId Image FileVersion=- Description=- Product=- Company=- '
           'OriginalFileName=- CommandLine CurrentDirectory=C:\\Windows\\ User LogonGuid=@noguid LogonId TerminalSessionId=1 '
           'IntegrityLevel=Medium Hashes=- ParentProcessGuid=@noguid ParentProcessId ParentImage ParentCommandLine ParentUser=-')
CONNECTED = ('RuleName=- UtcTime ProcessGuid ProcessId Image User Protocol=tcp Initiated SourceIsIpv6=false SourceIp '
             'SourceHostname=- SourcePort SourcePortName=- DestinationIsIpv6=false DestinationIp DestinationHostname=- '
             'DestinationPort DestinationPortName=-')


def kinds(log, keywords, *rows):
    for number, version, level, task, opcode, names in rows:
        pairs = [(name.split('=', 1) + [None])[:2] for name in names.split()]
        yield (log, number), Kind(log, number, version, level, task, opcode, keywords, pairs)


KINDS = dict([
    *kinds('security', SUCCESS, (4624, 2, 0, 12544, 0, SUBJECT + ACCOUNT + 'TargetLogonId ' + LOGON),
           (4634, 0, 0, 12545, 0, ACCOUNT + 'TargetLogonId LogonType'), (4647, 0, 0, 12545, 0, ACCOUNT + 'TargetLogonId'),
           (4778, 0, 0, 12551, 0, WINDOW), (4779, 0, 0, 12551, 0, WINDOW), (5156, 1, 0, 12810, 0, FLOW),
           (4688, 2, 0, 13312, 0, PROCESS),
           (4719, 0, 0, 13568, 0, SUBJECT + 'CategoryId=%%8273 SubcategoryId=%%12544 SubcategoryGuid AuditPolicyChanges')),
    *kinds('security', FAILURE, (4625, 0, 0, 12544, 0, SUBJECT + ACCOUNT + FAILED)),
    *kinds('eventlog', 0x4020000000000000,
           (1102, 0, 4, 104, 0, 'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId')),
    *kinds('sessions', 0x1000000000000000, (21, 0, 4, 0, 0, 'User SessionID Address'), (22, 0, 4, 0, 0, 'User SessionID Address'),
           (23, 0, 4, 0, 0, 'User SessionID'), (24, 0, 4, 0, 0, 'User SessionID Address'),
           (25, 0, 4, 0, 0, 'User SessionID Address'), (39, 0, 4, 0, 0, 'TargetSession Source'),
           (40, 0, 4, 0, 0, 'Session Reason')),
    *kinds('connections', 0x1000000000000000, (1149, 0, 4, 0, 0, 'Param1 Param2 Param3'), (261, 0, 4, 0, 0, 'listenerName')),
    *kinds('rdp', 0x4000000000000000, (131, 0, 4, 4, 15, 'ConnType=TCP ClientIP'), (65, 0, 4, 4, 13, 'ConnectionName'),
           (98, 0, 4, 4, 15, ''), (102, 0, 4, 4, 17, ''), (103, 0, 4, 4, 17, 'ReasonCode'),
           (104, 0, 4, 4, 15, 'TimezoneBiasHour'), (140, 0, 3, 4, 14, 'IPString'), (72, 0, 4, 4, 13, 'MethodName')),
    *kinds('sysmon', 0x8000000000000000, (1, 5, 4, 1, 0, STARTED), (3, 5, 4, 3, 0, CONNECTED)),
])
NO_GUID = '{00000000-0000-0000-0000-000000000000}'


class Event:
    """One event. ticks: units of 100 ns since 1970, UTC, by the machine's own clock. data: (name, text) in their order."""

    __slots__ = ('kind', 'ticks', 'record', 'computer', 'data', 'activity', 'thread')

    def get(self, name):
        return dict(self.data)[name]


def path_of_device(image):
    """The filter driver names files by their volume, in small letters."""
    return image.lower().replace('c:', '\\device\\harddiskvolume3', 1)


class Computer:
    """One Windows machine and its logs. off: seconds that its clock is ahead of everybody else's."""

    def __init__(self, dice, name, domain, address, user, off=0, audits=('wfp', 'sysmon', 'process')):
        self.dice = dice
        self.name, self.domain, self.address, self.user, self.off = name, domain, address, user, off
        self.audits = audits
        self.initiator_first = False    # how its Sysmon names the ends of a connection: newer ones who asked, older ones their own
        self.events = []
        self.logon = 0x40000 + dice.whole(0, 0x4000) * 16
        self.session, self.rdp, self.process = 1, 0, 4000 + 4 * dice.whole(0, 500)
        self.sids = {'SYSTEM': 'S-1-5-18'}

    @property
    def full_name(self):
        return '%s.%s.test' % (self.name, self.domain.lower())

    def sid(self, user):
        return self.sids.setdefault(user, 'S-1-5-21-3141592653-589793238-462643383-%d' % (1104 + len(self.sids)))

    def account(self, user):
        return '%s\\%s' % (self.domain, user)

    def new_logon(self):
        self.logon += 16 * self.dice.whole(200, 9000)
        return '0x%x' % self.logon

    def new_process(self):
        self.process += 4 * self.dice.whole(3, 70)
        return self.process

    def log(self, when, log, number, activity=None, **values):
        """Writes one event; what is not given takes its default."""
        event = Event()
        event.kind = KINDS[log, number]
        event.ticks = int((when + self.off) * 1000) * 10000 + self.dice.whole(0, 998) * 10
        event.computer, event.activity, event.thread = self.full_name, activity, 4 * self.dice.whole(30, 2600)
        event.record = None
        given = {'@self': self.name + '$', '@domain': self.domain, '@noguid': NO_GUID}
        event.data = [(name, str(values.pop(name)) if name in values else given.get(default, default))
                      for name, default in event.kind.names]
        missing = [name for name, value in event.data if value is None] + list(values)
        if missing:
            raise ValueError('%s %d: %s' % (log, number, ' '.join(missing)))
        self.events.append(event)
        return event

    def finish(self):
        """Numbers the records of each log by their order of writing."""
        self.events.sort(key=lambda event: event.ticks)
        numbers = {log: 1000 + self.dice.whole(0, 90000) for log in ('security', 'sessions', 'connections', 'rdp', 'sysmon')}
        for event in self.events:
            log = 'security' if event.kind.log == 'eventlog' else event.kind.log
            numbers[log] += 1
            event.record = numbers[log]
        return self.events

    # ---- logons ----

    def logon_event(self, when, user, kind, logon, address='-', port='-', station=None, process='svchost.exe',
                    package='Negotiate', by='User32 '):
        domain = 'NT AUTHORITY' if user == 'SYSTEM' else self.domain
        self.log(when, 'security', 4624, TargetUserSid=self.sid(user), TargetUserName=user, TargetDomainName=domain,
                 TargetLogonId=logon, LogonType=kind, LogonProcessName=by, AuthenticationPackageName=package,
                 WorkstationName=self.name if station is None else station, ProcessId='0x%x' % (1000 + 4 * kind),
                 ProcessName='-' if kind == 3 else 'C:\\Windows\\System32\\' + process, IpAddress=address, IpPort=port)

    def logoff_event(self, when, user, kind, logon):
        self.log(when, 'security', 4634, TargetUserSid=self.sid(user), TargetUserName=user, TargetDomainName=self.domain,
                 TargetLogonId=logon, LogonType=kind)

    def console_logon(self, when):
        """Somebody sits down: type 2 from the machine's own address, session 1, LOCAL."""
        logon = self.new_logon()
        self.logon_event(when, self.user, 2, logon, '127.0.0.1', '0')
        self.log(when + 0.8, 'sessions', 21, User=self.account(self.user), SessionID=1, Address='LOCAL')
        self.log(when + 1.4, 'sessions', 22, User=self.account(self.user), SessionID=1, Address='LOCAL')
        return logon

    def failed_logon(self, when, user, kind, address, port='0', station='-'):
        self.log(when, 'security', 4625, TargetUserName=user, TargetDomainName=self.domain, LogonType=kind,
                 LogonProcessName='NtLmSsp ' if kind == 3 else 'User32 ', WorkstationName=station, IpAddress=address, IpPort=port)

    # ---- remote desktop ----

    def rdp_accept(self, when, endpoint):
        """A connection to the listener, whoever it is; address and port in one text. Returns its activity."""
        dice = self.dice
        activity = '{F420%04X-%04X-4%03X-B%03X-%08X0000}' % tuple(dice.whole(0, 16 ** n - 1) for n in (4, 4, 3, 3, 8))
        self.log(when, 'connections', 261, listenerName='RDP-Tcp')
        self.log(when + 0.02, 'rdp', 131, activity, ClientIP=endpoint)
        self.rdp += 1
        self.log(when + 0.05, 'rdp', 65, activity, ConnectionName='RDP-Tcp#%d' % self.rdp)
        return activity

    def rdp_authenticate(self, when, user, address, station, activity, bias):
        """The password was right (NLA): a network logon and 1149; then the client tells its time zone."""
        logon = self.new_logon()
        self.logon_event(when, user, 3, logon, address, '0', station, package='NTLM', by='NtLmSsp ')
        self.log(when + 0.1, 'connections', 1149, Param1=user, Param2=self.domain, Param3=address)
        self.log(when + 0.3, 'rdp', 98, activity)
        self.log(when + 0.7, 'rdp', 104, activity, TimezoneBiasHour='[%d]' % bias)
        return logon

    def rdp_logon(self, when, user, address, port, station, activity, session=None):
        """A desktop of its own (21), or that of a session that was left (25). Returns (session, logon)."""
        logon = self.new_logon()
        again = session is not None
        if not again:
            self.session += 1
            session = self.session
        self.logon_event(when, user, 7 if again else 10, logon, address, port, self.name)
        if again:
            self.log(when + 0.3, 'sessions', 25, activity, User=self.account(user), SessionID=session, Address=address)
            self.log(when + 0.4, 'security', 4778, AccountName=user, LogonID=logon, SessionName='RDP-Tcp#%d' % self.rdp,
                     ClientName=station, ClientAddress=address)
        else:
            self.log(when + 0.6, 'sessions', 21, activity, User=self.account(user), SessionID=session, Address=address)
            self.log(when + 1.5, 'sessions', 22, activity, User=self.account(user), SessionID=session, Address=address)
        return session, logon

    def rdp_disconnect(self, when, user, address, station, activity, session, logon, reason=0):
        """The window is closed, or the line is cut: the session stays."""
        self.log(when, 'rdp', 102, activity)
        self.log(when + 0.01, 'rdp', 103, activity, ReasonCode=14 if reason == 0 else 3)
        self.log(when + 0.05, 'sessions', 40, activity, Session=session, Reason=reason)
        self.log(when + 0.06, 'sessions', 24, activity, User=self.account(user), SessionID=session, Address=address)
        self.log(when + 0.1, 'security', 4779, AccountName=user, LogonID=logon, SessionName='RDP-Tcp#%d' % self.rdp,
                 ClientName=station, ClientAddress=address)

    def rdp_logoff(self, when, user, session, logon):
        self.log(when, 'security', 4647, TargetUserSid=self.sid(user), TargetUserName=user, TargetDomainName=self.domain,
                 TargetLogonId=logon)
        self.log(when + 1.2, 'sessions', 23, User=self.account(user), SessionID=session)
        self.logoff_event(when + 1.3, user, 10, logon)

    # ---- processes and connections, as far as they are audited ----

    def start(self, when, image, command, user=None, parent='C:\\Windows\\explorer.exe'):
        """A process. Returns its number."""
        process, user = self.new_process(), user or self.user
        ours = '0x%x' % self.logon
        if 'process' in self.audits:
            self.log(when, 'security', 4688, SubjectUserSid=self.sid(user), SubjectUserName=user, SubjectLogonId=ours,
                     NewProcessId='0x%x' % process, NewProcessName=image, ProcessId='0xe74', CommandLine=command,
                     ParentProcessName=parent)
        if 'sysmon' in self.audits:
            self.log(when + 0.01, 'sysmon', 1, UtcTime=self.utc(when), ProcessGuid=self.guid(process), ProcessId=process,
                     Image=image, CommandLine=command, User=self.account(user), LogonId=ours, ParentProcessId=3700,
                     ParentImage=parent, ParentCommandLine=parent)
        return process

    def connection(self, when, image, process, local, remote, outgoing=True, user=None):
        """local, remote: (address, port). The filter's log names the machine's own end first, whoever asked."""
        if 'wfp' in self.audits:
            layer = ('%%14593', '%%14611', 48) if outgoing else ('%%14592', '%%14610', 44)
            self.log(when, 'security', 5156, ProcessID=process, Application=path_of_device(image), Direction=layer[0],
                     SourceAddress=local[0], SourcePort=local[1], DestAddress=remote[0], DestPort=remote[1], LayerName=layer[1],
                     LayerRTID=layer[2])
        if 'sysmon' in self.audits:
            lag = self.dice.between(0.4, 1.9)     # Sysmon writes a second or two after what UtcTime says
            v6 = 'true' if ':' in local[0] else 'false'
            source, target = (remote, local) if self.initiator_first and not outgoing else (local, remote)
            self.log(when + lag, 'sysmon', 3, UtcTime=self.utc(when), ProcessGuid=self.guid(process), ProcessId=process,
                     Image=image, User=self.account(user or self.user), Initiated='true' if outgoing else 'false',
                     SourceIsIpv6=v6, SourceIp=source[0], SourcePort=source[1], DestinationIsIpv6=v6, DestinationIp=target[0],
                     DestinationPort=target[1])

    def utc(self, when):
        return text_of(int((when + self.off) * 1000), ' ')

    def guid(self, process):
        return '{5EA1CA5E-%04X-6659-%04X-000000000700}' % (process & 0xffff, process * 7 & 0xffff)


def text_of(thousandths, between='T'):
    """2024-06-18T01:22:17.418"""
    seconds, rest = divmod(thousandths, 1000)
    return time.strftime('%%Y-%%m-%%d%s%%H:%%M:%%S' % between, time.gmtime(seconds)) + '.%03d' % rest

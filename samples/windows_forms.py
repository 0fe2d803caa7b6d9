# SPDX-License-Identifier: Apache-2.0
"""How exports spell Windows events (windows.py): XML of the Event Viewer and of wevtutil, and what collectors make of it.

Each writer takes the events of all machines in the order of their stamps and returns the files it wrote, as paths below
the folder. The CSV of a Japanese Event Viewer is in windows_csv.py.
"""

import json
import os
import time
from xml.sax.saxutils import escape, quoteattr

import windows

NAMESPACE = 'http://schemas.microsoft.com/win/2004/08/events/event'
AUDIT_FAILURE = 0x10000000000000


def stamp(event, digits, zone='Z', minutes=0):
    """Digits of the second: 7 and 9 in XML, 3 in Winlogbeat."""
    seconds, rest = divmod(event.ticks, 10000000)
    text = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds + minutes * 60))
    return '%s.%s%s' % (text, ('%07d00' % rest)[:digits], zone)


def provider(event):
    return windows.LOGS[event.kind.log][0]


def channel(event):
    return windows.LOGS[event.kind.log][1]


def account(event):
    return windows.LOGS[event.kind.log][3]


def in_user_data(event):
    """The element that holds what the event says, where it is not EventData; and its namespace."""
    if event.kind.log == 'eventlog':
        return 'LogFileCleared', 'http://manifests.microsoft.com/win/2004/08/windows/eventlog'
    if event.kind.log in ('sessions', 'connections'):
        return 'EventXML', 'Event_NS'
    return None


def by_log(events):
    """{(computer, channel): events}, in the order of the first of each."""
    logs = {}
    for event in events:
        logs.setdefault((event.computer, channel(event)), []).append(event)
    return logs


def open_log(folder, computer, name, ending):
    """A file as the Event Viewer would name it, in a folder of the machine."""
    path = os.path.join(computer.split('.')[0], name.replace('/', '%4') + ending)
    os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
    return path, open(os.path.join(folder, path), 'w', encoding='utf-8', newline='')


# ---- XML ----

def system_xml(event, digits, quote):
    kind, log = event.kind, windows.LOGS[event.kind.log]
    activity = '<Correlation ActivityID=%s/>' % quote(event.activity) if event.activity else '<Correlation/>'
    security = '<Security UserID=%s/>' % quote(log[3]) if log[3] else '<Security/>'
    return ('<System><Provider Name=%s Guid=%s/><EventID>%d</EventID><Version>%d</Version><Level>%d</Level><Task>%d</Task>'
            '<Opcode>%d</Opcode><Keywords>0x%x</Keywords><TimeCreated SystemTime=%s/><EventRecordID>%d</EventRecordID>%s'
            '<Execution ProcessID=%s ThreadID=%s/><Channel>%s</Channel><Computer>%s</Computer>%s</System>' % (
                quote(log[0]), quote(log[2]), kind.id, kind.version, kind.level, kind.task, kind.opcode, kind.keywords,
                quote(stamp(event, digits)), event.record, activity, quote(str(log[4])), quote(str(event.thread)),
                channel(event), event.computer, security))


def data_xml(event, quote):
    named = in_user_data(event)
    if named:
        inside = ''.join('<%s>%s</%s>' % (name, escape(value), name) for name, value in event.data)
        return '<UserData><%s xmlns=%s>%s</%s></UserData>' % (named[0], quote(named[1]), inside, named[0])
    if not event.data:
        return '<EventData></EventData>'
    return '<EventData>%s</EventData>' % ''.join(
        '<Data Name=%s>%s</Data>' % (quote(name), escape(value)) if value else '<Data Name=%s/>' % quote(name)
        for name, value in event.data)


def single(text):
    return "'" + escape(text, {"'": '&apos;'}) + "'"


def xml(folder, events):
    """The machines take turns: Event Viewer (one line, newest first, with a rendering), wevtutil (a line each)."""
    files, viewed = [], sorted({event.computer for event in events})[::2]
    for (computer, name), log in by_log(events).items():
        path, file = open_log(folder, computer, name, '.xml')
        with file:
            if computer in viewed:
                file.write('<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Events>')
                for event in reversed(log):
                    file.write("<Event xmlns=%s>%s%s<RenderingInfo Culture='ja-JP'><Level>情報</Level><Channel>%s</Channel>"
                               '</RenderingInfo></Event>' % (single(NAMESPACE), system_xml(event, 7, single),
                                                            data_xml(event, single), name))
                file.write('</Events>')
            else:
                file.writelines('<Event xmlns=%s>%s%s</Event>\n' % (quoteattr(NAMESPACE), system_xml(event, 9, quoteattr),
                                                                    data_xml(event, quoteattr)) for event in log)
        files.append(path)
    return files


# ---- JSON ----

def write_lines(folder, name, objects):
    with open(os.path.join(folder, name), 'w', encoding='utf-8', newline='\n') as file:
        file.writelines(json.dumps(one, ensure_ascii=False, separators=(',', ':')) + '\n' for one in objects)
    return [name]


def outcome(event):
    if channel(event) != 'Security':
        return None
    return 'failure' if event.kind.keywords & AUDIT_FAILURE else 'success'


def winlogbeat(folder, events):
    def one(event):
        kind, log = event.kind, windows.LOGS[event.kind.log]
        said = {'channel': channel(event), 'provider_name': log[0], 'provider_guid': log[2], 'event_id': str(kind.id),
                'record_id': event.record, 'computer_name': event.computer, 'version': kind.version, 'api': 'wineventlog',
                'process': {'pid': log[4], 'thread': {'id': event.thread}}}
        if event.activity:
            said['activity_id'] = event.activity
        if log[3]:
            said['user'] = {'identifier': log[3]}
        named = in_user_data(event)
        if named:
            said['user_data'] = {'xml_name': named[0], **dict(event.data)}
        elif event.data:
            said['event_data'] = {name: value for name, value in event.data if value}
        if outcome(event):
            said['keywords'] = ['Audit ' + outcome(event).title()]
        about = {'code': str(kind.id), 'kind': 'event', 'provider': log[0], 'created': stamp(event, 3)}
        if outcome(event):
            about['outcome'] = outcome(event)
        return {'@timestamp': stamp(event, 3), 'event': about, 'host': {'name': event.computer}, 'log': {'level': 'information'},
                'winlog': said, 'ecs': {'version': '8.0.0'}, 'agent': {'type': 'winlogbeat', 'version': '8.11.1'}}
    return write_lines(folder, 'winlogbeat.ndjson', map(one, events))


def nxlog(folder, events, minutes=540):
    """im_msvistalog: everything side by side, local time with its offset, keywords as a signed number."""
    zone = '%s%02d:%02d' % ('+' if minutes >= 0 else '-', *divmod(abs(minutes), 60))

    def one(event):
        kind, log = event.kind, windows.LOGS[event.kind.log]
        kind_of = {'success': 'AUDIT_SUCCESS', 'failure': 'AUDIT_FAILURE'}.get(outcome(event), 'INFO')
        said = {'EventTime': stamp(event, 6, zone, minutes), 'Hostname': event.computer,
                'Keywords': str(kind.keywords - (1 << 64) if kind.keywords >> 63 else kind.keywords), 'EventType': kind_of,
                'SeverityValue': 4 if kind_of == 'AUDIT_FAILURE' else 2, 'Severity': 'ERROR' if kind_of == 'AUDIT_FAILURE' else 'INFO',
                'EventID': kind.id, 'SourceName': log[0], 'ProviderGuid': log[2], 'Version': kind.version, 'TaskValue': kind.task,
                'OpcodeValue': kind.opcode, 'RecordNumber': event.record, 'ExecutionProcessID': log[4],
                'ExecutionThreadID': event.thread, 'Channel': channel(event)}
        if event.activity:
            said['ActivityID'] = event.activity
        said.update((name, value) for name, value in event.data if value)
        said.update(EventReceivedTime=stamp(event, 6, zone, minutes), SourceModuleName='eventlog', SourceModuleType='im_msvistalog')
        return said
    return write_lines(folder, 'nxlog.json', map(one, events))


TEXTS = {'SubjectUserName', 'TargetUserName', 'IpPort', 'Param1', 'User', 'WorkstationName', 'ClientName', 'AccountName'}


def typed(name, value):
    """parse_evtx gives numbers where the event has numbers; ports of 4624 are text there."""
    if name in TEXTS:
        return value
    if value.startswith('0x'):
        return int(value, 16)
    return int(value) if value.isdigit() else value


def velociraptor(folder, events):
    def one(event):
        kind, log = event.kind, windows.LOGS[event.kind.log]
        named = in_user_data(event)
        data = {name: typed(name, value) for name, value in event.data}
        said = {'System': {
            'Provider': {'Name': log[0], 'Guid': log[2].strip('{}')}, 'EventID': {'Value': kind.id}, 'Version': kind.version,
            'Level': kind.level, 'Task': kind.task, 'Opcode': kind.opcode, 'Keywords': kind.keywords,
            'TimeCreated': {'SystemTime': event.ticks / 1e7}, 'EventRecordID': event.record,
            'Correlation': {'ActivityID': event.activity.strip('{}')} if event.activity else {},
            'Execution': {'ProcessID': log[4], 'ThreadID': event.thread}, 'Channel': channel(event),
            'Computer': event.computer, 'Security': {'UserID': log[3]} if log[3] else {}}}
        said.update({'UserData': {named[0]: data}} if named else {'EventData': data})
        return said
    return write_lines(folder, 'velociraptor.json', map(one, events))


def evtxecmd(folder, events):
    """EvtxECmd --json: a line of its own columns; what the event says is JSON inside a text."""
    def payload(event):
        named = in_user_data(event)
        data = [(name, '0x%X' % int(value, 16) if value.startswith('0x') else value.strip('{}') if name.endswith('Guid') else value)
                for name, value in event.data]
        if named:
            return {'UserData': {named[0]: {'@xmlns': named[1], **dict(data)}}}
        if not data:
            return {'EventData': ''}
        data = [{'@Name': name, '#text': value} if value else {'@Name': name} for name, value in data]
        return {'EventData': {'Data': data if len(data) > 1 else data[0]}}

    def one(event):
        log = windows.LOGS[event.kind.log]
        said = {'ChunkNumber': event.record // 90, 'Computer': event.computer, 'Payload': json.dumps(payload(event), separators=(',', ':')),
                'UserId': log[3], 'Channel': channel(event), 'Provider': log[0], 'EventId': event.kind.id, 'EventRecordId': str(event.record),
                'ProcessId': log[4], 'ThreadId': event.thread, 'Level': 'LogAlways' if event.kind.level == 0 else 'Info',
                'Keywords': {'success': 'Audit success', 'failure': 'Audit failure'}.get(outcome(event), '0x%X' % event.kind.keywords),
                'SourceFile': 'E:\\C\\Windows\\System32\\winevt\\logs\\%s.evtx' % channel(event).replace('/', '%4'),
                'ExtraDataOffset': 0, 'HiddenRecord': False, 'TimeCreated': stamp(event, 7, '+00:00'), 'RecordNumber': event.record}
        return {name: value for name, value in said.items() if value is not None}
    return write_lines(folder, '20250101000000_EvtxECmd_Output.json', map(one, events))


FORMS = {'xml': xml, 'winlogbeat': winlogbeat, 'nxlog': nxlog, 'velociraptor': velociraptor, 'evtxecmd': evtxecmd}


def write(folder, events, form):
    os.makedirs(folder, exist_ok=True)
    if form == 'csv-ja':
        import windows_csv
        return windows_csv.write(folder, events)
    return FORMS[form](folder, sorted(events, key=lambda event: (event.ticks, event.computer, event.record)))

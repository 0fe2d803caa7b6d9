/* SPDX-License-Identifier: Apache-2.0 */
/* Who writes Windows events as lines of JSON, and where the record's head stands. Sources: docs/formats/windows.md. */
#include "format/winlog.h"

static const struct winlog_dialect dialects[] = {
    {.name = "winlogbeat",
     .head = {{"@timestamp", WINDOWS_TIME}, {"winlog.event_id", WINDOWS_EVENT_ID}, {"winlog.channel", WINDOWS_CHANNEL},
              {"winlog.provider_name", WINDOWS_PROVIDER}, {"winlog.computer_name", WINDOWS_COMPUTER},
              {"winlog.record_id", WINDOWS_RECORD_ID}, {"winlog.activity_id", WINDOWS_ACTIVITY}},
     .data = {"winlog.event_data", "winlog.user_data"},
     .example = "{\"@timestamp\":\"2026-11-21T12:19:32.108Z\",\"winlog\":{\"channel\":\"Security\",\"computer_name\":\"PC01.example.com\","
                "\"event_data\":{\"IpAddress\":\"127.0.0.1\",\"IpPort\":\"49274\",\"LogonType\":\"10\",\"TargetDomainName\":\"EXAMPLE\","
                "\"TargetLogonId\":\"0x1f2e3\",\"TargetUserName\":\"tanaka\",\"WorkstationName\":\"PC01\"},\"event_id\":\"4624\","
                "\"provider_name\":\"Microsoft-Windows-Security-Auditing\",\"record_id\":\"77\"}}"},
    {.name = "winlogbeat", /* until version 6 */
     .head = {{"@timestamp", WINDOWS_TIME}, {"event_id", WINDOWS_EVENT_ID}, {"log_name", WINDOWS_CHANNEL},
              {"source_name", WINDOWS_PROVIDER}, {"computer_name", WINDOWS_COMPUTER}, {"record_number", WINDOWS_RECORD_ID},
              {"activity_id", WINDOWS_ACTIVITY}},
     .data = {"event_data", "user_data"},
     .example = "{\"@timestamp\":\"2026-11-21T12:19:32.108Z\",\"computer_name\":\"PC01.example.com\",\"event_data\":{\"TargetDomainName\":"
                "\"EXAMPLE\",\"TargetLogonId\":\"0x1f2e3\",\"TargetUserName\":\"tanaka\"},\"event_id\":4647,\"log_name\":\"Security\","
                "\"record_number\":\"78\",\"source_name\":\"Microsoft-Windows-Security-Auditing\"}"},
    {.name = "nxlog",
     .head = {{"EventTime", WINDOWS_TIME}, {"EventID", WINDOWS_EVENT_ID}, {"Channel", WINDOWS_CHANNEL},
              {"SourceName", WINDOWS_PROVIDER}, {"Hostname", WINDOWS_COMPUTER}, {"RecordNumber", WINDOWS_RECORD_ID},
              {"ActivityID", WINDOWS_ACTIVITY}},
     .data = {""},
     .example = "{\"EventTime\":\"2026-11-21T21:19:32.108000+09:00\",\"Hostname\":\"PC01.example.com\",\"EventID\":4778,\"SourceName\":"
                "\"Microsoft-Windows-Security-Auditing\",\"RecordNumber\":79,\"Channel\":\"Security\",\"AccountName\":\"tanaka\","
                "\"AccountDomain\":\"EXAMPLE\",\"LogonID\":\"0x1f2e3\",\"SessionName\":\"RDP-Tcp#5\",\"ClientName\":\"REMOTE-PC\","
                "\"ClientAddress\":\"127.0.0.1\",\"SourceModuleName\":\"eventlog\",\"SourceModuleType\":\"im_msvistalog\"}"},
    {.name = "velociraptor", /* parse_evtx */
     .head = {{"System.TimeCreated.SystemTime", WINDOWS_TIME}, {"System.EventID.Value", WINDOWS_EVENT_ID},
              {"System.Channel", WINDOWS_CHANNEL}, {"System.Provider.Name", WINDOWS_PROVIDER},
              {"System.Computer", WINDOWS_COMPUTER}, {"System.EventRecordID", WINDOWS_RECORD_ID},
              {"System.Correlation.ActivityID", WINDOWS_ACTIVITY}},
     .data = {"EventData", "UserData"},
     .example = "{\"System\":{\"Provider\":{\"Name\":\"Microsoft-Windows-TerminalServices-RemoteConnectionManager\"},\"EventID\":{\"Value\":1149},"
                "\"TimeCreated\":{\"SystemTime\":1795263572.108},\"EventRecordID\":12,\"Correlation\":{},\"Channel\":"
                "\"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational\",\"Computer\":\"PC01.example.com\"},"
                "\"UserData\":{\"EventXML\":{\"Param1\":\"tanaka\",\"Param2\":\"EXAMPLE\",\"Param3\":\"127.0.0.1\"}}}"},
    {.name = "velociraptor", /* what the EvtxHunter artifact makes of it */
     .head = {{"EventTime", WINDOWS_TIME}, {"EventID", WINDOWS_EVENT_ID}, {"Channel", WINDOWS_CHANNEL},
              {"Provider", WINDOWS_PROVIDER}, {"Computer", WINDOWS_COMPUTER}, {"EventRecordID", WINDOWS_RECORD_ID}},
     .data = {"EventData", "UserData"},
     .example = "{\"EventTime\":\"2026-11-21T12:19:32.108Z\",\"Computer\":\"PC01.example.com\",\"Channel\":\"Security\",\"EventID\":4634,"
                "\"EventRecordID\":80,\"EventData\":{\"TargetUserName\":\"tanaka\",\"TargetDomainName\":\"EXAMPLE\",\"TargetLogonId\":127715,"
                "\"LogonType\":10},\"UserData\":null}"},
    {.name = "evtxecmd",
     .head = {{"TimeCreated", WINDOWS_TIME}, {"EventId", WINDOWS_EVENT_ID}, {"Channel", WINDOWS_CHANNEL},
              {"Provider", WINDOWS_PROVIDER}, {"Computer", WINDOWS_COMPUTER}, {"EventRecordId", WINDOWS_RECORD_ID}},
     .payload = "Payload", .is_utc = true,
     .example = "{\"Computer\":\"PC01.example.com\",\"Payload\":\"{\\\"EventData\\\":{\\\"Data\\\":[{\\\"@Name\\\":\\\"ConnType\\\",\\\"#text\\\":"
                "\\\"TCP\\\"},{\\\"@Name\\\":\\\"ClientIP\\\",\\\"#text\\\":\\\"127.0.0.1:49274\\\"}]}}\",\"Channel\":"
                "\"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational\",\"Provider\":"
                "\"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS\",\"EventId\":131,\"EventRecordId\":\"31\","
                "\"TimeCreated\":\"2026-11-21T12:19:32.1084417+00:00\"}"},
    {.name = "evtx_dump", /* and Chainsaw's dump */
     .head = {{"Event.System.TimeCreated.#attributes.SystemTime", WINDOWS_TIME},
              {"Event.System.TimeCreated_attributes.SystemTime", WINDOWS_TIME},
              {"Event.System.EventID", WINDOWS_EVENT_ID}, {"Event.System.EventID.#text", WINDOWS_EVENT_ID},
              {"Event.System.Channel", WINDOWS_CHANNEL}, {"Event.System.Provider.#attributes.Name", WINDOWS_PROVIDER},
              {"Event.System.Provider_attributes.Name", WINDOWS_PROVIDER}, {"Event.System.Computer", WINDOWS_COMPUTER},
              {"Event.System.EventRecordID", WINDOWS_RECORD_ID},
              {"Event.System.Correlation.#attributes.ActivityID", WINDOWS_ACTIVITY},
              {"Event.System.Correlation_attributes.ActivityID", WINDOWS_ACTIVITY}},
     .data = {"Event.EventData", "Event.UserData"},
     .example = "{\"Event\":{\"System\":{\"Provider\":{\"#attributes\":{\"Name\":\"Microsoft-Windows-TerminalServices-LocalSessionManager\"}},"
                "\"EventID\":21,\"TimeCreated\":{\"#attributes\":{\"SystemTime\":\"2026-11-21T12:19:33.410221Z\"}},\"EventRecordID\":9,"
                "\"Channel\":\"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational\",\"Computer\":\"PC01.example.com\"},"
                "\"UserData\":{\"EventXML\":{\"User\":\"EXAMPLE\\\\tanaka\",\"SessionID\":2,\"Address\":\"LOCAL\"}}}}"},
    {.name = "sentinel", /* the table SecurityEvent */
     .head = {{"TimeGenerated", WINDOWS_TIME}, {"EventID", WINDOWS_EVENT_ID}, {"Channel", WINDOWS_CHANNEL},
              {"EventSourceName", WINDOWS_PROVIDER}, {"Computer", WINDOWS_COMPUTER}, {"EventRecordId", WINDOWS_RECORD_ID}},
     .data = {""}, .is_utc = true,
     .example = "{\"TimeGenerated\":\"2026-11-21T12:19:32.108Z\",\"Computer\":\"PC01.example.com\",\"EventSourceName\":"
                "\"Microsoft-Windows-Security-Auditing\",\"Channel\":\"Security\",\"EventID\":4688,\"NewProcessName\":"
                "\"C:\\\\Tools\\\\ssh.exe\",\"NewProcessId\":\"0x1a4\",\"CommandLine\":\"ssh -N -R 3390:127.0.0.1:3389 relay.example.net\"}"},
    {.name = "wazuh",
     .head = {{"data.win.system.systemTime", WINDOWS_TIME}, {"data.win.system.eventID", WINDOWS_EVENT_ID},
              {"data.win.system.channel", WINDOWS_CHANNEL}, {"data.win.system.providerName", WINDOWS_PROVIDER},
              {"data.win.system.computer", WINDOWS_COMPUTER}, {"data.win.system.eventRecordID", WINDOWS_RECORD_ID}},
     .data = {"data.win.eventdata", "data.win.logFileCleared", "data.win.eventXML"}, .any_case = true,
     .example = "{\"timestamp\":\"2026-11-21T12:19:40.001+0000\",\"data\":{\"win\":{\"system\":{\"providerName\":\"Microsoft-Windows-Sysmon\","
                "\"eventID\":\"3\",\"systemTime\":\"2026-11-21T12:19:32.1084417Z\",\"eventRecordID\":\"5\",\"channel\":"
                "\"Microsoft-Windows-Sysmon/Operational\",\"computer\":\"PC01.example.com\"},\"eventdata\":{\"image\":\"C:\\\\Tools\\\\ssh.exe\","
                "\"protocol\":\"tcp\",\"initiated\":\"true\",\"sourceIp\":\"10.0.3.17\",\"sourcePort\":\"49275\",\"destinationIp\":\"10.0.0.8\","
                "\"destinationPort\":\"8080\"}}}}"},
};

const struct winlog_dialect *winlog_at(size_t i) { return i < COUNT_OF(dialects) ? &dialects[i] : NULL; }

bool winlog_is_name(span name)
{
    for (size_t i = 0; i < COUNT_OF(dialects); i++)
        if (span_eq_nocase(name, span_str(dialects[i].name)))
            return true;
    return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Palo Alto Networks firewalls: the traffic log and the URL filtering log (a subtype of the threat log), as PAN-OS writes
 * them to syslog: columns by position, more of them with every version. Facts: docs/formats/paloalto.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"generated_time", FIELD_TIME, CUT_PATTERN_TIME},
    {"start_time", FIELD_START, CUT_PATTERN_TIME},
    {"elapsed", FIELD_DURATION, CUT_SECONDS},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"sport", FIELD_CLIENT_PORT, CUT_PORT},
    {"srcuser", FIELD_USER, CUT_SOME_TEXT},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dport", FIELD_SERVER_PORT, CUT_PORT},
    {"url", FIELD_URL, CUT_BARE_URL},
    {"http_method", FIELD_METHOD, CUT_SOME_TEXT},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"bytes_sent", FIELD_BYTES_OUT, CUT_NUMBER},
    {"bytes_received", FIELD_BYTES_IN, CUT_NUMBER},
    {"user_agent", FIELD_AGENT, CUT_SOME_TEXT},
    {"referer", FIELD_REFERER, CUT_SOME_TEXT},
    {"xff", FIELD_XFF, CUT_SOME_TEXT},
    {"contenttype", FIELD_MIME, CUT_SOME_TEXT},
    {"category", FIELD_CATEGORY, CUT_SOME_TEXT},
    {"sessionid", FIELD_SESSION, CUT_SOME_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"generated_time", "src", "dst", "sessionid", "bytes_sent|url", NULL};
static const struct row_kind kinds[] = {
    {"bytes_sent", NULL, SESSION_CARRIER}, {"url", NULL, SESSION_REQUEST}, {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"allow", OUTCOME_ALLOWED}, {"alert", OUTCOME_ALLOWED}, {"continue", OUTCOME_ALLOWED}, {"override", OUTCOME_ALLOWED},
    {"deny", OUTCOME_BLOCKED}, {"drop", OUTCOME_BLOCKED}, {"drop-icmp", OUTCOME_BLOCKED}, {"drop-packet", OUTCOME_BLOCKED},
    {"drop-all-packets", OUTCOME_BLOCKED}, {"reset-client", OUTCOME_BLOCKED}, {"reset-server", OUTCOME_BLOCKED},
    {"reset-both", OUTCOME_BLOCKED}, {"reset client", OUTCOME_BLOCKED}, {"reset server", OUTCOME_BLOCKED},
    {"reset both", OUTCOME_BLOCKED}, {"block-url", OUTCOME_BLOCKED}, {"block", OUTCOME_BLOCKED},
    {"block-continue", OUTCOME_BLOCKED}, {"block-override", OUTCOME_BLOCKED}, {NULL, 0},
};

#define OTHERS "SYSTEM|CONFIG|HIPMATCH|HIP-MATCH|GLOBALPROTECT|USERID|IPTAG|CORRELATION|DECRYPTION|AUTHENTICATION|AUTH|GTP|SCTP|" \
               "TUNNEL|START|END|AUDIT"
/* One header per kind of row; what both begin with. */
#define HEAD(type, subtype)                                                                                       \
    "future_use1,receive_time,serial,type=" type ",subtype=" subtype ",future_use2,generated_time,src,dst,natsrc,natdst,rule,"   \
    "srcuser,dstuser,app,vsys,from,to,inbound_if,outbound_if,logset,future_use3,sessionid,repeatcnt,sport,dport,natsport,natdport," \
    "flags,proto,action,"
#define TRAFFIC HEAD("TRAFFIC!THREAT|" OTHERS, "end|drop|deny!*") \
    "bytes,bytes_sent,bytes_received,packets,start_time,elapsed,category"
#define URL HEAD("THREAT!TRAFFIC|" OTHERS, "url!*")                                                               \
    "url,threatid,category,severity,direction,seqno,actionflags,?srcloc,dstloc,future_use4,contenttype,pcap_id,filedigest,"  \
    "cloud,url_idx,user_agent,filetype,xff,referer,sender,subject,recipient,reportid,dg1,dg2,dg3,dg4,vsys_name,device_name,"  \
    "future_use5,src_uuid,dst_uuid,http_method"

const struct vocabulary vocabulary_paloalto = {
    .name = "paloalto", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes, .stamp = STAMP_END,
    .counts_headers_in = true, .counts_headers_out = true, .time_pattern = "%Y/%m/%d %H:%M:%S",
    .examples = {
        {NAMED_CSV, TRAFFIC,
         "1,2026/11/21 21:19:33,007000000001,TRAFFIC,end,2049,2026/11/21 21:19:32,10.0.0.1,192.0.2.7,203.0.113.1,192.0.2.7,"
         "outbound,example\\sato,,ssl,vsys1,trust,untrust,ethernet1/1,ethernet1/2,log,2026/11/21 21:19:32,1201,1,51000,443,"
         "40001,443,0x400053,tcp,allow,9730,2210,7520,31,2026/11/21 21:19:02,14,news,0,7301,0x0,10.0.0.0-10.255.255.255,"
         "Japan,0,14,17,tcp-fin"},
        {NAMED_CSV, URL,
         "1,2026/11/21 21:19:33,007000000001,THREAT,url,2049,2026/11/21 21:19:04,10.0.0.1,192.0.2.7,203.0.113.1,192.0.2.7,"
         "outbound,example\\sato,,web-browsing,vsys1,trust,untrust,ethernet1/1,ethernet1/2,log,2026/11/21 21:19:04,1201,1,"
         "51000,443,40001,443,0x400053,tcp,alert,\"a.example/x?q=1,2\",(9999),news,informational,client-to-server,7302,0x0,"
         "10.0.0.0-10.255.255.255,Japan,0,text/html,0,,,1,Mozilla/5.0 (Windows NT 10.0),,,https://b.example/,,,,0,0,0,0,0,,fw1,,,,get"},
    },
};

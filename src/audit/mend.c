/* SPDX-License-Identifier: Apache-2.0 */
/* Windows' audit subcategories have their GUIDs from MS-GPAC 2.2.1.2; its commands were not tried here.
 * What is said of Squid was tried with Squid 5.7 (-k parse), built with GnuTLS and with OpenSSL; that %>st counts
 * tunnelled bytes only from 4.0.1 on is its bug 3069. nginx's and Apache's lines passed their -t. What is said of the
 * appliances and services stands in their makers' documentation and was not tried: Cisco's table of log fields, Zscaler's
 * fields of an NSS feed, Fortinet's "Enabling extended logging", Palo Alto's "HTTP Header Logging". */
#include "audit/mend.h"

#define SQUID_LINE                                                                                                  \
    "%ts.%03tu %6tr %>a:%>p %Ss/%03>Hs %>st %<st %rm %ru HTTP/%rv %[un \"%{Referer}>h\" \"%{User-Agent}>h\" "       \
    "%Sh/%<a:%<p %mt %tS %err_code"
#define SQUID_TLS_LINE                                                                                              \
    "%ts.%03tu %6tr %>a:%>p %Ss/%03>Hs %>st %<st %rm %ru HTTP/%rv %[un \"%{Referer}>h\" \"%{User-Agent}>h\" "       \
    "%Sh/%<a:%<p %mt %ssl::>sni %>handshake %tS %err_code"
#define APACHE_LINE "%a:%{remote}p %l %u %t \"%r\" %>s %I %O %D \"%{Referer}i\" \"%{User-Agent}i\""
#define APACHE_QUOTED "%a:%{remote}p %l %u %t \\\"%r\\\" %>s %I %O %D \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\""
#define NGINX_LINE                                                                                                  \
    "$remote_addr:$remote_port - $remote_user [$time_local] \"$request\" $status $request_length $bytes_sent "      \
    "$request_time \"$http_referer\" \"$http_user_agent\" $upstream_addr"

/* Field lists of products that name them: src/format/bluecoat.c and its neighbours read these names. */
#define BLUECOAT_FIELDS                                                                                             \
    "date time time-taken c-ip c-port cs-username sc-status s-action sc-filter-result cs-method cs-uri-scheme "      \
    "cs-host cs-uri-port cs-uri-path cs-uri-query cs(User-Agent) cs(Referer) rs(Content-Type) sc-bytes cs-bytes r-ip"
#define CISCO_FIELDS                                                                                                \
    "timestamp x-elapsed-time c-ip x-resultcode-httpstatus sc-bytes cs-bytes cs-method cs-url cs-username s-ip "     \
    "cs-mime-type cs(User-Agent) cs(Referer)"
#define ZSCALER_FEED                                                                                                \
    "%s{time}\\treason=%s{reason}\\tprotocol=%s{proto}\\taction=%s{action}\\tClientIP=%s{cip}\\tuser=%s{login}\\t"      \
    "requestmethod=%s{reqmethod}\\turl=%s{eurl}\\tserverip=%s{sip}\\tstatus=%s{respcode}\\trequestsize=%d{reqsize}\\t"   \
    "responsesize=%d{respsize}\\tuseragent=%s{ua}\\trefererURL=%s{ereferer}\\tcontenttype=%s{contenttype}"

#define AUDITPOL(number) "auditpol /set /subcategory:\"{0CCE92" number "-69AE-11D9-BED3-505054503030}\" /success:enable"

static const struct mend mends[] = {
    {"squid", SQUID_LINE, {
        {TEXT_MEND_SQUID, "logformat konseki " SQUID_LINE},
        {TEXT_NONE, "access_log daemon:/var/log/squid/konseki.log konseki"},
        {TEXT_MEND_SQUID_QUERY, "strip_query_terms off"},
        {TEXT_MEND_SQUID_ROTATE, "logfile_rotate 90"},
        {TEXT_MEND_SQUID_OUT, NULL},
        {TEXT_MEND_SQUID_TLS, "#logformat konseki " SQUID_TLS_LINE},
        {TEXT_MEND_SQUID_USER, NULL},
    }, 7},
    {"apache", APACHE_LINE, {
        {TEXT_MEND_APACHE, "LogFormat \"" APACHE_QUOTED "\" konseki"},
        {TEXT_NONE, "CustomLog /var/log/apache2/konseki.log konseki"},
        {TEXT_MEND_APACHE_OUT, NULL},
        {TEXT_MEND_APACHE_SERVER, NULL},
    }, 4},
    {"windows", NULL, {
        {TEXT_MEND_WINDOWS, NULL},
        {TEXT_MEND_WINDOWS_LOGON, AUDITPOL("15") " /failure:enable"},
        {TEXT_NONE, AUDITPOL("16")},
        {TEXT_NONE, AUDITPOL("1C")},
        {TEXT_MEND_WINDOWS_CONNECTION, AUDITPOL("26")},
        {TEXT_MEND_WINDOWS_PROCESS, AUDITPOL("2B")},
        {TEXT_NONE, "reg add HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Audit "
                    "/v ProcessCreationIncludeCmdLine_Enabled /t REG_DWORD /d 1 /f"},
        {TEXT_MEND_WINDOWS_SIZE, "wevtutil sl Security /ms:1073741824"},
        {TEXT_NONE, "wevtutil sl Microsoft-Windows-TerminalServices-LocalSessionManager/Operational /e:true /ms:67108864"},
        {TEXT_NONE, "wevtutil sl Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational /e:true /ms:67108864"},
        {TEXT_NONE, "wevtutil sl Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational /e:true /ms:67108864"},
        {TEXT_MEND_WINDOWS_SYSMON, "sysmon64 -accepteula -i sysmon.xml"},
    }, 12},
    {"bluecoat", "#Fields: " BLUECOAT_FIELDS, {
        {TEXT_MEND_BLUECOAT, BLUECOAT_FIELDS},
        {TEXT_MEND_BLUECOAT_TUNNEL, NULL},
    }, 2},
    {"cisco", "#Fields: " CISCO_FIELDS, {
        {TEXT_MEND_CISCO, CISCO_FIELDS},
        {TEXT_MEND_CISCO_TOTAL, NULL},
    }, 2},
    {"zscaler", NULL, {
        {TEXT_MEND_ZSCALER, ZSCALER_FEED},
        {TEXT_MEND_ZSCALER_AGGREGATE, NULL},
    }, 2},
    {"fortigate", NULL, {
        {TEXT_MEND_FORTIGATE, "config webfilter profile"},
        {TEXT_NONE, "    edit PROFILE"},
        {TEXT_NONE, "        set extended-log enable"},
        {TEXT_NONE, "        set web-extended-all-action-log enable"},
        {TEXT_NONE, "    next"},
        {TEXT_NONE, "end"},
        {TEXT_MEND_FORTIGATE_SYSLOG, "config log syslogd setting"},
        {TEXT_NONE, "    set mode reliable"},
        {TEXT_NONE, "end"},
        {TEXT_MEND_FORTIGATE_TRAFFIC, NULL},
    }, 10},
    {"paloalto", NULL, {
        {TEXT_MEND_PALOALTO, NULL},
        {TEXT_MEND_PALOALTO_AGENT, NULL},
        {TEXT_MEND_PALOALTO_TRAFFIC, NULL},
    }, 3},
    {"nginx", NGINX_LINE, {
        {TEXT_MEND_NGINX, "log_format konseki '" NGINX_LINE "';"},
        {TEXT_NONE, "access_log /var/log/nginx/konseki.log konseki;"},
        {TEXT_MEND_NGINX_OUT, NULL},
        {TEXT_MEND_NGINX_SERVER, NULL},
    }, 4},
};

const struct mend *mend_of(span product)
{
    for (size_t i = 0; i < COUNT_OF(mends); i++)
        if (span_eq(product, span_str(mends[i].product)))
            return &mends[i];
    return NULL;
}

const struct mend *mend_of_format(span format)
{
    for (size_t i = 0; i < COUNT_OF(mends); i++)
        if (span_find(format, span_str(mends[i].product)) != SIZE_MAX)
            return &mends[i];
    return NULL;
}

void mend_names(sink *o)
{
    for (size_t i = 0; i < COUNT_OF(mends); i++)
        sink_printf(o, "%s%s", i == 0 ? "" : i + 1 < COUNT_OF(mends) ? ", " : " or ", mends[i].product);
}

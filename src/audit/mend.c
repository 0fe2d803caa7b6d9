/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of Squid was tried with Squid 5.7 (-k parse), built with GnuTLS and with OpenSSL; that %>st counts
 * tunnelled bytes only from 4.0.1 on is its bug 3069. nginx's and Apache's lines passed their -t. */
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

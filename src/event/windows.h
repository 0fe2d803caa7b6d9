/* SPDX-License-Identifier: Apache-2.0 */
/* event/windows.h: the second noun that comes in: one event of a Windows event log, and the state of each of its fields.
 *
 * Only events that say something of logons, RDP sessions, connections, processes or the log itself are read; they are the
 * lines of windows_events.def, which also says under which name each of them holds which field. States are those of
 * event/event.h: unlogged (this event never says it), absent (it would, and does not), blank ("-" or nothing), value. */
#ifndef KONSEKI_WINDOWS_H
#define KONSEKI_WINDOWS_H

#include "base/arena.h"
#include "event/event.h"

/* F(ID, json_key, type, name)   type as in event.h; name: ECS or Winlogbeat.
 * user, domain, logon_id: whom the event is about; subject_...: who asked for it (Windows' service, as a rule).
 * address, port: of the other end, as the machine saw it: a tunnel shows as loopback. workstation: what the client's
 * machine calls itself, which survives a tunnel. local_..., remote_...: of connections, whoever began them. status and
 * sub_status: NTSTATUS of failures; reason: a code of the event's own. zone: the client's, minutes east of UTC, as
 * samples fit; the event says whole hours. text: what else the event is about (see windows_events.def). */
#define WINDOWS_FIELDS(F)                                                                      \
    F(TIME, time, MS, "@timestamp")                                                            \
    F(COMPUTER, computer, TEXT, "winlog.computer_name")                                        \
    F(CHANNEL, channel, TEXT, "winlog.channel")                                                \
    F(PROVIDER, provider, TEXT, "winlog.provider_name")                                        \
    F(EVENT_ID, event_id, NUMBER, "winlog.event_id")                                           \
    F(RECORD_ID, record_id, NUMBER, "winlog.record_id")                                        \
    F(ACTIVITY, activity, TEXT, "winlog.activity_id")                                          \
    F(USER, user, TEXT, "user.name")                                                           \
    F(DOMAIN, domain, TEXT, "user.domain")                                                     \
    F(LOGON_ID, logon_id, NUMBER, "winlog.event_data.TargetLogonId")                           \
    F(LINKED_LOGON_ID, linked_logon_id, NUMBER, "winlog.event_data.TargetLinkedLogonId")       \
    F(LOGON_TYPE, logon_type, NUMBER, "winlog.event_data.LogonType")                           \
    F(SUBJECT_USER, subject_user, TEXT, "winlog.event_data.SubjectUserName")                   \
    F(SUBJECT_DOMAIN, subject_domain, TEXT, "winlog.event_data.SubjectDomainName")             \
    F(SUBJECT_LOGON_ID, subject_logon_id, NUMBER, "winlog.event_data.SubjectLogonId")          \
    F(ADDRESS, address, TEXT, "source.ip")                                                     \
    F(PORT, port, NUMBER, "source.port")                                                       \
    F(WORKSTATION, workstation, TEXT, "source.domain")                                         \
    F(SESSION_ID, session_id, NUMBER, "winlog.user_data.SessionID")                            \
    F(SESSION_NAME, session_name, TEXT, "winlog.event_data.SessionName")                       \
    F(PROCESS, process, TEXT, "process.executable")                                            \
    F(PROCESS_ID, process_id, NUMBER, "process.pid")                                           \
    F(PARENT, parent, TEXT, "process.parent.executable")                                       \
    F(PARENT_ID, parent_id, NUMBER, "process.parent.pid")                                      \
    F(COMMAND_LINE, command_line, TEXT, "process.command_line")                                \
    F(LOCAL_ADDRESS, local_address, TEXT, "")                                                  \
    F(LOCAL_PORT, local_port, NUMBER, "")                                                      \
    F(REMOTE_ADDRESS, remote_address, TEXT, "")                                                \
    F(REMOTE_PORT, remote_port, NUMBER, "")                                                    \
    F(DIRECTION, direction, NUMBER, "network.direction")                                       \
    F(PROTOCOL, protocol, NUMBER, "network.iana_number")                                       \
    F(REASON, reason, NUMBER, "")                                                              \
    F(STATUS, status, NUMBER, "winlog.event_data.Status")                                      \
    F(SUB_STATUS, sub_status, NUMBER, "winlog.event_data.SubStatus")                           \
    F(ZONE, zone, SIGNED, "")                                                                  \
    F(TEXT, text, TEXT, "")

#define WINDOWS_FIELD_ENUM(ID, key, type, name) WINDOWS_##ID,
enum windows_field { WINDOWS_FIELDS(WINDOWS_FIELD_ENUM) WINDOWS_FIELD_COUNT };
#undef WINDOWS_FIELD_ENUM

enum windows_type { WINDOWS_TYPE_MS, WINDOWS_TYPE_NUMBER, WINDOWS_TYPE_SIGNED, WINDOWS_TYPE_TEXT };
struct windows_field_info { const char *key, *name; enum windows_type type; };
extern const struct windows_field_info windows_field_infos[WINDOWS_FIELD_COUNT];

#define WINDOWS_BIT(ID) (UINT64_C(1) << WINDOWS_##ID)

enum windows_direction { DIRECTION_OUT = 1, DIRECTION_IN = 2 };   /* the machine asked; the machine was asked */

/* What an event means, whichever channel says it. */
enum windows_meaning {
    MEANS_LOGON, MEANS_LOGON_FAILED, MEANS_LOGOFF, MEANS_LOGOFF_ASKED,
    MEANS_LOGON_AS,               /* somebody used another account's password, here or towards `text` */
    MEANS_RECONNECTED, MEANS_DISCONNECTED,     /* a session and its window; they name the client's machine */
    MEANS_REFUSED,                /* remote desktop refused to an account that may not */
    MEANS_SESSION_LOGON, MEANS_SESSION_SHELL, MEANS_SESSION_LOGOFF,   /* of the session manager: sessions have numbers */
    MEANS_SESSION_DISCONNECTED, MEANS_SESSION_RECONNECTED,
    MEANS_SESSION_DISCONNECTED_BY /* another session, number `reason` */, MEANS_SESSION_WHY,
    MEANS_RDP_LISTENER,           /* somebody reached the listener `session_name` */
    MEANS_RDP_AUTHENTICATED,      /* the password was right (with NLA); no logon yet */
    MEANS_RDP_ACCEPTED, MEANS_RDP_NAMED /* session_name: RDP-Tcp#5 */, MEANS_RDP_CONNECTED, MEANS_RDP_ENDED,
    MEANS_RDP_WHY, MEANS_RDP_ZONE, MEANS_RDP_FAILED,
    MEANS_CONNECTION, MEANS_PROCESS,
    MEANS_LOG_CLEARED, MEANS_AUDIT_CHANGED, MEANS_CLOCK_CHANGED,
    MEANS_LOG_STARTED, MEANS_LOG_STOPPED, MEANS_LOG_CUT_OFF, /* the machine went up, down, or died */
    MEANS_COUNT
};

/* Events of one class share a limit on how many are kept: a flood of one must not push out another. */
enum windows_class {
    CLASS_SESSION,      /* all that is not of the others: few */
    CLASS_NETWORK,      /* logons and logoffs without a screen (not of types 2, 7, 10, 11), failed ones, scans of the listener */
    CLASS_CONNECTION, CLASS_PROCESS, WINDOWS_CLASS_COUNT
};

/* One entry of windows_events.def. */
struct windows_name { const char *name; uint8_t as; };   /* as: enum windows_field, or a way to cut (windows.c) */
enum { WINDOWS_NAMES_MAX = 16 };
struct windows_kind {
    enum windows_meaning meaning;
    const char *channel, *provider;
    uint32_t id;
    struct windows_name names[WINDOWS_NAMES_MAX];   /* ends with a NULL name */
};
/* The kind of an event; NULL: none of ours. Letter case is ignored. The provider is asked where the channel is empty or
 * says nothing (forwarded events), and in the System log, where each provider counts for itself. */
const struct windows_kind *windows_kind(span channel, span provider, uint64_t id);
const struct windows_kind *windows_kind_at(size_t i);       /* NULL past the last */
uint64_t windows_gives(const struct windows_kind *kind);    /* WINDOWS_BITs that such an event can have */

/* Spans borrow from the line or from the reader's scratch. A slot is defined only where its state is VALUE (text: also
 * BLANK). `kind` NULL: none of ours; then only the fields up to ACTIVITY are filled. */
struct windows_event {
    const struct windows_kind *kind;
    uint64_t has, blank;
    union { span text; uint64_t number; int64_t number_signed; int64_t ms; } at[WINDOWS_FIELD_COUNT];
    bool is_local_time;          /* its stamp named no zone: --tz was asked, or UTC assumed */
};

static inline bool windows_has(const struct windows_event *e, enum windows_field f) { return e->has >> f & 1; }
enum field_state windows_state(const struct windows_event *e, enum windows_field f);
static inline span windows_text(const struct windows_event *e, enum windows_field f)
{
    return windows_has(e, f) ? e->at[f].text : (span){NULL, 0};
}
enum windows_class windows_class(const struct windows_event *e);

/* For readers: a field of the record's head. False: no such number or time. */
bool windows_put_field(struct windows_event *e, enum windows_field f, span value);
/* ... once those are there and `kind` is set: one name of its EventData or UserData with its value. Names that the kind
 * does not hold are ignored; of one name twice the first counts. any_case: some collectors respell names. */
void windows_put(struct windows_event *e, span name, span value, bool any_case);
/* ... and after the last: what follows from several of them (which end of a connection was the machine's own). */
void windows_settle(struct windows_event *e);

/* An address as Windows logs it. Which addresses are the computer's own is for whoever knows its sessions. */
enum windows_address {
    ADDRESS_NONE,        /* "", "-", 0.0.0.0, ::  */
    ADDRESS_LOOPBACK,    /* 127.0.0.0/8, ::1, ::ffff:127.x, and ::%N, which is what a tunnelled ::1 becomes in LSM 21 */
    ADDRESS_LOCAL,       /* the word LOCAL: the console, or a session whose client Windows cannot tell */
    ADDRESS_LINK_LOCAL, ADDRESS_PRIVATE, ADDRESS_PUBLIC,
    ADDRESS_NAME         /* not an address */
};
enum windows_address windows_address_kind(span address);

#endif

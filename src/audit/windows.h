/* SPDX-License-Identifier: Apache-2.0 */
/* audit/windows.h: what the event logs of some computers can answer: by questions, and by what is missing, switched off,
 * cleared or silent on each. Plain data in the arena it was made in; it borrows the fold. */
#ifndef KONSEKI_AUDIT_WINDOWS_H
#define KONSEKI_AUDIT_WINDOWS_H

#include "audit/costs.h"
#include "audit/windows_fold.h"
#include "finding/finding.h"

enum { AUDIT_NAMED = 3, WINDOWS_REMARKS_MAX = 64, WINDOWS_SILENCES_MAX = 20 };

/* Logs that a question about RDP rests on; in the order of the screen. */
enum needed_log { LOG_SECURITY, LOG_SESSIONS, LOG_CONNECTIONS, LOG_RDP_CORE, LOG_SYSMON, LOG_SYSTEM, NEEDED_LOG_COUNT };
extern const char *const needed_logs[NEEDED_LOG_COUNT];   /* channels */

/* What has to be switched on for a computer to say something. */
enum audit_policy { POLICY_LOGON, POLICY_LOGOFF, POLICY_RECONNECT, POLICY_CONNECTION, POLICY_PROCESS, POLICY_COMMAND_LINE,
                    AUDIT_POLICY_COUNT };
extern const char *const audit_policies[AUDIT_POLICY_COUNT];   /* "logon" ... */

struct audited_computer {
    span name;                    /* "": its events name none */
    const struct windows_log **logs;   /* of the result's, side by side */
    size_t log_n;
    const struct windows_log *needed[NEEDED_LOG_COUNT];   /* NULL: not here */
    bool is_off[AUDIT_POLICY_COUNT];   /* seems so: the log that would say it is here, and does not */
};

struct windows_question {
    const char *id;
    struct sentence text;
    uint64_t count[GRADE_COUNT];  /* computers that answer so: yes, half, no */
    struct text_list without;     /* those that do not say yes: AUDIT_NAMED of them */
    uint64_t needs_logs;          /* bits of enum needed_log that would mend it */
    uint64_t needs_policies;      /* bits of enum audit_policy */
};

struct windows_audit {
    const struct windows_log **logs;   /* by computer, then channel */
    size_t log_n;
    struct audited_computer *computers;
    size_t computer_n;
    struct windows_question *questions;
    size_t question_n;
    const struct log_clearing *clearings;
    size_t clearing_n;
    uint64_t clearings_more;
    struct windows_remark { const char *id; struct sentence text; } *remarks;
    size_t remark_n;
};

/* Nothing where the fold has no log. The fold is settled. */
void windows_audit_make(arena *a, const struct windows_fold *fold, struct windows_audit *out);
/* Part of it. */
void windows_remarks(arena *a, const struct windows_fold *fold, struct windows_audit *out);

#endif

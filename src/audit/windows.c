/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/windows.h"

const char *const needed_logs[NEEDED_LOG_COUNT] = {
    [LOG_SECURITY] = "Security",
    [LOG_SESSIONS] = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
    [LOG_CONNECTIONS] = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
    [LOG_RDP_CORE] = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational",
    [LOG_SYSMON] = "Microsoft-Windows-Sysmon/Operational",
    [LOG_SYSTEM] = "System",
};
const char *const audit_policies[AUDIT_POLICY_COUNT] = {"logon", "logoff", "reconnect", "connection", "process", "command_line"};

#define BIT(x) (UINT64_C(1) << (x))

/* Each policy by the events that it makes. */
static const uint64_t policy_means[AUDIT_POLICY_COUNT] = {
    [POLICY_LOGON] = BIT(MEANS_LOGON), [POLICY_LOGOFF] = BIT(MEANS_LOGOFF) | BIT(MEANS_LOGOFF_ASKED),
    [POLICY_RECONNECT] = BIT(MEANS_RECONNECTED) | BIT(MEANS_DISCONNECTED), [POLICY_CONNECTION] = BIT(MEANS_CONNECTION),
    [POLICY_PROCESS] = BIT(MEANS_PROCESS),
};

/* What a question rests on: each part by any of these events. Yes: every part is there; half: some. */
enum { PARTS_MAX = 2 };
static const struct question_def {
    const char *id;
    enum text_key text;
    uint64_t parts[PARTS_MAX];
    uint64_t logs, policies;      /* what would mend it */
} asked[] = {
    {"rdp_came", TEXT_ASK_RDP_CAME,
     {BIT(MEANS_LOGON), BIT(MEANS_SESSION_LOGON) | BIT(MEANS_RDP_AUTHENTICATED) | BIT(MEANS_RDP_ACCEPTED)},
     BIT(LOG_SECURITY) | BIT(LOG_SESSIONS) | BIT(LOG_RDP_CORE), BIT(POLICY_LOGON)},
    {"rdp_process", TEXT_ASK_RDP_PROCESS, {BIT(MEANS_CONNECTION), BIT(MEANS_PROCESS)},
     BIT(LOG_SYSMON), BIT(POLICY_CONNECTION) | BIT(POLICY_PROCESS) | BIT(POLICY_COMMAND_LINE)},
    {"rdp_machine", TEXT_ASK_RDP_MACHINE, {BIT(MEANS_RECONNECTED) | BIT(MEANS_DISCONNECTED) | BIT(MEANS_LOGON), BIT(MEANS_RDP_ZONE)},
     BIT(LOG_RDP_CORE), BIT(POLICY_RECONNECT)},
    {"rdp_end", TEXT_ASK_RDP_END,
     {BIT(MEANS_LOGOFF) | BIT(MEANS_LOGOFF_ASKED) | BIT(MEANS_DISCONNECTED) | BIT(MEANS_SESSION_LOGOFF) |
      BIT(MEANS_SESSION_DISCONNECTED) | BIT(MEANS_RDP_ENDED), 0},
     BIT(LOG_SESSIONS), BIT(POLICY_LOGOFF)},
    {"around_proxy", TEXT_ASK_AROUND_PROXY, {BIT(MEANS_CONNECTION), 0}, BIT(LOG_SYSMON), BIT(POLICY_CONNECTION)},
};

static uint64_t events_of(const struct windows_log *log, uint64_t means)
{
    uint64_t n = 0;
    const struct windows_kind *k;
    for (size_t i = 0; log && i < WINDOWS_KINDS_MAX && (k = windows_kind_at(i)); i++)
        n += means >> k->meaning & 1 ? log->kinds[i] : 0;
    return n;
}

/* Operational logs say what there was to say; the Security log and Sysmon say what they were told to. */
static bool is_said_by(const struct audited_computer *c, enum needed_log log, uint64_t means)
{
    const struct windows_kind *k;
    if (!c->needed[log] || events_of(c->needed[log], means))
        return c->needed[log] != NULL;
    for (size_t i = 0; log != LOG_SECURITY && log != LOG_SYSMON && (k = windows_kind_at(i)); i++)
        if (means >> k->meaning & 1 && span_eq(span_str(k->channel), span_str(needed_logs[log])))
            return true;
    return false;
}

static bool is_said(const struct audited_computer *c, uint64_t means)
{
    bool is = false;
    for (size_t i = 0; i < NEEDED_LOG_COUNT; i++)
        is |= is_said_by(c, (enum needed_log)i, means);
    return is;
}

static enum grade answer(const struct audited_computer *c, const struct question_def *q)
{
    size_t parts = 0, there = 0;
    for (size_t i = 0; i < PARTS_MAX && q->parts[i]; i++, parts++)
        there += is_said(c, q->parts[i]);
    return there == parts ? GRADE_YES : there ? GRADE_HALF : GRADE_NO;
}

static void ask(arena *a, const struct question_def *def, struct windows_audit *out)
{
    struct windows_question *q = &out->questions[out->question_n++];
    *q = (struct windows_question){.id = def->id, .text = {def->text, NULL, 0}, .without = {arena_new(a, span, AUDIT_NAMED), 0, 0}};
    for (size_t i = 0; i < out->computer_n; i++) {
        const struct audited_computer *c = &out->computers[i];
        enum grade g = answer(c, def);
        q->count[g]++;
        if (g == GRADE_YES)
            continue;
        if (q->without.n < AUDIT_NAMED)
            q->without.items[q->without.n++] = c->name;
        else
            q->without.more++;
        for (size_t k = 0; k < NEEDED_LOG_COUNT; k++)
            q->needs_logs |= def->logs >> k & 1 && !c->needed[k] ? BIT(k) : 0;
        for (size_t k = 0; k < AUDIT_POLICY_COUNT; k++)
            q->needs_policies |= def->policies >> k & 1 && c->is_off[k] ? BIT(k) : 0;
    }
}

/* Sysmon says what the policy would make the Security log say. */
static void judge_policies(struct audited_computer *c)
{
    const struct windows_log *security = c->needed[LOG_SECURITY], *sysmon = c->needed[LOG_SYSMON];
    for (size_t i = 0; security && i < POLICY_COMMAND_LINE; i++)
        c->is_off[i] = !events_of(security, policy_means[i]) && !events_of(sysmon, policy_means[i]);
    uint64_t begun = events_of(security, BIT(MEANS_PROCESS));
    c->is_off[POLICY_COMMAND_LINE] = begun && !security->command_lines && !events_of(sysmon, BIT(MEANS_PROCESS));
}

static void list_computers(arena *a, struct windows_audit *out)
{
    out->computers = arena_new(a, struct audited_computer, out->log_n + 1);
    for (size_t i = 0, n; i < out->log_n; i += n) {
        struct audited_computer *c = &out->computers[out->computer_n++];
        *c = (struct audited_computer){.name = out->logs[i]->computer, .logs = &out->logs[i]};
        for (n = 1; i + n < out->log_n && span_eq_nocase(out->logs[i + n]->computer, c->name);)
            n++;
        c->log_n = n;
        for (size_t k = 0; k < n; k++)
            for (size_t l = 0; l < NEEDED_LOG_COUNT; l++)
                if (span_eq_nocase(c->logs[k]->channel, span_str(needed_logs[l])))
                    c->needed[l] = c->logs[k];
        judge_policies(c);
    }
}

void windows_audit_make(arena *a, const struct windows_fold *fold, struct windows_audit *out)
{
    *out = (struct windows_audit){.clearings = fold->clearings, .clearing_n = fold->clearing_n, .clearings_more = fold->clearings_more};
    out->logs = arena_new(a, const struct windows_log *, fold->n + 1);
    out->log_n = windows_fold_logs(fold, out->logs);
    out->remarks = arena_new(a, struct windows_remark, WINDOWS_REMARKS_MAX);
    if (!out->log_n)
        return;
    list_computers(a, out);
    out->questions = arena_new(a, struct windows_question, COUNT_OF(asked));
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        ask(a, &asked[i], out);
    windows_remarks(a, fold, out);
}

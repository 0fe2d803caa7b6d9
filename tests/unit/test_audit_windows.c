/* SPDX-License-Identifier: Apache-2.0 */
/* What check says of event logs: which there are, what they can answer, and what was emptied. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "audit/mend.h"
#include "audit/windows.h"

#define SESSIONS_LOG "Microsoft-Windows-TerminalServices-LocalSessionManager"
#define RDP_CORE_LOG "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define SYSMON_LOG "Microsoft-Windows-Sysmon"

enum { MINUTE = 60000, HOUR = 60 * MINUTE };
static const int64_t DAY = INT64_C(24) * HOUR;

static struct windows_event made(const char *computer, const char *channel, uint64_t id, int64_t time)
{
    struct windows_event e = {.kind = windows_kind(span_str(channel), SPAN("EventLog"), id)};
    e.at[WINDOWS_TIME].ms = time;
    e.has |= WINDOWS_BIT(TIME);
    assert_true(windows_put_field(&e, WINDOWS_COMPUTER, span_str(computer)));
    assert_true(windows_put_field(&e, WINDOWS_CHANNEL, span_str(channel)));
    return e;
}

static void add(struct windows_fold *f, const char *computer, const char *channel, uint64_t id, int64_t time)
{
    struct windows_event e = made(computer, channel, id, time);
    windows_fold_add(f, 0, (uint64_t)time, &e);
}

static const struct windows_question *question(const struct windows_audit *w, const char *id)
{
    for (size_t i = 0; i < w->question_n; i++)
        if (strcmp(w->questions[i].id, id) == 0)
            return &w->questions[i];
    fail_msg("no question %s", id);
    return NULL;
}

static const struct windows_remark *remark(const struct windows_audit *w, const char *id)
{
    for (size_t i = 0; i < w->remark_n; i++)
        if (strcmp(w->remarks[i].id, id) == 0)
            return &w->remarks[i];
    return NULL;
}

static void logs_are_told_apart_by_computer_and_channel(void **state)
{
    (void)state;
    struct windows_fold f = {.n = 0};
    const struct windows_log *logs[8];
    add(&f, "PC02", "Security", 4624, 5000);
    add(&f, "pc01", "Security", 4624, 3000);
    add(&f, "PC01", "security", 4634, 1000);   /* the same one, spelled otherwise */
    add(&f, "PC01", SESSIONS_LOG "/Operational", 21, 2000);
    assert_int_equal(windows_fold_logs(&f, logs), 3);
    assert_true(span_eq(logs[0]->computer, SPAN("PC01")));
    assert_true(span_eq(logs[1]->channel, SPAN("Security")));
    assert_int_equal(logs[1]->events, 2);
    assert_int_equal(logs[1]->first, 1000);
    assert_int_equal(logs[1]->last, 3000);
    assert_true(span_eq(logs[2]->computer, SPAN("PC02")));
    windows_fold_free(&f);
}

static void a_log_in_pieces_is_the_same_log(void **state)
{
    (void)state;
    arena a = {0};
    struct windows_fold whole = {.n = 0}, parts[2] = {{.n = 0}, {.n = 0}}, joined = {.n = 0};
    const struct windows_log *x[4], *y[4];
    for (int i = 0; i < 100; i++) {
        const char *computer = i % 3 ? "PC01" : "pc02";
        add(&whole, computer, "Security", i % 2 ? 4624 : 1102, (int64_t)i * MINUTE);
        add(&parts[i % 2], computer, "Security", i % 2 ? 4624 : 1102, (int64_t)i * MINUTE);
    }
    windows_fold_join(&joined, &parts[1]);
    windows_fold_join(&joined, &parts[0]);
    windows_fold_settle(&whole);
    windows_fold_settle(&joined);
    assert_int_equal(windows_fold_logs(&whole, x), 2);
    assert_int_equal(windows_fold_logs(&joined, y), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(x[i]->events, y[i]->events);
        assert_int_equal(x[i]->first, y[i]->first);
        assert_memory_equal(x[i]->kinds, y[i]->kinds, sizeof x[i]->kinds);
        assert_int_equal(x[i]->times.hour_n, y[i]->times.hour_n);
    }
    assert_int_equal(whole.clearing_n, 50);
    assert_int_equal(joined.clearing_n, 50);
    for (size_t i = 0; i < 50; i++)
        assert_int_equal(joined.clearings[i].time, (int64_t)i * 2 * MINUTE);
    windows_fold_free(&whole);
    windows_fold_free(&joined);
    windows_fold_free(&parts[0]);
    windows_fold_free(&parts[1]);
    arena_free(&a);
}

static void who_emptied_which_log_is_said(void **state)
{
    (void)state;
    arena a = {0};
    struct windows_fold f = {.n = 0};
    struct windows_audit w;
    struct windows_event e = made("PC01", "System", 104, 7000);
    e.kind = windows_kind(SPAN("System"), SPAN("Microsoft-Windows-Eventlog"), 104);
    windows_put(&e, SPAN("SubjectUserName"), SPAN("admin01"), false);
    windows_put(&e, SPAN("SubjectDomainName"), SPAN("EXAMPLE"), false);
    windows_put(&e, SPAN("Channel"), SPAN("Windows PowerShell"), false);
    windows_fold_add(&f, 3, 99, &e);
    e = made("PC01", "Security", 1102, 6000);
    windows_put(&e, SPAN("SubjectUserName"), SPAN("svc"), false);
    windows_fold_add(&f, 3, 50, &e);
    windows_fold_settle(&f);
    windows_audit_make(&a, &f, &w);
    assert_int_equal(w.clearing_n, 2);
    assert_true(span_eq(w.clearings[0].log, SPAN("Security")));
    assert_true(span_eq(w.clearings[0].user, SPAN("svc")));
    assert_true(span_eq(w.clearings[1].log, SPAN("Windows PowerShell")));
    assert_true(span_eq(w.clearings[1].user, SPAN("EXAMPLE\\admin01")));
    assert_int_equal(w.clearings[1].source, 3);
    assert_int_equal(w.clearings[1].offset, 99);
    assert_non_null(remark(&w, "log_cleared"));
    windows_fold_free(&f);
    arena_free(&a);
}

static void the_earliest_clearings_stay(void **state)
{
    (void)state;
    struct windows_fold f = {.n = 0};
    for (int i = 0; i < 3 * CLEARINGS_MAX; i++)
        add(&f, "PC01", "Security", 1102, (int64_t)(3 * CLEARINGS_MAX - i) * 1000);   /* the latest first */
    windows_fold_settle(&f);
    assert_int_equal(f.clearing_n, CLEARINGS_MAX);
    assert_int_equal(f.clearings_more, 2 * CLEARINGS_MAX);
    assert_int_equal(f.clearings[0].time, 1000);
    assert_int_equal(f.clearings[CLEARINGS_MAX - 1].time, (int64_t)CLEARINGS_MAX * 1000);
    windows_fold_free(&f);
}

/* A machine that says everything, and one that says logons and logoffs alone. */
static void questions_are_answered_by_what_the_logs_say(void **state)
{
    (void)state;
    arena a = {0};
    struct windows_fold f = {.n = 0};
    struct windows_audit w;
    add(&f, "PC01", "Security", 4624, 0);
    add(&f, "PC01", "Security", 4634, 9 * DAY);
    add(&f, "PC01", "Security", 4778, 2);
    add(&f, "PC01", "Security", 5156, 3);
    add(&f, "PC01", "Security", 4688, 4);
    add(&f, "PC01", SESSIONS_LOG "/Operational", 22, 5);
    add(&f, "PC01", RDP_CORE_LOG "/Operational", 131, 6);
    add(&f, "PC02", "Security", 4624, 0);
    add(&f, "PC02", "Security", 4634, 8 * DAY);
    windows_fold_settle(&f);
    windows_audit_make(&a, &f, &w);
    assert_int_equal(w.computer_n, 2);
    const struct windows_question *q = question(&w, "rdp_came");
    assert_int_equal(q->count[GRADE_YES], 1);
    assert_int_equal(q->count[GRADE_HALF], 1);   /* logons, but no log of the sessions */
    assert_int_equal(q->without.n, 1);
    assert_true(span_eq(q->without.items[0], SPAN("PC02")));
    q = question(&w, "rdp_process");
    assert_int_equal(q->count[GRADE_YES], 1);
    assert_int_equal(q->count[GRADE_NO], 1);
    assert_int_equal(q->needs_logs, UINT64_C(1) << LOG_SYSMON);
    assert_int_equal(q->needs_policies, UINT64_C(1) << POLICY_CONNECTION | UINT64_C(1) << POLICY_PROCESS);
    q = question(&w, "rdp_machine");
    assert_int_equal(q->count[GRADE_YES], 1);    /* RdpCoreTS is there: no zone in it is an answer too */
    assert_int_equal(q->count[GRADE_HALF], 1);
    assert_int_equal(question(&w, "rdp_end")->count[GRADE_YES], 2);
    assert_true(w.computers[0].is_off[POLICY_COMMAND_LINE]);
    assert_false(w.computers[1].is_off[POLICY_COMMAND_LINE]);   /* no process at all: that is another policy */
    assert_true(w.computers[1].is_off[POLICY_PROCESS]);
    assert_null(remark(&w, "log_short"));        /* 9 and 8 days */
    windows_fold_free(&f);
    arena_free(&a);
}

static void sysmon_says_what_the_policy_would(void **state)
{
    (void)state;
    arena a = {0};
    struct windows_fold f = {.n = 0};
    struct windows_audit w;
    add(&f, "PC01", "Security", 4624, 0);
    add(&f, "PC01", SYSMON_LOG "/Operational", 3, HOUR);
    windows_fold_settle(&f);
    windows_audit_make(&a, &f, &w);
    assert_false(w.computers[0].is_off[POLICY_CONNECTION]);
    assert_true(w.computers[0].is_off[POLICY_LOGOFF]);
    assert_int_equal(question(&w, "around_proxy")->count[GRADE_YES], 1);
    assert_null(remark(&w, "no_sysmon"));
    assert_non_null(remark(&w, "log_missing"));
    assert_non_null(remark(&w, "log_short"));
    windows_fold_free(&f);
    arena_free(&a);
}

static void a_silence_between_busy_minutes_is_said(void **state)
{
    (void)state;
    arena a = {0};
    struct windows_fold f = {.n = 0};
    struct windows_audit w;
    for (int i = 0; i < 120; i++)
        if (i < 50 || i >= 80)
            add(&f, "PC01", "Security", 4624, (int64_t)i * MINUTE);
    windows_fold_settle(&f);
    windows_audit_make(&a, &f, &w);
    const struct windows_remark *r = remark(&w, "log_silent");
    assert_non_null(r);
    assert_int_equal(r->text.key, TEXT_LOOK_LOG_SILENT);
    add(&f, "PC01", "System", 6005, 80 * MINUTE);
    windows_audit_make(&a, &f, &w);
    assert_int_equal(remark(&w, "log_silent")->text.key, TEXT_LOOK_LOG_SILENT_OFF);
    windows_fold_free(&f);
    arena_free(&a);
}

static void nothing_is_said_of_no_logs(void **state)
{
    (void)state;
    arena a = {0};
    struct windows_fold f = {.n = 0};
    struct windows_audit w;
    windows_audit_make(&a, &f, &w);
    assert_int_equal(w.question_n, 0);
    assert_int_equal(w.remark_n, 0);
    const struct mend *mend = mend_of(SPAN("windows"));
    assert_non_null(mend);
    assert_true(mend->line_n <= MEND_LINES_MAX);
    windows_fold_free(&f);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logs_are_told_apart_by_computer_and_channel),
        cmocka_unit_test(a_log_in_pieces_is_the_same_log),
        cmocka_unit_test(who_emptied_which_log_is_said),
        cmocka_unit_test(the_earliest_clearings_stay),
        cmocka_unit_test(questions_are_answered_by_what_the_logs_say),
        cmocka_unit_test(sysmon_says_what_the_policy_would),
        cmocka_unit_test(a_silence_between_busy_minutes_is_said),
        cmocka_unit_test(nothing_is_said_of_no_logs),
    };
    return cmocka_run_group_tests(tests, NULL, false);
}

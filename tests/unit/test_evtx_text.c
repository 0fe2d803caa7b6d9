/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "evtx/csv.h"
#include "evtx/kind.h"
#include "evtx/xml.h"

#include <stdio.h>

#define NS "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
#define SYSTEM "<System><Provider Name='P'/><EventID>1149</EventID><TimeCreated SystemTime='2019-11-07T08:05:19.123456700Z'/></System>"
#define START "{\"@timestamp\":\"2019-11-07T08:05:19.123456700Z\",\"winlog\":{\"event_id\":\"1149\",\"provider_name\":\"P\""

struct answer { struct text out; struct tally tally; size_t consumed; };

static struct answer of_xml(span text, bool is_last)
{
    struct answer a = {.out = {.limit = ANSWER_MAX}};
    struct xml *x = xml_open();
    a.tally = xml_read(x, text, 100, is_last, &a.out, &a.consumed);
    xml_close(x);
    text_put(&a.out, span_of("", 1));
    return a;
}

static void expect_xml(const char *text, const char *lines)
{
    struct answer a = of_xml(span_str(text), true);
    assert_string_equal(a.out.p, lines);
    assert_int_equal(a.consumed, strlen(text));
    text_free(&a.out);
}

static void events_need_no_root(void **state)
{
    (void)state;
    expect_xml("<Event " NS ">" SYSTEM "</Event>\n<Event " NS ">" SYSTEM "</Event>", START "}}\n" START "}}\n");
    expect_xml("<?xml version='1.0' encoding='utf-16'?><Events>\n  <Event " NS ">\n    " SYSTEM "\n  </Event>\n</Events>\n", START "}}\n");
}

static void layout_is_no_text(void **state)
{
    (void)state;
    expect_xml("<Event " NS ">" SYSTEM "<UserData>\n <E:EventXML xmlns:E='x'>\n  <Param1> a </Param1>\n  <Param2/>\n </E:EventXML>\n</UserData>"
               "<EventData><Data Name='N'>a&amp;&#x3042;\n<!-- no -->b</Data></EventData>"
               "<RenderingInfo Culture='ja-JP'><Message>not this</Message></RenderingInfo></Event>",
               START ",\"event_data\":{\"N\":\"a&あ\\nb\"},\"user_data\":{\"xml_name\":\"EventXML\",\"Param1\":\" a \",\"Param2\":\"\"}}}\n");
}

/* XML 1.0 has no such characters; Windows writes them all the same. */
static void controls_pass(void **state)
{
    (void)state;
    expect_xml("<Event " NS ">" SYSTEM "<EventData><Data Name='N'>a\x01" "b\x1b&#2;\xff&#xd800;\xef\xb7\x90</Data></EventData></Event>",
               START ",\"event_data\":{\"N\":\"a\\u0001b\\u001b\\u0002\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}}}\n");
}

static void damage_costs_one_event(void **state)
{
    (void)state;
    expect_xml("<Event " NS ">" SYSTEM "<EventData></Event><Event " NS ">" SYSTEM "</Event><Event a='b'><System><Event " NS ">" SYSTEM "</Event><Event>",
               "{\"konseki\":{\"refused\":{\"offset\":100,\"why\":\"it is not well-formed XML\"}}}\n" START "}}\n"
               "{\"konseki\":{\"refused\":{\"offset\":501,\"why\":\"another event begins in it\"}}}\n" START "}}\n"
               "{\"konseki\":{\"refused\":{\"offset\":717,\"why\":\"the text ends in it\"}}}\n");
    expect_xml("<!DOCTYPE a [<!ENTITY x 'y'>]><Event " NS ">" SYSTEM "<EventData><Data Name='N'>&x;</Data></EventData></Event>",
               "{\"konseki\":{\"refused\":{\"offset\":130,\"why\":\"it is not well-formed XML\"}}}\n");
}

/* Wherever a block ends, what it did not finish begins the next. */
static void blocks_may_end_anywhere(void **state)
{
    (void)state;
    const char *text = "<Events><Event " NS ">" SYSTEM "</Event> <Event " NS ">" SYSTEM "</Event></Events>";
    struct answer whole = of_xml(span_str(text), true);
    for (size_t end = 1; end < strlen(text); end++) {
        struct answer a = of_xml(span_of(text, end), false);
        struct answer b = of_xml(span_str(text + a.consumed), true);
        assert_true(a.consumed <= end);
        assert_int_equal(a.tally.records + b.tally.records, 2);
        assert_int_equal(a.tally.refused + b.tally.refused, 0);
        assert_int_equal(a.out.n + b.out.n - 1, whole.out.n);
        text_free(&a.out);
        text_free(&b.out);
    }
    text_free(&whole.out);
}

/* ---- CSV ---- */

#define COLUMNS "Level,Date and Time,Source,Event ID,Task Category\r\n"

static struct answer of_csv(const char *columns, span rows, bool is_last)
{
    struct answer a = {.out = {.limit = ANSWER_MAX}};
    struct csv *c = mem_alloc(sizeof *c);
    a.tally = csv_read(c, span_str(columns), rows, 100, is_last, &a.out, &a.consumed);
    csv_free(c);
    mem_free(c);
    text_put(&a.out, span_of("", 1));
    return a;
}

static void expect_csv(const char *columns, const char *rows, const char *lines)
{
    struct answer a = of_csv(columns, span_str(rows), true);
    assert_string_equal(a.out.p, lines);
    assert_int_equal(a.consumed, strlen(rows));
    text_free(&a.out);
}

static void labels_become_fields(void **state)
{
    (void)state;
    expect_csv(COLUMNS, "Information,11/7/2019 5:05:19 PM,Microsoft-Windows-Security-Auditing,4624,Logon,\"An account was successfully logged on.\n\n"
               "Subject:\n\tSecurity ID:\t\tSYSTEM\n\tAccount Name:\t\tPC01$\n\nLogon Type:\t\t\t10\n\nNew Logon:\n\tSecurity ID:\t\tS-1-5-21-1\n"
               "\tAccount Name:\t\tO\"\"Hara\n\nNetwork Information:\n\tWorkstation Name:\tPC02\n\tSource Network Address:\t127.0.0.1\n\tSource Port:\t\t49274\"\r\n",
               "{\"@timestamp\":\"2019-11-07T17:05:19\",\"winlog\":{\"channel\":\"Security\",\"event_id\":\"4624\",\"provider_name\":\"Microsoft-Windows-Security-Auditing\","
               "\"event_data\":{\"SubjectUserName\":\"PC01$\",\"LogonType\":\"10\",\"TargetUserSid\":\"S-1-5-21-1\",\"TargetUserName\":\"O\\\"Hara\",\"WorkstationName\":\"PC02\","
               "\"IpAddress\":\"127.0.0.1\",\"IpPort\":\"49274\"}},\"message\":\"An account was successfully logged on.\\n\\nSubject:\\n\\tSecurity ID:\\t\\tSYSTEM\\n"
               "\\tAccount Name:\\t\\tPC01$\\n\\nLogon Type:\\t\\t\\t10\\n\\nNew Logon:\\n\\tSecurity ID:\\t\\tS-1-5-21-1\\n\\tAccount Name:\\t\\tO\\\"Hara\\n\\n"
               "Network Information:\\n\\tWorkstation Name:\\tPC02\\n\\tSource Network Address:\\t127.0.0.1\\n\\tSource Port:\\t\\t49274\"}\n");
}

/* What is asked of the line of one row. */
static void expect_in_row(const char *columns, const char *row, const char *part)
{
    struct answer a = of_csv(columns, span_str(row), true);
    if (!strstr(a.out.p, part))
        fail_msg("%s is not in %s", part, a.out.p);
    text_free(&a.out);
}

static void the_same_in_japanese(void **state)
{
    (void)state;
    const char *columns = "レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ\n";
    expect_in_row(columns, "情報,2019/11/07 17:05:19,Microsoft-Windows-Security-Auditing,4624,ログオン,\"サブジェクト:\n\tアカウント名:\t\t-\n\nログオン タイプ:\t\t\t3\n\n"
                  "新しいログオン:\n\tアカウント名:\t\t佐藤\n\nネットワーク情報:\n\tソース ネットワーク アドレス:\t192.0.2.7\"\n",
                  "\"event_data\":{\"SubjectUserName\":\"-\",\"LogonType\":\"3\",\"TargetUserName\":\"佐藤\",\"IpAddress\":\"192.0.2.7\"}");
    expect_in_row(columns, "情報,2019/11/07 17:05:19,Microsoft-Windows-Security-Auditing,5156,-,\"アプリケーション情報:\n\tアプリケーション名:\t\\device\\plink.exe\n\n"
                  "ネットワーク情報:\n\t方向:\t\t送信\n\tソース アドレス:\t127.0.0.1\n\tソース ポート:\t\t49274\n\t宛先アドレス:\t127.0.0.2\n\t宛先ポート:\t\t3389\"\n",
                  "{\"Application\":\"\\\\device\\\\plink.exe\",\"Direction\":\"%%14593\",\"SourceAddress\":\"127.0.0.1\",\"SourcePort\":\"49274\","
                  "\"DestAddress\":\"127.0.0.2\",\"DestPort\":\"3389\"}");
    expect_in_row(columns, "情報,2019/11/07 17:05:19,Microsoft-Windows-TerminalServices-RemoteConnectionManager,1149,なし,\"リモート デスクトップ サービス: ユーザー認証に成功しました:\n\n"
                  "ユーザー: sato\nドメイン: EXAMPLE\nソース ネットワーク アドレス: 127.0.0.1\"\n",
                  "\"user_data\":{\"xml_name\":\"EventXML\",\"Param1\":\"sato\",\"Param2\":\"EXAMPLE\",\"Param3\":\"127.0.0.1\"}");
}

static void other_events_have_other_names(void **state)
{
    (void)state;
    expect_in_row(COLUMNS, "I,2019/11/07 17:05:19,Microsoft Windows security auditing.,4634,Logoff,\"Subject:\n\tAccount Name:\t\tsato\"",
                  "\"provider_name\":\"Microsoft-Windows-Security-Auditing\",\"event_data\":{\"TargetUserName\":\"sato\"}");
    expect_in_row(COLUMNS, "I,2019/11/07 17:05:19,TerminalServices-LocalSessionManager,24,None,\"User: A\\b\nSession ID: 2\nSource Network Address: LOCAL\"",
                  "\"user_data\":{\"xml_name\":\"EventXML\",\"User\":\"A\\\\b\",\"SessionID\":\"2\",\"Address\":\"LOCAL\"}");
    expect_in_row(COLUMNS, "I,2019/11/07 17:05:19,Microsoft-Windows-Security-Auditing,4688,x,\"Process Information:\n\tNew Process Name:\tC:\\a.exe\n"
                  "\tProcess Command Line:\ta -R 127.0.0.1:1: b\"", "{\"NewProcessName\":\"C:\\\\a.exe\",\"CommandLine\":\"a -R 127.0.0.1:1: b\"}");
    expect_in_row(COLUMNS, "I,2019/11/07 17:05:19,Microsoft-Windows-Sysmon,3,x,\"Network connection detected:\nImage: C:\\a.exe\nDestinationPort: 3389\"",
                  "\"event_data\":{\"Image\":\"C:\\\\a.exe\",\"DestinationPort\":\"3389\"}");
    expect_in_row(COLUMNS, "I,2019/11/07 17:05:19,RemoteDesktopServices-RdpCoreTS,131,x,The server accepted a new TCP connection from client 127.0.0.1:50000.",
                  "{\"ClientIP\":\"127.0.0.1:50000\"}");
    expect_in_row(COLUMNS, "I,2019/11/07 17:05:19,RemoteDesktopServices-RdpCoreTS,140,x,A connection from the client computer with an IP "
                  "address of 192.0.2.7 failed because the password is not correct.", "{\"IPString\":\"192.0.2.7\"}");
    expect_in_row("Keywords,Date and Time,Source,Event ID,Task Category\n", "Audit Failure,2019/11/07 17:05:19,S,4625,x,m", "\"outcome\":\"failure\"");
    expect_in_row("Level\tDate and Time\tSource\tEvent ID\tTask Category\n", "I\t2019/11/07 17:05:19\tS\t1\tx\t\"a, b\"", "\"message\":\"a, b\"");
}

static void dates_are_read_as_regions_write_them(void **state)
{
    (void)state;
    static const struct { const char *said, *meant; } all[] = {
        {"2019/11/07 17:05:19", "2019-11-07T17:05:19"}, {"11/7/2019 5:05:19 PM", "2019-11-07T17:05:19"},
        {"11/7/2019 12:05:19 AM", "2019-11-07T00:05:19"}, {"07/11/2019 17:05:19", "2019-11-07T17:05:19"},
        {"07.11.2019 17:05:19", "2019-11-07T17:05:19"}, {"2019-11-07 17:05:19", "2019-11-07T17:05:19"}};
    char row[200];
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        snprintf(row, sizeof row, "I,%s,S,1,x,m\n", all[i].said);
        expect_in_row(COLUMNS, row, all[i].meant);
    }
    expect_in_row(COLUMNS, "I,31/13/2019 17:05:19,S,1,x,m\n", "its time is of a form that is not known");
    expect_in_row(COLUMNS, "I,2019/02/30 17:05:19,S,1,x,m\n", "its time is of a form that is not known");
}

/* A message that looks like a row is a message as long as its quotes are right. */
static void quotes_are_believed(void **state)
{
    (void)state;
    struct answer a = of_csv(COLUMNS, span_str("I,2019/11/07 17:05:19,S,1,x,\"a\nI,2019/11/07 17:05:20,S,2,x,m\nb\"\nI,2019/11/07 17:05:21,S,3,x,m\n"), true);
    assert_int_equal(a.tally.records, 2);
    assert_null(strstr(a.out.p, "\"event_id\":\"2\""));
    text_free(&a.out);
    expect_in_row(COLUMNS, "I,2019/11/07 17:05:19,S,1,x,\"a\n", "the text ends in it");
}

static void endless_quotes_cost_one_row(void **state)
{
    (void)state;
    enum { SIZE = 1100 * 1024 };
    char *text = mem_alloc(SIZE);
    memset(text, 'x', SIZE);
    const char *first = "I,2019/11/07 17:05:19,S,1,x,\"a\n", *next = "\nI,2019/11/07 17:05:21,S,3,x,m\n";
    memcpy(text, first, strlen(first));
    memcpy(text + SIZE - strlen(next), next, strlen(next));
    struct answer a = of_csv(COLUMNS, span_of(text, SIZE), true);
    assert_int_equal(a.tally.refused, 1);
    assert_int_equal(a.tally.records, 1);
    assert_non_null(strstr(a.out.p, "\"event_id\":\"3\""));
    text_free(&a.out);
    mem_free(text);
}

static void what_holds_events_is_told(void **state)
{
    (void)state;
    assert_int_equal(events_kind_of(SPAN("ElfFile\0")), EVENTS_EVTX);
    assert_int_equal(events_kind_of(SPAN("\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><Events><Event " NS ">")), EVENTS_XML);
    assert_int_equal(events_kind_of(SPAN("<Event " NS "><System>")), EVENTS_XML);
    assert_int_equal(events_kind_of(SPAN("<Events><Event id='a meeting'>")), EVENTS_NONE);
    assert_int_equal(events_kind_of(SPAN("<EventList><Event " NS ">")), EVENTS_NONE);
    assert_int_equal(events_kind_of(SPAN("\xef\xbb\xbf" COLUMNS)), EVENTS_CSV);
    assert_int_equal(events_kind_of(SPAN("Level,Date and Time,Source,Event ID,Task Category")), EVENTS_NONE);
    assert_int_equal(events_kind_of(SPAN("")), EVENTS_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_need_no_root), cmocka_unit_test(layout_is_no_text), cmocka_unit_test(controls_pass),
        cmocka_unit_test(damage_costs_one_event), cmocka_unit_test(blocks_may_end_anywhere), cmocka_unit_test(labels_become_fields),
        cmocka_unit_test(the_same_in_japanese), cmocka_unit_test(other_events_have_other_names),
        cmocka_unit_test(dates_are_read_as_regions_write_them), cmocka_unit_test(quotes_are_believed),
        cmocka_unit_test(endless_quotes_cost_one_row), cmocka_unit_test(what_holds_events_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

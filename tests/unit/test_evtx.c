/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "evtx/chunk.h"
#include "evtx_bytes.h"

#include <stdio.h>

#define START "{\"@timestamp\":\"2019-11-07T08:05:19.1234567Z\",\"winlog\":{\"event_id\":\"4624\",\"record_id\":"

struct read { struct binxml *b; struct text out; struct tally tally; };

static struct read read_bytes(const struct bytes *b, size_t n)
{
    struct read r = {.b = mem_alloc(sizeof *r.b), .out = {.limit = CHUNK_TEXT_MAX}};
    r.tally = chunk_read(r.b, span_of((const char *)b->p, n), 4096, &r.out);
    text_put(&r.out, span_of("", 1)); /* a NUL, so that it can be compared as a string */
    return r;
}

static void done(struct read *r)
{
    binxml_free(r->b);
    mem_free(r->b);
    text_free(&r->out);
}

static void expect(const struct bytes *b, const char *text)
{
    struct read r = read_bytes(b, b->n);
    assert_string_equal(r.out.p, text);
    done(&r);
}

static void elements_become_fields(void **state)
{
    (void)state;
    struct bytes b;
    make_chunk(&b, 77, 2);
    expect(&b, START "\"77\",\"event_data\":{\"N\":\"x\"}}}\n" START "\"78\",\"event_data\":{\"N\":\"x\"}}}\n");
}

static void system_goes_to_its_places(void **state)
{
    (void)state;
    static const struct { const char *element, *attribute, *value; } all[] = {
        {"Provider", "Name", "P"}, {"Execution", "ProcessID", "12"}, {"Security", "UserID", "S-1-5-18"}, {"Channel", NULL, "Security"},
        {"Computer", NULL, "PC01"}, {"EventRecordID", NULL, "9"}, {"Keywords", NULL, "0x8010000000000000"}, {"Version", NULL, "2"},
        {"TimeCreated", "SystemTime", "2020-01-02T03:04:05.6Z"}, {"Correlation", "ActivityID", "{A}"}, {"Task", NULL, "7"}};
    struct bytes b;
    begin_chunk(&b);
    size_t at = begin_record(&b, 1);
    put_open(&b, "Event", false, false);
    put_content(&b);
    put_open(&b, "System", false, false);
    put_content(&b);
    put_leaf(&b, "EventID", "1", false);
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        put_open(&b, all[i].element, false, all[i].attribute);
        if (all[i].attribute)
            put_attribute(&b, all[i].attribute);
        else
            put_content(&b);
        put_text(&b, all[i].value);
        put8(&b, all[i].attribute ? 3 : 4);
    }
    put_close(&b);
    put_close(&b);
    put8(&b, 0);
    end_record(&b, at);
    end_chunk(&b);
    expect(&b, "{\"@timestamp\":\"2020-01-02T03:04:05.6Z\",\"winlog\":{\"channel\":\"Security\",\"event_id\":\"1\",\"record_id\":\"9\","
               "\"provider_name\":\"P\",\"computer_name\":\"PC01\",\"version\":2,\"process\":{\"pid\":12},"
               "\"user\":{\"identifier\":\"S-1-5-18\"},\"activity_id\":\"{A}\",\"keywords\":[\"Audit Failure\"],\"outcome\":\"failure\"}}\n");
}

/* Whatever stands in EventData. */
static void put_event_data(struct bytes *b, const struct bytes *inner)
{
    size_t at = begin_record(b, 1);
    put_event(b, false);
    put_open(b, "EventData", false, false);
    put_content(b);
    put(b, inner->p, inner->n);
    put_close(b);
    put_close(b);
    put8(b, 0);
    end_record(b, at);
    end_chunk(b);
}

static void names_that_come_again_are_counted(void **state)
{
    (void)state;
    struct bytes b;
    begin_chunk(&b);
    size_t at = begin_record(&b, 1);
    put_event(&b, false);
    put_open(&b, "EventData", false, false);
    put_content(&b);
    put_leaf(&b, "Data", "one", false);
    put_leaf(&b, "A", "two", false);
    put_leaf(&b, "A", "three", false);
    put_leaf(&b, "Data", "four", false);
    put_open(&b, "Outer", false, false);
    put_content(&b);
    put_leaf(&b, "Inner", "five", false);
    put_close(&b);
    put_open(&b, "Nothing", false, false);
    put8(&b, 3);
    put_close(&b);
    put_open(&b, "UserData", false, false);
    put_content(&b);
    put_open(&b, "EventXML", false, false);
    put_content(&b);
    put_leaf(&b, "Param1", "six", false);
    put_close(&b);
    put_close(&b);
    put_close(&b);
    put8(&b, 0);
    end_record(&b, at);
    end_chunk(&b);
    expect(&b, START "\"1\",\"event_data\":{\"param1\":\"one\",\"A\":\"two\",\"A#2\":\"three\",\"param4\":\"four\",\"Outer.Inner\":\"five\","
               "\"Nothing\":\"\"},\"user_data\":{\"xml_name\":\"EventXML\",\"Param1\":\"six\"}}}\n");
}

struct value { uint8_t type; const void *bytes; size_t n; };

/* An instance of a template whose EventData has a nameless Data for each value; defined here where `at` is 0. */
static uint32_t put_instance(struct bytes *b, uint32_t definition, const struct value *values, size_t n)
{
    put8(b, 0x0c);
    put8(b, 1);
    put32(b, 7);
    uint32_t at = definition ? definition : (uint32_t)b->n + 4;
    put32(b, at);
    if (!definition) {
        put(b, (char[20]){0}, 20);
        size_t size_at = b->n;
        put32(b, 0);
        put_fragment(b);
        put_event(b, true);
        put_open(b, "EventData", true, false);
        put_content(b);
        for (size_t i = 0; i < n; i++) {
            put_open(b, "Data", true, false);
            put_content(b);
            put_value(b, (unsigned)i);
            put_close(b);
        }
        put_close(b);
        put_close(b);
        put8(b, 0);
        uint32_t size = (uint32_t)(b->n - size_at - 4);
        memcpy(b->p + size_at, &size, 4);
    }
    put32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        put16(b, (unsigned)values[i].n);
        put8(b, values[i].type);
        put8(b, 0);
    }
    for (size_t i = 0; i < n; i++)
        put(b, values[i].bytes, values[i].n);
    return at;
}

static void expect_values(const struct value *values, size_t n, const char *fields)
{
    struct bytes b;
    char text[2000];
    begin_chunk(&b);
    size_t at = begin_record(&b, 1);
    put_fragment(&b);
    uint32_t definition = put_instance(&b, 0, values, n);
    put8(&b, 0);
    end_record(&b, at);
    at = begin_record(&b, 2); /* refers to the template of the first */
    put_fragment(&b);
    (void)put_instance(&b, definition, values, n);
    put8(&b, 0);
    end_record(&b, at);
    end_chunk(&b);
    snprintf(text, sizeof text, START "\"1\",\"event_data\":{%s}}}\n" START "\"2\",\"event_data\":{%s}}}\n", fields, fields);
    expect(&b, text);
}

static void values_are_written_as_windows_does(void **state)
{
    (void)state;
    /* Numbers: two's complement by hand. SID and GUID: the layouts of MS-DTYP. FILETIME: python's datetime. */
    const struct value values[] = {
        {0x00, "", 0}, {0x01, "a\0\"\0\n\0\x42\x30", 8}, {0x02, "ansi\0", 5}, {0x03, "\xff", 1}, {0x04, "\xff", 1}, {0x05, "\0\x80", 2},
        {0x07, "\xfe\xff\xff\xff", 4}, {0x08, "\xff\xff\xff\xff", 4}, {0x0a, "\0\0\0\0\1\0\0\0", 8}, {0x0b, "\0\0\xc0\x3f", 4},
        {0x0d, "\1\0\0\0", 4}, {0x0d, "\0\0\0\0", 4}, {0x0d, "\xd3\0\0\0", 4}, {0x0e, "\xde\xad", 2},
        {0x0f, "\x78\x56\x34\x12\xbc\x9a\xf0\xde\1\2\3\4\5\6\7\x08", 16}, {0x10, "\xe7\3\0\0", 4}, {0x11, "\x07\x60\xa6\x18\x42\x95\xd5\x01", 8},
        {0x13, "\1\2\0\0\0\0\0\5\x20\0\0\0\x20\2\0\0", 16}, {0x14, "\xe7\3\0\0", 4}, {0x15, "\0\0\0\0\1\0\0\0", 8}, {0x08, "\1\2", 2},
        {0x12, "\xe3\x07\x0b\0\4\0\7\0\x08\0\5\0\x13\0\x7b\0", 16}};
    expect_values(values, COUNT_OF(values),
        "\"param1\":\"\",\"param2\":\"a\\\"\\nあ\",\"param3\":\"ansi\",\"param4\":\"-1\",\"param5\":\"255\",\"param6\":\"-32768\","
        "\"param7\":\"-2\",\"param8\":\"4294967295\",\"param9\":\"4294967296\",\"param10\":\"1.5\",\"param11\":\"true\",\"param12\":\"false\","
        "\"param13\":\"true\",\"param14\":\"DEAD\",\"param15\":\"{12345678-9ABC-DEF0-0102-030405060708}\",\"param16\":\"0x3e7\","
        "\"param17\":\"2019-11-07T08:05:19.1234567Z\",\"param18\":\"S-1-5-32-544\",\"param19\":\"0x3e7\",\"param20\":\"0x100000000\","
        "\"param21\":\"0102\",\"param22\":\"2019-11-07T08:05:19.123Z\"");
}

static void lists_repeat_their_element(void **state)
{
    (void)state;
    const struct value values[] = {{0x81, "a\0\0\0b\0c\0\0\0", 10}, {0x86, "\1\0\2\0", 4}, {0x81, "", 0}, {0x01, "z\0", 2}};
    expect_values(values, COUNT_OF(values), "\"param1\":\"a\",\"param2\":\"bc\",\"param3\":\"1\",\"param4\":\"2\",\"param5\":\"\",\"param6\":\"z\"");
}

static void what_is_no_character_is_replaced(void **state)
{
    (void)state;
    /* A lone high surrogate, a lone low one, a pair (U+1F600), NUL inside, U+202E, DEL, NULs at the end. */
    const struct value values[] = {{0x01, "\x00\xd8x\0\x00\xdc\x3d\xd8\x00\xde\0\0y\0\x2e\x20\x7f\0\0\0\0\0", 22}};
    expect_values(values, 1, "\"param1\":\"\xef\xbf\xbdx\xef\xbf\xbd\xf0\x9f\x98\x80\\u0000y\\u202e\\u007f\"");
}

static void binary_xml_can_be_a_value(void **state)
{
    (void)state;
    struct bytes b;
    begin_chunk(&b);
    /* Names must lie where they say, so that the value is made at its place: behind the descriptors. */
    size_t at = begin_record(&b, 1);
    put_event(&b, false);
    put_open(&b, "UserData", false, false);
    put_content(&b);
    put8(&b, 0x0c);
    put8(&b, 1);
    put32(&b, 7);
    put32(&b, (uint32_t)b.n + 4);
    put(&b, (char[20]){0}, 20);
    put32(&b, 4 + 4 + 1);
    put_fragment(&b);
    put_value(&b, 0);
    put8(&b, 0);
    put32(&b, 1);
    size_t size_at = b.n;
    put(&b, "\0\0\x21\0", 4);
    size_t from = b.n;
    put_open(&b, "Wrapped", false, false);
    put_content(&b);
    put_leaf(&b, "Inner", "deep", false);
    put_close(&b);
    uint16_t size = (uint16_t)(b.n - from);
    memcpy(b.p + size_at, &size, 2);
    put_close(&b);
    put_close(&b);
    put8(&b, 0);
    end_record(&b, at);
    end_chunk(&b);
    expect(&b, START "\"1\",\"user_data\":{\"xml_name\":\"Wrapped\",\"Inner\":\"deep\"}}}\n");
}

/* ---- what is damaged ---- */

static void expect_tally(const struct bytes *b, size_t n, uint32_t records, uint32_t refused, uint32_t flags, uint32_t carved)
{
    struct read r = read_bytes(b, n);
    assert_int_equal(r.tally.records, records);
    assert_int_equal(r.tally.refused, refused);
    assert_int_equal(r.tally.flags, flags);
    assert_int_equal(r.tally.carved, carved);
    assert_int_equal(span_count(text_span(&r.out), '\n'), records + refused);
    done(&r);
}

static void checksums_are_reported_and_stop_nothing(void **state)
{
    (void)state;
    struct bytes b;
    make_chunk(&b, 1, 3);
    expect_tally(&b, b.n, 3, 0, 0, 0);
    b.p[52] ^= 1; /* also part of what the head's checksum covers */
    expect_tally(&b, b.n, 3, 0, TALLY_HEADER_CHECKSUM | TALLY_DATA_CHECKSUM, 0);
    make_chunk(&b, 1, 3);
    b.p[512 + 8]++; /* the first record's number */
    expect_tally(&b, b.n, 3, 0, TALLY_DATA_CHECKSUM, 0);
}

static void a_file_may_end_anywhere(void **state)
{
    (void)state;
    struct bytes b;
    make_chunk(&b, 1, 3);
    uint32_t size;
    memcpy(&size, b.p + 512 + 4, 4);
    expect_tally(&b, 512 + 2 * size, 2, 0, TALLY_CUT, 0);
    expect_tally(&b, 512 + 2 * size + 20, 2, 1, TALLY_CUT, 0);
    expect_tally(&b, 512 + 3 * size - 1, 2, 1, TALLY_CUT, 0);
    expect_tally(&b, 100, 0, 1, TALLY_CUT, 0);
    memset(b.p, 0, sizeof b.p);
    expect_tally(&b, b.n, 0, 0, 0, 0);
}

static void records_are_found_by_their_first_bytes(void **state)
{
    (void)state;
    struct bytes b;
    make_chunk(&b, 1, 3);
    b.p[0] = 'X';
    expect_tally(&b, b.n, 3, 0, TALLY_NO_CHUNK | TALLY_CARVED, 3);
    make_chunk(&b, 1, 3);
    memset(b.p + 512 + 4, 0, 4); /* a record of size 0: the two behind it are looked for */
    expect_tally(&b, b.n, 2, 1, TALLY_DATA_CHECKSUM | TALLY_CARVED, 2);
    make_chunk(&b, 1, 3);
    uint32_t size;
    memcpy(&size, b.p + 512 + 4, 4);
    memset(b.p + 512 + size, 'x', 8);
    expect_tally(&b, b.n, 2, 1, TALLY_DATA_CHECKSUM | TALLY_CARVED, 1);
}

/* A log that was in use: the head of its last chunk knows of the first record alone. */
static void records_go_on_behind_a_stale_end(void **state)
{
    (void)state;
    struct bytes b, full;
    make_chunk(&full, 5, 3);
    make_chunk(&b, 5, 1);
    uint32_t end;
    memcpy(&end, b.p + 48, 4);
    memcpy(b.p + end, full.p + end, sizeof b.p - end);
    expect_tally(&b, b.n, 3, 0, 0, 0);
    b.p[end + 8] = 99; /* another record stood there before, and was overwritten up to here */
    expect_tally(&b, b.n, 1, 0, 0, 0);
}

static void expect_refused(const struct bytes *inner, const char *why)
{
    struct bytes b;
    begin_chunk(&b);
    put_event_data(&b, inner);
    struct read r = read_bytes(&b, b.n);
    assert_int_equal(r.tally.refused, 1);
    assert_int_equal(r.tally.first_refused, 4096 + 512);
    assert_true(span_starts(text_span(&r.out), SPAN("{\"konseki\":{\"refused\":{\"offset\":4608,\"record\":1,\"why\":\"")));
    assert_non_null(strstr(r.out.p, why));
    done(&r);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct bytes inner = {.n = 0};
    put8(&inner, 0x1f);
    expect_refused(&inner, "unknown token");
    inner.n = 0;
    put8(&inner, 0x01);
    put32(&inner, 0);
    put32(&inner, 65535); /* a name at the chunk's last byte */
    expect_refused(&inner, "outside its chunk");
    inner.n = 0;
    put_value(&inner, 0);
    expect_refused(&inner, "value that it does not have");
    inner.n = 0;
    for (int i = 0; i < 4; i++)
        put_close(&inner);
    expect_refused(&inner, "was not opened");
    inner.n = 0;
    put(&inner, "\x0c\1\7\0\0\0\xff\xff\xff\xff", 10);
    expect_refused(&inner, "template lies outside");
}

/* A template that is its own value, and values that are templates, for ever. */
static void nothing_recurses_without_end(void **state)
{
    (void)state;
    struct bytes b;
    begin_chunk(&b);
    size_t at = begin_record(&b, 1);
    put_fragment(&b);
    size_t instance = b.n;
    put8(&b, 0x0c);
    put8(&b, 1);
    put32(&b, 7);
    put32(&b, (uint32_t)b.n + 4);
    put(&b, (char[20]){0}, 20);
    put32(&b, 14);
    /* The definition holds an instance of itself, whose values are what follows. */
    put8(&b, 0x0c);
    put8(&b, 1);
    put32(&b, 7);
    put32(&b, (uint32_t)instance + 10);
    put32(&b, 0);
    put32(&b, 0);
    put8(&b, 0);
    end_record(&b, at);
    end_chunk(&b);
    struct read r = read_bytes(&b, b.n);
    assert_int_equal(r.tally.refused, 1);
    assert_non_null(strstr(r.out.p, "too deep"));
    done(&r);
}

/* 4 bytes ask for 16,000 characters, a thousand times. */
static void what_becomes_too_much_is_refused(void **state)
{
    (void)state;
    struct bytes b;
    begin_chunk(&b);
    size_t at = begin_record(&b, 1);
    put_event(&b, false);
    put_open(&b, "EventData", false, false);
    put_content(&b);
    put8(&b, 0x0c);
    put8(&b, 1);
    put32(&b, 7);
    put32(&b, (uint32_t)b.n + 4);
    put(&b, (char[20]){0}, 20);
    size_t size_at = b.n, from;
    put32(&b, 0);
    from = b.n;
    put_open(&b, "Data", true, false);
    put_content(&b);
    for (int i = 0; i < 1000; i++)
        put_value(&b, 0);
    put_close(&b);
    put8(&b, 0);
    uint32_t size = (uint32_t)(b.n - from);
    memcpy(b.p + size_at, &size, 4);
    put32(&b, 1);
    put16(&b, 32000);
    put16(&b, 1);
    for (int i = 0; i < 16000; i++)
        put16(&b, 'x');
    put_close(&b);
    put_close(&b);
    put8(&b, 0);
    end_record(&b, at);
    end_chunk(&b);
    struct read r = read_bytes(&b, b.n);
    assert_int_equal(r.tally.refused, 1);
    assert_non_null(strstr(r.out.p, "longer than 1 MiB"));
    done(&r);
}

static void headers_tell_how_a_file_was_left(void **state)
{
    (void)state;
    uint8_t head[HEADER_SIZE];
    make_header(head, 0);
    assert_int_equal(header_read(span_of((char *)head, sizeof head)).flags, 0);
    assert_int_equal(header_read(span_of((char *)head, sizeof head)).records, 1);
    make_header(head, 1);
    assert_int_equal(header_read(span_of((char *)head, sizeof head)).flags, TALLY_DIRTY);
    head[8]++;
    assert_int_equal(header_read(span_of((char *)head, sizeof head)).flags, TALLY_DIRTY | TALLY_HEADER_CHECKSUM);
    assert_int_equal(header_read(span_of((char *)head, 100)).flags, TALLY_HEADER_CHECKSUM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_become_fields), cmocka_unit_test(system_goes_to_its_places),
        cmocka_unit_test(names_that_come_again_are_counted), cmocka_unit_test(values_are_written_as_windows_does),
        cmocka_unit_test(lists_repeat_their_element), cmocka_unit_test(what_is_no_character_is_replaced),
        cmocka_unit_test(binary_xml_can_be_a_value), cmocka_unit_test(checksums_are_reported_and_stop_nothing),
        cmocka_unit_test(a_file_may_end_anywhere), cmocka_unit_test(records_are_found_by_their_first_bytes),
        cmocka_unit_test(records_go_on_behind_a_stale_end), cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(nothing_recurses_without_end), cmocka_unit_test(what_becomes_too_much_is_refused),
        cmocka_unit_test(headers_tell_how_a_file_was_left)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

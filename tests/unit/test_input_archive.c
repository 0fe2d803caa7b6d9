/* SPDX-License-Identifier: Apache-2.0 */
/* Archives and encodings where the program's own tests (tests/e2e/archives) do not reach: every size of block, places
 * in decoded text, names. Expected bytes are written down from the code charts. */
#include "test_input.h"

#include "input/depot.h"

static const size_t block_sizes[] = {1, 2, 3, 5, 7, 64, 4096, 0};

/* Content, however it is encoded, and what it must say as UTF-8 with places. */
static void assert_decodes(span content, const char *encoding, span expected)
{
    put_file("log", content);
    source_path path = plain_path("log");
    for (size_t i = 0; i < COUNT_OF(block_sizes); i++) {
        sink o = sink_memory();
        struct input *in = open_input(&path, (input_options){.block_size = block_sizes[i]});
        read_all(in, &o);
        assert_true(span_eq(sink_text(&o), expected));
        assert_string_equal(input_state(in).encoding, encoding);
        assert_true(input_state(in).complete);
        input_close(in);
        sink_drop(&o);
    }
}

/* U+7530 U+4E2D, two kanji: UTF-8 E7 94 B0 E4 B8 AD, CP932 93 63 92 86, EUC-JP C5 C4 C3 E6. */
static void japanese_becomes_utf8(void **state)
{
    (void)state;
    span expected = SPAN("0 line \"a\"\n2 line \"u=\xe7\x94\xb0\xe4\xb8\xad b\"\n13 line \"c\"\n");
    assert_decodes(SPAN("a\nu=\xe7\x94\xb0\xe4\xb8\xad b\nc\n"), "utf-8", expected);
    assert_decodes(SPAN("a\nu=\x93\x63\x92\x86 b\nc\n"), "cp932", expected);
    assert_decodes(SPAN("\xff\xfe" "a\0\n\0u\0=\0\x30\x75\x2d\x4e \0b\0\n\0c\0\n\0"), "utf-16le",
                   SPAN("3 line \"a\"\n5 line \"u=\xe7\x94\xb0\xe4\xb8\xad b\"\n16 line \"c\"\n"));
    assert_decodes(SPAN("\xfe\xff" "\0a\0\n\0u\0=\x75\x30\x4e\x2d\0 \0b\0\n\0c\0\n"), "utf-16be",
                   SPAN("3 line \"a\"\n5 line \"u=\xe7\x94\xb0\xe4\xb8\xad b\"\n16 line \"c\"\n"));
}

/* Behind the first 16 KiB, which are looked at whole, a character may lie across the end of what is read at a time. */
static void characters_across_reads(void **state)
{
    (void)state;
    sink content = sink_memory(), expected = sink_memory();
    for (unsigned i = 0; i < 5000; i++) {
        sink_printf(&content, "u=\xe7\x94\xb0\xe4\xb8\xad\n");
        sink_printf(&expected, "%u line \"u=\xe7\x94\xb0\xe4\xb8\xad\"\n", i * 9);
    }
    assert_decodes(sink_text(&content), "utf-8", sink_text(&expected));
    sink_drop(&content);
    sink_drop(&expected);
}

/* U+30BD, whose second byte in CP932 is a backslash: 83 5C; U+8868: 95 5C. */
static void a_second_byte_in_ascii_belongs_to_its_first(void **state)
{
    (void)state;
    assert_decodes(SPAN("\x83\x5c\x95\x5c\n"), "cp932", SPAN("0 line \"\xe3\x82\xbd\xe8\xa1\xa8\"\n"));
}

static void stray_bytes_stay(void **state)
{
    (void)state;
    assert_decodes(SPAN("caf\xe9 x\n"), "unknown", SPAN("0 line \"caf\xef\xbf\xbd x\"\n"));
    assert_decodes(SPAN("it\x92s\nso\x92n\n"), "unknown", SPAN("0 line \"it\xef\xbf\xbds\"\n5 line \"so\xef\xbf\xbdn\"\n"));
    assert_decodes(SPAN("\xff \xe7\x94\xb0\xe4\xb8\xad\n"), "utf-8", SPAN("0 line \"\xef\xbf\xbd \xe7\x94\xb0\xe4\xb8\xad\"\n"));
}

/* Half a pair, and half a unit at the end: no line is lost. U+1F600 is D83D DE00. */
static void broken_utf16_loses_no_line(void **state)
{
    (void)state;
    assert_decodes(SPAN("\xff\xfe" "a\0\x3d\xd8\x00\xde\n\0\x3d\xd8" "b\0\n\0\x00\xdc\n\0z"), "utf-16le",
                   SPAN("3 line \"a\xf0\x9f\x98\x80\"\n9 line \"\xef\xbf\xbd" "b\"\n14 line \"\xef\xbf\xbd\"\n18 line \"\xef\xbf\xbd\"\n"));
}

/* The Japanese begins far behind the first block, at every place of a read's edge. */
static void what_decides_may_come_late(void **state)
{
    (void)state;
    arena a = {0};
    char *p = arena_new(&a, char, 300000);
    for (size_t at = 131000; at < 131100; at += 7) {
        memset(p, 'x', 300000);
        for (size_t i = 99; i < 300000; i += 100)
            p[i] = '\n';
        memcpy(p + at, "=\x93\x63\x92\x86\x93\x63\x92\x86=", 10);
        memcpy(p + 250001, "\x93\x63", 2);
        put_file("log", span_of(p, 300000));
        source_path path = plain_path("log");
        struct input *in = open_input(&path, (input_options){0});
        sink o = sink_memory();
        read_all(in, &o);
        assert_string_equal(input_state(in).encoding, "cp932");
        assert_int_equal(input_state(in).content, 300000 + 5); /* five kanji, three bytes for two */
        uint64_t place = 250000 / 100 * 100 + 4;
        line_text line;
        fault e = input_lines(in, &a, &place, 1, &line);
        assert_int_equal(e.kind, FAULT_NONE);
        assert_true(span_find(line.text, SPAN("x\xe7\x94\xb0x")) == 0);
        assert_int_equal(line.number, at % 100 < 90 ? 2501 : 2500); /* the word may stand on a newline */
        input_close(in);
        sink_drop(&o);
    }
    arena_free(&a);
}

static source_list list_of(struct depot *d, arena *a, const char *name)
{
    source_list files, list;
    fault e = input_list(a, &name, 1, &files);
    assert_int_equal(e.kind, FAULT_NONE);
    e = depot_list(d, a, &files, &list);
    assert_int_equal(e.kind, FAULT_NONE);
    return list;
}

static void put_tar_header(char *h, const char *name, char type, size_t size)
{
    memset(h, 0, 512);
    memcpy(h, name, strlen(name));
    (void)snprintf(h + 124, 12, "%011zo", size);
    h[156] = type;
    memset(h + 148, ' ', 8);
    unsigned sum = 0;
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)h[i];
    (void)snprintf(h + 148, 8, "%06o", sum);
}

/* A long name in front (GNU), two members of one name, a link, and the end missing. */
static void members_of_a_tar(void **state)
{
    (void)state;
    static char tar[512 * 9];
    put_tar_header(tar, "././@LongLink", 'L', 200);
    memset(tar + 512, 'n', 199);
    put_tar_header(tar + 1024, "nnnn", '0', 4);
    memcpy(tar + 1536, "one\n", 4);
    put_tar_header(tar + 2048, "same", '0', 4);
    memcpy(tar + 2560, "two\n", 4);
    put_tar_header(tar + 3072, "link", '2', 0);
    put_tar_header(tar + 3584, "same", '0', 600);
    memcpy(tar + 4096, "six\nsev", 7);
    put_file("t", span_of(tar, 4096 + 7));
    arena a = {0};
    struct depot *d = depot_open(&(input_options){0});
    source_list list = list_of(d, &a, "t");
    assert_int_equal(list.n, 3);
    assert_int_equal(list.items[0].path.n, 2 + 199);
    assert_string_equal(list.items[1].path.p, "t!same");
    assert_string_equal(list.items[2].path.p, "t!same");
    assert_int_equal(list.failed_n, 1);
    assert_non_null(strstr(list.failed[0].why.text, "1 of its members is a link"));
    const char *expected[] = {"0 line \"one\"\n", "0 line \"two\"\n", "0 line \"six\"\n4 cut-off \"sev\"\n"};
    for (size_t i = 0; i < 3; i++) {
        sink o = sink_memory();
        struct input *in = open_input(&list.items[i], (input_options){0});
        read_all(in, &o);
        assert_true(span_eq(sink_text(&o), span_str(expected[i])));
        assert_int_equal(input_state(in).complete, i < 2);
        assert_string_equal(input_state(in).compression, "tar");
        input_close(in);
        sink_drop(&o);
    }
    depot_close(d);
    arena_free(&a);
}

/* "ustar" in a row of a log, a checksum that is wrong: no archive. */
static void a_log_that_looks_like_a_tar_is_a_log(void **state)
{
    (void)state;
    char log[600];
    memset(log, 'x', sizeof log);
    memcpy(log + 257, "ustar", 5);
    memcpy(log + 148, "0123456 ", 8);
    put_file("log", span_of(log, sizeof log));
    arena a = {0};
    struct depot *d = depot_open(&(input_options){0});
    source_list list = list_of(d, &a, "log");
    assert_int_equal(list.n, 1);
    assert_null(list.items[0].entry);
    depot_close(d);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(japanese_becomes_utf8),
        cmocka_unit_test(characters_across_reads),
        cmocka_unit_test(a_second_byte_in_ascii_belongs_to_its_first),
        cmocka_unit_test(stray_bytes_stay),
        cmocka_unit_test(broken_utf16_loses_no_line),
        cmocka_unit_test(what_decides_may_come_late),
        cmocka_unit_test(members_of_a_tar),
        cmocka_unit_test(a_log_that_looks_like_a_tar_is_a_log),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}

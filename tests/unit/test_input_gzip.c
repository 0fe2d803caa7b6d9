/* SPDX-License-Identifier: Apache-2.0 */
#include "test_input.h"

#include <isa-l/igzip_lib.h>

#include "input/content.h"

static const size_t block_sizes[] = {1, 4, 13, 64, 4096, 0};

/* printf 'one\ntwo\n' | gzip -9n */
static const unsigned char by_gzip[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0xcf, 0x4b, 0xe5,
                                        0x2a, 0x29, 0xcf, 0xe7, 0x02, 0x00, 0xe6, 0x0b, 0xba, 0x12, 0x08, 0x00, 0x00, 0x00};
/* "three\n" by Python's zlib, behind a header with every optional field (RFC 1952: extra, name, comment, CRC) */
static const unsigned char by_zlib[] = {0x1f, 0x8b, 0x08, 0x1e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x05, 0x00, 0x61, 0x62,
                                        0x01, 0x00, 0x5a, 0x6e, 0x61, 0x6d, 0x65, 0x2e, 0x6c, 0x6f, 0x67, 0x00, 0x61, 0x20,
                                        0x63, 0x6f, 0x6d, 0x6d, 0x65, 0x6e, 0x74, 0x00, 0xaa, 0x8f, 0x2b, 0xc9, 0x28, 0x4a,
                                        0x4d, 0xe5, 0x02, 0x00, 0xd8, 0xc5, 0x46, 0xff, 0x06, 0x00, 0x00, 0x00};

/* One gzip member of `content`. */
static span pack(arena *a, span content)
{
    size_t room = content.n + content.n / 8 + 1024;
    struct isal_zstream *z = mem_alloc(sizeof *z);
    uint8_t *level = mem_alloc(ISAL_DEF_LVL1_DEFAULT), *out = arena_new(a, uint8_t, room);
    isal_deflate_stateless_init(z);
    z->gzip_flag = IGZIP_GZIP;
    z->level = 1;
    z->level_buf = level;
    z->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
    z->next_in = (uint8_t *)(uintptr_t)content.p;
    z->avail_in = (uint32_t)content.n;
    z->next_out = out;
    z->avail_out = (uint32_t)room;
    z->end_of_stream = 1;
    assert_int_equal(isal_deflate_stateless(z), COMP_OK);
    span packed = span_of((const char *)out, room - z->avail_out);
    mem_free(level);
    mem_free(z);
    return packed;
}

static span joined(arena *a, span x, span y)
{
    char *p = arena_new(a, char, x.n + y.n);
    memcpy(p, x.p, x.n);
    memcpy(p + x.n, y.p, y.n);
    return span_of(p, x.n + y.n);
}

static input_status read_packed(span packed, size_t block_size, sink *o)
{
    put_file("log.gz", packed);
    source_path path = plain_path("log.gz");
    struct input *in = open_input(&path, (input_options){.block_size = block_size});
    read_all(in, o);
    input_status s = input_state(in);
    assert_string_equal(s.compression, "gzip");
    assert_int_equal(s.bytes, packed.n);
    assert_true(s.ended);
    input_close(in);
    return s;
}

static void assert_reads(span packed, const char *expected, bool complete, const char *says)
{
    for (size_t i = 0; i < COUNT_OF(block_sizes); i++) {
        sink o = sink_memory();
        input_status s = read_packed(packed, block_sizes[i], &o);
        assert_true(span_eq(sink_text(&o), span_str(expected)));
        assert_int_equal(s.complete, complete);
        assert_true(says ? strstr(s.reason.text, says) != NULL : s.reason.text[0] == '\0');
        sink_drop(&o);
    }
}

static void members_are_read_one_after_another(void **state)
{
    (void)state;
    arena a = {0};
    span first = span_of((const char *)by_gzip, sizeof by_gzip), second = span_of((const char *)by_zlib, sizeof by_zlib);
    assert_reads(first, "0 line \"one\"\n4 line \"two\"\n", true, NULL);
    assert_reads(second, "0 line \"three\"\n", true, NULL);
    span both = joined(&a, first, second);
    const char *lines = "0 line \"one\"\n4 line \"two\"\n8 line \"three\"\n";
    assert_reads(both, lines, true, NULL);
    assert_reads(joined(&a, joined(&a, first, pack(&a, SPAN(""))), second), lines, true, NULL);
    assert_reads(pack(&a, SPAN("")), "", true, NULL);
    /* a line that begins in one member and ends in the next */
    assert_reads(joined(&a, pack(&a, SPAN("one\ntw")), pack(&a, SPAN("o"))), "0 line \"one\"\n4 line \"two\"\n", true, NULL);
    arena_free(&a);
}

static void what_follows_the_last_member(void **state)
{
    (void)state;
    arena a = {0};
    span first = span_of((const char *)by_gzip, sizeof by_gzip);
    const char *lines = "0 line \"one\"\n4 line \"two\"\n";
    char zeros[512] = {0};
    assert_reads(joined(&a, first, span_of(zeros, 1)), lines, true, NULL);
    assert_reads(joined(&a, first, span_of(zeros, 512)), lines, true, NULL);
    assert_reads(joined(&a, first, SPAN("garbage")), lines, true, "byte 28 is not gzip");
    assert_reads(joined(&a, first, SPAN("\0\0\x1f")), lines, true, "byte 30 is not gzip");
    assert_reads(joined(&a, joined(&a, first, span_of(zeros, 100)), first),
                 "0 line \"one\"\n4 line \"two\"\n8 line \"one\"\n12 line \"two\"\n", true, NULL);
    assert_reads(joined(&a, first, SPAN("\x1f\x8b\x07" "0123456789")), lines, false, "member at byte 28 is damaged");
    assert_reads(joined(&a, first, SPAN("\x1f\x8b")), lines, false, "ends at byte 30");
    arena_free(&a);
}

/* What a broken source gave is the beginning of the truth: whole lines of it, then one that is cut off. */
static void assert_beginning(span got, span truth, span content)
{
    size_t mark = span_find(got, SPAN(" cut-off "));
    size_t lines = mark == SIZE_MAX ? got.n : span_rfind(span_take(got, mark), SPAN("\n")) + 1;
    if (mark != SIZE_MAX && span_rfind(span_take(got, mark), SPAN("\n")) == SIZE_MAX)
        lines = 0;
    assert_true(span_starts(truth, span_take(got, lines)));
    if (mark == SIZE_MAX)
        return;
    uint64_t offset = 0;
    assert_true(span_u64(span_skip(span_take(got, mark), lines), &offset));
    span text = span_skip(got, mark + 9);
    text = span_take(text, text.n - 1);
    sink o = sink_memory();
    sink_json(&o, span_take(span_skip(content, (size_t)offset), span_find(span_skip(content, (size_t)offset), SPAN("\n"))));
    assert_true(span_starts(sink_text(&o), span_take(text, text.n - 1)));
    sink_drop(&o);
}

static span some_lines(arena *a, size_t n)
{
    sink o = sink_memory();
    uint32_t seed = 3;
    for (size_t i = 0; i < n; i++)
        sink_printf(&o, "%zu 10.0.0.%u GET /%u\n", i, next_random(&seed) % 200, next_random(&seed));
    span s = arena_dup(a, sink_text(&o));
    sink_drop(&o);
    return s;
}

static void cut_at_every_byte(void **state)
{
    (void)state;
    arena a = {0};
    span content = some_lines(&a, 60), packed = pack(&a, content);
    sink truth = sink_memory();
    describe_by_hand(&truth, content);
    size_t before = 0;
    for (size_t n = 3; n < packed.n; n++) {
        size_t given = 0;
        for (size_t i = 0; i < 2; i++) {
            sink o = sink_memory();
            input_status s = read_packed(span_take(packed, n), i ? 5 : 0, &o);
            assert_false(s.complete);
            assert_int_equal(s.reason.kind, FAULT_CORRUPT);
            assert_non_null(strstr(s.reason.text, "before its last member is complete"));
            assert_beginning(sink_text(&o), sink_text(&truth), content);
            assert_true(i == 0 || s.content == given); /* fed by 16 bytes or all at once: the same */
            given = s.content;
            sink_drop(&o);
        }
        assert_true(given >= before);
        assert_true(n < packed.n - 8 || given == content.n); /* only the checksum is missing */
        before = given;
    }
    sink_drop(&truth);
    arena_free(&a);
}

static void no_flipped_bit_changes_a_complete_source(void **state)
{
    (void)state;
    arena a = {0};
    span content = some_lines(&a, 20), packed = pack(&a, content);
    sink truth = sink_memory();
    describe_by_hand(&truth, content);
    char *copy = arena_new(&a, char, packed.n);
    memcpy(copy, packed.p, packed.n);
    size_t unnoticed = 0;
    for (size_t bit = 10 * 8; bit < packed.n * 8; bit++) { /* behind the header */
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        sink o = sink_memory();
        input_status s = read_packed(span_of(copy, packed.n), bit % 3 ? 0 : 7, &o);
        if (s.complete) /* the bits that fill up the last byte of the data */
            assert_same_text(&o, &truth);
        else
            assert_int_equal(s.reason.kind, FAULT_CORRUPT);
        unnoticed += s.complete;
        sink_drop(&o);
        copy[bit / 8] = packed.p[bit / 8];
    }
    assert_true(unnoticed <= 7);
    sink_drop(&truth);
    arena_free(&a);
}

static void a_wrong_checksum_does_not_hide_the_next_member(void **state)
{
    (void)state;
    arena a = {0};
    char damaged[sizeof by_gzip];
    memcpy(damaged, by_gzip, sizeof by_gzip);
    damaged[20] = (char)(damaged[20] ^ 1);
    span both = joined(&a, span_of(damaged, sizeof damaged), span_of((const char *)by_zlib, sizeof by_zlib));
    assert_reads(both, "0 line \"one\"\n4 line \"two\"\n8 line \"three\"\n", false, "byte 0 does not match its checksum");
    arena_free(&a);
}

static void the_last_line_before_a_break_is_marked(void **state)
{
    (void)state;
    arena a = {0};
    span content = some_lines(&a, 2000), packed = pack(&a, content);
    sink o = sink_memory();
    input_status s = read_packed(span_take(packed, packed.n / 2), 0, &o);
    assert_true(span_find(sink_text(&o), SPAN(" cut-off ")) != SIZE_MAX);
    assert_true(s.content > content.n / 3 && s.content < content.n);
    sink_drop(&o);
    arena_free(&a);
}

/* Fed by 16 bytes and asked for odd lengths, over members whose headers hold every field. */
static void small_portions_give_the_same_content(void **state)
{
    (void)state;
    arena a = {0};
    span content = random_lines(&a, 8, 400000, true);
    span packed = joined(&a, span_of((const char *)by_zlib, sizeof by_zlib), pack(&a, content));
    packed = joined(&a, packed, span_of((const char *)by_zlib, sizeof by_zlib));
    put_file("log.gz", packed);
    char *got = arena_new(&a, char, content.n + 100);
    for (size_t feed = 16; feed <= 64; feed += 6) {
        struct file *f;
        fault e = file_open("log.gz", false, &(input_options){0}, &f);
        assert_int_equal(e.kind, FAULT_NONE);
        struct layer *g = gzip_new(&f->layer, feed, 4, &(input_options){0});
        size_t n = 0, now;
        while ((now = layer_read(g, n, got + n, content.n + 100 - n < feed * 7 ? content.n + 100 - n : feed * 7)) > 0)
            n += now;
        assert_int_equal(n, content.n + 12);
        assert_memory_equal(got, "three\n", 6);
        assert_memory_equal(got + 6, content.p, content.n);
        assert_memory_equal(got + 6 + content.n, "three\n", 6);
        assert_false(g->broken);
        layer_free(g);
    }
    arena_free(&a);
}

/* ISA-L counts a repetition that reaches too far back without writing it: what stands there must not come
 * out, and how much does must not depend on the size of blocks. */
static void damage_invents_nothing(void **state)
{
    (void)state;
    arena a = {0};
    span content = some_lines(&a, 3000), packed = pack(&a, content);
    char *copy = arena_new(&a, char, packed.n);
    uint32_t seed = 17;
    size_t stopped = 0;
    for (size_t i = 0; i < 120; i++) {
        memcpy(copy, packed.p, packed.n);
        size_t at = 300 + next_random(&seed) % 400; /* behind the codes of the block; a repetition easily reaches too far */
        copy[at] = (char)(copy[at] ^ (1 << i % 8));
        size_t given[2];
        char why[2][sizeof ((fault *)0)->text];
        for (size_t k = 0; k < 2; k++) {
            sink o = sink_memory();
            input_status s = read_packed(span_of(copy, packed.n), k ? 13 : 0, &o);
            given[k] = (size_t)s.content;
            memcpy(why[k], s.reason.text, sizeof why[k]);
            assert_int_equal(span_find(sink_text(&o), SPAN("\\u00")), SIZE_MAX); /* the content has no controls, nor have its codes */
            stopped += s.content < content.n;
            sink_drop(&o);
        }
        assert_int_equal(given[0], given[1]);
        assert_string_equal(why[0], why[1]);
    }
    assert_true(stopped > 5);
    arena_free(&a);
}

/* ---- the same as the plain file, at every place ---- */

static void assert_read_back(struct input *plain, struct input *packed, span content, size_t step)
{
    arena a = {0};
    uint64_t *places = arena_new(&a, uint64_t, content.n / step + 1);
    size_t n = 0;
    for (size_t i = 0, at = 0; at < content.n; i++) {
        if (i % step == 0)
            places[n++] = at;
        const char *newline = memchr(content.p + at, '\n', content.n - at);
        at = newline ? (size_t)(newline - content.p) + 1 : content.n;
    }
    line_text *x = arena_new(&a, line_text, n), *y = arena_new(&a, line_text, n);
    fault e = input_lines(plain, &a, places, n, x);
    assert_int_equal(e.kind, FAULT_NONE);
    e = input_lines(packed, &a, places, n, y);
    assert_int_equal(e.kind, FAULT_NONE);
    for (size_t i = 0; i < n; i++) {
        assert_true(span_eq(x[i].text, y[i].text));
        assert_int_equal(x[i].number, i * step + 1);
        assert_int_equal(y[i].number, i * step + 1);
    }
    for (size_t i = 0; i < 5; i++) { /* one at a time, from behind: every one a jump */
        size_t k = n - 1 - i * (n / 5);
        e = input_lines(packed, &a, &places[k], 1, y);
        assert_int_equal(e.kind, FAULT_NONE);
        assert_true(span_eq(x[k].text, y[0].text) && x[k].number == y[0].number);
    }
    arena_free(&a);
}

static void checkpoints_lead_back_to_every_place(void **state)
{
    (void)state;
    arena a = {0};
    span content = some_lines(&a, 2000000); /* three spacings: two checkpoints are thinned out */
    assert_true(content.n > 50000000);
    span head = span_take(content, content.n / 3), tail = span_skip(content, content.n / 3);
    put_file("log", content);
    put_file("log.gz", joined(&a, pack(&a, head), pack(&a, tail)));
    source_path plain = plain_path("log"), packed = plain_path("log.gz");
    static const unsigned counts[] = {64, 2, 1};
    struct input *x = open_input(&plain, (input_options){0});
    block b = {0};
    span line;
    uint64_t offset, lines = 0;
    while (input_next(x, &b))
        while (block_line(&b, &line, &offset))
            lines++;
    assert_int_equal(lines, 2000000);
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        struct input *y = open_input(&packed, (input_options){.checkpoints = counts[i], .block_size = i ? 100000 : 0});
        while (input_next(y, &b))
            while (block_line(&b, &line, &offset))
                continue;
        assert_true(input_state(y).complete);
        assert_int_equal(input_state(y).content, content.n);
        size_t held = gzip_held(y->content.unpacked);
        assert_true(held >= 32 * 1024 && held <= counts[i] * 64 * 1024);
        assert_read_back(x, y, content, 9973);
        input_close(y);
    }
    block_free(&b);
    input_close(x);
    arena_free(&a);
}

static void every_line_of_a_small_file_is_read_back(void **state)
{
    (void)state;
    arena a = {0};
    span content = some_lines(&a, 3000);
    put_file("log", content);
    put_file("log.gz", joined(&a, pack(&a, span_take(content, 30000)), pack(&a, span_skip(content, 30000))));
    source_path plain = plain_path("log"), packed = plain_path("log.gz");
    struct input *x = open_input(&plain, (input_options){.block_size = 64}), *y = open_input(&packed, (input_options){.block_size = 64});
    sink p = sink_memory(), q = sink_memory();
    read_all(x, &p);
    read_all(y, &q);
    assert_same_text(&p, &q);
    assert_read_back(x, y, content, 1);
    input_close(x);
    input_close(y);
    sink_drop(&p);
    sink_drop(&q);
    arena_free(&a);
}

static void packed_content_has_a_kind_too(void **state)
{
    (void)state;
    arena a = {0};
    char tar[512] = "access.log";
    memcpy(tar + 148, "002342\0 ", 8); /* as in test_input.c */
    put_file("log.gz", pack(&a, span_of(tar, sizeof tar)));
    source_path path = plain_path("log.gz");
    struct input *in = open_input(&path, (input_options){0});
    assert_int_equal(input_kind(in), CONTENT_PACKED);
    input_close(in);
    put_file("log.gz", pack(&a, SPAN("\xef\xbb\xbfone\n")));
    in = open_input(&path, (input_options){0});
    sink o = sink_memory();
    read_all(in, &o);
    assert_true(span_eq(sink_text(&o), SPAN("3 line \"one\"\n")));
    input_close(in);
    sink_drop(&o);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_read_one_after_another),
        cmocka_unit_test(what_follows_the_last_member),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(no_flipped_bit_changes_a_complete_source),
        cmocka_unit_test(a_wrong_checksum_does_not_hide_the_next_member),
        cmocka_unit_test(the_last_line_before_a_break_is_marked),
        cmocka_unit_test(small_portions_give_the_same_content),
        cmocka_unit_test(damage_invents_nothing),
        cmocka_unit_test(checkpoints_lead_back_to_every_place),
        cmocka_unit_test(every_line_of_a_small_file_is_read_back),
        cmocka_unit_test(packed_content_has_a_kind_too),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}

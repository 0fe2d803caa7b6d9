/* SPDX-License-Identifier: Apache-2.0 */
#include "input/zip.h"

#include <stdio.h>
#include <sys/stat.h>
#include <zip.h>

struct zip_archive {
    struct layer layer;
    struct layer *below;
    uint64_t size;             /* of `below`; UINT64_MAX: not known yet */
    zip_t *handle;             /* NULL while asleep */
    zip_file_t *open;          /* the member that is read now */
    const struct stream *reader;
    uint64_t at;               /* of libzip's next byte from `below` */
    uint64_t budget;           /* bytes it may still read; UINT64_MAX: any */
    zip_error_t error;
};

/* ---- libzip reads from a layer ---- */

static zip_int64_t give_bytes(struct zip_archive *z, void *data, zip_uint64_t n)
{
    if (n > z->budget) {
        zip_error_set(&z->error, ZIP_ER_MEMORY, 0);
        return -1;
    }
    z->budget -= z->budget == UINT64_MAX ? 0 : n;
    size_t got = layer_read(z->below, z->at, data, (size_t)n);
    z->at += got;
    return (zip_int64_t)got;
}

static zip_int64_t give_state(const struct zip_archive *z, void *data)
{
    zip_stat_t *st = data;
    zip_stat_init(st);
    st->size = z->size;
    st->valid = ZIP_STAT_SIZE;
    return sizeof *st;
}

static zip_int64_t zip_asks(void *ctx, void *data, zip_uint64_t n, zip_source_cmd_t command)
{
    struct zip_archive *z = ctx;
    zip_int64_t at;
    switch ((int)command) {
    case ZIP_SOURCE_OPEN:
        z->at = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return give_bytes(z, data, n);
    case ZIP_SOURCE_STAT:
        return give_state(z, data);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&z->error, data, n);
    case ZIP_SOURCE_SEEK:
        at = zip_source_seek_compute_offset(z->at, z->size, data, n, &z->error);
        if (at >= 0)
            z->at = (uint64_t)at;
        return at < 0 ? -1 : 0;
    case ZIP_SOURCE_TELL:
        return (zip_int64_t)z->at;
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
        return 0;
    default:
        zip_error_set(&z->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

/* ---- the archive ---- */

static void close_member(struct zip_archive *z)
{
    if (z->open)
        (void)zip_fclose(z->open);
    z->open = NULL;
    z->reader = NULL;
}

static void zip_sleep(struct layer *l)
{
    struct zip_archive *z = (struct zip_archive *)l;
    close_member(z);
    if (z->handle)
        zip_discard(z->handle);
    z->handle = NULL;
}

static void zip_free(struct layer *l)
{
    struct zip_archive *z = (struct zip_archive *)l;
    zip_sleep(l);
    zip_error_fini(&z->error);
    mem_free(z);
}

static size_t zip_has_no_bytes(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    (void)l, (void)offset, (void)buffer, (void)n;
    return 0;
}

static const struct layer_calls zip_calls = {zip_has_no_bytes, zip_sleep, zip_free};

struct layer *zip_new(struct layer *below)
{
    struct zip_archive *z = mem_alloc(sizeof *z);
    z->layer = (struct layer){.calls = &zip_calls, .path = below->path, .name = "zip", .reach = REACH_FROM_START, .grown = below->grown};
    z->below = below;
    z->size = UINT64_MAX;
    zip_error_init(&z->error);
    return &z->layer;
}

static fault no_archive(const struct zip_archive *z, int code)
{
    const char *path = z->layer.path;
    if (code == ZIP_ER_MEMORY)
        return fault_make(FAULT_LIMIT, "%.250s: the directory of the zip archive is larger than 32 MiB: unpack it and name the folder", path);
    if (code == ZIP_ER_MULTIDISK)
        return fault_make(FAULT_CORRUPT, "%.250s is one part of a zip archive in several: join them with zip -s 0, or unpack it", path);
    return fault_make(FAULT_CORRUPT, "%.250s: the zip archive has no directory at its end: it is cut off or damaged. Fetch it again, "
                      "or unpack what is there: 7z x", path);
}

fault zip_wake(struct layer *l, uint64_t *members)
{
    struct zip_archive *z = (struct zip_archive *)l;
    if (z->size == UINT64_MAX)
        z->size = layer_size(z->below);
    if (!z->handle) {
        zip_error_t error;
        zip_error_init(&error);
        zip_source_t *source = zip_source_function_create(zip_asks, z, &error);
        z->budget = ZIP_DIRECTORY_MAX;
        z->handle = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
        z->budget = UINT64_MAX;
        int code = zip_error_code_zip(&error);
        zip_error_fini(&error);
        if (!z->handle) {
            if (source)
                zip_source_free(source);
            return z->below->problem.kind ? z->below->problem : no_archive(z, code);
        }
    }
    zip_int64_t n = zip_get_num_entries(z->handle, 0);
    *members = n > 0 ? (uint64_t)n : 0;
    return NO_FAULT;
}

fault zip_describe(struct layer *l, uint64_t number, struct zip_member *m)
{
    struct zip_archive *z = (struct zip_archive *)l;
    zip_stat_t st;
    zip_uint8_t system;
    zip_uint32_t attributes;
    zip_stat_init(&st);
    const char *name = zip_get_name(z->handle, number, ZIP_FL_ENC_RAW);
    if (!name || zip_stat_index(z->handle, number, 0, &st) != 0)
        return fault_make(FAULT_CORRUPT, "%.250s: entry %llu of the zip archive is damaged", l->path, (unsigned long long)number + 1);
    *m = (struct zip_member){.name = span_take(span_str(name), ZIP_NAME_MAX), .size = st.size, .stored = st.comp_size,
                             .is_encrypted = st.encryption_method != ZIP_EM_NONE};
    m->is_folder = span_ends(m->name, SPAN("/"));
    if (zip_file_get_external_attributes(z->handle, number, 0, &system, &attributes) == 0 && system == ZIP_OPSYS_UNIX)
        m->is_link = S_ISLNK(attributes >> 16);
    return NO_FAULT;
}

/* ---- a member ---- */

struct zip_reader {
    struct stream stream;
    struct layer *zip;
    uint64_t number, stored, size;  /* size: as the directory says; limits were held against it */
    const char *password;
};

static fault damage(const struct zip_reader *r, zip_error_t *error)
{
    const char *path = r->stream.layer.path;
    unsigned long long at = (unsigned long long)(r->stream.out + r->stream.to);
    switch (zip_error_code_zip(error)) {
    case ZIP_ER_CRC:
        return fault_make(FAULT_CORRUPT, "%.250s does not match its checksum: some of its lines are not what was written", path);
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
        return fault_make(FAULT_CORRUPT, "%.250s is encrypted, and no password that is known opens it: --password-file FILE", path);
    case ZIP_ER_COMPNOTSUPP:
    case ZIP_ER_ENCRNOTSUPP:
        return fault_make(FAULT_CORRUPT, "%.250s is compressed or encrypted in a way that is not read: unpack it and name the file", path);
    default:
        return fault_make(FAULT_CORRUPT, "%.250s is damaged in its archive behind byte %llu of its content; what stands before that was read",
                          path, at);
    }
}

static fault more_than_declared(const struct zip_reader *r)
{
    return fault_make(FAULT_CORRUPT, "%.250s is longer than its archive says: what follows byte %llu of the content was not read",
                      r->stream.layer.path, (unsigned long long)r->size);
}

static void skip_to(struct zip_archive *z, uint64_t place)
{
    char *skipped = mem_alloc(STREAM_WINDOW);
    for (uint64_t at = 0; at < place;) {
        zip_int64_t n = zip_fread(z->open, skipped, min_u64(STREAM_WINDOW, place - at));
        if (n <= 0)
            break;
        at += (uint64_t)n;
    }
    mem_free(skipped);
}

/* Opens the member where another one, or none, is open. */
static bool take_turn(struct zip_reader *r)
{
    struct zip_archive *z = (struct zip_archive *)r->zip;
    uint64_t members;
    if (z->open && z->reader == &r->stream)
        return true;
    fault e = zip_wake(r->zip, &members);
    if (e.kind) {
        stream_break(&r->stream, e);
        return false;
    }
    close_member(z);
    z->open = r->password ? zip_fopen_index_encrypted(z->handle, r->number, 0, r->password)
                          : zip_fopen_index(z->handle, r->number, 0);
    if (!z->open) {
        stream_break(&r->stream, damage(r, zip_get_error(z->handle)));
        return false;
    }
    z->reader = &r->stream;
    skip_to(z, r->stream.out);
    return true;
}

static void reader_start(struct stream *s, uint64_t place)
{
    struct zip_reader *r = (struct zip_reader *)s;
    struct zip_archive *z = (struct zip_archive *)r->zip;
    (void)place;
    if (z->reader == s)
        close_member(z);
}

static void reader_stop(struct stream *s) { reader_start(s, 0); }

static void end_in_damage(struct zip_reader *r, zip_file_t *open)
{
    zip_error_t *error = zip_file_get_error(open);
    bool is_whole = zip_error_code_zip(error) == ZIP_ER_CRC; /* wrong at the end alone: everything was read */
    stream_break(&r->stream, damage(r, error));
    r->stream.layer.broken = !is_whole;
}

/* The end is asked for as well, with a byte behind it: there the checksum is compared. */
static void reader_fill(struct stream *s)
{
    struct zip_reader *r = (struct zip_reader *)s;
    struct zip_archive *z = (struct zip_archive *)r->zip;
    while (s->to < STREAM_WINDOW && !s->ended) {
        if (!take_turn(r))
            return;
        uint64_t left = r->size - (s->out + s->to);
        zip_int64_t n = zip_fread(z->open, s->window + s->to, left ? min_u64(STREAM_WINDOW - s->to, left) : 1);
        if (n < 0)
            end_in_damage(r, z->open);
        else if (n == 0)
            s->ended = true;
        else if (left == 0)
            stream_break(s, more_than_declared(r));
        else
            s->to += (size_t)n;
    }
    s->taken = r->stored;
}

static const struct stream_calls reader_calls = {NULL, reader_start, reader_fill, reader_stop, NULL};

struct layer *zip_member_new(struct layer *zip, uint64_t number, uint64_t stored, uint64_t size, const char *path,
                             const char *password, const input_options *o)
{
    struct zip_reader *r = mem_alloc(sizeof *r);
    stream_init(&r->stream, &reader_calls, NULL, "zip", o);
    r->stream.layer.path = path;
    r->stream.layer.grown = r->stream.grown_below = zip->grown;
    r->zip = zip;
    r->number = number;
    r->stored = stored;
    r->size = size;
    r->password = password;
    return &r->stream.layer;
}

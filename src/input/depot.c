/* SPDX-License-Identifier: Apache-2.0 */
#include "input/depot.h"

#include "input/content.h"
#include "input/store.h"
#include "input/tar.h"
#include "input/zip.h"

#include <iconv.h>
#include <stdlib.h>

enum { TRY_BYTES = 1024 * 1024, CHECKPOINTS_SHARED = 256 };

struct depot {
    input_options options;
    arena memory;                     /* entries and names */
    struct store *store;
    iconv_t converters[2];            /* kept open, so that opening another loads nothing */
    source_path *found;
    size_t found_n, found_capacity;
    source_failure *failed;
    size_t failed_n, failed_capacity;
    size_t order;
};

/* ---- what was found ---- */

static fault found(struct depot *d, span path, bool pipe, const struct entry *entry)
{
    if (!array_reserve((void **)&d->found, &d->found_capacity, d->found_n + 1, sizeof *d->found, WALK_SOURCES_MAX))
        return fault_make(FAULT_LIMIT, "more than %d files: name fewer at a time", WALK_SOURCES_MAX);
    d->found[d->found_n++] = (source_path){path, pipe, entry};
    return NO_FAULT;
}

static fault failed(struct depot *d, span path, fault why)
{
    if (!array_reserve((void **)&d->failed, &d->failed_capacity, d->failed_n + 1, sizeof *d->failed, WALK_SOURCES_MAX))
        return fault_make(FAULT_LIMIT, "more than %d files that cannot be read: name fewer at a time", WALK_SOURCES_MAX);
    d->failed[d->failed_n++] = (source_failure){path, why};
    return NO_FAULT;
}

/* ---- archives ---- */

struct archive {
    struct layer *bytes;      /* shared */
    bool is_zip;
    span path;                /* NUL-terminated */
    const char *wrapping;
    unsigned depth;           /* 1: the file that was named */
    struct file *file;        /* of a pipe, else NULL */
};

struct listing {
    struct depot *depot;
    arena *a;
    struct archive *todo;     /* archives found in archives: no recursion on what others wrote */
    size_t todo_n, todo_capacity;
    const struct file *file;  /* the one that was named */
    size_t members;           /* of it, with all archives in it */
    uint64_t *growth_free;    /* of each of these, where it is compressed by itself */
    uint64_t unpacked;        /* bytes that these become, as far as archives declare it */
    struct passed_over {
        uint64_t n;
        span first;
    } links, locked, deep, beyond; /* of this archive: not followed, not opened by a password; of the file: too deep, too much */
    const char *password;     /* the last one that did */
};

fault entry_open(const struct entry *e, const char *path, const input_options *o, struct layer **out)
{
    *out = e->is_zip ? zip_member_new(e->archive, e->at, e->stored, e->size, path, e->password, o)
                     : slice_new(e->archive, path, e->at, e->size);
    return NO_FAULT;
}

static const char *joined_names(struct depot *d, const char *outer, const char *inner)
{
    return arena_printf(&d->memory, "%s%s%s%c", outer, outer[0] && inner[0] ? "+" : "", inner, '\0').p;
}

static fault later(struct listing *l, struct archive a)
{
    if (!array_reserve((void **)&l->todo, &l->todo_capacity, l->todo_n + 1, sizeof *l->todo, DEPOT_MEMBERS_MAX))
        return NO_FAULT; /* counted as members: that limit comes first */
    l->todo[l->todo_n++] = a;
    return NO_FAULT;
}

static void pass_over(struct passed_over *p, span path)
{
    if (p->n++ == 0)
        p->first = path;
}

/* What was passed over is said once for an archive: there may be thousands. */
static fault tell_passed_over(struct listing *l, span path, const struct passed_over *p, enum fault_kind kind, const char *what)
{
    if (p->n == 0)
        return NO_FAULT;
    return failed(l->depot, path, fault_make(kind, "%.120s: %llu %s. The first: %.120s", path.p, (unsigned long long)p->n, what,
                                             p->first.p + (span_starts(p->first, path) ? path.n + 1 : 0)));
}

/* Archives must be read at any place. What cannot be is written to the temporary file first. */
static fault make_readable(struct depot *d, struct layer *top, struct layer **bytes)
{
    if (top->reach != REACH_FROM_START) {
        *bytes = store_share(d->store, top);
        return NO_FAULT;
    }
    struct layer *copy = NULL;
    fault e = store_spool(d->store, top, &copy);
    layer_free(top);
    if (!e.kind)
        *bytes = store_share(d->store, copy);
    return e;
}

/* One member, or a file: looked into; a source, or an archive for later. `base` is freed or kept. */
static fault look(struct listing *l, struct layer *base, struct archive a, const struct entry *entry, bool pipe)
{
    struct depot *d = l->depot;
    char names[COMPRESSION_NAME_MAX] = "";
    const struct packing *packing;
    struct layer *top = base;
    input_options o = d->options;
    o.checkpoints = CHECKPOINTS_SHARED;
    content_unpack(&top, names, &o, &packing);
    bool is_zip = packing && strcmp(packing->name, "zip") == 0;
    if (!is_zip && !(packing && strcmp(packing->name, "tar") == 0)) {
        layer_free(top);
        return found(d, a.path, pipe, entry);
    }
    if (a.depth > DEPOT_DEPTH_MAX) {
        layer_free(top);
        pass_over(&l->deep, a.path);
        return NO_FAULT;
    }
    fault e = make_readable(d, top, &a.bytes);
    if (e.kind)
        return failed(d, a.path, e);
    a.is_zip = is_zip;
    a.wrapping = joined_names(d, a.wrapping, joined_names(d, names, packing->name));
    return later(l, a);
}

static span member_path(struct listing *l, const struct archive *a, span name)
{
    char *p = arena_new(l->a, char, a->path.n + name.n + 2);
    memcpy(p, a->path.p, a->path.n);
    p[a->path.n] = '!';
    if (name.n)
        memcpy(p + a->path.n + 1, name.p, name.n);
    return span_of(p, a->path.n + 1 + name.n);
}

static fault member(struct listing *l, const struct archive *a, span path, struct entry e)
{
    struct depot *d = l->depot;
    struct entry *kept = arena_new(&d->memory, struct entry, 1);
    *kept = e;
    kept->archive = e.archive;
    kept->wrapping = a->wrapping;
    kept->growth_free = l->growth_free;
    kept->order = d->order++;
    struct layer *base;
    TRY(entry_open(kept, path.p, &d->options, &base));
    return look(l, base, (struct archive){.path = path, .wrapping = a->wrapping, .depth = a->depth + 1}, kept, false);
}

/* False past the limit: what follows in this file is left alone, and that is said once. */
static bool counts(struct listing *l, const struct archive *a, fault *e)
{
    if (l->members == DEPOT_MEMBERS_MAX)
        *e = failed(l->depot, a->path, fault_make(FAULT_LIMIT, "%.250s: more than %d members in one file: those behind that were not "
                                                  "read; unpack it and name the folder", a->path.p, DEPOT_MEMBERS_MAX));
    return l->members++ < DEPOT_MEMBERS_MAX;
}

/* ---- tar ---- */

static fault tar_member(struct listing *l, const struct archive *a, const struct tar_member *m)
{
    if (m->type == TAR_FOLDER || m->type == TAR_DEVICE || (m->type == TAR_FILE && m->size == 0))
        return NO_FAULT;
    span path = member_path(l, a, span_of(m->name, m->name_n));
    if (m->type == TAR_LINK) {
        pass_over(&l->links, path);
        return NO_FAULT;
    }
    if (m->type == TAR_SPARSE)
        return failed(l->depot, path, fault_make(FAULT_IO, "%.250s is stored with its holes left out (tar -S), which is not read", path.p));
    return member(l, a, path, (struct entry){.archive = a->bytes, .at = m->at, .size = m->size, .stored = m->size});
}

static fault list_tar(struct listing *l, const struct archive *a)
{
    struct tar t = tar_open(a->bytes);
    struct tar_member *m = mem_alloc(sizeof *m);
    fault e = NO_FAULT;
    while (!e.kind && tar_next(&t, m) && counts(l, a, &e))
        e = tar_member(l, a, m);
    mem_free(m);
    if (!e.kind && t.problem.kind)
        e = failed(l->depot, a->path, t.problem);
    return e;
}

/* ---- zip ---- */

static bool opens(struct depot *d, const struct layer *zip, uint64_t number, const struct zip_member *member, const char *password)
{
    struct layer *m = zip_member_new((struct layer *)zip, number, member->stored, member->size, zip->path, password, &d->options);
    char *window = mem_alloc(STREAM_WINDOW);
    uint64_t at = 0;
    for (size_t n = STREAM_WINDOW; at < TRY_BYTES && n == STREAM_WINDOW; at += n)
        n = layer_read(m, at, window, STREAM_WINDOW);
    bool fine = !m->problem.kind;
    mem_free(window);
    layer_free(m);
    return fine;
}

/* The first byte of a member tells 255 of 256 wrong passwords; what it unpacks to tells the others. */
static const char *password_of(struct listing *l, const struct layer *zip, uint64_t number, const struct zip_member *m)
{
    struct depot *d = l->depot;
    if (l->password && opens(d, zip, number, m, l->password))
        return l->password;
    for (size_t i = 0; i <= d->options.password_n; i++) {
        const char *p = i < d->options.password_n ? d->options.passwords[i].p : "infected";
        if (opens(d, zip, number, m, p))
            return l->password = p;
    }
    return NULL;
}

static double ratio_max(const struct depot *d) { return (double)(d->options.max_ratio ? d->options.max_ratio : GROWTH_MAX); }

static bool is_bomb(const struct depot *d, const struct layer *zip, const struct zip_member *m)
{
    return m->size > GROWTH_FREE && (double)m->size * zip->grown > ratio_max(d) * (double)m->stored;
}

/* Many members that are each let pass, or many entries of the directory for one member, must not do what one may not. */
static bool fits(struct listing *l, const struct zip_member *m)
{
    double all = (double)l->unpacked + (double)m->size;
    if (all > (double)GROWTH_FREE + ratio_max(l->depot) * (double)l->file->size)
        return false;
    l->unpacked += m->size;
    return true;
}

static fault zip_member(struct listing *l, const struct archive *a, const struct layer *zip, uint64_t number)
{
    struct zip_member m;
    fault e = zip_describe((struct layer *)zip, number, &m);
    if (e.kind)
        return failed(l->depot, a->path, e);
    if (m.is_folder || m.size == 0)
        return NO_FAULT;
    span path = member_path(l, a, m.name);
    if (m.is_link) {
        pass_over(&l->links, path);
        return NO_FAULT;
    }
    if (is_bomb(l->depot, zip, &m))
        return failed(l->depot, path, fault_make(FAULT_LIMIT, "%.250s: %llu bytes in the archive become %llu: not read. If it is a log "
                                                 "all the same: --max-ratio 100000", path.p, (unsigned long long)m.stored,
                                                 (unsigned long long)m.size));
    if (!fits(l, &m)) {
        pass_over(&l->beyond, path);
        return NO_FAULT;
    }
    const char *password = m.is_encrypted ? password_of(l, zip, number, &m) : NULL;
    if (m.is_encrypted && !password) {
        pass_over(&l->locked, path);
        return NO_FAULT;
    }
    return member(l, a, path, (struct entry){.archive = (struct layer *)zip, .is_zip = true, .at = number, .size = m.size,
                                             .stored = m.stored, .password = password});
}

static fault list_zip(struct listing *l, const struct archive *a)
{
    uint64_t n = 0;
    struct layer *zip = store_own(l->depot->store, zip_new(a->bytes));
    fault e = zip_wake(zip, &n);
    if (e.kind)
        return failed(l->depot, a->path, e);
    for (uint64_t i = 0; i < n && !e.kind && counts(l, a, &e); i++) {
        e = zip_wake(zip, &n);
        store_touch(l->depot->store, zip);
        if (!e.kind)
            e = zip_member(l, a, zip, i);
    }
    return e;
}

/* ---- all ---- */

static fault list_archive(struct listing *l, const struct archive *a)
{
    struct depot *d = l->depot;
    size_t before = d->found_n + d->failed_n + l->todo_n;
    uint64_t passed = l->deep.n + l->beyond.n;
    l->links = l->locked = (struct passed_over){0};
    TRY(a->is_zip ? list_zip(l, a) : list_tar(l, a));
    TRY(tell_passed_over(l, a->path, &l->links, FAULT_IO,
                         l->links.n == 1 ? "of its members is a link, which is not followed"
                                         : "of its members are links, which are not followed"));
    TRY(tell_passed_over(l, a->path, &l->locked, FAULT_CORRUPT,
                         l->locked.n == 1 ? "of its members is encrypted: --password-file FILE with the passwords, one a line"
                                          : "of its members are encrypted: --password-file FILE with the passwords, one a line"));
    if (d->found_n + d->failed_n + l->todo_n == before && l->deep.n + l->beyond.n == passed)
        return failed(d, a->path, fault_make(FAULT_IO, "%.250s is an archive that holds no file with content", a->path.p));
    return NO_FAULT;
}

/* Members that are compressed by themselves declare no size that could be added up beforehand. Each is given its part, so
 * that a hundred thousand small ones are given no more than one, in whatever order they are read. */
static uint64_t share_of_growth(size_t sources) { return sources ? GROWTH_FREE / sources + 1 : GROWTH_FREE; }

/* A pipe cannot be opened twice: what was looked into is what will be read. */
static fault list_file(struct listing *l, const source_path *path)
{
    struct depot *d = l->depot;
    struct file *file;
    fault e = file_open(path->path.p, path->pipe, &d->options, &file);
    if (e.kind)
        return failed(d, path->path, e);
    size_t owned = store_mark(d->store), todo = l->todo_n;
    struct layer *bytes = store_share(d->store, &file->layer);
    struct entry *entry = NULL;
    if (path->pipe) {
        entry = arena_new(&d->memory, struct entry, 1);
        *entry = (struct entry){.archive = bytes, .size = UINT64_MAX, .wrapping = "", .file = file};
    }
    e = look(l, slice_new(bytes, path->path.p, 0, bytes->size), (struct archive){.path = path->path, .wrapping = "", .depth = 1},
             entry, path->pipe);
    if (l->todo_n == todo && !path->pipe)
        store_drop_to(d->store, owned);
    l->file = file;
    l->members = 0;
    l->unpacked = 0;
    l->growth_free = arena_new(&d->memory, uint64_t, 1);
    const size_t found_before = d->found_n;
    l->deep = l->beyond = (struct passed_over){0};
    while (l->todo_n && !e.kind) {
        struct archive next = l->todo[--l->todo_n];
        e = list_archive(l, &next);
    }
    *l->growth_free = share_of_growth(d->found_n - found_before);
    TRY(e);
    TRY(tell_passed_over(l, path->path, &l->beyond, FAULT_LIMIT,
                         "of its members left unread: all together become more than 500 bytes, or what --max-ratio allows, for each byte "
                         "of the file. If they are logs all the same: --max-ratio 100000"));
    return tell_passed_over(l, path->path, &l->deep, FAULT_LIMIT,
                            l->deep.n == 1 ? "archive lies inside 4 others, which is as far as is looked: unpack it and name the folder"
                                           : "archives lie inside 4 others, which is as far as is looked: unpack it and name the folder");
}

static int by_path(const void *a, const void *b)
{
    const source_path *x = a, *y = b;
    int order = span_cmp(x->path, y->path);
    if (order || !x->entry || !y->entry)
        return order;
    return x->entry->order < y->entry->order ? -1 : x->entry->order > y->entry->order;
}

static int failure_by_path(const void *a, const void *b)
{
    const source_failure *x = a, *y = b;
    int order = span_cmp(x->path, y->path);
    return order ? order : span_cmp(span_str(x->why.text), span_str(y->why.text));
}

static void hand_over(struct depot *d, arena *a, source_list *out)
{
    if (d->found_n)
        qsort(d->found, d->found_n, sizeof *d->found, by_path);
    if (d->failed_n)
        qsort(d->failed, d->failed_n, sizeof *d->failed, failure_by_path);
    *out = (source_list){.items = arena_new(a, source_path, d->found_n), .n = d->found_n,
                         .failed = arena_new(a, source_failure, d->failed_n), .failed_n = d->failed_n};
    if (d->found_n)
        memcpy(out->items, d->found, d->found_n * sizeof *d->found);
    if (d->failed_n)
        memcpy(out->failed, d->failed, d->failed_n * sizeof *d->failed);
}

fault depot_list(struct depot *d, arena *a, const source_list *files, source_list *out)
{
    struct listing l = {.depot = d, .a = a};
    fault e = NO_FAULT;
    for (size_t i = 0; i < files->failed_n && !e.kind; i++)
        e = failed(d, files->failed[i].path, files->failed[i].why);
    for (size_t i = 0; i < files->n && !e.kind; i++)
        e = list_file(&l, &files->items[i]);
    if (!e.kind)
        hand_over(d, a, out);
    array_free((void **)&l.todo, &l.todo_capacity);
    array_free((void **)&d->found, &d->found_capacity);
    array_free((void **)&d->failed, &d->failed_capacity);
    return e;
}

struct depot *depot_open(const input_options *o)
{
    struct depot *d = mem_alloc(sizeof *d);
    d->options = *o;
    d->store = store_new(o);
    d->converters[0] = iconv_open("UTF-8", "CP932");
    d->converters[1] = iconv_open("UTF-8", "EUC-JP-MS");
    return d;
}

void depot_close(struct depot *d)
{
    if (!d)
        return;
    store_free(d->store);
    for (size_t i = 0; i < COUNT_OF(d->converters); i++)
        if (d->converters[i] != (iconv_t)-1)
            (void)iconv_close(d->converters[i]);
    arena_free(&d->memory);
    mem_free(d);
}

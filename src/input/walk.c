/* SPDX-License-Identifier: Apache-2.0 */
#include "input/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

struct folder {
    span path;
    unsigned depth;
};

struct walk {
    arena *a;
    source_path *found;
    size_t found_n, found_capacity;
    source_failure *failed;
    size_t failed_n, failed_capacity;
    struct folder *todo;      /* folders seen, not yet opened */
    size_t todo_n, todo_capacity;
};

/* ---- paths ---- */

/* Without "." parts, doubled and final slashes, so that one file has one name. ".." stays: behind a link
 * it leads elsewhere. Stdin keeps the name "-" to itself. */
static span clean_path(arena *a, span folder, span name)
{
    char *out = arena_new(a, char, folder.n + name.n + 4);
    size_t n = 0;
    span parts[2] = {folder, name};
    bool absolute = (folder.n ? folder : name).n && (folder.n ? folder : name).p[0] == '/';
    for (size_t i = 0; i < 2; i++) {
        for (cut c = span_cut(parts[i], '/');; c = span_cut(c.tail, '/')) {
            if (c.head.n && !span_eq(c.head, SPAN("."))) {
                if (n || absolute)
                    out[n++] = '/';
                memcpy(out + n, c.head.p, c.head.n);
                n += c.head.n;
            }
            if (!c.found)
                break;
        }
    }
    if (n == 0)
        out[n++] = absolute ? '/' : '.';
    if (n == 1 && out[0] == '-')
        return arena_dup(a, SPAN("./-"));
    return span_of(out, n);
}

/* ---- what was found ---- */

static fault found(struct walk *w, span path, bool pipe)
{
    if (!array_reserve((void **)&w->found, &w->found_capacity, w->found_n + 1, sizeof *w->found, WALK_SOURCES_MAX))
        return fault_make(FAULT_LIMIT, "more than %d files: name fewer folders at a time", WALK_SOURCES_MAX);
    w->found[w->found_n++] = (source_path){.path = path, .pipe = pipe};
    return NO_FAULT;
}

static fault failed(struct walk *w, span path, fault why)
{
    if (!array_reserve((void **)&w->failed, &w->failed_capacity, w->failed_n + 1, sizeof *w->failed, WALK_SOURCES_MAX))
        return fault_make(FAULT_LIMIT, "more than %d files that cannot be read: name fewer folders at a time", WALK_SOURCES_MAX);
    w->failed[w->failed_n++] = (source_failure){path, why};
    return NO_FAULT;
}

static fault folder_seen(struct walk *w, span path, unsigned depth)
{
    if (depth > WALK_DEPTH_MAX)
        return fault_make(FAULT_LIMIT, "%.300s is more than %d folders deep: name the folder the logs are in", path.p,
                          WALK_DEPTH_MAX);
    if (!array_reserve((void **)&w->todo, &w->todo_capacity, w->todo_n + 1, sizeof *w->todo, WALK_SOURCES_MAX))
        return fault_make(FAULT_LIMIT, "more than %d folders: name fewer at a time", WALK_SOURCES_MAX);
    w->todo[w->todo_n++] = (struct folder){path, depth};
    return NO_FAULT;
}

/* ---- folders ---- */

/* Pipes, sockets and devices in a folder are no evidence; a link to a folder may lead in a circle. */
static fault entry(struct walk *w, const struct folder *d, const char *name)
{
    span path = clean_path(w->a, d->path, span_str(name));
    struct stat st;
    if (lstat(path.p, &st) != 0)
        return failed(w, path, fault_errno("%s cannot be examined", path.p));
    if (S_ISDIR(st.st_mode))
        return folder_seen(w, path, d->depth + 1);
    if (S_ISLNK(st.st_mode) && stat(path.p, &st) != 0)
        return failed(w, path, fault_errno("%s is a link that leads nowhere", path.p));
    return S_ISREG(st.st_mode) ? found(w, path, false) : NO_FAULT;
}

static fault read_folder(struct walk *w, const struct folder *d)
{
    DIR *dir = opendir(d->path.p);
    if (!dir)
        return failed(w, d->path, fault_errno("the folder %s cannot be opened", d->path.p));
    fault e = NO_FAULT;
    const struct dirent *item;
    while (!e.kind && (errno = 0, item = readdir(dir)))
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0)
            e = entry(w, d, item->d_name);
    if (!e.kind && errno)
        e = failed(w, d->path, fault_errno("the folder %s cannot be read to its end", d->path.p));
    (void)closedir(dir);
    return e;
}

static fault walk_folder(struct walk *w, span path)
{
    size_t before = w->found_n + w->failed_n;
    TRY(folder_seen(w, path, 0));
    while (w->todo_n) {
        struct folder next = w->todo[--w->todo_n];
        TRY(read_folder(w, &next));
    }
    if (w->found_n + w->failed_n == before)
        return failed(w, path, fault_make(FAULT_IO, "the folder %s holds no file: name the folder the logs are in", path.p));
    return NO_FAULT;
}

static fault argument(struct walk *w, const char *arg)
{
    if (strcmp(arg, "-") == 0)
        return found(w, arena_dup(w->a, SPAN("-")), true);
    if (!arg[0])
        return failed(w, arena_dup(w->a, SPAN("")), fault_make(FAULT_IO, "an empty name is no file"));
    span path = clean_path(w->a, SPAN(""), span_str(arg));
    struct stat st;
    if (stat(path.p, &st) != 0)
        return failed(w, path, fault_errno("%s cannot be opened", path.p));
    if (S_ISDIR(st.st_mode))
        return walk_folder(w, path);
    if (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode))
        return found(w, path, S_ISFIFO(st.st_mode));
    return failed(w, path, fault_make(FAULT_IO, "%s is a device or a socket, not a file", path.p));
}

/* ---- one order ---- */

static int path_order(const void *a, const void *b)
{
    const source_path *x = a, *y = b;
    int order = span_cmp(x->path, y->path);
    return order ? order : (int)x->pipe - (int)y->pipe;
}

static int failure_order(const void *a, const void *b)
{
    return span_cmp(((const source_failure *)a)->path, ((const source_failure *)b)->path);
}

static void put_in_order(struct walk *w, source_list *out)
{
    if (w->found_n)
        qsort(w->found, w->found_n, sizeof *w->found, path_order);
    if (w->failed_n)
        qsort(w->failed, w->failed_n, sizeof *w->failed, failure_order);
    out->items = arena_new(w->a, source_path, w->found_n);
    for (size_t i = 0; i < w->found_n; i++)
        if (i == 0 || !span_eq(w->found[i].path, w->found[i - 1].path))
            out->items[out->n++] = w->found[i];
    out->failed = arena_new(w->a, source_failure, w->failed_n);
    for (size_t i = 0; i < w->failed_n; i++)
        if (i == 0 || !span_eq(w->failed[i].path, w->failed[i - 1].path))
            out->failed[out->failed_n++] = w->failed[i];
}

fault input_list(arena *a, const char *const *args, size_t n, source_list *out)
{
    *out = (source_list){0};
    struct walk w = {.a = a};
    fault e = NO_FAULT;
    for (size_t i = 0; i < n && !e.kind; i++)
        e = argument(&w, args[i]);
    if (!e.kind)
        put_in_order(&w, out);
    array_free((void **)&w.found, &w.found_capacity);
    array_free((void **)&w.failed, &w.failed_capacity);
    array_free((void **)&w.todo, &w.todo_capacity);
    return e;
}

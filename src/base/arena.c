/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCK_SIZE = 64 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size;
};

_Noreturn void panic(const char *what)
{
    /* write, not stdio: this may run while another thread holds stderr's lock. */
    static const char intro[] = "konseki: internal error: ";
    ssize_t ignored = write(2, intro, sizeof intro - 1);
    ignored = write(2, what, strlen(what));
    ignored = write(2, "\n", 1);
    (void)ignored;
    _Exit(4);
}

void *mem_alloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p)
        panic("out of memory");
    return p;
}

void mem_free(void *p) { free(p); }

enum { HUGE_PAGE = 2 * 1024 * 1024 };

static size_t whole_pages(size_t size) { return (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE; }

void *mem_map(size_t size)
{
    size_t whole = whole_pages(size);
    char *p = mmap(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        panic("out of memory");
    size_t before = (size_t)(-(uintptr_t)p & (HUGE_PAGE - 1));
    if (before)
        munmap(p, before);
    munmap(p + before + whole, HUGE_PAGE - before);
    (void)madvise(p + before, whole, MADV_HUGEPAGE); /* a kernel without them is only slower */
    return p + before;
}

void mem_unmap(void *p, size_t size)
{
    if (p)
        munmap(p, whole_pages(size));
}

static void arena_grow(arena *a, size_t need)
{
    size_t size = need > BLOCK_SIZE ? need : BLOCK_SIZE;
    if (size > SIZE_MAX - sizeof(struct arena_block))
        panic("out of memory");
    struct arena_block *block = mem_alloc(sizeof *block + size);
    block->older = a->blocks;
    block->size = size;
    a->blocks = block;
    a->beg = (char *)(block + 1);
    a->end = a->beg + size;
    a->total += sizeof *block + size;
}

void *arena_alloc(arena *a, size_t size, size_t align, size_t count)
{
    if (count && size > (SIZE_MAX - align) / count)
        panic("out of memory");
    size_t bytes = size * count;
    size_t pad = (size_t)(-(uintptr_t)a->beg & (align - 1));
    if (!a->beg || (size_t)(a->end - a->beg) < bytes + pad) {
        arena_grow(a, bytes + align);
        pad = (size_t)(-(uintptr_t)a->beg & (align - 1));
    }
    char *p = a->beg + pad;
    a->beg = p + bytes;
    return p;
}

span arena_dup(arena *a, span s)
{
    if (!s.p)
        return s;
    char *p = arena_new(a, char, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return span_of(p, s.n);
}

span arena_printf(arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        panic("a message could not be formatted");
    char *p = arena_new(a, char, (size_t)n + 1);
    (void)vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return span_of(p, (size_t)n);
}

void arena_join(arena *a, arena *other)
{
    struct arena_block *oldest = other->blocks;
    while (oldest && oldest->older)
        oldest = oldest->older;
    if (!a->blocks) {
        *a = *other;
    } else if (oldest) { /* behind the newest block, whose rest is still to be given */
        oldest->older = a->blocks->older;
        a->blocks->older = other->blocks;
        a->total += other->total;
    }
    *other = (arena){0};
}

void arena_free(arena *a)
{
    for (struct arena_block *block = a->blocks; block;) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
    *a = (arena){0};
}

bool array_reserve(void **items, size_t *capacity, size_t need, size_t size, size_t max)
{
    if (need <= *capacity)
        return true;
    if (need > max)
        return false;
    size_t grown = *capacity ? *capacity * 2 : 16;
    if (grown < need)
        grown = need;
    if (grown > max)
        grown = max;
    if (grown > SIZE_MAX / size)
        panic("out of memory");
    char *p = realloc(*items, grown * size);
    if (!p)
        panic("out of memory");
    memset(p + *capacity * size, 0, (grown - *capacity) * size);
    *items = p;
    *capacity = grown;
    return true;
}

void array_free(void **items, size_t *capacity)
{
    free(*items);
    *items = NULL;
    *capacity = 0;
}

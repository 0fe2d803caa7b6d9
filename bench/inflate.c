/* SPDX-License-Identifier: Apache-2.0 */
/* inflate FILE.gz: decompresses and throws the bytes away, with the library that konseki uses. What a hunt through
 * gzip costs above this is konseki's own. Prints how many bytes came out. */
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FEED = 256 * 1024, CONTENT = 1024 * 1024 };

static uint8_t feed[FEED], content[CONTENT];

/* False at the end of the file. Bytes not used yet move to the front: a member's end may lie across two reads. */
static int refill(int file, struct inflate_state *state)
{
    memmove(feed, state->next_in, state->avail_in);
    state->next_in = feed;
    ssize_t n = read(file, feed + state->avail_in, sizeof feed - state->avail_in);
    if (n > 0)
        state->avail_in += (uint32_t)n;
    return n > 0;
}

static void next_member(struct inflate_state *state)
{
    uint8_t *next = state->next_in;
    uint32_t rest = state->avail_in;
    isal_inflate_init(state);
    state->crc_flag = ISAL_GZIP;
    state->next_in = next;
    state->avail_in = rest;
}

int main(int argc, char **argv)
{
    int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0) {
        fprintf(stderr, "usage: inflate FILE.gz\n");
        return 2;
    }
    static struct inflate_state state;
    unsigned long long bytes = 0;
    state.next_in = feed;
    next_member(&state);
    while (state.avail_in || refill(file, &state)) {
        if (state.block_state == ISAL_BLOCK_FINISH)
            next_member(&state);
        do {
            state.next_out = content;
            state.avail_out = sizeof content;
            if (isal_inflate(&state) != ISAL_DECOMP_OK) {
                fprintf(stderr, "inflate: %s is damaged after %llu bytes\n", argv[1], bytes);
                return 3;
            }
            bytes += sizeof content - state.avail_out;
        } while (state.avail_out == 0 && state.block_state != ISAL_BLOCK_FINISH);
    }
    printf("%llu\n", bytes);
    return 0;
}

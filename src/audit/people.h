/* SPDX-License-Identifier: Apache-2.0 */
/* audit/people.h: do the clients of a source name machines? One for all, masked addresses and pseudonyms do not. */
#ifndef KONSEKI_AUDIT_PEOPLE_H
#define KONSEKI_AUDIT_PEOPLE_H

#include "event/event.h"

enum { PEOPLE_MAX = 1 << 16,       /* different clients of a source that are told apart; further ones are not seen */
       CLIENTS_FOR_MASK = 4,       /* different ones from which their common look is no chance */
       PEOPLE_SEEN = 256,
       TOKEN_DIGITS = 16 };        /* hexadecimal digits in a row from which a name is a pseudonym */

enum client_look { LOOK_ADDRESS, LOOK_MASKED /* IPv4 that ends in .0, IPv6 that ends in :: */, LOOK_NAME, LOOK_TOKEN,
                   LOOK_COUNT };

struct people_fold {
    uint64_t seen[PEOPLE_SEEN];       /* hashes of spellings, to be quick about those that come again */
    uint64_t *hashes;                 /* of canonical clients, 0: free; looks beside them */
    uint8_t *looks;
    size_t slots, n;
    uint64_t look[LOOK_COUNT];        /* different clients of each */
    char first[48];                   /* of the client with the smallest hash: the only one where n is 1 */
    uint64_t first_hash;
};

void people_add(struct people_fold *f, const event *e);
void people_join(struct people_fold *to, const struct people_fold *from);
void people_free(struct people_fold *f);
enum client_look people_look(span client);
/* Was there a row of that canonical client? Not to be asked where n is PEOPLE_MAX. */
bool people_has(const struct people_fold *f, span client);

#endif

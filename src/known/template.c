/* SPDX-License-Identifier: Apache-2.0 */
/* known/template.c: an agent without what differs between versions and machines.
 *
 * The agent is read as runs of letters and digits. A run becomes '#' as a whole where it reads like a serial, keeps its
 * letters where it reads like a name with a number, and stays where it has no digit. Neighbouring '#' melt into one:
 * 118.0.0.0 is one '#'. One pass with bounded looks ahead. */
#include "known/agent.h"

#include "event/event.h"

enum { LOOK_AHEAD = 128 }; /* keeps hostile agents linear: "a=b=c=d..." */

struct writer {
    char *p;
    size_t n, max;
};

static bool is_alnum(char c)
{
    return ascii_alpha(c) || ascii_digit(c);
}
static bool is_joiner(char c)
{
    return c == '.' || c == '_' || c == '-' || c == ',' || c == ':' || c == '+';
}
static bool is_stop(char c)
{
    return c == ' ' || c == ';' || c == '(' || c == ')' || c == ',' || c == '"' || c == '/';
}

static void put(struct writer *w, char c)
{
    if (w->n < w->max)
        w->p[w->n++] = c;
}

static bool ends_in_number(const struct writer *w)
{
    return w->n > 0 && w->p[w->n - 1] == '#';
}
static bool ends_in_joined_number(const struct writer *w)
{
    return w->n > 1 && is_joiner(w->p[w->n - 1]) && w->p[w->n - 2] == '#';
}

static void put_number(struct writer *w)
{
    if (ends_in_joined_number(w))
        w->n--;
    else if (!ends_in_number(w))
        put(w, '#');
}

/* What a run of letters and digits is made of. */
struct run {
    size_t n, digits, changes; /* changes: between letters and digits */
    bool is_hex;
    bool has_word;    /* letters in a row that no serial is made of: three with a lower-case one, or six */
    bool has_letters; /* three letters in a row, whatever their case */
};

static struct run run_read(span s)
{
    struct run r = {.is_hex = true};
    size_t letters = 0;
    bool has_lower = false;
    for (; r.n < s.n && is_alnum(s.p[r.n]); r.n++) {
        char c = s.p[r.n];
        bool digit = ascii_digit(c);
        if (r.n > 0 && digit != ascii_digit(s.p[r.n - 1])) {
            r.changes++;
            letters = 0;
            has_lower = false;
        }
        r.digits += digit;
        r.is_hex = r.is_hex && ascii_hex(c) >= 0;
        if (digit)
            continue;
        letters++;
        has_lower = has_lower || c >= 'a';
        r.has_word = r.has_word || (letters >= 3 && has_lower) || letters >= 6;
        r.has_letters = r.has_letters || letters >= 3;
    }
    return r;
}

static bool is_opaque(const struct run *r)
{
    if (r->digits == r->n)
        return true;
    if (r->is_hex && (r->n >= 16 || (r->n >= 8 && r->digits > 0)))
        return true;
    if (r->n >= 16 && r->digits >= 2 && r->changes >= 4)
        return true; /* base64 and its like */
    if (r->has_word)
        return false;
    return r->changes >= 3 || (r->changes == 2 && r->n >= 6) || (r->n >= 12 && r->digits >= 3);
}

/* Length of a GUID (RFC 9562: 8-4-4-4-12 hexadecimal digits) at the start of s, or 0. */
static size_t guid_length(span s)
{
    enum { LENGTH = 36 };
    if (s.n < LENGTH || (s.n > LENGTH && is_alnum(s.p[LENGTH])))
        return 0;
    for (size_t i = 0; i < LENGTH; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? s.p[i] != '-' : ascii_hex(s.p[i]) < 0)
            return 0;
    }
    return LENGTH;
}

/* Length of a serial of several runs ("AB12-3344-XY9"): at least eight letters and digits, a third of them digits, no
 * three letters in a row; 0 where there is none. */
static size_t chain_length(span s)
{
    size_t n = 0, letters_digits = 0, digits = 0;
    s = span_take(s, LOOK_AHEAD);
    for (;;) {
        struct run r = run_read(span_skip(s, n));
        if (r.n == 0 || r.has_letters)
            return 0;
        letters_digits += r.n;
        digits += r.digits;
        n += r.n;
        bool goes_on = n + 1 < s.n && (s.p[n] == '-' || s.p[n] == '_') && is_alnum(s.p[n + 1]);
        if (!goes_on)
            break;
        n++;
    }
    return letters_digits >= 8 && digits >= 4 && digits * 3 >= letters_digits ? n : 0;
}

/* Length of what stands up to the next stop, where it is a version ("/1.2.3b4", "/v2") or a value with a digit in it
 * ("id=PF0ABCDE", "rv:109.0"); 0 where it is not. */
static size_t value_length(span s, char before)
{
    bool is_version =
        before == '/' && (ascii_digit(s.p[0]) || (s.n > 1 && (s.p[0] | 32) == 'v' && ascii_digit(s.p[1])));
    if (!is_version && before != '=' && before != ':')
        return 0;
    size_t n = 0;
    bool has_digit = false;
    s = span_take(s, LOOK_AHEAD);
    for (; n < s.n && !is_stop(s.p[n]); n++)
        has_digit = has_digit || ascii_digit(s.p[n]);
    return has_digit ? n : 0;
}

/* "Nov 21 2026", "21-Nov-2026": a month is a part of a date only beside a number. */
static bool is_month(span word, span after, const struct writer *w)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (word.n != 3)
        return false;
    char lower[3] = {ascii_lower(word.p[0]), ascii_lower(word.p[1]), ascii_lower(word.p[2])};
    bool is_name = false;
    for (size_t i = 0; i < 36; i += 3)
        is_name = is_name || memcmp(months + i, lower, 3) == 0;
    bool number_follows = after.n > 1 && (after.p[0] == ' ' || is_joiner(after.p[0])) && ascii_digit(after.p[1]);
    return is_name && (number_follows || ends_in_joined_number(w));
}

static void put_letters(struct writer *w, span run)
{
    for (size_t i = 0; i < run.n; i++) {
        if (ascii_digit(run.p[i]))
            put_number(w);
        else
            put(w, run.p[i]);
    }
}

/* Writes what stands at the start of s (a letter or digit) and returns how much of s that was. */
static size_t put_run(struct writer *w, span s, char before)
{
    size_t n = value_length(s, before);
    if (n == 0)
        n = guid_length(s);
    if (n == 0)
        n = chain_length(s);
    if (n > 0) {
        put_number(w);
        return n;
    }
    struct run r = run_read(s);
    span run = span_take(s, r.n);
    bool goes_on_version = before == '.' && ends_in_joined_number(w) && ascii_digit(s.p[0]);
    if (is_opaque(&r) || goes_on_version || is_month(run, span_skip(s, r.n), w))
        put_number(w);
    else
        put_letters(w, run);
    return r.n;
}

size_t known_agent_template(span agent, char *out, size_t max)
{
    struct writer w = {.p = out, .max = max};
    if (agent.n == 0 || event_is_blank_text(agent))
        return 0;
    agent = span_trim(span_take(agent, AGENT_READ_MAX));
    for (size_t i = 0; i < agent.n && w.n < w.max;) {
        char c = agent.p[i], before = i > 0 ? agent.p[i - 1] : ' ';
        if (is_alnum(c)) {
            i += put_run(&w, span_skip(agent, i), before);
        } else {
            if (c != ' ' || before != ' ')
                put(&w, c);
            i++;
        }
    }
    return w.n;
}

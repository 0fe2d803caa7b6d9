/* SPDX-License-Identifier: Apache-2.0 */
#include "app/turns.h"

void turns_begin(struct turns *t)
{
    *t = (struct turns){0};
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->moved, NULL);
}

void turns_end(struct turns *t)
{
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->moved);
}

static void move_on(struct turns *t, uint32_t source, uint64_t lines)
{
    t->lines = source == t->source ? t->lines + lines : lines;
    t->source = source;
    t->next++;
}

static void move_past_passed(struct turns *t)
{
    size_t i;
    while (t->passed[i = t->next % TURNS_AHEAD].is_there) {
        t->passed[i].is_there = false;
        move_on(t, t->passed[i].source, t->passed[i].lines);
    }
    pthread_cond_broadcast(&t->moved);
}

bool turns_pass(struct turns *t, uint64_t number, uint32_t source, uint64_t lines)
{
    pthread_mutex_lock(&t->lock);
    while (!t->is_stopped && number - t->next >= TURNS_AHEAD)
        pthread_cond_wait(&t->moved, &t->lock);
    size_t i = number % TURNS_AHEAD;
    t->passed[i].is_there = true;
    t->passed[i].source = source;
    t->passed[i].lines = lines;
    if (number == t->next)
        move_past_passed(t);
    bool goes_on = !t->is_stopped;
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

bool turns_wait(struct turns *t, uint64_t number, uint32_t source, uint64_t *before)
{
    pthread_mutex_lock(&t->lock);
    while (!t->is_stopped && t->next != number)
        pthread_cond_wait(&t->moved, &t->lock);
    *before = t->source == source ? t->lines : 0;
    bool goes_on = !t->is_stopped;
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

void turns_done(struct turns *t, uint32_t source, uint64_t lines)
{
    pthread_mutex_lock(&t->lock);
    move_on(t, source, lines);
    move_past_passed(t);
    pthread_mutex_unlock(&t->lock);
}

void turns_stop(struct turns *t)
{
    pthread_mutex_lock(&t->lock);
    t->is_stopped = true;
    pthread_cond_broadcast(&t->moved);
    pthread_mutex_unlock(&t->lock);
}

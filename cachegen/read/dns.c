/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows c-ares and the clock: which questions are under way, and when nobody
 * waits for them any longer.  What a reply says is known to dns_reply.c.
 *
 * ares_query() is what Debian 12's c-ares and its successors share, though the
 * latter would like it to be called by another name.  ares_getaddrinfo() is
 * not: the one of Debian 12 says "no address" where a CNAME stands behind the
 * address, a question comes back as its reply, or a code is unknown.
 */
#define CARES_NO_DEPRECATED
#include "dns.h"

#include <ares.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "apr_hash.h"
#include "apr_strings.h"
#include "apr_time.h"

#include "dns_reply.h"
#include "ml_text.h"

#define NAME_TIME apr_time_from_sec(10)
#define ALL_TIME apr_time_from_sec(60)
#define NAMES_AT_ONCE 100 /* twice as many questions */

/* A question is repeated after so long, then after twice as long, and so on.
 * The times are c-ares's own affair: the number of tries is such that it never
 * gives up within NAME_TIME, even where it begins with a quarter of a second.
 */
#define FIRST_WAIT 1500 /* milliseconds */
#define TRIES 7

typedef struct entry_t entry_t;

typedef struct {
    entry_t *entry;
    ml_family_e family;
    dns_answer_e *answer; /* in the entry */
} question_t;

struct entry_t {
    dns_name_t name; /* what others see */
    dns_t *dns;
    question_t questions[2];
    apr_time_t asked_at; /* see now() */
    int open_n;          /* questions that wait for their reply */
};

struct dns_t {
    apr_pool_t *pool;
    apr_hash_t *by_name;         /* -> entry_t */
    apr_array_header_t *entries; /* of entry_t *, in the order of asking */
    int next;                    /* the first entry that was not asked for */
    int oldest;                  /* all before this one are done with */
    int open_n;                  /* entries that wait for a reply */
    ares_channel channel;
    apr_array_header_t *sockets; /* of struct pollfd: c-ares's */
    apr_array_header_t *ready;   /* the same, after poll() */
};

dns_t *dns_create(apr_pool_t *pool)
{
    dns_t *dns = apr_pcalloc(pool, sizeof(*dns));

    dns->pool = pool;
    dns->by_name = apr_hash_make(pool);
    dns->entries = apr_array_make(pool, 64, sizeof(entry_t *));
    dns->sockets = apr_array_make(pool, 4, sizeof(struct pollfd));
    dns->ready = apr_array_make(pool, 4, sizeof(struct pollfd));
    return dns;
}

/* The name in the one form under which it is asked for and remembered. */
static char *key_of(const char *name, apr_size_t len, apr_pool_t *pool)
{
    char *key = ml_text_fold(name, len, ml_text_lower, pool);

    apr_collapse_spaces(key, key); /* there are none but around it */
    len = strlen(key);
    if (len > 0 && key[len - 1] == '.') {
        key[len - 1] = '\0';
    }
    return key;
}

const dns_name_t *dns_note(dns_t *dns, const char *name, apr_size_t len)
{
    const char *key = key_of(name, len, dns->pool);
    entry_t *entry = apr_hash_get(dns->by_name, key, APR_HASH_KEY_STRING);

    if (!entry) {
        entry = apr_pcalloc(dns->pool, sizeof(*entry));
        entry->name.name = key;
        entry->name.v4 = entry->name.v6 = DNS_NOT_ASKED;
        entry->name.addresses =
            apr_array_make(dns->pool, 2, sizeof(ml_address_t));
        entry->dns = dns;
        entry->questions[0] =
            (question_t){entry, ML_ADDRESS_V4, &entry->name.v4};
        entry->questions[1] =
            (question_t){entry, ML_ADDRESS_V6, &entry->name.v6};
        apr_hash_set(dns->by_name, key, APR_HASH_KEY_STRING, entry);
        APR_ARRAY_PUSH(dns->entries, entry_t *) = entry;
    }
    return &entry->name;
}

/* Not the time of day, which may be set back while we wait. */
static apr_time_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return apr_time_from_sec(t.tv_sec) + t.tv_nsec / 1000;
}

/* --- questions ------------------------------------------------------------ */

static entry_t *entry_at(const dns_t *dns, int i)
{
    return APR_ARRAY_IDX(dns->entries, i, entry_t *);
}

/* The hosts file speaks first, as it does for every other program.  What it
 * does not say of a name is not taken for absent. */
static int is_in_hosts_file(dns_t *dns, entry_t *entry)
{
    int found = 0, i, j;

    for (i = 0; i < 2; i++) {
        const question_t *question = &entry->questions[i];
        struct hostent *host;

        if (ares_gethostbyname_file(
                dns->channel, entry->name.name,
                question->family == ML_ADDRESS_V4 ? AF_INET : AF_INET6, &host)
            != ARES_SUCCESS) {
            continue;
        }
        for (j = 0; host->h_addr_list[j]; j++) {
            APR_ARRAY_PUSH(entry->name.addresses, ml_address_t) =
                ml_address_from_bytes(host->h_addr_list[j],
                                      (apr_size_t)host->h_length);
        }
        *question->answer = DNS_PRESENT;
        found = 1;
        ares_free_hostent(host);
    }
    return found;
}

static void take_reply(void *question_, int status, int timeouts,
                       unsigned char *reply, int len)
{
    question_t *question = question_;
    entry_t *entry = question->entry;

    if (entry->open_n == 0) {
        return; /* nobody waits for it any longer */
    }
    if (reply) {
        *question->answer =
            dns_reply_read(entry->name.addresses, reply, (apr_size_t)len,
                           entry->name.name, question->family);
    }
    else if (status != ARES_ETIMEOUT) {
        *question->answer = DNS_FAILED;
    }
    if (--entry->open_n == 0) {
        entry->dns->open_n--;
    }
}

static void start(dns_t *dns, entry_t *entry)
{
    enum { CLASS_IN = 1, TYPE_A = 1, TYPE_AAAA = 28 };

    entry->asked_at = now();
    if (is_in_hosts_file(dns, entry)) {
        return;
    }
    entry->name.v4 = entry->name.v6 = DNS_TOO_LATE;
    entry->open_n = 2;
    dns->open_n++;
    ares_query(dns->channel, entry->name.name, CLASS_IN, TYPE_A, take_reply,
               &entry->questions[0]);
    ares_query(dns->channel, entry->name.name, CLASS_IN, TYPE_AAAA, take_reply,
               &entry->questions[1]);
}

/* Gives up the names whose time is up. */
static void give_up(dns_t *dns, apr_time_t time)
{
    for (; dns->oldest < dns->next; dns->oldest++) {
        entry_t *entry = entry_at(dns, dns->oldest);

        if (entry->open_n > 0) {
            if (entry->asked_at + NAME_TIME > time) {
                return;
            }
            entry->open_n = 0;
            dns->open_n--;
        }
    }
}

/* --- sockets -------------------------------------------------------------- */

static void watch(void *dns_, ares_socket_t fd, int readable, int writable)
{
    dns_t *dns = dns_;
    struct pollfd *sockets = (struct pollfd *)(void *)dns->sockets->elts;
    int n = dns->sockets->nelts, i = 0;

    while (i < n && sockets[i].fd != fd) {
        i++;
    }
    if (!readable && !writable) {
        if (i < n) {
            sockets[i] = sockets[n - 1];
            apr_array_pop(dns->sockets);
        }
        return;
    }
    if (i == n) {
        sockets = apr_array_push(dns->sockets);
        sockets->fd = fd;
    }
    else {
        sockets += i;
    }
    sockets->events =
        (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
}

/* Waits for replies, at most so long, and hands them to take_reply(). */
static void wait_for_replies(dns_t *dns, apr_interval_time_t time)
{
    struct timeval most = {.tv_sec = (time_t)apr_time_sec(time),
                           .tv_usec = (suseconds_t)apr_time_usec(time)};
    struct timeval room, *wait = ares_timeout(dns->channel, &most, &room);
    struct pollfd *ready;
    int i;

    apr_array_clear(dns->ready);
    apr_array_cat(dns->ready, dns->sockets);
    ready = (struct pollfd *)(void *)dns->ready->elts;
    if (poll(ready, (nfds_t)dns->ready->nelts,
             (int)(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1))
        > 0) {
        for (i = 0; i < dns->ready->nelts; i++) {
            short events = ready[i].revents;

            ares_process_fd(dns->channel,
                            events & ~POLLOUT ? ready[i].fd : ARES_SOCKET_BAD,
                            events & POLLOUT ? ready[i].fd : ARES_SOCKET_BAD);
        }
    }
    /* And what is to be repeated. */
    ares_process_fd(dns->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* --- all of them ---------------------------------------------------------- */

static void ask_all(dns_t *dns, report_t *report)
{
    apr_time_t time = now(), end = time + ALL_TIME, patience;
    int n = dns->entries->nelts;

    while (time < end && (dns->open_n > 0 || dns->next < n)) {
        while (dns->open_n < NAMES_AT_ONCE && dns->next < n) {
            start(dns, entry_at(dns, dns->next++));
        }
        if (dns->open_n > 0) {
            patience = entry_at(dns, dns->oldest)->asked_at + NAME_TIME;
            wait_for_replies(dns, (patience < end ? patience : end) - time);
        }
        time = now();
        give_up(dns, time);
        report_rows(report, (apr_uint64_t)(dns->next - dns->open_n));
    }
    give_up(dns, APR_INT64_MAX);
}

static int open_channel(dns_t *dns)
{
    struct ares_options options = {.timeout = FIRST_WAIT,
                                   .tries = TRIES,
                                   .sock_state_cb = watch,
                                   .sock_state_cb_data = dns};
    int status = ares_library_init(ARES_LIB_INIT_ALL);

    return status != ARES_SUCCESS
               ? status
               : ares_init_options(&dns->channel, &options,
                                   ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
                                       | ARES_OPT_SOCK_STATE_CB);
}

const char *dns_ask(dns_t *dns, report_t *report)
{
    int n = dns->entries->nelts, status, i;
    void (*on_pipe)(int);

    report_step(report, "names", (apr_uint64_t)n);
    status = open_channel(dns);
    if (status != ARES_SUCCESS) {
        for (i = 0; i < n; i++) {
            dns_name_t *name = &entry_at(dns, i)->name;

            name->v4 = name->v6 = DNS_FAILED;
        }
        return apr_pstrcat(dns->pool, "no name server can be asked: ",
                           ares_strerror(status), NULL);
    }
    /* A server may close a connection while c-ares writes to it. */
    on_pipe = signal(SIGPIPE, SIG_IGN);
    ask_all(dns, report);
    ares_destroy(dns->channel);
    signal(SIGPIPE, on_pipe);
    ares_library_cleanup();
    report_step_done(report, (apr_uint64_t)dns->next);
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * getaddrinfo() takes as long as it likes and cannot be cancelled, so a child
 * process calls it and writes the addresses into a pipe; when the time is up
 * the child is killed.  (getaddrinfo_a() would leave a thread behind that
 * writes into our memory.)  There are few names: one child for each will do.
 */
#include "resolve.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "apr_hash.h"
#include "apr_strings.h"

/* One dead name server shall not eat the time of all other names. */
#define NAME_TIME_MAX apr_time_from_sec(10)

#define ANSWER_MAX 4096 /* addresses: a full TCP answer has fewer */

struct resolve_t {
    apr_pool_t *pool;
    apr_hash_t *answers;      /* name in lower case -> answer_t */
    apr_interval_time_t left; /* of the budget */
};

typedef struct {
    const char *failed;           /* why there are no addresses, or NULL */
    apr_array_header_t *networks; /* of network_t */
} answer_t;

/* What the child writes before the addresses. */
typedef struct {
    int status; /* of getaddrinfo() */
} head_t;

static const char too_late[] = "a name whose look-up took too long";
static const char no_answer[] = "a name that cannot be looked up now";

resolve_t *resolve_create(apr_interval_time_t budget, apr_pool_t *pool)
{
    resolve_t *resolve = apr_palloc(pool, sizeof(*resolve));

    resolve->pool = pool;
    resolve->answers = apr_hash_make(pool);
    resolve->left = budget;
    return resolve;
}

/* Not the time of day, which may be set back while we wait. */
static apr_time_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return apr_time_from_sec(t.tv_sec) + t.tv_nsec / 1000;
}

/* --- the child ------------------------------------------------------------ */

static void write_all(int fd, const void *bytes_, size_t len)
{
    const char *bytes = bytes_;

    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0) {
            _exit(1); /* the parent is gone */
        }
        bytes += n;
        len -= (size_t)n;
    }
}

static ml_address_t address_of(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        return ml_address_from_bytes(
            &((const struct sockaddr_in *)address)->sin_addr, 4);
    }
    return ml_address_from_bytes(
        &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
}

static void look_up(const char *name, int fd)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL, *next;
    head_t head;

    /* Ends this process even if its parent is gone. */
    signal(SIGALRM, SIG_DFL);
    alarm(apr_time_sec(NAME_TIME_MAX) + 1);
    /* The name is complete: this machine's domain is not to be tried. */
    res_init();
    _res.options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
    head.status = getaddrinfo(name, NULL, &hints, &found);
    write_all(fd, &head, sizeof(head));
    for (next = found; next; next = next->ai_next) {
        ml_address_t address = address_of(next->ai_addr);

        write_all(fd, &address, sizeof(address));
    }
}

/* --- the parent ----------------------------------------------------------- */

/* Reads to the end of the pipe; 0 if the time is up before. */
static int read_all(int fd, char *bytes, size_t room, size_t *len,
                    apr_interval_time_t time)
{
    apr_time_t end = now() + time;

    for (*len = 0; *len < room;) {
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        apr_interval_time_t left = end - now();
        ssize_t n;

        if (left <= 0) {
            return 0;
        }
        if (poll(&poll_fd, 1, (int)apr_time_as_msec(left) + 1) <= 0) {
            continue;
        }
        n = read(fd, bytes + *len, room - *len);
        if (n == 0) {
            return 1;
        }
        *len += n > 0 ? (size_t)n : 0;
    }
    return 1;
}

static int network_order(const void *a_, const void *b_)
{
    const ml_address_t *a = &((const network_t *)a_)->first;
    const ml_address_t *b = &((const network_t *)b_)->first;

    if (a->family != b->family) {
        return a->family < b->family ? -1 : 1;
    }
    if (a->hi != b->hi) {
        return a->hi < b->hi ? -1 : 1;
    }
    return (a->lo > b->lo) - (a->lo < b->lo);
}

/* The order of an answer changes from one look-up to the next. */
static void sort_networks(apr_array_header_t *networks)
{
    network_t *all = (network_t *)(void *)networks->elts;
    int n = networks->nelts, kept = 0, i;

    qsort(all, (size_t)n, sizeof(*all), network_order);
    for (i = 0; i < n; i++) {
        if (i == 0 || network_order(&all[i], &all[kept - 1]) != 0) {
            all[kept++] = all[i];
        }
    }
    networks->nelts = kept;
}

static const char *failure(int status)
{
    if (status == EAI_NONAME || status == EAI_NODATA
        || status == EAI_ADDRFAMILY) {
        return "a name without an address";
    }
    return no_answer;
}

static void read_answer(answer_t *answer, const char *bytes, size_t len)
{
    head_t head;
    size_t at;

    answer->failed = no_answer;
    if (len < sizeof(head)) {
        return;
    }
    memcpy(&head, bytes, sizeof(head));
    if (head.status != 0) {
        answer->failed = failure(head.status);
        return;
    }
    for (at = sizeof(head); at + sizeof(ml_address_t) <= len;
         at += sizeof(ml_address_t)) {
        ml_address_t address;

        memcpy(&address, bytes + at, sizeof(address));
        APR_ARRAY_PUSH(answer->networks, network_t) =
            network_of_address(&address);
    }
    sort_networks(answer->networks);
    answer->failed = answer->networks->nelts > 0 ? NULL : failure(EAI_NODATA);
}

/* Starts the child; the end of the pipe to read from, or -1. */
static int start(pid_t *child, const char *name)
{
    int fds[2];

    if (pipe(fds) != 0) {
        return -1;
    }
    *child = fork();
    if (*child == 0) {
        close(fds[0]);
        look_up(name, fds[1]);
        _exit(0);
    }
    close(fds[1]);
    if (*child < 0) {
        close(fds[0]);
        return -1;
    }
    return fds[0];
}

static void ask(answer_t *answer, const char *name, apr_interval_time_t time,
                apr_pool_t *pool)
{
    size_t room = sizeof(head_t) + ANSWER_MAX * sizeof(ml_address_t), len;
    char *bytes;
    pid_t child;
    int fd = start(&child, name);

    if (fd < 0) {
        answer->failed = no_answer;
        return;
    }
    bytes = apr_palloc(pool, room);
    if (read_all(fd, bytes, room, &len, time)) {
        read_answer(answer, bytes, len);
    }
    else {
        answer->failed = too_late;
    }
    close(fd);
    kill(child, SIGKILL); /* it may be done, but we wait for nobody */
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
}

static answer_t *answer_of(resolve_t *resolve, const char *name)
{
    answer_t *answer =
        apr_hash_get(resolve->answers, name, APR_HASH_KEY_STRING);
    apr_interval_time_t time =
        resolve->left < NAME_TIME_MAX ? resolve->left : NAME_TIME_MAX;
    apr_pool_t *scratch;
    apr_time_t start_time = now();

    if (answer) {
        return answer;
    }
    answer = apr_palloc(resolve->pool, sizeof(*answer));
    answer->networks = apr_array_make(resolve->pool, 2, sizeof(network_t));
    answer->failed = "a name for which no time was left";
    if (time > 0) {
        apr_pool_create(&scratch, resolve->pool);
        ask(answer, name, time, scratch);
        apr_pool_destroy(scratch);
        resolve->left -= now() - start_time;
    }
    apr_hash_set(resolve->answers, name, APR_HASH_KEY_STRING, answer);
    return answer;
}

/* The name in the one form under which it is asked and remembered. */
static char *name_key(const char *name, apr_size_t len, apr_pool_t *pool)
{
    char *key = apr_pstrmemdup(pool, name, len), *c;

    apr_collapse_spaces(key, key); /* there are none but around it */
    len = strlen(key);
    if (len > 0 && key[len - 1] == '.') {
        key[len - 1] = '\0';
    }
    for (c = key; *c; c++) {
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    }
    return key;
}

const char *resolve_name(apr_array_header_t **networks, resolve_t *resolve,
                         const char *name, apr_size_t len, int flags)
{
    answer_t *answer = answer_of(resolve, name_key(name, len, resolve->pool));
    const char *refused = NULL, *reason;
    int i;

    if (answer->failed) {
        return answer->failed;
    }
    *networks = apr_array_make(resolve->pool, answer->networks->nelts,
                               sizeof(network_t));
    for (i = 0; i < answer->networks->nelts; i++) {
        network_t *network = &APR_ARRAY_IDX(answer->networks, i, network_t);

        reason = network_refusal(network, flags);
        if (reason) {
            refused = reason;
        }
        else {
            APR_ARRAY_PUSH(*networks, network_t) = *network;
        }
    }
    return (*networks)->nelts > 0 ? NULL : refused;
}

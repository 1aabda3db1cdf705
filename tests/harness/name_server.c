/* SPDX-License-Identifier: Apache-2.0
 *
 * Preloaded: c-ares asks 127.0.0.1 at $NAME_SERVER_PORT and nobody else, which
 * otherwise only root can arrange, and time runs $SPEED times faster.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct ares_options;

int ares_init_options(void **channel, struct ares_options *options, int mask);

int ares_init_options(void **channel, struct ares_options *options, int mask)
{
    int (*real)(void **, struct ares_options *, int);
    int (*set_servers)(void *, const char *);
    char server[32];
    int status;

    *(void **)&real = dlsym(RTLD_NEXT, "ares_init_options");
    *(void **)&set_servers = dlsym(RTLD_NEXT, "ares_set_servers_ports_csv");
    status = real(channel, options, mask);
    if (status != 0) {
        return status;
    }
    snprintf(server, sizeof(server), "127.0.0.1:%s",
             getenv("NAME_SERVER_PORT"));
    return set_servers(*channel, server);
}

static int speed(void)
{
    return atoi(getenv("SPEED"));
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    static int (*real)(clockid_t, struct timespec *);
    long long ns;
    int rv;

    if (!real) {
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    }
    rv = real(clock, time);
    if (rv == 0 && clock == CLOCK_MONOTONIC) {
        ns = (time->tv_sec * 1000000000LL + time->tv_nsec) * speed();
        time->tv_sec = (time_t)(ns / 1000000000);
        time->tv_nsec = (long)(ns % 1000000000);
    }
    return rv;
}

int poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    static int (*real)(struct pollfd *, nfds_t, int);

    if (!real) {
        *(void **)&real = dlsym(RTLD_NEXT, "poll");
    }
    return real(fds, n, timeout_ms > 0 ? timeout_ms / speed() + 1 : timeout_ms);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Preloaded: the resolver asks 127.0.0.1 at $NAME_SERVER_PORT and nobody else,
 * which otherwise only root can arrange, and time runs faster.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <nss.h>
#include <poll.h>
#include <resolv.h>
#include <stdlib.h>
#include <time.h>

#define SPEED 20

#define TEXT(name) #name
#define NAME_OF(macro) TEXT(macro) /* res_init is one */

int res_init(void)
{
    int (*real)(void);

    *(void **)&real = dlsym(RTLD_NEXT, NAME_OF(res_init));
    if (real() != 0) {
        return -1;
    }
    __nss_configure_lookup("hosts", "dns");
    _res.retrans = 60; /* nothing but our own limit ends a look-up */
    _res.nscount = 1;
    _res._u._ext.nsaddrs[0] = NULL; /* one with an IPv6 address */
    _res.nsaddr_list[0].sin_family = AF_INET;
    _res.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    _res.nsaddr_list[0].sin_port =
        htons((in_port_t)atoi(getenv("NAME_SERVER_PORT")));
    return 0;
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
        ns = (time->tv_sec * 1000000000LL + time->tv_nsec) * SPEED;
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
    return real(fds, n, timeout_ms > 0 ? timeout_ms / SPEED + 1 : timeout_ms);
}

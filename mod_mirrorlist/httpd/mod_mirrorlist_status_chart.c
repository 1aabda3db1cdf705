/* SPDX-License-Identifier: Apache-2.0
 *
 * The last hour as a drawing: requests a second, and those of them that got
 * an error.  One unit across is a second, and the newest is at the right.
 */
#include "mod_mirrorlist_status.h"

#define PUT(...) apr_brigade_printf(out, NULL, NULL, __VA_ARGS__)
#define HOUR_S 3600
#define HEIGHT 1000

typedef struct {
    const char *css;
    counter_e first;
    counter_e last;
} series_t;

/* Errors are part of all, and drawn over them. */
static const series_t all = {"all", COUNTER_ANSWER_LIST,
                             COUNTER_ANSWER_OPTIONS};
static const series_t errors = {"errors", COUNTER_ANSWER_400,
                                COUNTER_ANSWER_405};

/* In the interval that begins with sample `i`. */
static double rate_of(const status_t *status, const series_t *series, int i)
{
    return status_rate(&status->history[i], &status->history[i + 1],
                       series->first,
                       (int)series->last - (int)series->first + 1);
}

/* The next of 1, 2, 5, 10 ... at or above `value`. */
static double round_up(double value)
{
    static const double steps[] = {2, 2.5, 2};
    double round = 0.1;
    int i;

    for (i = 0; round < value; i++) {
        round *= steps[i % 3];
    }
    return round;
}

/* Seconds from the left edge. */
static int across(const status_t *status, apr_time_t at)
{
    apr_time_t x = HOUR_S - apr_time_sec(status->now - at);

    return x < 0 ? 0 : x > HOUR_S ? HOUR_S : (int)x;
}

static void put_area(apr_bucket_brigade *out, const status_t *status,
                     const series_t *series, double top)
{
    int i;

    PUT("<path class=\"%s\" d=\"", series->css);
    for (i = 0; i + 1 < status->history_n; i++) {
        int up = (int)(HEIGHT * rate_of(status, series, i) / top + 0.5);

        PUT("M%d %dv%dH%dv%d", across(status, status->history[i].at), HEIGHT,
            -up, across(status, status->history[i + 1].at), up);
    }
    PUT("\"/>\n");
}

void status_chart(apr_bucket_brigade *out, const status_t *status)
{
    double highest = 0, top;
    int i;

    for (i = 0; i + 1 < status->history_n; i++) {
        double rate = rate_of(status, &all, i);

        highest = rate > highest ? rate : highest;
    }
    top = round_up(highest);
    PUT("<div class=\"plot\"><span>%g</span><span>%g</span><span>0</span>\n"
        "<svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"Requests a second in the last hour, "
        "at most %.3g\">\n<path class=\"grid\" d=\"M0 0H%dM0 %dH%dM0 %dH%d\"/>"
        "\n",
        top, top / 2, HOUR_S, HEIGHT, highest, HOUR_S, HEIGHT / 2, HOUR_S,
        HEIGHT, HOUR_S);
    put_area(out, status, &all, top);
    put_area(out, status, &errors, top);
    PUT("</svg></div>\n<div class=\"hours\"><span>an hour ago</span>"
        "<span>45 min</span><span>30 min</span><span>15 min</span>"
        "<span>now</span></div>\n");
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The map of the page: the client, the mirrors, and lines to those that come
 * first.  Mirrors of one pool in one place are one point.
 */
#include "ml_form_html.h"

#include <math.h>
#include <stdlib.h>

#define WIDTH 1000  /* from 180 degrees west to 180 degrees east */
#define EQUATOR 252 /* from the top */
#define HEIGHT 445  /* to the south of America */
#define HEIGHT_POLE 512
#define NEAR_LEAST 110 /* widths of a part that is shown once more */
#define NEAR_MOST 340
#define NEAR_WHOLE 380. /* width at which its points are as large as here */
#define NEAR_ASPECT 1.2 /* its width to its height */
#define MARGIN 12
#define LARGEST 26 /* radius of a point that always comes first */
#define SMALLEST 3

typedef struct {
    const ml_html_mirror_t *first; /* of those there */
    apr_uint32_t n;
    double chance; /* that one of them is first of its pool */
} point_t;

typedef struct {
    double x;
    double y;
} spot_t;

/* The Natural Earth projection (Jenny, Patterson and Savric 2011), as
 * ml_form_html_coast.py has it. */
static spot_t project(const ml_place_rec *place)
{
    const double unit = WIDTH / 2 / (M_PI * 0.8707);
    double a = place->latitude * (M_PI / 180), a2 = a * a, a4 = a2 * a2;
    double x = place->longitude * (M_PI / 180)
               * (0.8707 - 0.131979 * a2
                  + a4 * (-0.013791 + a4 * (0.003971 * a2 - 0.001529 * a4)));
    double y = a
               * (1.007226
                  + a2
                        * (0.015085
                           + a4 * (-0.044475 + 0.028874 * a2 - 0.005916 * a4)));

    return (spot_t){WIDTH / 2 + x * unit, EQUATOR - y * unit};
}

static spot_t spot_of(const ml_html_t *html, apr_uint32_t place_idx)
{
    return project(&html->cache->places[place_idx]);
}

/* --- points --------------------------------------------------------------- */

/* Later pools first, so that earlier ones lie on top of them. */
static int point_order(const void *a_, const void *b_)
{
    const point_t *a = a_, *b = b_;
    apr_uint32_t a_place = a->first->host->place_idx;
    apr_uint32_t b_place = b->first->host->place_idx;

    if (a->first->pool != b->first->pool) {
        return a->first->pool < b->first->pool ? 1 : -1;
    }
    return a_place != b_place ? (a_place > b_place) - (a_place < b_place)
                              : (a->first > b->first) - (a->first < b->first);
}

static int is_same_point(const point_t *a, const point_t *b)
{
    return a->first->pool == b->first->pool
           && a->first->host->place_idx == b->first->host->place_idx;
}

/* The points, in the order in which they are drawn; how many. */
static apr_uint32_t gather(const ml_html_t *html, point_t *points)
{
    apr_uint32_t in_pool[ML_POOL_N] = {0}, n = 0, kept = 0, i;

    for (i = 0; i < html->mirror_n; i++) {
        in_pool[html->mirrors[i].pool]++;
    }
    for (i = 0; i < html->mirror_n; i++) {
        const ml_html_mirror_t *mirror = &html->mirrors[i];

        if (mirror->host->place_idx != ML_NONE) {
            points[n++] =
                (point_t){mirror, 1,
                          mirror->share >= 0 ? mirror->share
                                             : 1.0 / in_pool[mirror->pool]};
        }
    }
    qsort(points, n, sizeof(*points), point_order);
    for (i = 0; i < n; i++) {
        if (kept > 0 && is_same_point(&points[kept - 1], &points[i])) {
            points[kept - 1].n++;
            points[kept - 1].chance += points[i].chance;
        }
        else {
            points[kept++] = points[i];
        }
    }
    return kept;
}

static void put_point(ml_html_t *html, const point_t *point)
{
    const ml_html_mirror_t *mirror = point->first;
    spot_t spot = spot_of(html, mirror->host->place_idx);
    double r = LARGEST * sqrt(point->chance);

    ml_html_printf(html, "<circle%s cx=\"%.0f\" cy=\"%.0f\" r=\"%.1f\"><title>",
                   mirror->pool == html->choice->pool ? "" : " class=\"later\"",
                   spot.x, spot.y, r > SMALLEST ? r : SMALLEST);
    if (point->n == 1) {
        ml_html_name(html, mirror->host);
        ml_html_puts(html, ", ");
    }
    else {
        ml_html_printf(html, "%u mirrors, ", point->n);
    }
    ml_html_country(html, mirror->host->country_idx);
    ml_html_puts(html, "</title></circle>\n");
}

/* --- lines ---------------------------------------------------------------- */

/* Whether points of those who come first are there; they are the last. */
static int has_first(const ml_html_t *html, const point_t *points,
                     apr_uint32_t n)
{
    return n > 0 && points[n - 1].first->pool == html->choice->pool;
}

static void put_line(ml_html_t *html, spot_t from, spot_t to)
{
    double bend = hypot(from.x - to.x, from.y - to.y) / 6;

    ml_html_printf(html, "M%.0f %.0fQ%.0f %.0f %.0f %.0f", from.x, from.y,
                   (from.x + to.x) / 2, (from.y + to.y) / 2 - bend, to.x, to.y);
}

/* From the client to those who come first. */
static void put_lines(ml_html_t *html, const point_t *points, apr_uint32_t n)
{
    apr_uint32_t client_idx = html->lookup->client.place_idx;

    if (client_idx == ML_NONE || !has_first(html, points, n)) {
        return;
    }
    ml_html_puts(html, "<path class=\"lines\" "
                       "vector-effect=\"non-scaling-stroke\" d=\"");
    for (; has_first(html, points, n); n--) {
        put_line(html, spot_of(html, client_idx),
                 spot_of(html, points[n - 1].first->host->place_idx));
    }
    ml_html_puts(html, "\"/>\n");
}

/* --- the figure ----------------------------------------------------------- */

static void put_legend(ml_html_t *html, const point_t *points, apr_uint32_t n)
{
    apr_uint32_t placed = 0, i;

    for (i = 0; i < n; i++) {
        placed += points[i].n;
    }
    ml_html_puts(html, "<figcaption>");
    ml_html_puts(html, html->lookup->client.place_idx == ML_NONE
                           ? "<span>Where you are is not known.</span>"
                           : "<span><i class=\"you\"></i>you</span>");
    if (has_first(html, points, n)) {
        ml_html_puts(html, "<span><i></i>");
        ml_html_pool(html, html->choice->pool);
        ml_html_puts(html, "</span>");
    }
    if (n > 0 && points->first->pool != html->choice->pool) {
        ml_html_puts(html, "<span><i class=\"later\"></i>after them</span>");
    }
    if (n > 0) {
        ml_html_puts(html,
                     "<span>The larger, the likelier to come first.</span>");
    }
    if (placed < html->mirror_n) {
        ml_html_printf(html,
                       "<span>Not shown: %u, whose place is not known.</span>",
                       html->mirror_n - placed);
    }
    ml_html_puts(html, "</figcaption>\n");
}

typedef struct {
    spot_t low;
    spot_t high;
} box_t;

static void include(box_t *box, spot_t spot)
{
    box->low.x = fmin(box->low.x, spot.x);
    box->low.y = fmin(box->low.y, spot.y);
    box->high.x = fmax(box->high.x, spot.x);
    box->high.y = fmax(box->high.y, spot.y);
}

/* Around the client and the points. */
static box_t box_around(const ml_html_t *html, const point_t *points,
                        apr_uint32_t n)
{
    apr_uint32_t place_idx = html->lookup->client.place_idx, i;
    box_t box = {{WIDTH, HEIGHT_POLE}, {0, 0}};

    if (place_idx != ML_NONE) {
        include(&box, spot_of(html, place_idx));
    }
    for (i = 0; i < n; i++) {
        include(&box, spot_of(html, points[i].first->host->place_idx));
    }
    return box;
}

/* Where those who come first are near each other: the same map, larger. */
static void put_near(ml_html_t *html, const point_t *points, apr_uint32_t n)
{
    apr_uint32_t first = n;
    double width, height;
    box_t box;

    while (has_first(html, points, first)) {
        first--;
    }
    box = box_around(html, points + first, n - first);
    height = box.high.y - box.low.y + 2 * MARGIN;
    width = fmax(box.high.x - box.low.x + 2 * MARGIN, height * NEAR_ASPECT);
    width = fmax(width, NEAR_LEAST);
    height = width / NEAR_ASPECT;
    if (first < n && width <= NEAR_MOST) {
        ml_html_printf(html,
                       "<svg class=\"near\" viewBox=\"%.0f %.0f %.0f %.0f\" "
                       "style=\"--k:%.2f\" aria-hidden=\"true\">"
                       "<use href=\"#world\"/></svg>\n",
                       (box.low.x + box.high.x - width) / 2,
                       (box.low.y + box.high.y - height) / 2, width, height,
                       width / NEAR_WHOLE);
    }
}

static void put_world(ml_html_t *html, const point_t *points, apr_uint32_t n)
{
    apr_uint32_t place_idx = html->lookup->client.place_idx, i;

    ml_html_puts(html, "<g id=\"world\"><path class=\"land\" d=\"");
    ml_html_puts(html, ml_html_coast);
    ml_html_puts(html, "\"/>\n");
    put_lines(html, points, n);
    for (i = 0; i < n; i++) {
        put_point(html, &points[i]);
    }
    if (place_idx != ML_NONE) {
        spot_t you = spot_of(html, place_idx);

        ml_html_printf(html,
                       "<circle class=\"you\" cx=\"%.0f\" cy=\"%.0f\" r=\"5\">"
                       "<title>you</title></circle>\n",
                       you.x, you.y);
    }
    ml_html_puts(html, "</g>\n");
}

int ml_html_has_map(const ml_html_t *html)
{
    apr_uint32_t i = 0;

    while (i < html->mirror_n && html->mirrors[i].host->place_idx == ML_NONE) {
        i++;
    }
    return i < html->mirror_n || html->lookup->client.place_idx != ML_NONE;
}

void ml_html_map(ml_html_t *html)
{
    point_t *points = apr_palloc(html->pool, html->mirror_n * sizeof(*points));
    apr_uint32_t n = gather(html, points);
    box_t box = box_around(html, points, n);

    if (!ml_html_has_map(html)) {
        return;
    }
    ml_html_printf(html,
                   "<figure id=\"map\"><div>\n<svg viewBox=\"0 0 %d %d\" "
                   "role=\"img\" aria-labelledby=\"map-title\"%s>\n"
                   "<title id=\"map-title\">Map of the world with you and the "
                   "mirrors</title>\n",
                   WIDTH, box.high.y < HEIGHT ? HEIGHT : HEIGHT_POLE,
                   html->mirror_n > 0 ? " aria-details=\"mirrors\"" : "");
    put_world(html, points, n);
    ml_html_puts(html, "</svg>\n");
    put_near(html, points, n);
    ml_html_puts(html, "</div>\n");
    put_legend(html, points, n);
    ml_html_puts(html, "</figure>\n");
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The page for people: no scripts, nothing from elsewhere, well-formed as XML
 * too.  Every text from outside goes through escaped().
 */
#include "mod_mirrorlist_status.h"

#include "apr_strings.h"

#include "ml_human.h"

#define PUT(...) apr_brigade_printf(out, NULL, NULL, __VA_ARGS__)
#define REFRESH_S 30

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
    "<meta charset=\"utf-8\"/>\n"
    "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
    "<link rel=\"icon\" href=\"data:,\"/>\n"
    "<style>\n"
    ":root{--page:#f3f5f8;--card:#fff;--text:#18212f;--soft:#5a6778;"
    "--line:#dde3ea;--blue:#2563c9;--red:#c02a2a;"
    "--good:#18794a;--goodbg:#dff5e8;--warn:#8a5300;--warnbg:#ffefcf;"
    "--bad:#b01f1f;--badbg:#fde3e1}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#0f141b;--card:#18202b;"
    "--text:#e6ecf4;--soft:#9aa8ba;--line:#2b3644;--blue:#74a9ff;"
    "--red:#ff8078;--good:#6fdca2;--goodbg:#123524;"
    "--warn:#ffc861;--warnbg:#3a2b0b;--bad:#ff9a92;--badbg:#431a19}}\n"
    "*{box-sizing:border-box}\n"
    "html{font-size:clamp(15px,min(.5vw + "
    "8px,1.6vh),28px);background:var(--page);"
    "color:var(--text)}\n"
    "body{font-family:system-ui,sans-serif;line-height:1.45;margin:0 auto;"
    "padding:1.2rem;max-width:100rem;font-variant-numeric:tabular-nums}\n"
    "h1{font-size:1.6rem;margin:0}\n"
    "h2{font-size:1rem;margin:0 0 .6rem;overflow-wrap:anywhere}\n"
    "header,footer{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;"
    "align-items:baseline;color:var(--soft)}\n"
    "h1,h2{color:var(--text)}\n"
    "a{color:var(--blue)}\n"
    "main{display:grid;gap:1rem;margin:1rem 0;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr))}\n"
    "section{background:var(--card);border:1px solid var(--line);"
    "border-radius:.7rem;padding:1rem 1.1rem;min-width:0}\n"
    ".wide,.caches,.traffic{grid-column:1/-1}\n"
    ".caches{display:grid;gap:1rem;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr))}\n"
    ".tiles{display:grid;gap:1rem;"
    "grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr))}\n"
    ".tiles b{display:block;font-size:2rem;line-height:1.2;font-weight:650}\n"
    ".soft,dt,.tiles span{color:var(--soft)}\n"
    ".state{display:inline-block;border-radius:1rem;padding:.1rem .8rem;"
    "font-weight:600}\n"
    ".fresh{color:var(--good);background:var(--goodbg)}\n"
    ".stale,.kept{color:var(--warn);background:var(--warnbg)}\n"
    ".none{color:var(--bad);background:var(--badbg)}\n"
    ".top{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:baseline}\n"
    "h2 .soft{display:inline-block;font-weight:400}\n"
    "p{margin:.5rem 0;overflow-wrap:anywhere}\n"
    ".note{border-left:.25rem solid var(--line);padding-left:.7rem}\n"
    ".matters{border-color:var(--warn)}\n"
    ".meter{height:.5rem;border-radius:.25rem;background:var(--line);"
    "overflow:hidden}\n"
    ".meter i{display:block;height:100%;background:var(--blue)}\n"
    ".over i{background:var(--warn)}\n"
    "dl{display:grid;gap:.4rem .7rem;margin:.7rem 0 0;align-items:end;"
    "grid-template-columns:repeat(auto-fill,minmax(5.4rem,1fr))}\n"
    "dd{margin:0;font-size:1.1rem}\n"
    "table{width:100%;border-collapse:collapse}\n"
    "th,td{padding:.17rem 0;text-align:left;font-weight:400}\n"
    "tr+tr>*{border-top:1px solid var(--line)}\n"
    "td{text-align:right;padding-left:.8rem;white-space:nowrap}\n"
    "th{white-space:nowrap}\n"
    "td.bar{width:28%}\n"
    ".zero{color:var(--soft)}\n"
    ".plot{position:relative;height:9.5rem;padding-left:3.2rem}\n"
    ".plot span{position:absolute;left:0;width:2.8rem;text-align:right;"
    "color:var(--soft);font-size:.85rem;line-height:1rem;top:-.5rem}\n"
    ".plot span+span{top:4.25rem}\n"
    ".plot span+span+span{top:9rem}\n"
    "svg{display:block;width:100%;height:100%;shape-rendering:crispEdges}\n"
    ".grid{stroke:var(--line);vector-effect:non-scaling-stroke}\n"
    ".all{fill:var(--blue)}\n"
    ".errors{fill:var(--red)}\n"
    ".hours{display:flex;justify-content:space-between;"
    "padding:.4rem 0 0 3.2rem;color:var(--soft);font-size:.85rem}\n"
    ".key{display:inline-block;width:.8em;height:.8em;border-radius:.2em;"
    "margin:0 .35em 0 .9em;background:var(--blue)}\n"
    ".key.red{background:var(--red)}\n"
    "@media(max-width:30rem){body{padding:.7rem}td.bar{width:18%}}\n"
    "@media(min-width:1200px){.one .caches{grid-column:1/3}"
    ".one .traffic{grid-column:3}main{grid-template-columns:repeat(3,1fr)}}\n"
    "</style>\n";

static const char *const state_css[STATUS_STATE_N] = {"fresh", "stale", "kept",
                                                      "none"};
static const char *const state_signs[STATUS_STATE_N] = {"\u2713", "!", "!",
                                                        "\u2715"};

/* --- texts ---------------------------------------------------------------- */

static const char *escaped(const char *text, apr_pool_t *pool)
{
    return ap_escape_html(pool, status_clean(text, pool));
}

static double percent(double part, double whole)
{
    if (part <= 0 || whole <= 0) {
        return 0;
    }
    return part < whole ? 100 * part / whole : 100;
}

/* --- parts of the page ---------------------------------------------------- */

static void put_tile(apr_bucket_brigade *out, const char *value,
                     const char *title)
{
    PUT("<div><b>%s</b><span>%s</span></div>\n", value, title);
}

static void put_traffic(apr_bucket_brigade *out, const status_t *status,
                        apr_pool_t *pool)
{
    const counters_sample_t *counters = &status->counters;
    apr_int64_t time_s = apr_time_sec(status->now - status->since);

    PUT("<section class=\"traffic\"><div class=\"tiles\">\n");
    put_tile(out, apr_psprintf(pool, "%.2f", status->now_per_s),
             "requests a second now");
    put_tile(out, apr_psprintf(pool, "%.2f", status->since_per_s),
             apr_psprintf(pool, "a second in %s since the start",
                          ml_human_duration(time_s, pool)));
    put_tile(out,
             ml_human_number(counters_sum(counters, COUNTER_REQUESTS), pool),
             "requests");
    put_tile(out, ml_human_bytes(counters_sum(counters, COUNTER_BYTES), pool),
             "of answers");
    PUT("</div></section>\n<section class=\"wide\"><h2>Requests a second in "
        "the last hour <span class=\"soft\"><i class=\"key\"></i>all"
        "<i class=\"key red\"></i>errors</span></h2>\n");
    status_chart(out, status);
    PUT("</section>\n");
}

/* Whether the last failed load still matters, and what to expect. */
static void put_failure(apr_bucket_brigade *out,
                        const status_generation_t *shown, apr_time_t now,
                        apr_pool_t *pool)
{
    const generation_t *generation = shown->generation;
    const char *means = "A later load went well: this is over.";

    if (generation->failing) {
        means = !generation->cache
                    ? "Nothing is served until a good file is loaded."
                : generation->from_good
                    ? "FILE.good is served until a good file is loaded."
                    : "This generation is served until a good file is loaded.";
    }
    PUT("<p class=\"note%s\">The last failed load, %s ago (%s): "
        "<strong>%s</strong>. %s</p>\n",
        generation->failing ? " matters" : "",
        ml_human_duration(apr_time_sec(now - generation->failed_at), pool),
        ml_human_date(apr_time_sec(generation->failed_at), pool),
        escaped(generation->failure, pool), means);
}

static void put_age(apr_bucket_brigade *out, const status_generation_t *shown,
                    apr_pool_t *pool)
{
    const apr_int64_t *facts = shown->facts;
    apr_int64_t age = facts[STATUS_AGE], max_age = facts[STATUS_MAX_AGE];
    int old = (int)facts[STATUS_OLD];

    PUT("<p>Made %s, ", ml_human_date(facts[STATUS_MADE], pool));
    if (old && age < 0) {
        PUT("<strong>%s</strong> in the future: the clock was wrong where it "
            "was made, or is wrong here.</p>\n",
            ml_human_duration(-age, pool));
    }
    else {
        PUT("<strong>%s</strong> ago; %s %s.</p>\n",
            ml_human_duration(age, pool),
            old ? "that is more than MirrorlistMaxAge," : "MirrorlistMaxAge is",
            ml_human_duration(max_age, pool));
    }
    PUT("<div class=\"meter%s\"><i style=\"width:%.1f%%\"></i></div>\n",
        old ? " over" : "", old ? 100 : percent((double)age, (double)max_age));
}

static void put_cache(apr_bucket_brigade *out, const status_generation_t *shown,
                      apr_time_t now, apr_pool_t *pool)
{
    const generation_t *generation = shown->generation;
    const apr_int64_t *facts = shown->facts;
    int i;

    put_age(out, shown, pool);
    PUT("<p class=\"soft\">Loaded %s, %s ago, in %" APR_INT64_T_FMT
        " ms; %s%s.</p>\n",
        ml_human_date(apr_time_sec(generation->loaded_at), pool),
        ml_human_duration(apr_time_sec(now - generation->loaded_at), pool),
        facts[STATUS_LOAD],
        ml_human_bytes((apr_uint64_t)facts[STATUS_SIZE], pool),
        generation->failed_at ? "" : "; no load has failed");
    PUT("<dl>\n");
    for (i = 0; i < STATUS_FACT_N; i++) {
        if (status_facts[i].title) {
            PUT("<div><dt>%s</dt><dd>%s</dd></div>\n", status_facts[i].title,
                ml_human_number((apr_uint64_t)facts[i], pool));
        }
    }
    PUT("</dl>\n");
}

static void put_generation(apr_bucket_brigade *out,
                           const status_generation_t *shown, apr_time_t now,
                           apr_pool_t *pool)
{
    status_state_e state = status_state(shown);

    PUT("<section>\n<div class=\"top\"><h2>%s</h2>",
        escaped(shown->generation->path, pool));
    if (shown->generation->cache) {
        PUT("<span>generation %u</span>", shown->generation->number);
    }
    PUT("<span class=\"state %s\">%s %s</span></div>\n", state_css[state],
        state_signs[state], status_title(shown));
    if (shown->generation->cache) {
        put_cache(out, shown, now, pool);
    }
    if (shown->generation->failed_at) {
        put_failure(out, shown, now, pool);
    }
    PUT("</section>\n");
}

static void put_family(apr_bucket_brigade *out, const status_t *status,
                       counter_family_e which, apr_pool_t *pool)
{
    const counter_family_t *family = &counter_families[which];
    double sum = (double)counters_sum(&status->counters, which);
    int i;

    PUT("<section><h2>%s</h2>\n<table>\n", family->title);
    for (i = family->first; i < (int)family->first + family->n; i++) {
        apr_uint64_t n = status->counters.n[i];
        double share = percent((double)n, sum);

        PUT("<tr%s><th scope=\"row\">%s</th><td class=\"bar\">"
            "<div class=\"meter\"><i style=\"width:%.1f%%\"></i></div></td>"
            "<td>%s</td><td>%.1f %%</td></tr>\n",
            n ? "" : " class=\"zero\"", counter_names[i].title, share,
            ml_human_number(n, pool), share);
    }
    PUT("</table></section>\n");
}

void status_html(apr_bucket_brigade *out, const status_t *status,
                 apr_pool_t *pool)
{
    const char *server = escaped(status->server, pool);
    int i;

    apr_brigade_puts(out, NULL, NULL, head);
    PUT("<meta http-equiv=\"refresh\" content=\"%d\"/>\n"
        "<title>Mirrorlist: %s</title>\n</head>\n<body>\n"
        "<header><h1>Mirrorlist</h1><span>%s</span><span>%s</span></header>\n"
        "<main%s>\n",
        REFRESH_S, server, server,
        ml_human_date(apr_time_sec(status->now), pool),
        status->generation_n > 1 ? "" : " class=\"one\"");
    PUT("<div class=\"caches\">\n");
    for (i = 0; i < status->generation_n; i++) {
        put_generation(out, &status->generations[i], status->now, pool);
    }
    if (status->generation_n == 0) {
        PUT("<section><span class=\"state none\">%s no MirrorlistCache, "
            "answering 503</span></section>\n",
            state_signs[STATUS_NONE]);
    }
    PUT("</div>\n");
    put_traffic(out, status, pool);
    for (i = 0; i < COUNTER_FAMILY_N; i++) {
        if (counter_families[i].label) {
            put_family(out, status, i, pool);
        }
    }
    PUT("</main>\n<footer><span>For machines: <a href=\"?format=json\">JSON"
        "</a>, <a href=\"?format=openmetrics\">OpenMetrics</a></span>"
        "<span>Read again every %d s</span></footer>\n</body>\n</html>\n",
        REFRESH_S);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The answer to `redirect`: the best mirror, others that hold the same (RFC
 * 6249), and how to check what comes (RFC 3230, which aria2 reads).
 */
#include "apr_encode.h"
#include "apr_strings.h"

#include "ml_detail.h"
#include "ml_render.h"
#include "ml_text.h"

/* "; geo=de", or nothing where the country is unknown or no token. */
static const char *geo_of(const ml_decision_t *d, const ml_shown_t *shown,
                          apr_pool_t *pool)
{
    const ml_cache_t *cache = d->lookup.cache;
    const ml_host_rec *host = ml_choice_host(&d->choice, cache, shown);
    ml_text_rec code;
    const char *geo;

    if (host->country_idx == ML_NONE) {
        return "";
    }
    code = cache->countries[host->country_idx].code;
    geo = ml_text_fold(ml_text(cache, code), code.len, ml_text_lower, pool);
    return geo[strspn(geo, "abcdefghijklmnopqrstuvwxyz0123456789-_")]
               ? ""
               : apr_pstrcat(pool, "; geo=", geo, NULL);
}

static void add_duplicates(ml_response_t *response, const ml_decision_t *d,
                           const ml_tail_t *tails, apr_pool_t *pool)
{
    apr_uint32_t i;

    for (i = 1; i < d->choice.shown_n; i++) {
        const ml_shown_t *shown = &d->choice.shown[i];

        ml_response_add(response, "Link",
                        apr_psprintf(pool, "<%s>; rel=duplicate; pri=%u%s",
                                     ml_render_url(d->lookup.cache, shown->url,
                                                   tails, pool),
                                     i + 1, geo_of(d, shown, pool)));
    }
}

static void add_description(ml_response_t *response, const ml_lookup_t *l,
                            apr_pool_t *pool)
{
    const ml_detail_rec *detail = &l->cache->details[l->details->detail_first];

    ml_response_add(response, "Link",
                    apr_pstrcat(pool, "<metalink?path=",
                                ml_text_escape_value(l->path, pool),
                                "&format=metalink4>; rel=describedby; "
                                "type=\"application/metalink4+xml\"",
                                NULL));
    if (ml_detail_has(detail, ML_HASH_SHA256)) {
        ml_response_add(
            response, "Digest",
            apr_pstrcat(pool, "SHA-256=",
                        apr_pencode_base64_binary(
                            pool, ml_detail_hash(detail, ML_HASH_SHA256),
                            sizeof(detail->sha256), 0, NULL),
                        NULL));
    }
}

void ml_redirect(ml_response_t *response, const ml_decision_t *d,
                 apr_pool_t *pool)
{
    const ml_choice_t *choice = &d->choice;
    const ml_tail_t *tails = ml_render_tails(&d->lookup, 0, "", pool);

    if (choice->shown_n == 0) {
        response->status = 404;
        response->kind = ML_KIND_NOT_FOUND;
        return;
    }
    response->status = 302;
    response->kind = ML_KIND_REDIRECT;
    ml_response_add(
        response, "Location",
        ml_render_url(d->lookup.cache, choice->shown[0].url, tails, pool));
    add_duplicates(response, d, tails, pool);
    if (d->lookup.details) {
        add_description(response, &d->lookup, pool);
    }
}

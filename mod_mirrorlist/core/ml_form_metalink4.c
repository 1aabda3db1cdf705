/* SPDX-License-Identifier: Apache-2.0
 *
 * The Metalink 4 form of an answer (RFC 5854).  It knows neither alternates nor
 * private hosts.
 */
#include "apr_strings.h"

#include "ml_detail.h"
#include "ml_render.h"
#include "ml_text.h"

/* The names of the hashes in IANA's registry. */
static const char *const hash_types[] = {
    [ML_HASH_MD5] = "md5",
    [ML_HASH_SHA1] = "sha-1",
    [ML_HASH_SHA256] = "sha-256",
    [ML_HASH_SHA512] = "sha-512",
};
_Static_assert(sizeof(hash_types) / sizeof(*hash_types) == ML_HASH_N,
               "hash types");

static void put_details(ml_page_t *page, const ml_detail_rec *detail)
{
    char digits[ML_HASH_DIGITS_MAX];
    int hash;

    if (detail->flags & ML_DETAIL_SIZE) {
        ml_page_printf(page, "  <size>%" APR_INT64_T_FMT "</size>\n",
                       detail->size);
    }
    for (hash = 0; hash < ML_HASH_N; hash++) {
        if (ml_detail_has(detail, (ml_hash_e)hash)) {
            ml_page_printf(page, "  <hash type=\"%s\">", hash_types[hash]);
            ml_page_add(
                page, digits,
                (apr_size_t)(ml_detail_digits(digits, detail, (ml_hash_e)hash)
                             - digits));
            ml_page_puts(page, "</hash>\n");
        }
    }
}

/* Of two letters, in lower case, or nothing. */
static const char *location_of(const ml_decision_t *d, const ml_shown_t *shown,
                               apr_pool_t *pool)
{
    const ml_cache_t *cache = d->lookup.cache;
    const ml_host_rec *host = ml_choice_host(&d->choice, cache, shown);
    const char *code;

    if (host->country_idx == ML_NONE
        || cache->countries[host->country_idx].code.len != 2) {
        return "";
    }
    code = ml_text(cache, cache->countries[host->country_idx].code);
    if (code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z') {
        return "";
    }
    return apr_psprintf(pool, " location=\"%c%c\"", ml_text_lower(code[0]),
                        ml_text_lower(code[1]));
}

void ml_form_metalink4_answer(ml_response_t *response, const ml_decision_t *d,
                              apr_pool_t *pool)
{
    const ml_cache_t *cache = d->lookup.cache;
    const ml_tail_t *tails = ml_render_tails(&d->lookup, 1, "", pool);
    ml_page_t page = {.pool = pool};
    apr_uint32_t i;

    ml_page_printf(&page,
                   "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                   "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n"
                   " <generator>mirrormanager</generator>\n"
                   " <published>%s</published>\n"
                   " <file name=\"",
                   ml_text_iso_time(d->lookup.request->now_s, pool));
    ml_page_escape(&page, d->lookup.file, strlen(d->lookup.file));
    ml_page_puts(&page, "\">\n");
    put_details(&page, &cache->details[d->lookup.details->detail_first]);
    for (i = 0; i < d->choice.shown_n; i++) {
        const ml_shown_t *shown = &d->choice.shown[i];
        ml_text_rec url = shown->url->url;

        ml_page_printf(&page, "  <url%s priority=\"%u\">",
                       location_of(d, shown, pool), shown->host + 1);
        ml_page_puts(
            &page, ml_text_escape_xml(
                       ml_text_copy(ml_text(cache, url), url.len, pool), pool));
        ml_page_puts(&page, tails[shown->url->subpath_idx].text);
        ml_page_puts(&page, "</url>\n");
    }
    ml_page_puts(&page, " </file>\n</metalink>\n");
    ml_page_end(&page, response);
}

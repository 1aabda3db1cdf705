/* SPDX-License-Identifier: Apache-2.0
 *
 * Hosts by name, by id and by what stands in their URLs.  No table is kept for
 * it: each URL is read once, then each member of a host set, which is linear in
 * the cache.
 */
#include "ml_explain_find.h"

#include <string.h>

#include "apr_cstr.h"
#include "apr_strings.h"

#include "ml_text.h"

typedef struct {
    const char *text;
    apr_size_t len;
} name_t;

static name_t name_of(const char *text)
{
    return (name_t){text, strlen(text)};
}

static int is_name(const name_t *name, const char *text, apr_size_t len)
{
    return len == name->len && !apr_cstr_casecmpn(text, name->text, len);
}

/* The host of a URL (RFC 3986), without the user before and the port behind
 * it; `*len` is that of the URL, then of the host. */
static const char *host_part(const char *url, apr_size_t *len)
{
    const char *end = url + *len, *host = url, *c;

    while (host < end && (*host != ':' || end - host < 3 || host[1] != '/')) {
        host++;
    }
    host = host < end ? host + 3 : end;
    for (c = host; c < end && *c != '/' && *c != '?' && *c != '#'; c++) {
        host = *c == '@' ? c + 1 : host;
    }
    end = c;
    c = host < end && *host == '[' ? memchr(host, ']', (apr_size_t)(end - host))
                                   : host;
    c = c ? memchr(c, ':', (apr_size_t)(end - c)) : NULL;
    *len = (apr_size_t)((c ? c : end) - host);
    return host;
}

/* By URL: 1 if its list, from it on, has one of that host. */
static const unsigned char *find_urls(const ml_cache_t *cache, const char *text,
                                      apr_pool_t *pool)
{
    /* The URLs are escaped, whatever stood in the database. */
    const name_t name =
        name_of(ml_text_escape(text, strlen(text), ML_ESCAPE_BASE, pool));
    unsigned char *found = apr_palloc(pool, (apr_size_t)cache->urls_n + 1);
    apr_uint32_t i;

    for (i = cache->urls_n; i-- > 0;) {
        const ml_url_rec *url = &cache->urls[i];
        apr_size_t len = url->url.len;
        const char *host = host_part(ml_text(cache, url->url), &len);

        found[i] = is_name(&name, host, len)
                   || (!(url->flags & ML_URL_LAST) && found[i + 1]);
    }
    return found;
}

/* By host: 1 if a URL of it is. */
static const unsigned char *find_hosts(const ml_cache_t *cache,
                                       const char *text, apr_pool_t *pool)
{
    const unsigned char *urls = find_urls(cache, text, pool);
    unsigned char *found = apr_pcalloc(pool, (apr_size_t)cache->hosts_n + 1);
    apr_uint32_t i;

    for (i = 0; i < cache->members_n; i++) {
        const ml_member_rec *member = &cache->members[i];

        found[member->host_idx] |= urls[member->url_first];
    }
    return found;
}

const unsigned char *ml_explain_find(const ml_cache_t *cache, const char *text,
                                     apr_pool_t *pool)
{
    const unsigned char *hosts = find_hosts(cache, text, pool);
    const name_t name = name_of(text);
    unsigned char *found = apr_palloc(pool, (apr_size_t)cache->host_rows_n + 1);
    apr_uint32_t i;

    for (i = 0; i < cache->host_rows_n; i++) {
        const ml_host_row_rec *row = &cache->host_rows[i];
        char id[24];

        apr_snprintf(id, sizeof(id), "%" APR_INT64_T_FMT, row->id);
        found[i] = is_name(&name, ml_text(cache, row->name), row->name.len)
                   || !strcmp(text, id)
                   || (row->host_idx != ML_NONE && hosts[row->host_idx]);
    }
    return found;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows where in a URL its host stands.
 */
#include "families.h"

#include <string.h>

#include "apr_hash.h"
#include "apr_strings.h"

#include "ml_address.h"

typedef struct {
    model_url_t *url;
    const dns_name_t *name;
} named_url_t;

struct families_t {
    apr_array_header_t *urls;  /* of named_url_t: those whose host is a name */
    apr_array_header_t *names; /* of const dns_name_t *: each name once */
    apr_hash_t *seen;          /* those, by name */
};

/* The host of a URL as it stands there, an IPv6 address with its brackets. */
static const char *host_of(const model_url_t *url, apr_size_t *len)
{
    const char *host = strstr(url->url, "://") + 3;
    const char *end = host + strcspn(host, "/\\?#"), *at;

    while ((at = memchr(host, '@', (apr_size_t)(end - host))) != NULL) {
        host = at + 1;
    }
    *len = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    if (host + *len > end) {
        *len = (apr_size_t)(end - host);
    }
    return host;
}

/* An address has none of the other family.  ml_address_parse() would take a
 * port too, but there is none. */
static apr_uint32_t flags_of_address(const char *host, apr_size_t len)
{
    char text[ML_ADDRESS_TEXT_LEN + 2];

    if (len >= sizeof(text)) {
        return 0;
    }
    apr_cpystrn(text, host, len + 1);
    switch (ml_address_parse(text).family) {
    case ML_ADDRESS_V4:
        return ML_URL_NO_V6;
    case ML_ADDRESS_V6:
        return ML_URL_NO_V4;
    case ML_ADDRESS_NONE:
        break;
    }
    return 0;
}

static void note_name(families_t *families, model_url_t *url,
                      const dns_name_t *name)
{
    named_url_t *named = apr_array_push(families->urls);

    named->url = url;
    named->name = name;
    if (!apr_hash_get(families->seen, name->name, APR_HASH_KEY_STRING)) {
        APR_ARRAY_PUSH(families->names, const dns_name_t *) = name;
        apr_hash_set(families->seen, name->name, APR_HASH_KEY_STRING, name);
    }
}

static void note_url(families_t *families, model_url_t *url, dns_t *dns)
{
    apr_size_t len;
    const char *host = host_of(url, &len);

    if (network_is_name(host, len)) {
        note_name(families, url, dns_note(dns, host, len));
    }
    else {
        url->flags = flags_of_address(host, len);
    }
}

families_t *families_note(model_t *model, dns_t *dns, apr_pool_t *pool)
{
    families_t *families = apr_palloc(pool, sizeof(*families));
    model_host_category_t *host_category = BUFFER_AT(&model->host_categories);
    apr_uint32_t n = BUFFER_N(&model->host_categories);
    apr_uint32_t i;
    int j;

    families->urls = apr_array_make(pool, 64, sizeof(named_url_t));
    families->names = apr_array_make(pool, 64, sizeof(const dns_name_t *));
    families->seen = apr_hash_make(pool);
    for (i = 0; i < n; i++, host_category++) {
        for (j = 0; host_category->urls && j < host_category->urls->nelts;
             j++) {
            note_url(families,
                     &APR_ARRAY_IDX(host_category->urls, j, model_url_t), dns);
        }
    }
    return families;
}

static int is_known(dns_answer_e answer)
{
    return answer == DNS_ABSENT || answer == DNS_PRESENT;
}

static void report_hosts(const families_t *families, report_t *report,
                         apr_pool_t *pool)
{
    apr_array_header_t *dead = apr_array_make(pool, 4, sizeof(const char *));
    apr_array_header_t *unknown = apr_array_make(pool, 4, sizeof(const char *));
    int i;

    for (i = 0; i < families->names->nelts; i++) {
        const dns_name_t *name =
            APR_ARRAY_IDX(families->names, i, const dns_name_t *);

        if (name->v4 == DNS_ABSENT && name->v6 == DNS_ABSENT) {
            APR_ARRAY_PUSH(dead, const char *) = name->name;
        }
        else if (!is_known(name->v4) || !is_known(name->v6)) {
            APR_ARRAY_PUSH(unknown, const char *) = name->name;
        }
    }
    report_names(report, "host names in public URLs that have no address",
                 dead);
    report_names(
        report,
        "host names in public URLs about which no name server has answered",
        unknown);
}

void families_settle(families_t *families, report_t *report)
{
    int i;

    for (i = 0; i < families->urls->nelts; i++) {
        const named_url_t *named =
            &APR_ARRAY_IDX(families->urls, i, named_url_t);

        named->url->flags =
            (named->name->v4 == DNS_ABSENT ? ML_URL_NO_V4 : 0)
            | (named->name->v6 == DNS_ABSENT ? ML_URL_NO_V6 : 0);
    }
    report_hosts(families, report, families->urls->pool);
}

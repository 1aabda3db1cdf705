/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes after the `?`, refused or not, give values that are clean, trimmed
 * and not longer than the query; its lists have items that are so too.
 */
#include <string.h>

#include "judge.h"
#include "ml_address.h"
#include "ml_query.h"
#include "ml_text.h"
#include "target.h"

static void judge_value(const char *value, size_t size)
{
    size_t len;

    if (!value) {
        return;
    }
    len = strlen(value);
    judge(len <= size && len <= ML_QUERY_VALUE_MAX,
          "a value is not longer than it was sent");
    judge(ml_text_is_clean(value, len, ML_TEXT_LINE), "a value is clean");
    judge(len == 0 || (value[0] != ' ' && value[len - 1] != ' '),
          "a value is trimmed");
}

static void judge_list(const char *list)
{
    const char *rest = list, *item;
    apr_size_t len;

    while (list && (item = ml_query_item(&rest, &len))) {
        judge(len > 0 && item + len <= rest && item[0] != ' '
                  && item[len - 1] != ' ' && !memchr(item, ',', len),
              "an item is trimmed and not empty");
    }
}

static void judge_address(const char *text)
{
    ml_address_t address, again;
    char written[ML_ADDRESS_TEXT_LEN];

    address = ml_address_parse(text);
    if (address.family != ML_ADDRESS_NONE) {
        ml_address_format(written, &address);
        again = ml_address_parse(written);
        judge(again.family == address.family && again.hi == address.hi
                  && again.lo == address.lo,
              "an address that was written is read as the same");
    }
}

static void judge_query(const ml_query_t *query, size_t size)
{
    const char *const values[] = {
        query->path,     query->repo,    query->arch,
        query->country,  query->ip,      query->netblock,
        query->protocol, query->version, query->location,
        query->fallback, query->limit,   query->exclude_country,
        query->ipv,      query->format,  query->host,
        query->endpoint,
    };
    const char *const never_empty[] = {
        query->ip,    query->protocol, query->version,
        query->limit, query->ipv,      query->format,
    };
    size_t i;

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        judge_value(values[i], size);
    }
    for (i = 0; i < sizeof(never_empty) / sizeof(never_empty[0]); i++) {
        judge(!never_empty[i] || *never_empty[i], "an empty value is none");
    }
    judge_list(query->country);
    judge_list(query->exclude_country);
    judge_list(query->protocol);
    if (query->ip) {
        judge_address(query->ip);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = target_pool();
    char *args = apr_palloc(pool, size + 1);
    ml_refusal_e refusal;
    ml_query_t query;

    memcpy(args, data, size);
    args[size] = '\0';
    refusal = ml_query_parse(&query, args, pool);
    judge(memcmp(args, data, size) == 0, "the request's bytes stay");
    judge(refusal == ML_REFUSAL_NONE
              || (refusal >= ML_REFUSAL_PIECES && refusal <= ML_REFUSAL_BYTES),
          "a query is refused for its form alone");
    judge_query(&query, size);
    apr_pool_destroy(pool);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * How a request is read: its client, its directory, its file; or why it is
 * refused.
 */
#ifndef ML_ASK_H
#define ML_ASK_H

#include "ml_client.h"
#include "ml_query.h"
#include "ml_request.h"
#include "ml_text.h"

typedef struct {
    const ml_cache_t *cache;
    const ml_request_t *request;
    int metalink; /* else the text list */
    ml_query_t query;
    ml_client_t client; /* of `ip=`, or else the request's */
    int bad_ip;
    const char *repo; /* as asked, before its redirect; NULL: path= */
    const char *arch;
    const ml_prefix_rec *prefix;       /* that `repo` stands for; NULL: none */
    const ml_directory_rec *directory; /* NULL: none was found */
    const char *file;                  /* "": the directory itself */
    const ml_file_rec *details;        /* the file's, for a metalink */
    ml_line_t line;                    /* the list's header, begun */

    int refusal;            /* the status, or 0: there is an answer */
    const char *text;       /* of a refusal: one line with its end */
    apr_size_t text_len;    /* bytes */
    int lists_repositories; /* after that line */
} ml_asked_t;

/* Everything in `*asked` lives in `pool`, in the cache or in the request. */
void ml_ask(ml_asked_t *asked, const ml_cache_t *cache,
            const ml_request_t *request, apr_pool_t *pool);

#endif

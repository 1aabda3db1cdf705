/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the judges of the forms.
 */
#ifndef JUDGE_FORMS_H
#define JUDGE_FORMS_H

#include "judge.h"

#define JUDGE_TEXT "text/plain"
#define JUDGE_METALINK "application/metalink+xml"
#define JUDGE_METALINK4 "application/metalink4+xml"
#define JUDGE_JSON "application/json"
#define JUDGE_HTML "text/html; charset=utf-8"

/* The hosts of an answer in their order; the names are the answer's. */
#define JUDGE_HOSTS_MAX 1000
typedef struct {
    const char *name[JUDGE_HOSTS_MAX];
    apr_size_t len[JUDGE_HOSTS_MAX];
    apr_uint32_t n;
} judge_hosts_t;

void judge_hosts_start(judge_hosts_t *hosts);

/* The next URL: of the host before it, or of one that was not there yet. */
void judge_hosts_add(judge_hosts_t *hosts, const char *url, apr_size_t len);

/* The facts of the response agree with the number. */
void judge_hosts_end(const judge_hosts_t *hosts, const ml_response_t *response);

/* The body is a Metalink 3 document, or one that says why there is none. */
void judge_metalink(const ml_response_t *response);

/* The body is a Metalink 4 document. */
void judge_metalink4(const ml_response_t *response);

/* The body is the JSON of an answer, or of an error. */
void judge_json(const ml_response_t *response);

/* The body is a page, of an answer or of an error. */
void judge_html(const ml_response_t *response);

/* The body is a page: well-formed, nothing that runs, nothing from elsewhere.
 * The hosts of its rows are added to `hosts`, unless that is NULL. */
void judge_page(const ml_response_t *response, judge_hosts_t *hosts);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What holds for every answer, whatever was asked.  A judge that finds a
 * fault says what it is and aborts: the input is the fuzzer's to keep.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "ml_answer.h"

/* The fields of a response agree with each other and with the request, and
 * every byte of its texts can be read and sent.  Holds for any cache that was
 * accepted. */
void judge_response(const ml_response_t *response, const ml_request_t *request);

/* The body too is what its readers take, and lists no host twice.  Holds for
 * a cache that was made from MirrorManager's rows, in which each host of a
 * directory has a name of its own in its URLs. */
void judge_body(const ml_response_t *response);

/* The same of ml_explain_answer(), for any cache that was accepted. */
void judge_explanation(const ml_response_t *response);

/* Aborts with the sentence if `holds` is 0. */
void judge(int holds, const char *sentence);

#endif

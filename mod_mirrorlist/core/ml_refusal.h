/* SPDX-License-Identifier: Apache-2.0
 *
 * Why there is no answer.  Status and sentence of each stand in ml_comment.c.
 */
#ifndef ML_REFUSAL_H
#define ML_REFUSAL_H

/* In the order in which they are looked for. */
typedef enum {
    ML_REFUSAL_NONE,
    ML_REFUSAL_NO_CACHE,
    ML_REFUSAL_PIECES, /* the form of the query */
    ML_REFUSAL_ESCAPE,
    ML_REFUSAL_LENGTH,
    ML_REFUSAL_BYTES,
    ML_REFUSAL_NOTHING_ASKED,
    ML_REFUSAL_PATH, /* the directory */
    ML_REFUSAL_DISABLED,
    ML_REFUSAL_REPOSITORY,
    ML_REFUSAL_NO_DIRECTORY,
    ML_REFUSAL_IP, /* values of parameters */
    ML_REFUSAL_LIMIT,
    ML_REFUSAL_IPV,
    ML_REFUSAL_FORMAT,
    ML_REFUSAL_NO_DETAILS, /* of the file, for a metalink */
    ML_REFUSAL_ENDPOINT,   /* this and the next: of an explanation */
    ML_REFUSAL_EXPLANATION_FORMAT,
    ML_REFUSAL_N
} ml_refusal_e;

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes that go into an answer: which are clean, how they are escaped, and
 * how long a line may be.  Used where the cache is made and where requests
 * are answered, so that both agree.
 */
#ifndef ML_TEXT_H
#define ML_TEXT_H

#include "apr_pools.h"

/* `newlines` allowed or not: whether the bytes are UTF-8 without control bytes
 * (below 0x20, 0x7f) and without U+FFFE, U+FFFF, which XML cannot hold. */
typedef enum { ML_TEXT_LINE, ML_TEXT_LINES } ml_text_e;
int ml_text_is_clean(const char *text, apr_size_t len, ml_text_e kind);

/* The bytes of the valid UTF-8 character above 0x7f at `s`, of which `left`
 * bytes may be read; 0: there is none, or it is U+FFFE or U+FFFF. */
apr_size_t ml_text_character(const char *s, apr_size_t left);

/* The order of (pointer, length) texts, bytewise; as memcmp() says it. */
int ml_text_order(const char *a, apr_size_t a_len, const char *b,
                  apr_size_t b_len);

/* Case of ASCII letters alone, whatever the locale. */
char ml_text_upper(char c);
char ml_text_lower(char c);

/* A copy of the text, which ends in a NUL.  apr_pstrmemdup() makes the same,
 * but APR's headers (1.7.2 to 1.7.6) deny the byte of the NUL, and compilers
 * that believe them stop where it is written or read. */
char *ml_text_copy(const char *text, apr_size_t len, apr_pool_t *pool);

/* The same, each byte folded by one of them. */
char *ml_text_fold(const char *text, apr_size_t len, char fold(char),
                   apr_pool_t *pool);

/* A decimal number up to `max`, digits alone; whether the text is one. */
int ml_text_number(apr_uint64_t *number, const char *text, apr_uint64_t max);

/* The name of a scheme (RFC 3986) in lower case, in `pool`; NULL: the bytes are
 * none. */
const char *ml_text_scheme(const char *text, apr_size_t len, apr_pool_t *pool);

/* "2026-11-24T10:00:00Z", in `pool`. */
const char *ml_text_iso_time(apr_int64_t seconds, apr_pool_t *pool);

/* What people paste around a value: moves both ends of the text past
 * everything there that is White_Space to Unicode, or a control byte. */
void ml_text_trim(const char **text, apr_size_t *len);

/* Bytes before the first such blank. */
apr_size_t ml_text_word_len(const char *text, apr_size_t len);

/* Past the byte order mark that an editor has put before the first line. */
void ml_text_skip_mark(const char **text, apr_size_t *len);

/* Percent-encodes, with capital digits, what may not stand raw.  PATH is for
 * parts of directory and file names: everything that would end or change the
 * path is encoded.  BASE is for base URLs, whose `%`, `?` and `#` are meant.
 * The result is NUL-terminated and lives in `pool`. */
typedef enum { ML_ESCAPE_PATH, ML_ESCAPE_BASE } ml_escape_e;
char *ml_text_escape(const char *text, apr_size_t len, ml_escape_e kind,
                     apr_pool_t *pool);

/* As PATH, and `&` too: a value in a query. */
const char *ml_text_escape_value(const char *text, apr_pool_t *pool);

/* Which of up to 64 bytes may not stand raw in a base URL, the lowest bit for
 * the first. */
apr_uint64_t ml_text_find_escaped(const char *text, apr_size_t len);

/* What stands for the character in texts and attributes of XML and HTML; NULL:
 * itself. */
const char *ml_text_entity(char c);

/* With those entities.  Returns `text` itself where there are none. */
const char *ml_text_escape_xml(const char *text, apr_pool_t *pool);

/* For the inside of an XML comment: a blank between each two dashes.  Returns
 * `text` itself where there are none. */
const char *ml_text_split_dashes(const char *text, apr_size_t *len,
                                 apr_pool_t *pool);

/* A `#` line under construction, which clients read into 4,096 bytes: what
 * would go past 3,900 is replaced by "..." when it is finished. */
#define ML_LINE_MAX 3900
typedef struct {
    char bytes[ML_LINE_MAX + sizeof("...\n")];
    apr_size_t len; /* bytes so far, at most ML_LINE_MAX */
    int cut;        /* more was added than fits */
} ml_line_t;

void ml_line_start(ml_line_t *line);
void ml_line_add(ml_line_t *line, const char *text, apr_size_t len);
/* Adds each of the strings; the last argument is NULL. */
void ml_line_addv(ml_line_t *line, ...) __attribute__((sentinel));
/* Adds "..." if it was cut, at the end of a UTF-8 character, and the newline.
 * Nothing can be added afterwards. */
void ml_line_finish(ml_line_t *line);

#endif

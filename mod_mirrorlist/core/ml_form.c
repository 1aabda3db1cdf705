/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of forms, and which of them is asked for.
 */
#include "ml_form.h"

#include <string.h>

#include "apr_cstr.h"
#include "apr_lib.h"

const ml_form_t ml_forms[ML_FORM_N] = {
#define X(id, name, title, media_type, endpoint, answer, refusal) \
    {name, title, media_type, ML_ENDPOINT_##endpoint, answer, refusal},
    ML_FORMS(X)
#undef X
};

ml_form_e ml_form_find(const char *name)
{
    int form = 0;

    while (form < ML_FORM_N && apr_cstr_casecmp(name, ml_forms[form].name)) {
        form++;
    }
    return (ml_form_e)form;
}

/* --- Accept, RFC 9110 12.5.1 ---------------------------------------------- */

static const char *skip_blanks(const char *s)
{
    return s + strspn(s, " \t");
}

/* A qvalue in thousandths, or -1 if it is none; `*end` is what follows it. */
static int read_q(const char *s, const char **end)
{
    int q, unit = 100;

    if (*s != '0' && *s != '1') {
        return -1;
    }
    q = (*s++ - '0') * 1000;
    if (*s == '.') {
        for (s++; apr_isdigit(*s) && unit > 0; unit /= 10) {
            q += (*s++ - '0') * unit;
        }
    }
    *end = skip_blanks(s);
    return q <= 1000 ? q : -1;
}

/* The weight among the parameters of a media range, which `*s` stands before
 * and is moved behind.  A range with a weight that is none counts as absent. */
static int weight_of(const char **s)
{
    int q = 1000, quoted = 0;

    for (; **s && (quoted || **s != ','); (*s)++) {
        if (quoted && **s == '\\' && (*s)[1]) {
            (*s)++;
        }
        else if (**s == '"') {
            quoted = !quoted;
        }
        else if (!quoted && **s == ';') {
            const char *name = skip_blanks(*s + 1), *end;

            if ((*name == 'q' || *name == 'Q') && name[1] == '=') {
                q = read_q(name + 2, &end);
                if (q < 0 || (*end && *end != ',' && *end != ';')) {
                    q = 0;
                }
            }
        }
    }
    return q;
}

/* The largest weight at which the media type itself is named; 0: it is not. */
static int accepted(const char *accept, const char *type)
{
    apr_size_t len = strlen(type);
    int most = 0;

    for (; *accept; accept += *accept == ',') {
        const char *range = skip_blanks(accept), *end;
        int named = !apr_cstr_casecmpn(range, type, len), q;

        end = named ? skip_blanks(range + len) : range;
        named = named && (!*end || *end == ',' || *end == ';');
        accept = end;
        q = weight_of(&accept);
        if (named && q > most) {
            most = q;
        }
    }
    return most;
}

ml_form_e ml_form_of_endpoint(ml_endpoint_e endpoint, const char *accept)
{
    int q4;

    if (endpoint != ML_ENDPOINT_METALINK) {
        return ML_FORM_TEXT;
    }
    q4 = accept ? accepted(accept, ml_forms[ML_FORM_METALINK4].media_type) : 0;
    return q4 > 0
                   && q4 > accepted(accept,
                                    ml_forms[ML_FORM_METALINK].media_type)
               ? ML_FORM_METALINK4
               : ML_FORM_METALINK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be said of a row whatever its table: whether its values are there,
 * clean and of their type, whether what it refers to is, and its name in
 * messages.
 */
#include "mm2_row.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

int mm2_has_value(const db_value_t *value)
{
    return value->state == DB_VALUE;
}

int mm2_is_clean(const db_value_t *text)
{
    return !model_text_refusal(text->text, text->len);
}

const char *mm2_copy_text(mm2_t *m, const db_value_t *text)
{
    return ml_text_copy(text->text, text->len, m->model->pool);
}

static int has_id(const mm2_table_t *table)
{
    return !strcmp(table->columns->name, "id");
}

const char *mm2_row_name(mm2_t *m)
{
    apr_pool_t *pool = m->scratch;
    const mm2_column_t *column = m->table->columns;
    const char *name = m->table->name;
    int i;

    if (has_id(m->table)) {
        return mm2_has_value(m->values)
                   ? apr_psprintf(pool, "%s %" APR_INT64_T_FMT, name,
                                  m->values->number)
                   : apr_pstrcat(pool, name, " without id", NULL);
    }
    for (i = 0; column[i].name && column[i].type == DB_INT; i++) {
        const db_value_t *value = &m->values[i];

        name = apr_pstrcat(
            pool, name, i ? ", " : " ", column[i].name, " ",
            mm2_has_value(value)
                ? apr_psprintf(pool, "%" APR_INT64_T_FMT, value->number)
                : "NULL",
            NULL);
    }
    return name;
}

void mm2_skip(mm2_t *m, const char *kind, const db_value_t *value)
{
    const char *text = NULL;
    apr_size_t len = 0;

    if (value && mm2_has_value(value)) {
        text = value->text ? value->text
                           : apr_psprintf(m->scratch, "%" APR_INT64_T_FMT,
                                          value->number);
        len = value->text ? value->len : strlen(text);
    }
    report_skip(m->report,
                apr_pstrcat(m->scratch, m->table->name, ": ", kind, NULL),
                mm2_row_name(m), text, len);
    apr_pool_clear(m->scratch);
}

/* Blanks around texts mean nothing, and a text of nothing else is none. */
static void trim_texts(const mm2_table_t *table, db_value_t *values)
{
    int i;

    for (i = 0; table->columns[i].name; i++) {
        db_value_t *value = &values[i];

        if (table->columns[i].type == DB_TEXT && mm2_has_value(value)
            && table->columns[i].need != NEEDED_NAME) {
            ml_text_trim(&value->text, &value->len);
            if (value->len == 0) {
                value->state = DB_NULL;
            }
        }
    }
}

static const char no_mistake[] = "";

/* Why the row cannot be used at all, or NULL. */
static const char *refusal(mm2_t *m, const db_value_t **value)
{
    int i;

    for (i = 0; m->table->columns[i].name; i++) {
        *value = &m->values[i];
        if (m->table->columns[i].need <= MAY_LACK
            || (m->table->columns[i].need == TYPED
                && (*value)->state == DB_NULL)) {
            continue;
        }
        if (m->table->columns[i].need == MEANT && (*value)->len == 0) {
            return no_mistake; /* a text: NULL or empty */
        }
        if ((*value)->state == DB_NULL) {
            *value = NULL;
            return apr_psprintf(m->scratch, "%s is NULL",
                                m->table->columns[i].name);
        }
        if ((*value)->state == DB_BAD) {
            return apr_psprintf(m->scratch, "%s has the wrong type",
                                m->table->columns[i].name);
        }
        if (m->table->columns[i].type == DB_TEXT
            && m->table->columns[i].need != NEEDED_NETBLOCKS
            && !mm2_is_clean(*value)) {
            return apr_pstrcat(
                m->scratch, m->table->columns[i].name, " ",
                model_text_refusal((*value)->text, (*value)->len), NULL);
        }
    }
    return NULL;
}

/* The values as if the database had all columns. */
static db_value_t *padded(mm2_t *m, db_value_t *values)
{
    int n = m->column_n, i;

    if (!m->table->columns[n].name) {
        return values;
    }
    memcpy(m->padded, values, (apr_size_t)n * sizeof(*values));
    for (i = n; m->table->columns[i].name; i++) {
        m->padded[i] = (db_value_t){.state = DB_NULL};
    }
    return m->padded;
}

void mm2_read_row(void *baton, db_value_t *values)
{
    mm2_t *m = baton;
    const mm2_table_t *table = m->table;
    idmap_t *map =
        table->map_off ? *(idmap_t **)((char *)m + table->map_off) : NULL;
    const db_value_t *value;
    const char *refused;
    apr_uint32_t place = IDMAP_SKIPPED;

    values = padded(m, values);
    m->values = values;
    trim_texts(table, values);
    if (++m->row_n % 1024 == 0) {
        report_rows(m->report, m->row_n);
    }
    refused = refusal(m, &value);
    if (!refused && map && idmap_find(map, values->number) != IDMAP_UNKNOWN) {
        refused = "its id is not unique";
        value = NULL;
    }
    if (refused && refused != no_mistake) {
        mm2_skip(m, refused, value);
    }
    else if (!refused) {
        place = table->row(m, values);
    }
    if (map && mm2_has_value(values)) {
        idmap_add(map, values->number, place);
    }
}

int mm2_refers(mm2_t *m, const idmap_t *map, const db_value_t *id,
               apr_uint32_t *place)
{
    const char *column = m->table->columns[id - m->values].name, *wrong;

    *place = mm2_has_value(id) ? idmap_find(map, id->number) : IDMAP_UNKNOWN;
    if (*place != IDMAP_UNKNOWN && *place != IDMAP_SKIPPED) {
        return 1;
    }
    wrong = id->state == DB_NULL      ? " is NULL"
            : id->state == DB_BAD     ? " has the wrong type"
            : *place == IDMAP_SKIPPED ? " names a row that was skipped"
                                      : " names a row that does not exist";
    /* The name of a row without an id says the number already. */
    mm2_skip(m, apr_pstrcat(m->scratch, column, wrong, NULL),
             has_id(m->table) ? id : NULL);
    return 0;
}

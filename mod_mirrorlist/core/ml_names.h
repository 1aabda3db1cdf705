/* SPDX-License-Identifier: Apache-2.0
 *
 * What people call countries and continents.
 */
#ifndef ML_NAMES_H
#define ML_NAMES_H

#include "apr.h"

/* X(code, name): the continents, ascending by code. */
#define ML_CONTINENTS(X)   \
    X(AF, "Africa")        \
    X(AN, "Antarctica")    \
    X(AS, "Asia")          \
    X(EU, "Europe")        \
    X(NA, "North America") \
    X(OC, "Oceania")       \
    X(SA, "South America")

/* The name behind a code in upper case; NULL: nobody has given it one. */
const char *ml_names_country(const char *code, apr_size_t len);
const char *ml_names_continent(const char *code, apr_size_t len);

#endif

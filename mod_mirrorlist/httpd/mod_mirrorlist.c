/* SPDX-License-Identifier: Apache-2.0
 *
 * The module: its directives and hooks.  Where a cache comes from is known to
 * mod_mirrorlist_generation.c, how requests are answered to the handlers.
 */
#include "mod_mirrorlist.h"

#include <errno.h>

#include "http_core.h"
#include "mpm_common.h"

#include "apr_lib.h"
#include "apr_strings.h"

#include "ml_text.h"
#include "mod_mirrorlist_answer.h"
#include "mod_mirrorlist_counters.h"
#include "mod_mirrorlist_status.h"

#define MAX_CACHE_SIZE_MB 4096
#define MAX_AGE_S 86400
#define YEARS_S APR_INT64_C(1000000000000) /* more than any age */
#define UNSET (-1)

typedef struct {
    const char *path;        /* MirrorlistCache, absolute; NULL: none */
    apr_int64_t max_size_mb; /* main server only; UNSET */
    apr_int64_t max_age_s;   /* UNSET */
    const generation_t *generation;
} server_conf_t;

typedef struct {
    apr_int64_t minimum; /* all: UNSET */
    apr_int64_t maximum;
    apr_int64_t nearest_km;
    apr_int64_t stable_s;
    int ip_parameter;
    int version_parameter;
    apr_array_header_t *schemes; /* in lower case; none: all; NULL: unset */
} dir_conf_t;

/* --- configuration -------------------------------------------------------- */

static void *create_server_conf(apr_pool_t *pool, server_rec *s)
{
    server_conf_t *conf = apr_pcalloc(pool, sizeof(*conf));

    conf->max_size_mb = UNSET;
    conf->max_age_s = UNSET;
    return conf;
}

static void *merge_server_conf(apr_pool_t *pool, void *base_, void *add_)
{
    const server_conf_t *base = base_, *add = add_;
    server_conf_t *conf = apr_pcalloc(pool, sizeof(*conf));

    conf->path = add->path ? add->path : base->path;
    conf->max_size_mb = base->max_size_mb;
    conf->max_age_s =
        add->max_age_s != UNSET ? add->max_age_s : base->max_age_s;
    return conf;
}

static void *create_dir_conf(apr_pool_t *pool, char *dir)
{
    dir_conf_t *conf = apr_pcalloc(pool, sizeof(*conf));

    conf->minimum = UNSET;
    conf->maximum = UNSET;
    conf->nearest_km = UNSET;
    conf->stable_s = UNSET;
    conf->ip_parameter = UNSET;
    conf->version_parameter = UNSET;
    return conf;
}

#define MERGED(field) (add->field != UNSET ? add->field : base->field)

static void *merge_dir_conf(apr_pool_t *pool, void *base_, void *add_)
{
    const dir_conf_t *base = base_, *add = add_;
    dir_conf_t *conf = apr_palloc(pool, sizeof(*conf));

    conf->minimum = MERGED(minimum);
    conf->maximum = MERGED(maximum);
    conf->nearest_km = MERGED(nearest_km);
    conf->stable_s = MERGED(stable_s);
    conf->ip_parameter = MERGED(ip_parameter);
    conf->version_parameter = MERGED(version_parameter);
    conf->schemes = add->schemes ? add->schemes : base->schemes;
    return conf;
}

/* A decimal number from `min` to `max`; NULL, or what is wrong. */
static const char *read_number(apr_int64_t *number, cmd_parms *cmd,
                               const char *text, apr_int64_t min,
                               apr_int64_t max)
{
    char *end;
    apr_int64_t n;

    errno = 0;
    n = apr_strtoi64(text, &end, 10);
    if (!apr_isdigit(*text) || *end || errno || n < min || n > max) {
        return apr_psprintf(cmd->pool,
                            "%s takes a number from %" APR_INT64_T_FMT
                            " to %" APR_INT64_T_FMT ", not '%s'",
                            cmd->cmd->name, min, max, text);
    }
    *number = n;
    return NULL;
}

static server_conf_t *server_conf(server_rec *s)
{
    return ap_get_module_config(s->module_config, &mirrorlist_module);
}

static const char *set_cache(cmd_parms *cmd, void *dir, const char *arg)
{
    server_conf_t *conf = server_conf(cmd->server);
    const char *wrong = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);

    if (wrong) {
        return wrong;
    }
    conf->path = *arg ? ap_server_root_relative(cmd->pool, arg) : NULL;
    return conf->path ? NULL
                      : apr_pstrcat(cmd->pool, cmd->cmd->name,
                                    " takes the name of a file, not '", arg,
                                    "'", NULL);
}

static const char *set_max_cache_size(cmd_parms *cmd, void *dir,
                                      const char *arg)
{
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return wrong ? wrong
                 : read_number(&server_conf(cmd->server)->max_size_mb, cmd, arg,
                               1, APR_INT32_MAX);
}

static const char *set_max_age(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *wrong = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);

    return wrong ? wrong
                 : read_number(&server_conf(cmd->server)->max_age_s, cmd, arg,
                               1, YEARS_S);
}

/* Of the section's configuration, at the directive's offset; AllowOverrideList
 * would let these directives into .htaccess. */
static const char *set_number(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *wrong = ap_check_cmd_context(cmd, NOT_IN_HTACCESS);
    void *number = (char *)dir + (apr_size_t)cmd->info;

    return wrong ? wrong : read_number(number, cmd, arg, 0, APR_INT32_MAX);
}

/* Directives of one section add up; those of another replace them. */
static const char *add_scheme(cmd_parms *cmd, void *dir_, const char *arg)
{
    const char *wrong = ap_check_cmd_context(cmd, NOT_IN_HTACCESS);
    dir_conf_t *dir = dir_;
    const char *scheme = ml_text_scheme(arg, strlen(arg), cmd->pool);

    if (wrong) {
        return wrong;
    }
    if (!scheme) {
        return apr_psprintf(cmd->pool,
                            "%s takes names of schemes, as https, not '%s'",
                            cmd->cmd->name, arg);
    }
    if (!dir->schemes || !strcmp(scheme, "all")) {
        dir->schemes = apr_array_make(cmd->pool, 4, sizeof(char *));
    }
    if (strcmp(scheme, "all")) {
        APR_ARRAY_PUSH(dir->schemes, const char *) = scheme;
    }
    return NULL;
}

static const char *set_flag(cmd_parms *cmd, void *dir, int on)
{
    const char *wrong = ap_check_cmd_context(cmd, NOT_IN_HTACCESS);

    return wrong ? wrong : ap_set_flag_slot(cmd, dir, on);
}

#define DIR_SCOPE (RSRC_CONF | ACCESS_CONF) /* not .htaccess */
#define AT(field) ((void *)APR_OFFSETOF(dir_conf_t, field))

static const command_rec directives[] = {
    AP_INIT_TAKE1("MirrorlistCache", set_cache, NULL, RSRC_CONF,
                  "file made by mirrorlist-cachegen"),
    AP_INIT_TAKE1("MirrorlistMaxCacheSize", set_max_cache_size, NULL, RSRC_CONF,
                  "megabytes of the largest file to load [4096]"),
    AP_INIT_TAKE1("MirrorlistMaxAge", set_max_age, NULL, RSRC_CONF,
                  "seconds after which a cache is reported as old [86400]"),
    AP_INIT_TAKE1("MirrorlistMinimum", set_number, AT(minimum), DIR_SCOPE,
                  "hosts below which the whole world is listed [5]"),
    AP_INIT_TAKE1("MirrorlistMaximum", set_number, AT(maximum), DIR_SCOPE,
                  "most hosts in an answer [0, no limit]"),
    AP_INIT_TAKE1("MirrorlistNearest", set_number, AT(nearest_km), DIR_SCOPE,
                  "kilometres at which a mirror counts half [0, off]"),
    AP_INIT_TAKE1("MirrorlistStableOrder", set_number, AT(stable_s), DIR_SCOPE,
                  "seconds for which a network's clients get one order "
                  "[0, off]"),
    AP_INIT_ITERATE("MirrorlistSchemes", add_scheme, NULL, DIR_SCOPE,
                    "schemes of URLs that may be shown [all]"),
    AP_INIT_FLAG("MirrorlistIpParameter", set_flag, AT(ip_parameter), DIR_SCOPE,
                 "whether ip= stands for the client's address [On]"),
    AP_INIT_FLAG("MirrorlistVersionParameter", set_flag, AT(version_parameter),
                 DIR_SCOPE, "whether version= is added to repo= [Off]"),
    {.name = NULL},
};

/* --- generations ---------------------------------------------------------- */

static apr_uint64_t max_size(server_rec *main_server)
{
    apr_int64_t mb = server_conf(main_server)->max_size_mb;

    return (apr_uint64_t)(mb == UNSET ? MAX_CACHE_SIZE_MB : mb) << 20;
}

static apr_int64_t max_age_s(server_rec *s)
{
    apr_int64_t set_s = server_conf(s)->max_age_s;

    return set_s == UNSET ? MAX_AGE_S : set_s;
}

/* Whatever is wrong with a cache, httpd starts: an error from here would end
 * every site of this server. */
static int load_caches(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *main_server)
{
    server_rec *s;

    /* The configuration is read twice at a start; only the second stays. */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK;
    }
    for (s = main_server; s; s = s->next) {
        server_conf_t *conf = server_conf(s);

        if (conf->path) {
            conf->generation = generation_load(
                conf->path, max_size(main_server), max_age_s(s), s, pconf);
        }
    }
    generation_sweep(main_server, pconf);
    generation_report_ages(apr_time_now());
    counters_open(main_server);
    return OK;
}

/* A config test warns and passes: `apachectl graceful` runs one first, and a
 * bad cache must not keep the other sites from their new certificates. */
static void test_caches(apr_pool_t *pconf, server_rec *main_server)
{
    apr_table_t *seen = apr_table_make(pconf, 4);
    server_rec *s;

    for (s = main_server; s; s = s->next) {
        const char *path = server_conf(s)->path;

        if (path && !apr_table_get(seen, path)) {
            apr_table_setn(seen, path, "");
            generation_test(path, max_size(main_server), s, pconf);
        }
    }
}

/* In the parent, about every ten seconds: what no request should wait for. */
static int watch(apr_pool_t *pool, server_rec *main_server)
{
    apr_time_t now = apr_time_now();

    generation_report_ages(now);
    counters_sample(now);
    return DECLINED;
}

/* --- what a request needs to know ----------------------------------------- */

const generation_t *conf_generation(const request_rec *r)
{
    return server_conf(r->server)->generation;
}

ml_settings_t conf_settings(const request_rec *r)
{
    const dir_conf_t *conf =
        ap_get_module_config(r->per_dir_config, &mirrorlist_module);
    ml_settings_t settings = ML_SETTINGS_DEFAULT;

    if (conf->minimum != UNSET) {
        settings.minimum = (apr_uint32_t)conf->minimum;
    }
    if (conf->maximum != UNSET) {
        settings.maximum = (apr_uint32_t)conf->maximum;
    }
    if (conf->nearest_km != UNSET) {
        settings.nearest_km = (apr_uint32_t)conf->nearest_km;
    }
    if (conf->stable_s != UNSET) {
        settings.stable_s = (apr_uint32_t)conf->stable_s;
    }
    if (conf->schemes && conf->schemes->nelts > 0) {
        settings.schemes = (const char *const *)conf->schemes->elts;
        settings.scheme_n = (apr_uint32_t)conf->schemes->nelts;
    }
    if (conf->ip_parameter != UNSET) {
        settings.ip_parameter = conf->ip_parameter;
    }
    if (conf->version_parameter != UNSET) {
        settings.version_parameter = conf->version_parameter;
    }
    return settings;
}

static void register_hooks(apr_pool_t *pool)
{
    ap_hook_post_config(load_caches, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(test_caches, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_monitor(watch, NULL, NULL, APR_HOOK_MIDDLE);
    answer_register_hooks();
    explain_register_hooks();
    status_register_hooks();
}

module AP_MODULE_DECLARE_DATA mirrorlist_module = {
    STANDARD20_MODULE_STUFF, create_dir_conf,     merge_dir_conf,
    create_server_conf,      merge_server_conf,   directives,
    register_hooks,          AP_MODULE_FLAG_NONE,
};

/* SPDX-License-Identifier: Apache-2.0
 *
 * The hashes of the file, and how to check one.
 */
#include "ml_form_html.h"

#include "ml_detail.h"
#include "ml_human.h"

/* The one to check: what everybody has, then the longest. */
static ml_hash_e hash_to_check(const ml_detail_rec *detail)
{
    static const ml_hash_e best[] = {ML_HASH_SHA256, ML_HASH_SHA512,
                                     ML_HASH_SHA1, ML_HASH_MD5};
    apr_size_t i = 0;

    while (!ml_detail_has(detail, best[i])) {
        i++;
    }
    return best[i];
}

/* Names that a shell takes for something else are not put into its mouth. */
static const char *word_for_shell(const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789._+-";

    return *name == '-' || name[strspn(name, plain)] ? "FILE" : name;
}

static void put_detail(ml_html_t *html, const ml_detail_rec *detail)
{
    char digits[ML_HASH_DIGITS_MAX];
    int hash;

    ml_html_puts(html, "<dl>\n");
    if (detail->flags & ML_DETAIL_TIMESTAMP) {
        ml_html_printf(html, "<div><dt>dated</dt><dd>%s</dd></div>\n",
                       ml_human_date(detail->timestamp_s, html->pool));
    }
    if (detail->flags & ML_DETAIL_SIZE) {
        ml_html_printf(html, "<div><dt>size</dt><dd>%s bytes</dd></div>\n",
                       ml_human_number((apr_uint64_t)detail->size, html->pool));
    }
    for (hash = ML_HASH_N - 1; hash >= 0; hash--) {
        if (ml_detail_has(detail, (ml_hash_e)hash)) {
            char *end = ml_detail_digits(digits, detail, (ml_hash_e)hash);

            ml_html_printf(html,
                           "<div><dt>%s</dt><dd><code>%.*s</code></dd></div>\n",
                           ml_hashes[hash].name, (int)(end - digits), digits);
        }
    }
    ml_html_puts(html, "</dl>\n");
}

static void put_how(ml_html_t *html, const ml_detail_rec *detail)
{
    const char *hash = ml_hashes[hash_to_check(detail)].name;
    const char *word = word_for_shell(html->lookup->file);

    ml_html_printf(html,
                   "<p>This prints the %s of what you have got:</p>\n<dl>\n"
                   "<div><dt>Linux</dt><dd><code>%ssum %s</code></dd></div>\n"
                   "<div><dt>macOS</dt><dd><code>openssl dgst -%s %s</code>"
                   "</dd></div>\n"
                   "<div><dt>Windows</dt><dd><code>certutil -hashfile %s %s"
                   "</code></dd></div>\n</dl>\n",
                   hash, hash, word, hash, word, word, hash);
}

static void put_alternates(ml_html_t *html, const ml_file_rec *file)
{
    apr_uint32_t i;

    if (file->detail_n < 2) {
        return;
    }
    ml_html_printf(html, "<details><summary>%u older %s also good</summary>\n",
                   file->detail_n - 1,
                   file->detail_n > 2 ? "versions are" : "version is");
    for (i = 1; i < file->detail_n; i++) {
        put_detail(html, &html->cache->details[file->detail_first + i]);
    }
    ml_html_puts(html, "</details>\n");
}

void ml_html_file(ml_html_t *html)
{
    const ml_file_rec *file = html->lookup->details;
    const ml_detail_rec *detail;

    if (!file) {
        return;
    }
    detail = &html->cache->details[file->detail_first];
    ml_html_puts(html, "<section class=\"check\" id=\"check\"><h2>Check ");
    ml_html_text(html, html->lookup->file);
    ml_html_puts(html, "</h2>\n");
    put_detail(html, detail);
    put_how(html, detail);
    put_alternates(html, file);
    ml_html_puts(html, "</section>\n");
}

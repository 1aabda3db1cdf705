/* SPDX-License-Identifier: Apache-2.0
 *
 * The page: what it says of whom.  How it looks is for people to judge.
 */
#include "page.h"

/* --- facts ---------------------------------------------------------------- */

START_TEST(a_page_is_harmless_and_for_this_request)
{
    page(ASK_PUB);
    ck_assert_int_eq(response.status, 200);
    ck_assert_int_eq(response.kind, ML_FORM_HTML);
    ck_assert_str_eq(response.content_type, "text/html; charset=utf-8");
    ck_assert_str_eq(fields(), "Content-Security-Policy: default-src 'none'; "
                               "style-src 'unsafe-inline'; img-src data:; "
                               "form-action 'self'; base-uri 'none'; "
                               "frame-ancestors 'none'\n"
                               "X-Content-Type-Options: nosniff\n");
}
END_TEST

START_TEST(it_says_who_asks_and_how_old_the_data_are)
{
    request.now_s = WORLD_CREATED_S + 7500;
    page(ASK_PUB);
    says("<dt>You</dt><dd class=\"main\">192.0.2.1</dd><dd>Germany</dd>"
         "<dd>AS64500</dd>");
    says("<dd class=\"main\">2 h 5 min old</dd>"
         "<dd>made 2026-09-21 14:13:20 UTC</dd>");
    request.now_s = WORLD_CREATED_S - 1;
    page(ASK_PUB "&ip=198.51.100.9");
    says("<dt>You, as ip= says</dt><dd class=\"main\">198.51.100.9</dd>"
         "<dd>No country is known.</dd><dd>198.51.100.0/24</dd>");
    says("<dd class=\"main\">of the future</dd>");
    request.client.family = ML_ADDRESS_NONE;
    page(ASK_PUB);
    says("<dt>You</dt><dd class=\"main\">not known</dd></div>");
}
END_TEST

START_TEST(it_says_what_was_asked)
{
    page("repo=f-1&arch=a%26b&format=html");
    says("<h1><bdi>f-1</bdi> <small><bdi>a&amp;b</bdi></small></h1>\n"
         "<p class=\"path\">pub/</p>");
    page("repo=old&arch=x86_64&format=html");
    says("<h1><bdi>f-1</bdi> <small><bdi>x86_64</bdi></small></h1>\n"
         "<p class=\"path\">old leads here. pub/</p>");
    page("path=pub/f.iso&format=html");
    says("<h1>f.iso</h1>\n<p class=\"path\">pub/</p>");
    page(ASK_PUB);
    says("<h1>pub</h1>\n<p class=\"path\"></p>");
    does_not_say("Your wishes");
    page(ASK_PUB "&limit=9&exclude_country=x%3C&ipv=4");
    says("<dt>Your wishes</dt><dd><code>exclude_country=x&lt;</code></dd>"
         "<dd><code>limit=9</code></dd><dd><code>ipv=4</code></dd></div>");
}
END_TEST

/* --- mirrors -------------------------------------------------------------- */

START_TEST(each_mirror_stands_under_its_reason)
{
    request.client = ml_address_parse("198.51.100.9");
    page(ASK_PUB "&location=of%3Cfice");
    says("scope=\"rowgroup\">The location of&lt;fice <small>1 mirror. ");
    says("<tr><th>host5</th><td>QX</td>");
    says("scope=\"rowgroup\">Your own network <small>1 mirror. ");
    says("<tr><th>host4 <b class=\"private\">private</b></th>"
         "<td>Germany</td>");
    says("scope=\"rowgroup\">The rest of the world <small>3 mirrors. "
         "Fewer than 5 mirrors were found nearer.</small>");
    says("<dd class=\"main\">5</dd><dd>1 &#183; The location of&lt;fice</dd>"
         "<dd>1 &#183; Your own network</dd>"
         "<dd>3 &#183; The rest of the world</dd>");
}
END_TEST

START_TEST(each_pool_has_its_words)
{
    settings.minimum = 0;
    page(ASK_PUB);
    says(">Your provider's network, AS64500 <small>1 mirror. ");
    says(">Your country, Germany <small>2 mirrors. ");
    says(">Your continent, Europe <small>1 mirror. ");
    page(ASK_PUB "&country=fr");
    says(">Where you asked for <small>1 mirror. You named the countries.");
    page(ASK_PUB "&country=fr&exclude_country=fr");
    says(">Around what you asked for <small>2 mirrors. No mirror is in the "
         "countries that you named; these are on their continents.");
    page(ASK_PUB "&ip=203.0.113.1");
    does_not_say("The rest of the world");
    EDIT(cache, hosts, ml_host_rec, 3)->flags |= ML_HOST_CAPTIVE;
    page(ASK_PUB "&ip=198.51.100.9");
    says("Whoever runs them wants this network to use nobody else.");
}
END_TEST

START_TEST(a_share_is_of_the_first_place_in_a_weighted_pool)
{
    settings.minimum = 0;
    page(ASK_PUB);
    says("<tr><th>host4 <b class=\"private\">private</b></th><td>Germany</td>"
         "<td></td><td></td>");
    says("<tr><th>host1</th><td>Germany</td><td></td>"
         "<td style=\"--s:33%\">25.0 %</td>");
    says("<tr><th>host2</th><td>Germany</td><td></td>"
         "<td style=\"--s:100%\">75.0 %</td>");
    says("<tr><th>host3</th><td>France</td><td></td>"
         "<td style=\"--s:100%\">100.0 %</td>");
    /* of those who can be shown */
    page(ASK_PUB "&protocol=javascript");
    says("<tr><th>host1</th><td>Germany</td><td></td>"
         "<td style=\"--s:100%\">100.0 %</td>");
    does_not_say("nearer to you");
    settings.nearest_km = 100;
    page(ASK_PUB);
    says("with more bandwidth and nearer to you, a mirror comes first");
    edit_bandwidth(cache, 2, 100000);
    edit_bandwidth(cache, 1, 1);
    page(ASK_PUB);
    says(">&lt; 0.1 %</td>");
}
END_TEST

START_TEST(the_first_one_comes_first)
{
    page(ASK_PUB "&country=fr");
    says("<h2>Begin with</h2>\n<p class=\"name\">host3</p>\n<p>France</p>\n"
         "<p class=\"url\"><a href=\"https://m3.example/pub/\">"
         "https://m3.example/pub/</a></p>");
    does_not_say("Chance chose it");
    does_not_say("keeps this order");
    settings.stable_s = 3600;
    page(ASK_PUB "&country=de,fr");
    says(" of such answers. Your network keeps this order until "
         "2026-11-24 11:00:00 UTC.");
    ck_assert_int_eq(count("<h2>Begin with</h2>"), 1);
}
END_TEST

START_TEST(only_known_schemes_are_links)
{
    page(ASK_PUB "&protocol=https,javascript&country=de");
    says("<td><a href=\"https://m1.example/pub/\">https</a> "
         "<span title=\"javascript://m1.example/%0Aalert(1)/\">javascript"
         "</span></td>");
    does_not_say("href=\"javascript");
}
END_TEST

START_TEST(who_finds_nobody_reads_why)
{
    page("path=pub/empty&format=html");
    says("<h2>No mirror</h2>\n<p>Nobody has it at the moment.</p>");
    says("<dd class=\"main\">0</dd></div>");
    does_not_say("<table>");
    does_not_say("href=\"#mirrors\"");
    page(ASK_PUB "&protocol=rsync");
    says("<p>There are mirrors that have it, but none that your question "
         "allows.</p>");
}
END_TEST

/* --- the file ------------------------------------------------------------- */

START_TEST(a_file_can_be_checked)
{
    static ml_detail_rec details[3];

    details[0] = (ml_detail_rec){.timestamp_s = 1700000000, .size = 9000000000};
    details[0].flags = ML_DETAIL_COMPLETE;
    details[1] = details[2] = details[0];
    edit_hash(&details[0], ML_HASH_SHA512, details[0].sha512, 64, 0);
    edit_hash(&details[0], ML_HASH_MD5, details[0].md5, 16, 0xf0);
    edit_hash(&details[1], ML_HASH_SHA1, details[1].sha1, 20, 0);
    edit_hash(&details[2], ML_HASH_SHA1, details[2].sha1, 20, 1);
    page("path=pub/f.iso&format=html");
    says("md5sum f.iso</code>");
    does_not_say("older version");
    edit_details(cache, 1, details, 3);
    page("path=pub/f.iso&format=html");
    says("<h2>Check f.iso</h2>\n<dl>\n"
         "<div><dt>dated</dt><dd>2023-11-14 22:13:20 UTC</dd></div>\n"
         "<div><dt>size</dt><dd>9,000,000,000 bytes</dd></div>\n"
         "<div><dt>sha512</dt><dd><code>00010203");
    says("<code>f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff</code>");
    says("<code>sha512sum f.iso</code>");
    says("<code>openssl dgst -sha512 f.iso</code>");
    says("<code>certutil -hashfile f.iso sha512</code>");
    says("<summary>2 older versions are also good</summary>");
    says("<code>0102030405060708090a0b0c0d0e0f1011121314</code>");
    edit_hash(&details[0], ML_HASH_SHA256, details[0].sha256, 32, 0);
    page("path=pub/f.iso&format=html");
    says("<code>sha256sum f.iso</code>");
    page(ASK_PUB);
    does_not_say("id=\"check\"");
}
END_TEST

/* What is copied into a shell does nothing but that. */
START_TEST(an_odd_name_is_no_part_of_a_command)
{
    page("path=pub/$(f)&format=html");
    says("<h2>Check $(f)</h2>");
    says("<code>md5sum FILE</code>");
    does_not_say("md5sum $");
}
END_TEST

/* --- asking for more ------------------------------------------------------ */

START_TEST(the_form_holds_what_was_asked)
{
    page("repo=f-1&arch=x86_64&country=d%22e&format=html");
    says("<input name=\"repo\" value=\"f-1\" required=\"required\"");
    says("<input name=\"arch\" value=\"x86_64\" required=\"required\" "
         "list=\"arches\"");
    says("<option value=\"a&amp;b\"></option><option value=\"x86_64\">");
    says("<input name=\"country\" value=\"d&quot;e\" list=\"countries\"");
    says("<option value=\"DE\">Germany</option>");
    says("<input name=\"ip\" value=\"\" pattern=\"[^ ]*\"");
    says("<input type=\"hidden\" name=\"format\" value=\"html\"/>");
    page(ASK_PUB);
    says("<input name=\"path\" value=\"pub\"");
    does_not_say("name=\"repo\"");
    settings.ip_parameter = 0;
    page(ASK_PUB "&ip=203.0.113.1");
    says("<dt>You</dt><dd class=\"main\">192.0.2.1</dd>");
    does_not_say("name=\"ip\"");
}
END_TEST

START_TEST(machines_are_asked_the_same)
{
    page("format=html&path=pub&x=%22\"&&limit=3");
    says("<a href=\"?path=pub&amp;x=%22%22&amp;limit=3&amp;format=json\">JSON");
    says("&amp;format=text\">text</a>");
    does_not_say("format=metalink");
    page("repo=f-1&arch=x86_64&format=HTML");
    says("&amp;format=metalink4\">Metalink 4</a>");
}
END_TEST

START_TEST(who_asks_for_nothing_gets_the_forms)
{
    page("format=html");
    ck_assert_int_eq(response.status, 200);
    ck_assert_int_eq(response.kind, ML_KIND_REMARK);
    says("<h1>Which mirrors?</h1>");
    ck_assert_int_eq(count("<form>"), 2);
    says("<datalist id=\"repos\"><option value=\"f-1\"></option></datalist>");
    says("<input name=\"path\" value=\"\"");
    does_not_say("class=\"sentence\"");
}
END_TEST

static const struct {
    const char *query;
    int status;
    const char *text;
} refusals[] = {
    {"repo=f-1&arch=%3Ci%3E", 404,
     "<h1>Not found</h1>\n<p class=\"sentence\">repo = f-1 arch = &lt;i&gt; "
     "error: invalid repo or arch</p>\n<p>It is there for "
     "<a href=\"?repo=f-1&amp;arch=a%26b&amp;format=html\">a&amp;b</a> "
     "<a href=\"?repo=f-1&amp;arch=x86_64&amp;format=html\">x86_64</a></p>"},
    {"repo=no&arch=no", 404, "error: invalid repo or arch</p>\n</section>\n"},
    {"repo=off&arch=x86_64", 200,
     "<h1>Switched off</h1>\n<p class=\"sentence\">repo = off arch = x86_64 "
     "repo disabled</p>"},
    {"path=%3Cb%3E&ip=bad", 404,
     "<p class=\"sentence\">path = &lt;b&gt; error: invalid path</p>"},
    {"path=pub&ip=%22%3E", 400,
     "<h1>This cannot be read</h1>\n<p class=\"sentence\">ip=&quot;&gt; is "
     "not an IP address</p>"},
    {"path=pub&x=%zz", 400, "a percent sign in the query is not followed by"},
};

START_TEST(a_refusal_is_a_page_with_the_same_status)
{
    page(apr_pstrcat(pool, refusals[_i].query, "&format=html", NULL));
    ck_assert_int_eq(response.status, refusals[_i].status);
    ck_assert_str_eq(response.content_type, "text/html; charset=utf-8");
    ck_assert_ptr_nonnull(
        ml_response_field(&response, "Content-Security-Policy"));
    says(refusals[_i].text);
    ck_assert_int_eq(count("<form>"), 2);
}
END_TEST

START_TEST(without_a_cache_there_is_a_page)
{
    cache = NULL;
    page("repo=f-1&arch=x86_64&format=html");
    ck_assert_int_eq(response.status, 503);
    ck_assert_str_eq(ml_response_field(&response, "Retry-After"), "60");
    says("<h1>No data at the moment</h1>");
    does_not_say("<datalist");
    does_not_say("list=\"");
}
END_TEST

START_TEST(the_path_says_which_file_is_meant)
{
    ask("/metalink", "path=pub&format=html");
    ck_assert_int_eq(response.status, 404);
    says("pub/ not found or has no metalink");
    ask("/metalink", "path=pub/f.iso&format=html&protocol=https,http");
    ck_assert_int_eq(response.status, 200);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("form_html");

    tcase_add_checked_fixture(tests, page_set_up, NULL);
    tcase_add_test(tests, a_page_is_harmless_and_for_this_request);
    tcase_add_test(tests, it_says_who_asks_and_how_old_the_data_are);
    tcase_add_test(tests, it_says_what_was_asked);
    tcase_add_test(tests, each_mirror_stands_under_its_reason);
    tcase_add_test(tests, each_pool_has_its_words);
    tcase_add_test(tests, a_share_is_of_the_first_place_in_a_weighted_pool);
    tcase_add_test(tests, the_first_one_comes_first);
    tcase_add_test(tests, only_known_schemes_are_links);
    tcase_add_test(tests, who_finds_nobody_reads_why);
    tcase_add_test(tests, a_file_can_be_checked);
    tcase_add_test(tests, an_odd_name_is_no_part_of_a_command);
    tcase_add_test(tests, the_form_holds_what_was_asked);
    tcase_add_test(tests, machines_are_asked_the_same);
    tcase_add_test(tests, who_asks_for_nothing_gets_the_forms);
    tcase_add_loop_test(tests, a_refusal_is_a_page_with_the_same_status, 0,
                        N(refusals));
    tcase_add_test(tests, without_a_cache_there_is_a_page);
    tcase_add_test(tests, the_path_says_which_file_is_meant);
    return unit_run("form_html", tests);
}

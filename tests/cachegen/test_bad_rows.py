# SPDX-License-Identifier: Apache-2.0
"""No row makes a run fail, and a bad one costs only itself.

Each kind is tried in both databases: the run with the row says so, and makes
the cache of the run without it. What a row may cost besides is asked of
mirrorlist-query.
"""

import pytest

from cachegen.bad_rows import (BAD, DIRT, SLASHES, TABLES, TEXTS, UNCLEAN, Bad,
                               add, base, dirty, good)

NAMED = 20  # rows of a kind


@pytest.fixture
def run(compiler, store):
    """A function: compiles rows, and publishes whatever was lost."""
    return lambda rows, *options: compiler.run(store(rows.db), "--force",
                                               *options)


@pytest.fixture
def made(run):
    """A function: the content of the cache of rows that can all be used."""
    def content(rows, *options):
        result = run(rows, *options)
        assert result.said == [] and result.skipped_n == 0
        return result.content
    return content


@pytest.fixture(scope="session")
def known():
    return {}


@pytest.fixture
def unharmed(request, known, made):
    """The content of the cache of base() alone, made once a database."""
    database = request.node.callspec.params["store"]
    if database not in known:
        known[database] = made(base())
    return known[database]


def with_row(table, **columns):
    rows = base()
    rows.add(table, **columns)
    return rows


# --- what a row costs: nothing but itself -------------------------------------

@pytest.mark.parametrize("table", TABLES)
def test_a_good_row_changes_the_cache(made, unharmed, table):
    rows = base()
    for name, columns in good(table):
        rows.add(name, **columns)
    assert made(rows) != unharmed


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_bad_row_is_skipped(run, unharmed, bad):
    rows = base()
    lines = add(rows, [bad])
    result = run(rows)
    assert result.skipped == lines
    assert result.skipped_n == len(lines)
    assert result.content == unharmed


@pytest.mark.parametrize("dirt", DIRT)
def test_unclean_text_costs_the_row(run, unharmed, dirt):
    rows = base()
    bad = [one for one in dirty(*DIRT[dirt])
           if dirt != "tab" or "netblock" not in one.columns]
    lines = add(rows, bad)
    result = run(rows)
    assert sorted(result.skipped) == sorted(lines)
    assert result.skipped_n == len(lines)
    assert result.content == unharmed


# White_Space of each length in UTF-8, and control bytes, at either end.
BLANKS = [" ", "\t", "\r\n", "\x01\x7f", "\u0085", "\u00a0 \u00a0", "\u1680",
          "\u2000\u200a", "\u2028", "\u2029\u202f", "\u205f\u3000"]
NAMES = {("directory", "name"), ("file_detail", "filename")}


def with_every_text(change):
    """Rows of every table, each text that is no name changed."""
    rows = base()
    for table in TABLES:
        for name, columns in good(table, 99 + TABLES.index(table)):
            rows.add(name, **columns)
    rows.add("file_detail", directory_id=3, filename="f", timestamp=1, size=1,
             md5="a" * 32, sha1="b" * 40, sha256="c" * 64, sha512="d" * 128)
    for table, every in rows.db.tables.items():
        for row in every:
            row.update({column: change(value) for column, value in row.items()
                        if isinstance(value, str)
                        and (table, column) not in NAMES})
    return rows


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_blanks_around_texts_mean_nothing(made, blank):
    assert made(with_every_text(lambda text: blank + text + blank)) == \
        made(with_every_text(lambda text: text))


def test_blanks_around_names_of_directories_and_files_are_theirs(run):
    rows = base()
    rows.add("directory", id=9, name="pub/t/ x\u00a0")
    rows.add("category_directory", category_id=1, directory_id=9)
    rows.details(9, " f\u00a0", md5="a" * 32)
    result = run(rows)
    assert "https://one.test/t/%20x%C2%A0/%20f%C2%A0<" in result.metalink(
        "pub/t/%20x%C2%A0/%20f%C2%A0")
    for table, columns in (("directory", dict(name="pub/t/x\n")),
                           ("file_detail", dict(filename="f\n"))):
        rows = base()
        (column, name), = columns.items()
        lines = add(rows, [Bad(table, columns, f"{column} {UNCLEAN}",
                               name[:-1] + r"\x0a")])
        assert run(rows).skipped == lines


def longest(table, column):
    """A text of 4,096 bytes that can stand there."""
    start = {"url": "https://", "name": "pub/t/"}.get(column, "")
    return start + "a" * (4096 - len(start))


@pytest.mark.parametrize("table, column", TEXTS,
                         ids=[".".join(text) for text in TEXTS])
def test_a_longer_text_than_4096_bytes_costs_the_row(run, unharmed, table,
                                                     column):
    reason = TEXTS[table, column].replace(UNCLEAN, "has more than 4,096 bytes")
    rows = base()
    text = longest(table, column) + "a"
    lines = add(rows, [Bad(table, {column: text}, reason, text[:80])])
    result = run(rows)
    assert result.skipped == [lines[0] + "...", *lines[1:]]
    assert result.content == unharmed
    if column != "netblock":
        rows = base()
        blank = "" if (table, column) in NAMES else "\u00a0"
        add(rows, [Bad(table, {column: text[:-1] + blank}, "")])
        assert "4,096" not in run(rows).stderr


def test_a_longer_text_that_no_answer_needs_costs_nothing(run, made):
    def named(name):
        rows = base()
        rows.db.tables["host"][0]["name"] = name
        return rows
    assert made(named("a" * 4097)) == made(named("")) != made(named("a" * 4096))


def test_the_longest_texts_fit_once_they_are_escaped(run):
    rows = base()
    rows.db.tables["host"][0]["country"] = '"' * 4096
    rows.db.tables["host_category_url"][0]["url"] = \
        "s" * 1000 + "://h/" + "&" * 3091
    name = "pub/t/" + "\u00e9" * 2045
    rows.add("directory", id=9, name=name)
    rows.add("category_directory", category_id=1, directory_id=9)
    rows.details(9, "f", md5="a" * 32)
    result = run(rows)
    assert result.said == []
    assert result.content


@pytest.mark.parametrize("table", [
    "site", "host", "directory", "category", "host_category", "version",
    "arch", "repository", "location", "file_detail"])
def test_a_row_without_id_is_skipped(run, unharmed, table):
    (_, columns), *_ = good(table)
    result = run(with_row(table, **{**columns, "id": None}))
    assert result.skipped == [f"{table} without id: id is NULL"]
    assert result.content == unharmed


@pytest.mark.parametrize("table", [
    "site", "host", "directory", "category", "host_category", "version",
    "arch", "location"])
def test_an_id_that_stands_twice_counts_once(run, unharmed, table):
    rows = base()
    rows.add(table, **rows.db.tables[table][0])
    result = run(rows)
    assert result.skipped == [f"{table} 1: its id is not unique"]
    assert result.content == unharmed


@pytest.mark.parametrize("table, columns, reason", [
    ("site", dict(private="x"), "private has the wrong type"),
    ("site", dict(user_active=2), "user_active has the wrong type"),
    ("host", dict(site_id="x"), "site_id has the wrong type"),
    ("host", dict(asn_clients=1.5), "asn_clients has the wrong type"),
    ("host_peer_asn", dict(asn="x"), "asn has the wrong type"),
    ("host_peer_asn", dict(asn=2**32), 'asn is out of range: "4294967296"'),
    ("host_netblock", dict(host_id="x"), "host_id has the wrong type"),
    ("host_category", dict(always_up2date=-1),
     "always_up2date has the wrong type"),
    ("repository", dict(directory_id="x"),
     "directory_id has the wrong type"),
])
def test_other_types_in_sqlite(compiler, sqlite, table, columns, reason):
    rows = base()
    lines = add(rows, [Bad(table, columns, reason)])
    result = compiler.run(sqlite(rows.db))
    assert result.skipped == lines
    assert result.content == compiler.run(sqlite(base().db)).content


def test_a_nul_in_sqlites_text(compiler, sqlite):
    rows = base()
    lines = add(rows, [Bad("directory", dict(name=b"pub/t/a\0b"),
                           f"name {UNCLEAN}",
                           r"pub/t/a\x00b")])
    assert compiler.run(sqlite(rows.db)).skipped == lines


def test_rows_of_one_name_mean_the_same(run):
    rows = with_row("directory", id=9, name="pub/t/os")
    rows.add("directory_exclusive_host", directory_id=9, host_id=2)
    rows.add("location", id=9, name="lab")
    rows.add("host_location", host_id=2, location_id=9)
    result = run(rows)
    assert result.said == []
    assert result.hosts() == ["two"]
    assert "Using location lab" in result.answer(
        "/mirrorlist?path=pub/t/os&location=lab")


@pytest.mark.parametrize("spell", SLASHES.values(), ids=SLASHES)
def test_slashes_of_a_directorys_name_mean_nothing(made, unharmed, spell):
    rows = base()
    for row in rows.db.tables["directory"]:
        row["name"] = spell(row["name"])
    assert made(rows) == unharmed


@pytest.mark.parametrize("spell", SLASHES.values(), ids=SLASHES)
def test_directories_that_differ_in_slashes_are_the_same(run, spell):
    """All that is said of either is said of both."""
    rows = base()
    rows.add("directory", id=9, name=spell("pub/t/os"))
    rows.add("category_directory", category_id=1, directory_id=9)
    rows.add("host_category_dir", host_category_id=3, directory_id=9)
    rows.add("host_category_url", host_category_id=3,
             url="https://three.test/t")
    rows.add("directory", id=10, name=spell("pub/t/os/repodata"))
    for id, directory, timestamp in ((7, 3, 7), (8, 10, 8), (9, 10, 6)):
        rows.add("file_detail", **version(
            id=id, directory_id=directory, filename="f", size=id,
            timestamp=timestamp))
    rows.add("repository", id=9, prefix="twin", arch_id=1, version_id=1,
             directory_id=9)
    result = run(rows)
    assert result.said == []
    assert result.hosts() == result.hosts("twin") == ["one", "three", "two"]
    assert [part.split("<")[0] for part in result.metalink(F).split(
        "<size>")[1:]] == ["8", "7", "9"]
    assert int(result.summary["directories"]) == 3
    rows.add("directory_exclusive_host", directory_id=9, host_id=2)
    assert run(rows).hosts() == ["two"]


# --- networks and names -------------------------------------------------------

@pytest.mark.parametrize("table", ["host_netblock", "netblock_country"])
def test_networks_as_people_type_them(made, table):
    typed = {" 192.0.2.77 ": "192.0.2.77/32", "\t10.1.2.3 /\t8": "10.0.0.0/8",
             "192.168.0.0/255.255.0.0": "192.168.0.0/16",
             "172.16.9.9/012": "172.16.0.0/12", "192.0.3.0/24\r\n": "192.0.3.0/24",
             "\u00a0192.0.6.0\u2009/\u3000255.255.255.0": "192.0.6.0/24",
             "2001:DB8::1/32": "2001:db8::/32", "2001:db8:1::1": None,
             "2001:db9::/ffff:ffff::": "2001:db9::/32",
             "::ffff:192.0.4.0/120": "192.0.4.0/24",
             "::ffff:192.0.5.1": "192.0.5.1/32"}
    as_typed, as_meant = base(), base()
    for n, (text, meant) in enumerate(typed.items(), start=90):
        (_, columns), = good(table, n)
        as_typed.add(table, **{**columns, "netblock": text})
        as_meant.add(table, **{**columns, "netblock": meant or text})
    assert made(as_typed) == made(as_meant)


@pytest.mark.parametrize("typed", [
    "192.0.2.0/24,198.51.100.7,2001:db8::/32",
    "192.0.2.0/24; 198.51.100.7 ;2001:db8::/32;",
    "\t192.0.2.0 / 24 ,\r\n198.51.100.7;\u00a02001:db8::/32 , "])
@pytest.mark.parametrize("table", ["host_netblock", "netblock_country"])
def test_several_netblocks_in_one_field(made, table, typed):
    together, apart = base(), base()
    (_, columns), = good(table)
    together.add(table, **{**columns, "netblock": typed})
    for n, one in enumerate(("192.0.2.0/24", "198.51.100.7", "2001:db8::/32"),
                            start=90):
        apart.add(table, **{**columns, "id": n, "netblock": one})
    assert made(together) == made(apart)


@pytest.mark.parametrize("table", ["host_netblock", "netblock_country"])
def test_each_netblock_of_a_field_is_judged_alone(run, table):
    rows, alone = base(), base()
    (_, columns), = good(table)
    rows.add(table, **{**columns, "netblock":
                       "10.1.2.3 8, 192.0.2.0/24,,::/0;x\x01y,10.1.0.0/16/8"})
    alone.add(table, **columns)
    result = run(rows)
    assert result.skipped == [f"{table} 99: {line}" for line in (
        'not an address or network: "10.1.2.3 8"',
        'not an address or network: ""', 'network of all addresses: "::/0"',
        r'not an address or network: "x\x01y"',
        'neither a length nor a netmask after the slash: "10.1.0.0/16/8"')]
    assert result.skipped_n == 5
    assert result.content == run(alone).content


LOOPBACK = ("127.0.0.1", "127.1.0.0/16", "::1")


def test_loopback_is_let_in_when_allowed(run, unharmed):
    rows = base()
    for text in LOOPBACK:
        rows.add("host_netblock", host_id=2, netblock=text)
    assert run(rows).skipped_n == len(LOOPBACK)
    result = run(rows, "--allow-loopback")
    assert result.said == []
    assert "Using preferred netblock" in result.answer(
        "/mirrorlist?path=pub/t/os", client="::1")
    assert result.content != unharmed


def test_names_are_looked_up_when_told(run, unharmed):
    rows = with_row("host_netblock", id=9, host_id=1, netblock=" LocalHost. ")
    resolved = run(rows, "--resolve")
    assert resolved.skipped == ['host_netblock 9: loopback network: '
                                '"LocalHost."']
    assert resolved.content == unharmed
    allowed = run(rows, "--resolve", "--allow-loopback")
    assert allowed.said == []
    assert "Using preferred netblock" in allowed.answer(
        "/mirrorlist?path=pub/t", client="127.0.0.1")


# --- what is said -------------------------------------------------------------

def many(n, table="host_netblock", **columns):
    rows = base()
    for _ in range(n):
        rows.add(table, host_id=1, **columns)
    return rows


@pytest.mark.parametrize("n", [NAMED, NAMED + 1, NAMED + 5])
def test_twenty_rows_of_a_kind_are_named(run, n):
    rows = many(n, netblock="junk!")
    rows.add("host_netblock", id=999, host_id=1, netblock="::/0")
    result = run(rows)
    named = [f'host_netblock {i + 1}: not an address or network: "junk!"'
             for i in range(min(n, NAMED))]
    other = ['host_netblock 999: network of all addresses: "::/0"']
    total = [f"{n} rows in total: host_netblock: not an address or network"]
    assert result.skipped == named + other + total * (n > NAMED)
    assert result.skipped_n == n + 1


def test_verbose_names_all(run):
    result = run(many(NAMED + 5, netblock="junk!"), "--verbose")
    named = [line for line in result.skipped if line.startswith("host_net")]
    assert len(named) == result.skipped_n == NAMED + 5


def test_values_are_shown_on_one_short_line(run):
    line, = run(many(1, netblock='a"b\\' + "\x1b[2J" + "x" * 200)).skipped
    shown = 'a\\"b\\\\' + r"\x1b[2J"
    assert line == ("host_netblock 1: not an address or network: "
                    f'"{shown}{"x" * 72}"...')


# --- rows that cost less than themselves --------------------------------------

@pytest.mark.parametrize("name", [None, "", b"\xff", "a\x01"])
def test_a_bad_host_name_costs_nothing(run, name):
    rows = base()
    rows.db.tables["host"][0]["name"] = name
    result = run(rows)
    assert result.said == []
    assert result.hosts() == ["one", "two"]


# --- file details fail closed -------------------------------------------------

HASHES = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
F = "pub/t/os/repodata/f"


def version(**columns):
    """A version of the file f, of which all is known."""
    return {**dict(directory_id=3, filename="f", timestamp=1, size=2),
            **{kind: "a" * length for kind, length in HASHES.items()},
            **columns}


@pytest.mark.parametrize("kind", HASHES)
def test_a_hash_that_is_none_costs_the_row(run, unharmed, kind):
    """However good the others are: a weaker one is no substitute."""
    length = HASHES[kind]
    for bad in ("a" * (length - 1), "a" * (length + 1), "a" * 2 * length,
                "g" * length, "0x" + "a" * (length - 2), "-",
                "a" * (length - 1) + "\u00e9", b"\xff" * length):
        rows = with_row("file_detail", id=9, **version(**{kind: bad}))
        result = run(rows)
        line, = result.skipped
        assert line.startswith(
            f"file_detail 9: {kind} is not {length} hexadecimal digits: \"")
        assert result.skipped_n == 1
        assert result.content == unharmed


@pytest.mark.parametrize("empty", [None, ""])
def test_a_row_without_any_hash_is_skipped(run, unharmed, empty):
    result = run(with_row("file_detail", id=9, **version(
        **dict.fromkeys(HASHES, empty))))
    assert result.skipped == ["file_detail 9: has no hash"]
    assert result.content == unharmed


@pytest.mark.parametrize("kind", HASHES)
def test_one_hash_is_enough(run, kind):
    only = {**dict.fromkeys(HASHES, ""), kind: "0f" * (HASHES[kind] // 2)}
    result = run(with_row("file_detail", **version(**only)))
    assert result.said == []
    assert result.metalink(F).count("<hash") == 1
    assert f'<hash type="{kind}">{only[kind]}</hash>' in result.metalink(F)


@pytest.mark.parametrize("kind", HASHES)
def test_a_hash_is_stored_in_lower_case(made, kind):
    """librepo compares bytes."""
    digest = ("aB0cD9eF" * 16)[:HASHES[kind]]
    assert made(with_row("file_detail", **version(**{kind: digest}))) == \
        made(with_row("file_detail", **version(**{kind: digest.lower()})))


def test_a_bad_newest_row_leaves_the_older_one(run, made):
    good = version(timestamp=5)
    older = made(with_row("file_detail", **good))
    rows = with_row("file_detail", **good)
    rows.add("file_detail", **version(timestamp=6, sha256="b"))
    assert run(rows).content == older


@pytest.mark.parametrize("column", ["timestamp", "size"])
def test_numbers_that_are_not_above_0_are_absent(made, column):
    absent = made(with_row("file_detail", **version(**{column: None})))
    for number in (0, -1, -2**63):
        assert made(with_row("file_detail", **version(
            **{column: number}))) == absent


def sizes(run, *versions):
    """Of the file and its alternates; each version: id, timestamp, size."""
    rows = base()
    for id, timestamp, size in versions:
        rows.add("file_detail", id=id, **version(timestamp=timestamp,
                                                 size=size))
    result = run(rows)
    assert result.said == []
    document = result.metalink(F)
    assert document.count("<verification>") == max(
        1, document.count("<mm0:timestamp>"))
    return [part.split("<")[0] for part in document.split("<size>")[1:]]


def test_complete_details_newest_first_then_by_id(run):
    assert sizes(run, (13, 50, 13), (12, 70, 12), (11, 50, 11)) == \
        ["12", "11", "13"]


@pytest.mark.parametrize("timestamp, size", [
    (None, 14), (0, 14), (-5, 14), (99, None), (99, 0), (99, -5)])
def test_incomplete_details_are_no_alternate(run, timestamp, size):
    """yum would drop the whole document, newest or not."""
    assert sizes(run, (14, timestamp, size), (11, 50, 11), (12, 70, 12),
                 (15, timestamp, size)) == ["12", "11"]


def test_a_file_of_incomplete_details_is_their_first(run):
    assert sizes(run, (14, None, 14), (13, None, 13), (12, 9, None)) == []
    assert sizes(run, (14, None, 14), (13, None, 13)) == ["13"]


# --- restrictions fail closed -------------------------------------------------

@pytest.mark.parametrize("country", [None, "", "  ", "\u00a0\x01", b"\xff",
                                     "D\x01E", "D" * 4097])
def test_an_allowed_country_that_is_none_still_restricts(run, country):
    result = run(with_row("host_country_allowed", id=9, host_id=1,
                          country=country))
    line, = result.skipped
    assert line.startswith("host_country_allowed 9: country cannot be used "
                           "(the host stays restricted)")
    assert result.skipped_n == 1
    assert result.hosts(ip="77.1.0.9") == ["two"]


def test_an_allowed_country_that_nobody_knows_restricts(run):
    result = run(with_row("host_country_allowed", host_id=1, country="QQ"))
    assert result.said == []
    assert result.hosts(ip="77.1.0.9") == ["two"]


@pytest.mark.parametrize("host, reason", [
    (None, "host_id is NULL"),
    (98, 'host_id names a row that does not exist: "98"')])
def test_an_exclusive_host_that_is_none_still_restricts(run, host, reason):
    rows = with_row("directory_exclusive_host", id=9, directory_id=2,
                    host_id=host)
    result = run(rows)
    assert result.skipped == [f"directory_exclusive_host 9: {reason}"]
    assert result.hosts() == []
    rows.add("directory_exclusive_host", id=10, directory_id=2, host_id=2)
    assert run(rows).hosts() == ["two"]


def test_an_exclusive_host_that_was_skipped_still_restricts(run):
    rows = with_row("host", id=9, country=b"\xff", site_id=1)
    rows.add("directory_exclusive_host", directory_id=2, host_id=9)
    assert run(rows).hosts() == []


def test_a_restriction_without_id_restricts(run):
    rows = with_row("host_country_allowed", id=None, host_id=1, country="QQ")
    assert run(rows).hosts(ip="77.1.0.9") == ["two"]
    rows.add("directory_exclusive_host", id=None, directory_id=2, host_id=1)
    assert run(rows).hosts(ip="77.1.0.9") == []


# --- hosts, URLs, categories --------------------------------------------------

@pytest.mark.parametrize("columns", [
    dict(site_id=None), dict(admin_active=False), dict(user_active=False)])
def test_a_host_that_is_not_active_carries_nothing(run, columns):
    rows = base()
    rows.db.tables["host"][0] |= columns
    result = run(rows)
    assert result.said == []
    assert result.hosts() == ["two"]


@pytest.mark.parametrize("columns", [
    dict(admin_active=False), dict(user_active=False)])
def test_a_site_that_is_not_active_carries_nothing(run, columns):
    rows = base()
    rows.db.tables["site"][0] |= columns
    assert run(rows).hosts() == []


def test_a_bad_host_takes_what_refers_to_it_along(run):
    rows = base()
    rows.db.tables["host"][0]["country"] = b"\xff"
    rows.add("host_netblock", host_id=1, netblock="192.0.2.0/24")
    result = run(rows)
    assert result.skipped == [
        r'host 1: country is not UTF-8 or holds control bytes: "\xff"',
        'host_category 1: host_id names a row that was skipped: "1"',
        "host_category_url 1: host_category_id names a row that was skipped: "
        '"1"',
        'host_netblock 1: host_id names a row that was skipped: "1"']
    assert result.skipped_n == 4
    assert result.hosts() == ["two"]


@pytest.mark.parametrize("topdir, line", [
    (None, "category 1: topdir_id is NULL"),
    (98, 'category 1: topdir_id names a row that does not exist: "98"')])
def test_a_category_without_top_directory_carries_nothing(run, topdir, line):
    rows = base()
    rows.db.tables["category"][0]["topdir_id"] = topdir
    result = run(rows)
    assert result.skipped == [line]
    assert "error: invalid path" in result.answer("/mirrorlist?path=pub/t/os")


@pytest.mark.parametrize("top", ["pub/other", "pub/t/os/x", "pub/t/o",
                                 "ub/t", "b/t/os"])
def test_a_top_directory_that_is_not_above_does_not_count(run, top):
    rows = with_row("directory", id=9, name=top)
    rows.add("category", id=9, topdir_id=9)
    without = run(rows).content
    rows.add("category_directory", category_id=9, directory_id=2)
    rows.carry(4, 9, ["https://four.test/t"])
    result = run(rows)
    assert result.skipped == [
        "category_directory category_id 9, directory_id 2: the directory is "
        "outside its category's top directory"]
    assert result.content == without


def test_bandwidth_is_clamped(made):
    def content(bandwidth):
        rows = base()
        rows.db.tables["host"][0]["bandwidth_int"] = bandwidth
        return made(rows)
    least, most = content(1), content(100000)
    assert {content(bandwidth) for bandwidth in (None, 0, -5)} == {least}
    assert {content(bandwidth) for bandwidth in (100001, 2**31 - 1)} == {most}
    assert len({least, content(2), content(99999), most}) == 4


def test_trailing_slashes_of_urls_are_cut(made):
    def content(url):
        return made(with_row("host_category_url", host_category_id=3, url=url))
    plain = content("git+SSH.2-x://a.test/t")
    assert content("git+SSH.2-x://a.test/t/") == plain
    assert content("git+SSH.2-x://a.test/t///") == plain


def test_a_private_url_is_no_url(made, unharmed):
    rows = with_row("host_category_url", host_category_id=3,
                    url="https://three.test/t", private=True)
    assert made(rows) == unharmed


def test_the_same_url_is_written_once(run):
    rows = base()
    rows.add("host_category_url", host_category_id=1,
             url="https://one.test/t/")
    other = rows.category("os", "pub/t/os")
    rows.carry(1, other, ["https://one.test/t/os/"])
    result = run(rows)
    assert result.said == []
    assert result.metalink("pub/t/os/repodata/repomd.xml").count(
        ">https://one.test/t/os/repodata/repomd.xml<") == 1


# --- repositories and redirects -----------------------------------------------

@pytest.mark.parametrize("columns", [
    {}, dict(arch_id=None), dict(directory_id=98), dict(disabled=None),
    dict(disabled=True)], ids=str)
@pytest.mark.parametrize("prefix", [None, ""])
def test_a_repository_without_a_prefix_is_no_mistake(run, unharmed, prefix,
                                                     columns):
    (_, good_columns), = good("repository")
    result = run(with_row("repository",
                          **{**good_columns, "prefix": prefix, **columns}))
    assert result.said == [] and result.skipped_n == 0
    assert result.content == unharmed


def test_the_smallest_id_of_a_prefix_and_arch_wins(run):
    rows = base()
    for id, directory in ((12, 3), (10, 2), (11, 1)):
        rows.add("repository", id=id, name=f"n{id}", prefix="twice", arch_id=1,
                 version_id=1, directory_id=directory)
    result = run(rows)
    assert result.skipped == [
        f'repository {id}: another row has this prefix and arch: "twice x86_64"'
        for id in (11, 12)]
    assert "https://one.test/t/os/\n" in result.answer(
        "/mirrorlist?repo=twice&arch=x86_64")


def disabled(id=11, **columns):
    """Prefix off: repository 10 for x86_64, a disabled one for riscv64."""
    rows = with_row("arch", id=2, name="riscv64")
    for id, arch, off in ((10, 1, False), (id, 2, True)):
        rows.add("repository", **{**dict(
            id=id, name=f"n{id}", prefix="off", arch_id=arch, version_id=1,
            directory_id=2, disabled=off), **(columns if off else {})})
    return rows


@pytest.mark.parametrize("id", [9, 11])
def test_a_disabled_row_disables_its_prefix_for_all_arches(run, id):
    result = run(disabled(id))
    for arch in ("x86_64", "riscv64", "none"):
        assert "repo disabled" in result.answer(
            f"/mirrorlist?repo=off&arch={arch}")


def test_a_disabled_row_that_loses_the_tie_disables(run):
    assert "repo disabled" in run(disabled(arch_id=1)).answer(
        "/mirrorlist?repo=off&arch=x86_64")


@pytest.mark.parametrize("column", ["arch_id", "version_id", "directory_id"])
def test_a_disabled_row_that_cannot_be_used_disables_nothing(run, column):
    assert run(disabled(**{column: None})).hosts("off") == ["one", "two"]


def redirects(*pairs):
    rows = base()
    for source, target in pairs:
        rows.redirect(source, target)
    return rows


LOOP = "it leads into a loop"
NO_PREFIX = "it does not end at a repository's prefix"


@pytest.mark.parametrize("pairs, dropped", [
    ([("a", "b"), ("b", "a")], {1: LOOP, 2: LOOP}),
    ([("a", "b"), ("b", "c"), ("c", "b"), ("z", "a")],
     {1: LOOP, 2: LOOP, 3: LOOP, 4: LOOP}),
    ([("a", "nowhere")], {1: NO_PREFIX}),
    ([("a", "b"), ("b", "nowhere")], {1: NO_PREFIX, 2: NO_PREFIX}),
    ([("a", "b"), ("b", "b")], {1: NO_PREFIX}),
    ([("t", "t")], {}),
    ([("nowhere", "nowhere")], {}),
])
def test_redirects_without_a_good_end_are_dropped(run, unharmed, pairs,
                                                  dropped):
    result = run(redirects(*pairs))
    assert result.skipped == [
        f'repository_redirect {id}: {reason}: "{pairs[id - 1][0]}"'
        for id, reason in dropped.items()]
    assert result.content == unharmed


def test_a_chain_ends_at_a_redirect_to_itself(run):
    result = run(redirects(("a", "b"), ("b", "t"), ("t", "t")))
    assert result.said == []
    assert result.hosts("a") == result.hosts("b") == ["one", "two"]


def test_the_first_redirect_of_a_name_wins(run):
    rows = redirects(("a", "t"), ("a", "nowhere"))
    result = run(rows)
    assert result.skipped == [
        'repository_redirect 2: another row has this from_repo: "a"']
    assert result.hosts("a") == ["one", "two"]

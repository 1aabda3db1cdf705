# SPDX-License-Identifier: Apache-2.0
"""The sample: always the same, legal, and with something of every kind."""

import importlib.machinery
import importlib.util
import sqlite3
import subprocess
import time

import pytest

from harness import tools
from harness.database import SAMPLE
from harness.postgresql import PostgreSQL

FILES = ("mirrormanager.sqlite", "global_netblocks.txt",
         "country_continent.csv", "countries.mmdb")

# What there has to be at least one row of
KINDS = {
    "site that is private": "site WHERE private",
    "site that its admin has closed": "site WHERE NOT user_active",
    "site that we have closed": "site WHERE NOT admin_active",
    "host that is private": "host WHERE private",
    "host that its admin has closed": "host WHERE NOT user_active",
    "host that we have closed": "host WHERE NOT admin_active",
    "host of unknown bandwidth": "host WHERE bandwidth_int IS NULL",
    "host with a place": "host WHERE latitude IS NOT NULL",
    "host for its AS": "host WHERE asn_clients AND asn IS NOT NULL",
    "peer": "host_peer_asn",
    "restricted host": "host_country_allowed",
    "location": "host_location",
    "directory of its own hosts": "directory_exclusive_host",
    "directory in two categories":
        "category_directory GROUP BY directory_id HAVING count(*) > 1",
    "copy that is always up to date": "host_category WHERE always_up2date",
    "copy that is late": "host_category_dir WHERE NOT up2date",
    "URL of its own": "host_category_url WHERE private",
    **{f"URL with {scheme}": f"host_category_url WHERE url LIKE '{scheme}:%'"
       for scheme in ("https", "http", "rsync", "ftp")},
    "netmask": "host_netblock WHERE netblock LIKE '%/255.%'",
    "netblock with blanks": "host_netblock WHERE netblock LIKE ' % / % '",
    "netblock with host bits": "host_netblock WHERE netblock LIKE '%.21/28'",
    "mapped netblock": "host_netblock WHERE netblock LIKE '::ffff:%'",
    "single address": "host_netblock "
                      "WHERE netblock NOT GLOB '*[/g-z]*'",
    "disabled repository": "repository WHERE disabled",
    "source repository": "repository WHERE prefix LIKE '%source%'",
    "chain of redirects": "repository_redirect a JOIN repository_redirect b "
                          "ON a.to_repo = b.from_repo",
    "older file": "file_detail WHERE sha512 IS NOT NULL "
                  "GROUP BY directory_id, filename HAVING count(*) > 1",
    "network in another country": "netblock_country",
    "country on another continent": "country_continent_redirect",
}


def make_sample(folder, *options):
    subprocess.run([SAMPLE / "make-sample", folder, *options], check=True,
                   stdout=subprocess.DEVNULL)
    return folder


def contents(folder):
    return [(folder / name).read_bytes() for name in FILES]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return make_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def database(sample):
    connection = sqlite3.connect(sample / FILES[0])
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def compiled(sample):
    """(what the compiler said of rows, the cache)"""
    cache = sample / tools.NAME
    result = tools.cachegen(
        "--quiet", "--database", f"sqlite:{sample / FILES[0]}",
        "--netblocks", sample / FILES[1], "--continents", sample / FILES[2],
        "--geoip", sample / FILES[3], "--output", cache)
    assert result.returncode == 0, result.stderr
    return result.stderr.splitlines(), cache


def test_a_seed_always_writes_the_same(sample, tmp_path):
    assert contents(make_sample(tmp_path)) == contents(sample)
    assert contents(make_sample(tmp_path)) == contents(sample), "once more"
    assert contents(make_sample(tmp_path, "--seed", "2")) != contents(sample)


def test_nothing_tells_when_it_was_made(sample):
    today = time.strftime("%Y-%m-%d", time.gmtime()).encode()
    assert not any(today in content for content in contents(sample))


def test_postgresql_takes_it_with_all_keys():
    loader = importlib.machinery.SourceFileLoader(
        "make_sample", str(SAMPLE / "make-sample"))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    with PostgreSQL() as server:
        module.Sample(1).db.postgresql(server, "sample")


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_something_of_every_kind(database, kind):
    assert database.execute(f"SELECT 1 FROM {KINDS[kind]}").fetchone()


def test_it_spreads_over_the_world(database, sample):
    countries = {row[0] for row in
                 database.execute("SELECT DISTINCT country FROM host")}
    continent_of = dict(line.split(",") for line in
                        (sample / FILES[2]).read_text().splitlines())
    assert len(countries) >= 20
    assert len({continent_of[country] for country in countries}) >= 5


def test_the_compiler_skips_what_it_should(compiled):
    said, _ = compiled
    values = [line.rpartition(": ")[2] for line in said]
    assert sorted(values) == ['"all of campus"', '"proxy.elbtal.example"']


def test_every_repository_has_mirrors_and_a_metalink(compiled, database):
    rows = database.execute(
        "SELECT prefix, arch.name, disabled FROM repository "
        "JOIN arch ON arch.id = arch_id").fetchall()
    for prefix, arch, disabled in rows:
        question = f"repo={prefix}&arch={arch}&country=global"
        answers = [tools.query(compiled[1], f"/{endpoint}?{question}")
                   for endpoint in ("mirrorlist", "metalink")]
        assert all((b"https://" in answer.body) != disabled
                   for answer in answers), question


def test_a_redirect_leads_to_its_end(compiled):
    answer = tools.query(
        compiled[1], "/mirrorlist?repo=updates-released-f44&arch=x86_64")
    assert answer.body.startswith(b"# repo = rawhide arch = x86_64 ")

# SPDX-License-Identifier: Apache-2.0
"""What the command line and the configuration file can say.

Databases are told apart by their only repository.
"""

import os
import pty
import re
import subprocess
import time

import pytest

from cachegen.bad_rows import base
from harness import tools
from harness.compiler import CREATED
from harness.mirrormanager import Rows

USAGE = 64
HOUR = 3600


def named(name):
    rows = Rows()
    rows.topic(name).host("host")
    return rows.db


@pytest.fixture
def files_of(tmp_path):
    """A function: a SQLite file whose only repository is called so."""
    return lambda name: named(name).sqlite(tmp_path / f"{name}.sqlite")


@pytest.fixture
def configured(compiler, tmp_path):
    """A function: a run with such a configuration file."""
    def run(text, *options, source=None, **about):
        file = tmp_path / "cachegen.conf"
        file.write_text(text)
        return compiler.run(source, "--config", file, *options, **about)
    return run


def repositories(run):
    listing = run.answer("/mirrorlist?repo=none&arch=none")
    return re.findall(r"^# repo=(\S+)&arch=", listing, re.M)


# --- the configuration file ---------------------------------------------------

@pytest.mark.parametrize("text", [
    "DATABASE={url}", "DB_URL={url}", "SQLALCHEMY_DATABASE_URI={url}",
    'DB_URL = "{url}"', "  DB_URL\t=\t'{url}'  ", 'DB_URL="{url}" # mine',
    "# DB_URL=sqlite:/nowhere\nDB_URL={url}\r\n", "\n\nDB_URL={url}\n\n",
    "DB_URL=sqlite:/nowhere\nDB_URL={url}",
    "other=sqlite:/nowhere\nXDB_URL = 1\ndb_url=2\nDB_URL={url}\n DB_URLS=3",
    "\ufeffDB_URL={url}", "\ufeff# mine\r\nDB_URL={url}\r\nFORCE=yes\r\n",
    "\u00a0DB_URL\u00a0=\u2003{url}\u2028", "DB_URL = '\t{url}\u00a0'",
])
def test_the_database_of_the_file(configured, files_of, text):
    run = configured(text.format(url=f"sqlite:{files_of('one')}"))
    assert repositories(run) == ["one"]
    assert run.said == []


def test_long_lines_are_not_ours(configured, files_of):
    url = f"sqlite:{files_of('one')}"
    run = configured("#" * 70000 + f"\nDB_URL={url}\nX = " + "x" * 70000)
    assert repositories(run) == ["one"]
    assert run.said == []


@pytest.mark.parametrize("line, key", [
    ("MAX_SHRINKS=30", "MAX_SHRINKS"), ("GEOIPS=/x", "GEOIPS"),
    ("SQLALCHEMY_DATABASE_URL=sqlite:x", "SQLALCHEMY_DATABASE_URL"),
    ("IFCHANGED=yes", "IFCHANGED"), ("_=", "_"), ("\ufeffOUTPUTS=x", "OUTPUTS"),
    ("CAPTIVES=/x\r", "CAPTIVES")])
def test_a_misspelt_key_is_a_warning(configured, files_of, line, key):
    run = configured(f"{line}\nDB_URL=sqlite:{files_of('one')}\n")
    warning, = run.warnings
    assert re.search(rf"cachegen\.conf line 1: {key} is not an option, so the "
                     "line is ignored$", warning)
    assert run.said == ["mirrorlist-cachegen: warning: " + warning]


@pytest.mark.parametrize("line", [
    "MAX_SHRINKS = 30", "MAX_SHRINKS= 30", "MAX_SHRINKS =30", " MAX_SHRINKS=30",
    "\u00a0MAX_SHRINKS=30", "max_shrinks=30", "MAX-SHRINKS=30", "MAX2=30",
    "=30", "# MAX_SHRINKS=30", "MAX_SHRINKS", "UMDL_PREFIX = {'A=B': 1}",
    "if X==1:", "MAX_SHRINKS: 30"])
def test_other_lines_are_left_alone(configured, files_of, line):
    run = configured(f"{line}\nDB_URL=sqlite:{files_of('one')}\n")
    assert run.said == []


PYTHON = '''\
# -*- coding: utf-8 -*-
"""MirrorManager's configuration = its own."""
from datetime import timedelta
import os

PERMANENT_SESSION_LIFETIME = timedelta(hours=1)
SQLALCHEMY_DATABASE_URI = "postgresql+psycopg2://{rest}"
SECRET_KEY = os.environ.get("KEY", "a=b")
ADMIN_GROUP = ("sysadmin-main", 'sysadmin-web')
if not SECRET_KEY == "x":
    OUTPUTS = dict(OUTPUT="/nowhere", time=1)
UMDL_PREFIX = {{"a": 'b'}}  # QUIET=maybe
'''


def test_mirrormanagers_own_file(configured, server):
    named("python").postgresql(server, "python")
    _, rest = server.url("python").split("://")
    run = configured(PYTHON.format(rest=rest))
    assert repositories(run) == ["python"]
    assert run.said == []


def test_the_keys_are_the_options_in_upper_case(configured, compiler, files_of,
                                                tmp_path):
    output = tmp_path / "configured.cache"
    geoip, netblocks, continents = (compiler.files[i] for i in (5, 1, 3))
    text = "\n".join([
        f"DATABASE=sqlite:{files_of('one')}", f"GEOIP={geoip}",
        f"NETBLOCKS={netblocks}", f"CONTINENTS={continents}", "TIME=12345",
        "RESOLVE=no", "ADDRESS_FAMILIES=no", "ALLOW_LOOPBACK=yes",
        "MAX_SHRINK=100", "FORCE=0", "IF_CHANGED=true", "QUIET=on", "VERBOSE=off", f"OUTPUT={output}"])
    file = tmp_path / "all.conf"
    file.write_text(text)
    result = tools.cachegen("--config", file)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert result.stdout.startswith(f"cache {output}: 3 directories, 1 hosts, ")
    assert len(result.stdout.splitlines()) == 1
    body = tools.query(output, "/mirrorlist?repo=one&arch=x86_64&time").body
    assert b"# database creation time: 12345\n" in body


@pytest.mark.parametrize("word, on", [
    ("1", True), ("yes", True), ("On", True), ("TRUE", True),
    ("0", False), ("no", False), ("Off", False), ("false", False)])
def test_words_of_a_switch(configured, files_of, word, on):
    run = configured(f"DB_URL=sqlite:{files_of('one')}\nQUIET={word}")
    assert (len(run.lines) == 1) == on


def test_options_win(configured, compiler, files_of, tmp_path):
    one, two = (f"sqlite:{files_of(name)}" for name in ("one", "two"))
    text = f"DATABASE={one}\nTIME=1\nQUIET=1\nOUTPUT={tmp_path / 'not'}\n"
    run = configured(text, "--verbose", source=two)
    assert repositories(run) == ["two"]
    assert run.output == compiler.output and not (tmp_path / "not").exists()
    assert len(run.lines) > 1
    assert f"time: {CREATED}\n" in run.answer(
        "/mirrorlist?repo=two&arch=x86_64&time")


@pytest.mark.parametrize("line", [
    "TIME=soon", "TIME=", "MAX_SHRINK=101", "MAX_SHRINK=-1", "QUIET=maybe",
    "FORCE=",
    "OUTPUT=", "DB_URL=nonsense", "DB_URL=sqlite:", "GEOIP="])
def test_a_value_that_cannot_be_read(configured, line):
    run = configured(f"# one\n{line}\n", code=2)
    key = line.split("=")[0]
    assert re.search(rf"cachegen\.conf line 2: .*\b{key}\b", run.error)


def test_a_configuration_that_is_not_there(compiler, tmp_path):
    run = compiler.run("sqlite:x", "--config", tmp_path / "none", code=2)
    assert run.error.startswith(f"{tmp_path / 'none'} cannot be read: ")


# --- URLs of databases --------------------------------------------------------

@pytest.mark.parametrize("url", [
    "sqlite:{name}", "sqlite:///{name}", "sqlite:./{name}",
    "sqlite:{folder}/{name}", "sqlite:///{folder}/{name}",
    "sqlite+pysqlite:///{name}"])
def test_forms_of_sqlites_url(compiler, files_of, tmp_path, url):
    file = files_of("one")
    run = compiler.run(url.format(name=file.name, folder=tmp_path),
                       cwd=tmp_path)
    assert repositories(run) == ["one"]


@pytest.mark.parametrize("form", [
    "postgresql://mirrormanager@/{name}?host={folder}",
    "postgres://mirrormanager@/{name}?host={folder}",
    "postgresql+asyncpg://mirrormanager@/{name}?host={folder}",
    "postgresql://mirrormanager@{quoted}/{name}",
    "postgresql:///{name}?host={folder}&user=mirrormanager"])
def test_forms_of_postgresqls_url(compiler, server, form):
    named("forms").postgresql(server, "forms")
    url = form.format(name="forms", folder=server.folder,
                      quoted=str(server.folder).replace("/", "%2F"))
    assert repositories(compiler.run(url)) == ["forms"]


def test_libpqs_environment(compiler, server):
    named("environment").postgresql(server, "environment")
    run = compiler.run("postgresql://", env={
        **os.environ, "PGHOST": str(server.folder), "PGUSER": "mirrormanager",
        "PGDATABASE": "environment"})
    assert repositories(run) == ["environment"]


@pytest.mark.parametrize("url, name", [
    ("sqlite:/nowhere/x.sqlite", "/nowhere/x.sqlite"),
    ("sqlite:/tmp", "/tmp"), ("mysql://host/name", "mysql://host/name"),
    ("postgresql://u@/none?host=/nowhere", "postgresql://u@/none"),
    ("postgresql://u@127.0.0.1:1/none", "postgresql://u@127.0.0.1:1/none"),
])
def test_a_database_that_cannot_be_reached(compiler, url, name):
    compiler.output.write_bytes(b"what was there before")
    assert name in compiler.run(url, code=2).error
    assert compiler.output.read_bytes() == b"what was there before"


def test_a_file_that_is_no_database(compiler, tmp_path):
    file = tmp_path / "text.sqlite"
    file.write_text("no database " * 1000)
    assert str(file) in compiler.run(f"sqlite:{file}", code=2).error


def test_a_missing_database_is_not_made(compiler, tmp_path):
    compiler.run(f"sqlite:{tmp_path / 'none.sqlite'}", code=2)
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize("url", [
    "postgresql://u:s3cret@127.0.0.1:1/none",
    "postgresql://u:s3:c@ret@127.0.0.1:1/none",
    "postgresql+psycopg2://u:s3cret@127.0.0.1:1/none",
    "postgresql://127.0.0.1:1/none?user=u&password=s3cret",
    "postgresql://127.0.0.1:1/none?password=s3cret&user=u",
    "postgresql://u:s3cret@127.0.0.1:1/none?nosuchparameter=1",
    "postgresql://u:s3cret@[::1/none", "postgresql://u:s3cret@127.0.0.1:x/",
    "mysql://u:s3cret@127.0.0.1/none",
    "postgresql://u:s3/cret@127.0.0.1:1/none",
    "postgresql://u:%73s3cret@127.0.0.1:1/none"])
def test_a_password_is_never_printed(configured, url):
    run = configured(f"DB_URL={url}\n", "--verbose", code=2)
    assert run.error
    assert "s3" not in run.stderr and "ret@" not in run.stderr
    assert not run.lines or "s3" not in "".join(run.lines)


def test_a_password_on_the_command_line_is_warned_of(compiler):
    run = compiler.run("postgresql://u:s3cret@127.0.0.1:1/none", code=2)
    assert "password on the command line" in run.warnings[0]
    assert "s3cret" not in run.stderr


# --- usage --------------------------------------------------------------------

@pytest.mark.parametrize("options", [
    ["--nonsense"], ["--database"], ["stray"], ["--max-shrink", "101"],
    ["--max-shrink", "-1"], ["--max-shrink", "x"], ["--time", "x"],
    ["--time", ""], ["--time", "253402300800"], ["--output", ""],
    ["--database", "nonsense"], ["--database", "sqlite://host/x"],
    ["--database", "sqlite:"], ["--geoip", ""], ["-x"],
    ["--database", "sqlite:x", "--protobuf", "x"], []])
def test_usage_errors(compiler, options):
    run = compiler.run(None, *options, files=[], time=None, code=USAGE)
    assert run.lines == []
    assert run.error
    assert run.said[-1] == "Try 'mirrorlist-cachegen --help'."


def test_help_names_every_option():
    result = tools.cachegen("--help")
    assert (result.returncode, result.stderr) == (0, "")
    for name in ("config", "database", "protobuf", "geoip", "netblocks",
                 "continents", "output", "time", "resolve",
                 "address-families", "allow-loopback",
                 "max-shrink", "force", "if-changed", "quiet", "verbose"):
        assert re.search(rf"^ *--{name}\b", result.stdout, re.M), name


def test_version():
    result = tools.cachegen("--version")
    assert result.returncode == 0
    assert re.fullmatch(r"mirrorlist-cachegen \d+\.\d+\.\d+\n", result.stdout)


# --- what is printed ----------------------------------------------------------

STEPS = ("continents", "routing table", "countries of networks", "site",
         "host", "host_category_dir", "repository", "address ranges")


def test_the_summary_is_the_last_line(compiler, sqlite):
    run = compiler.run(sqlite(base().db))
    size = compiler.output.stat().st_size
    assert re.fullmatch(
        rf"cache {compiler.output}: 3 directories, 2 hosts, 1 repositories, "
        rf"{size} bytes, 0 skipped rows, \d+\.\d s", run.lines[-1])


def test_without_a_terminal_a_step_is_one_line(compiler, sqlite):
    lines = compiler.run(sqlite(base().db)).lines[:-1]
    for step in STEPS:
        line, = (line for line in lines if line.startswith(step + "  "))
        assert re.fullmatch(rf"{step} +\d+ rows +\d+\.\d s", line)
    assert not any("\r" in line or "\033" in line for line in lines)


def test_quiet_prints_the_summary_alone(compiler, sqlite):
    assert len(compiler.run(sqlite(base().db), "--quiet").lines) == 1


def on_terminal(*arguments):
    """What the tool writes on a terminal, and its exit code."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
            [tools.BUILD / "mirrorlist-cachegen", *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=theirs,
            stderr=subprocess.PIPE) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                written += os.read(ours, 65536)
            except OSError:  # the terminal's other side is closed
                break
        os.close(ours)
    return written.decode(), process.returncode


def test_a_terminal_gets_progress(compiler, sqlite):
    rows = base()
    for n in range(3000):
        rows.add("directory", name=f"pub/more/{n}")
    written, code = on_terminal(
        "--database", sqlite(rows.db), "--output", compiler.output,
        "--config", compiler.empty, *compiler.files)
    assert code == 0
    drawn = re.findall(r"\r\033\[K([^\r\n]*)", written)
    assert any(re.fullmatch(r"directory +\[\.{24}\] +0 % 0 rows", line)
               for line in drawn), "a bar where the total is known"
    assert any(re.fullmatch(r"routing table +0 rows", line) for line in drawn)
    lines = [line.rpartition("\r\033[K")[2]
             for line in written.replace("\r\n", "\n").split("\n")]
    assert re.fullmatch(r"directory +3005 rows +\d+\.\d s", next(
        line for line in lines if line.startswith("directory  ")))
    assert lines[-2].startswith(f"cache {compiler.output}: ")


def test_quiet_draws_nothing_on_a_terminal(compiler, sqlite):
    written, code = on_terminal(
        "--database", sqlite(base().db), "--output", compiler.output,
        "--config", compiler.empty, "--quiet", *compiler.files)
    assert code == 0
    assert written.startswith("cache ") and written.count("\n") == 1


def test_output_that_cannot_be_written_is_an_error(compiler, sqlite):
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [tools.BUILD / "mirrorlist-cachegen", "--database",
             sqlite(base().db), "--output", compiler.output, "--config",
             compiler.empty, *compiler.files],
            stdout=full, stderr=subprocess.PIPE, timeout=tools.PATIENCE)
    assert result.returncode == 2


# --- --max-shrink and --force -------------------------------------------------

FULL = dict(hosts=10, directories=10, carried=5, second=4, repositories=10,
            details=10, asns=10, countries=6, netblocks=10)
# What is lost, and how that is said: the first loss that is too much.
LOSSES = {
    "hosts": (7, "hosts from 10 to 7"),
    "directories": (7, "directories from 10 to 7"),
    "carried": (3, "directories that a host carries from 5 to 3"),
    "second": (0, "(host, directory) pairs from 18 to 14"),
    "repositories": (7, "repositories from 10 to 7"),
    "details": (7, "file details from 10 to 7"),
    "asns": (7, "ASN networks from 10 to 7"),
    "countries": (3, "country networks from 10 to 7"),
    "netblocks": (7, "netblocks from 10 to 7"),
}


def counted(n):
    """Every host carries pub/t, `second` of them pub/t/os too; the first one
    carries `carried` directories."""
    rows = Rows()
    topic = rows.topic("t", details=False)
    more = [topic.directory(f"d{i}") for i in range(n["directories"] - 3)]
    directories = [rows.directory("pub/t"), topic.os, topic.repodata, *more]
    for i in range(n["hosts"]):
        carried = n["carried"] if i == 0 else 1 + (i <= n["second"])
        topic.carried_by(rows.host(f"h{i}"), [f"https://h{i}.test/t"],
                         directories[:carried])
    for i in range(n["repositories"] - 1):
        rows.repository(f"r{i}", "x86_64", topic.os)
    for i in range(n["details"]):
        rows.details(topic.repodata, f"f{i}", md5="ab" * 16)
    for i in range(n["countries"]):
        rows.add("netblock_country", netblock=f"10.{i}.0.0/16", country="DE")
    for i in range(n["netblocks"]):
        rows.add("host_netblock", host_id=1, netblock=f"10.0.{i}.0/24")
    return rows.db


@pytest.fixture
def counts(compiler, sqlite, tmp_path):
    """A function: a run with fewer of something than FULL has."""
    def run(*options, code=0, **fewer):
        n = {**FULL, **fewer}
        routes = tmp_path / "routes.txt"
        routes.write_text("".join(f"11.{i}.0.0/16 {64500 + i}\n"
                                  for i in range(n["asns"])))
        return compiler.run(
            sqlite(counted(n)), *options, code=code,
            files=["--netblocks", routes, *compiler.files[2:]])
    return run


@pytest.mark.parametrize("what", LOSSES)
def test_a_cache_that_lost_too_much_is_refused(counts, compiler, what):
    less, said = LOSSES[what]
    counts()
    before = compiler.output.read_bytes()
    run = counts(code=3, **{what: less})
    assert run.error == (
        f"{compiler.output} is not replaced: the new cache lost more than "
        f"20 %: {said} (--force publishes it)")
    assert run.lines[-1].startswith("address ranges"), "no summary"
    assert compiler.output.read_bytes() == before
    counts("--force", **{what: less})
    assert compiler.output.read_bytes() != before


def test_all_losses_are_named(counts):
    counts()
    error = counts(code=3, netblocks=1, details=0).error
    assert ": file details from 10 to 0, netblocks from 10 to 1 (" in error


@pytest.mark.parametrize("percent, kept, code", [
    (None, 8, 0), (None, 7, 3), (30, 7, 0), (29, 7, 3), (0, 10, 0), (0, 9, 3),
    (99, 0, 3), (100, 0, 0)])
def test_max_shrink_is_a_limit(counts, percent, kept, code):
    counts()
    options = [] if percent is None else ["--max-shrink", percent]
    run = counts(*options, code=code, netblocks=kept)
    limit = 20 if percent is None else percent
    assert code == 0 or f" lost more than {limit} %: " in run.error


def test_growth_is_no_loss(counts):
    counts(netblocks=1, details=0, asns=1)
    counts("--max-shrink", 0)


# --- --if-changed -------------------------------------------------------------

@pytest.mark.parametrize("age, published", [
    (0, False), (1, False), (HOUR, False), (HOUR + 1, True)])
def test_an_unchanged_cache_is_left_for_an_hour(compiler, sqlite, age,
                                                published):
    url = sqlite(base().db)
    compiler.run(url, time=CREATED)
    before = compiler.output.stat()
    run = compiler.run(url, "--if-changed", time=CREATED + age)
    assert run.summary["unchanged"] == ("" if published else "unchanged, ")
    assert (compiler.output.stat().st_ino != before.st_ino) == published
    assert not list(compiler.output.parent.glob("*.tmp"))


@pytest.mark.parametrize("ahead, published", [(50, False), (3600, True)])
def test_an_unchanged_cache_of_the_future_does_not_stay(compiler, sqlite,
                                                        ahead, published):
    """Clocks may differ by a minute."""
    url = sqlite(base().db)
    compiler.run(url, time=int(time.time()) + ahead)
    run = compiler.run(url, "--if-changed", time=None)
    assert run.summary["unchanged"] == ("" if published else "unchanged, ")


def test_a_changed_cache_is_published(compiler, sqlite):
    compiler.run(sqlite(base().db))
    rows = base()
    rows.add("host_netblock", host_id=1, netblock="192.0.2.0/24")
    run = compiler.run(sqlite(rows.db), "--if-changed")
    assert run.summary["unchanged"] == ""
    assert "Using preferred netblock" in run.answer(
        "/mirrorlist?path=pub/t&ip=192.0.2.1")


def test_without_if_changed_the_same_is_published(compiler, sqlite):
    url = sqlite(base().db)
    compiler.run(url, time=CREATED)
    run = compiler.run(url, time=CREATED + 1)
    assert run.summary["unchanged"] == ""
    assert f"time: {CREATED + 1}\n" in run.answer(
        "/mirrorlist?path=pub/t&time")


def test_the_first_cache_is_published(compiler, sqlite):
    run = compiler.run(sqlite(base().db), "--if-changed")
    assert run.summary["unchanged"] == "" and run.said == []


# --- --time -------------------------------------------------------------------

@pytest.mark.parametrize("time", [0, 1, 2**31, 253402300799])
def test_time_is_the_creation_time(compiler, sqlite, time):
    run = compiler.run(sqlite(base().db), time=time)
    assert f"# database creation time: {time}\n" in run.answer(
        "/mirrorlist?path=pub/t&time")

# SPDX-License-Identifier: Apache-2.0
"""What the directives take and where they may stand.

What each of them does is tested with the rule that it changes.
"""

import pytest

from harness.httpd import Httpd

INSIDE = ("MirrorlistMinimum 1", "MirrorlistMaximum 1",
          "MirrorlistNearest 1", "MirrorlistStableOrder 1",
          "MirrorlistSchemes https", "MirrorlistIpParameter Off",
          "MirrorlistVersionParameter On")
SERVER = ("MirrorlistMaxCacheSize 1",)
HOST = ("MirrorlistCache /none", "MirrorlistMaxAge 1")


@pytest.fixture(scope="module")
def server():
    """A folder for tests of configurations; nothing runs."""
    with Httpd(start=False) as server:
        yield server


def outcome(server, config):
    server.config = config
    return server.config_test()


@pytest.mark.parametrize("line", [
    *INSIDE, *SERVER, *HOST, "mirrorlistminimum 0", "MirrorlistMaximum 0",
    "MirrorlistIpParameter on", "MirrorlistVersionParameter OFF",
    "MirrorlistMaxCacheSize 4096", "MirrorlistMaxAge 86400",
    "MirrorlistMinimum 5", 'MirrorlistCache "a file"', "MirrorlistNearest 0",
    "MirrorlistNearest 20038", "MirrorlistStableOrder 0",
    "MirrorlistStableOrder 604800", "MirrorlistSchemes https http ftp rsync",
    "MirrorlistSchemes HTTPS x+y.z-1 gopher", "MirrorlistSchemes all"])
def test_a_good_value_is_taken(server, line):
    result = outcome(server, line)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("line", [
    "MirrorlistCache", "MirrorlistCache /a /b", 'MirrorlistCache ""',
    "MirrorlistMaxCacheSize", "MirrorlistMaxCacheSize x",
    "MirrorlistMaxCacheSize -1", "MirrorlistMaxCacheSize 1x",
    "MirrorlistMaxCacheSize 99999999999999999999",
    "MirrorlistMinimum", "MirrorlistMinimum x", "MirrorlistMinimum -1",
    "MirrorlistMinimum 1.5", "MirrorlistMinimum 99999999999999999999",
    "MirrorlistMaximum", "MirrorlistMaximum x", "MirrorlistMaximum -1",
    'MirrorlistMaximum ""', "MirrorlistMaximum 1 2",
    "MirrorlistIpParameter", "MirrorlistIpParameter 1",
    "MirrorlistIpParameter maybe", "MirrorlistVersionParameter",
    "MirrorlistVersionParameter yes", "MirrorlistMaxAge",
    "MirrorlistMaxAge x", "MirrorlistMaxAge -1", "MirrorlistMaxAge 1h",
    "MirrorlistMaxAge 99999999999999999999",
    "MirrorlistNearest", "MirrorlistNearest 0.5", "MirrorlistNearest -1",
    "MirrorlistNearest 1e9", "MirrorlistNearest 500km", "MirrorlistNearest 1 2",
    "MirrorlistNearest 2147483648", "MirrorlistNearest nan",
    "MirrorlistStableOrder", "MirrorlistStableOrder 1.5",
    "MirrorlistStableOrder -1", "MirrorlistStableOrder 1h",
    "MirrorlistStableOrder 99999999999999999999", "MirrorlistSchemes",
    'MirrorlistSchemes ""', "MirrorlistSchemes https:",
    "MirrorlistSchemes https://", "MirrorlistSchemes https,http",
    "MirrorlistSchemes https 1x", "MirrorlistSchemes ht_tp",
    "MirrorlistSchemes +x", "MirrorlistSchemes *", "MirrorlistSchemes h\u00e9"])
def test_a_bad_value_is_refused_with_the_directives_name(server, line):
    result = outcome(server, line)
    assert result.returncode == 1
    assert line.split()[0] in result.stderr


@pytest.mark.parametrize("line", SERVER + HOST)
@pytest.mark.parametrize("section", ["Location /x", "Directory /x"])
def test_no_directive_of_the_server_in_a_section(server, line, section):
    result = outcome(
        server, f"<{section}>\n{line}\n</{section.split()[0]}>")
    assert result.returncode == 1
    assert line.split()[0] in result.stderr


@pytest.mark.parametrize("line", SERVER)
def test_no_directive_of_the_server_in_a_virtual_host(server, line):
    result = outcome(server, f"<VirtualHost *>\n{line}\n</VirtualHost>")
    assert result.returncode == 1
    assert line.split()[0] in result.stderr


@pytest.mark.parametrize("line", HOST + INSIDE)
def test_directives_of_a_virtual_host(server, line):
    result = outcome(server, f"<VirtualHost *>\n{line}\n</VirtualHost>")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("section", ["Location /x", "Directory /x"])
def test_directives_of_a_section(server, section):
    lines = "\n".join(INSIDE)
    result = outcome(
        server, f"<{section}>\n{lines}\n</{section.split()[0]}>")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("override", [
    "AllowOverride All", "AllowOverrideList " + " ".join(
        line.split()[0] for line in INSIDE + SERVER + HOST)])
def test_no_directive_in_htaccess(override):
    config = f'<Directory "/">\n    {override}\n</Directory>'
    with Httpd(config) as server:
        for line in INSIDE + SERVER + HOST:
            name = line.split()[0]
            (server.htdocs / ".htaccess").write_text(line + "\n")
            assert server.get(f"/mirrorlist?{name}").status == 500
            server.log_line(f": {name} ", "error.log")

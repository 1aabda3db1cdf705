# SPDX-License-Identifier: Apache-2.0
"""conf.d as it is shipped, in a real httpd.

Knows the three names that an administrator may define, and that every
directive is explained there. What directives do is tested elsewhere.
"""

import html
import json
import re
import time

import pytest

from harness.httpd import BUILD, Httpd, wait_for
from harness.shipped import CONF_D, FILES, configuration

MORE = """
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 127.0.0.1
<Directory "/">
    Require all denied
</Directory>
<Location "/server-info">
    SetHandler server-info
    Require all granted
</Location>
<VirtualHost *>
    ServerName localhost
</VirtualHost>
<VirtualHost *>
    ServerName other.test
    CustomLog other.log plain
</VirtualHost>
"""
DIRECTIVE = re.compile(r"^ *(#?)(Mirrorlist\w+) (.+)\n", re.MULTILINE)


@pytest.fixture(scope="module")
def server(cache):
    with Httpd(handler=False, modules=("info",), start=False) as server:
        (server.root / "statistics").mkdir()
        server.config = configuration(cache, server.root / "statistics") + MORE
        server.start()
        yield server


# Addresses

@pytest.mark.parametrize("endpoint", ["mirrorlist", "metalink"])
def test_both_addresses_are_open_where_all_else_is_closed(server, endpoint):
    response = server.get(f"/{endpoint}?repo=geo&arch=x86_64")
    assert response.status == 200
    assert b"https://" in response.body


@pytest.mark.parametrize("path", ["/", "/a/mirrorlist", "/mirrorlist/metalink",
                                  "/mirrorlists", "/a/metalink"])
def test_no_other_address_is_opened(server, path):
    assert server.get(f"{path}?repo=geo&arch=x86_64").status == 403


@pytest.mark.parametrize("path", [
    "/mirrorlist-status", "/mirrorlist-explain",
    "/mirrorlist-explain?repo=geo&arch=x86_64", "/mirrorlist-explain/mirrorlist"
    "?repo=geo&arch=x86_64&format=json"])
def test_what_is_for_this_machine_alone(server, path):
    theirs = {"X-Forwarded-For": "192.0.2.1"}
    assert server.get(path).status == 200
    assert server.get(path, theirs).status == 403


def test_an_explanation_has_the_settings_of_the_answer(cache):
    """Set where the file says, they hold for both."""
    text = (CONF_D / "mirrorlist.conf").read_text().replace(
        "    #MirrorlistMaximum 0\n", "    MirrorlistMaximum 2\n")
    with Httpd(handler=False, start=False) as server:
        server.config = configuration(cache, server.root).replace(
            FILES, FILES.splitlines()[0] + "\n" + text)
        server.start()
        query = "repo=geo&arch=x86_64&ip=77.1.0.1"
        answer = server.get(f"/mirrorlist?{query}&format=json")
        explanation = server.get(
            f"/mirrorlist-explain?{query}&endpoint=mirrorlist&format=text")
        assert len(json.loads(answer.body)["mirrors"]) == 2
        assert "\nAnswer 200 with 2 hosts " in explanation.text


# Directives

def directives(server):
    """name -> default of the loaded module; None without one."""
    page = html.unescape(server.get("/server-info?mod_mirrorlist.c").text)
    texts = re.findall(r"<tt>(Mirrorlist\w+) - <i>(.*?)</i>", page)
    defaults = {name: re.search(r"\[(\w+).*\]$", text) for name, text in texts}
    return {name: default and default[1]
            for name, default in defaults.items()}


def test_every_directive_is_there_with_its_default(server):
    text = (CONF_D / "mirrorlist.conf").read_text()
    written = DIRECTIVE.findall(text)
    assert ("", "MirrorlistCache", '"${MIRRORLIST_CACHE}"') in written
    assert directives(server) == {
        name: value if off else None for off, name, value in written}
    assert len(written) == len(directives(server))


def test_every_directive_is_explained():
    text = (CONF_D / "mirrorlist.conf").read_text()
    for match in DIRECTIVE.finditer(text):
        before = text[:match.start()].splitlines()[-1]
        assert re.match(r" *# \w", before), match[2]


def test_the_defaults_may_be_put_in_where_they_stand(cache):
    text = DIRECTIVE.sub(r"\2 \3\n", (CONF_D / "mirrorlist.conf").read_text())
    with Httpd(handler=False, start=False) as server:
        server.config = configuration(cache, server.root).replace(
            FILES, FILES.splitlines()[0] + "\n" + text)
        result = server.config_test()
        assert result.returncode == 0, result.stderr


def test_the_places_if_nothing_is_defined():
    places = "${MIRRORLIST_MODULE_DIR} ${MIRRORLIST_CACHE} " \
             "${MIRRORLIST_LOG_DIR}"
    with Httpd(FILES + f'Error "{places}"\n', handler=False,
               start=False) as server:
        (server.root / "modules").symlink_to(BUILD)  # as Fedora has it
        assert ("modules /var/lib/mirrormanager/mirrorlist.cache "
                "/var/log/httpd\n") in server.config_test().stderr


# Statistics

def statistics(server, ip):
    """The file of the day with a line of this client, and that line."""
    def find():
        return [(file.name, line)
                for file in (server.root / "statistics").iterdir()
                for line in file.read_text().splitlines() if f" {ip};" in line]
    return wait_for(find, f"{ip} is in the statistics")[-1]


@pytest.mark.parametrize("ip, endpoint, host", [
    ("77.1.0.1", "mirrorlist", "localhost"),
    ("77.1.0.2", "metalink", "localhost"),
    ("77.1.0.3", "metalink", "other.test")])
def test_a_line_for_mirrormanager_from_every_virtual_host(
        server, ip, endpoint, host):
    before = time.gmtime()
    server.get(f"/{endpoint}?repo=geo&arch=x86_64&ip={ip}", {"Host": host})
    file, line = statistics(server, ip)
    days = {time.strftime("%Y-%m-%d", day) for day in (before, time.gmtime())}
    day = file.removeprefix("mirrorlist-statistics.")
    assert day in days
    assert line in {f"IP: {ip}; DATE: {day}; COUNTRY: DE; REPO: geo; "
                    "ARCH: x86_64" for day in days}


def test_no_line_without_a_repository(server):
    for query in ("path=pub/geo/os&ip=77.1.0.4",
                  "repo=none&arch=x86_64&ip=77.1.0.4",
                  "repo=geo&arch=x86_64&ip=77.1.0.5"):
        server.get(f"/mirrorlist?{query}")
    file, _ = statistics(server, "77.1.0.5")  # the lines keep their order
    assert "77.1.0.4" not in (server.root / "statistics" / file).read_text()


def test_a_lost_log_folder_takes_nothing_with_it(cache):
    config = configuration(cache, "/nowhere/at/all")
    with Httpd(config, handler=False) as server:
        for _ in range(3):
            response = server.get("/mirrorlist?repo=geo&arch=x86_64")
            assert response.status == 200
        server.log_line("/nowhere/at/all", "error.log")

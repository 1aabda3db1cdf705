# SPDX-License-Identifier: Apache-2.0
"""The URLs of an answer, the text list around them, and redirects.

Where the order matters, each pool holds one host at most.
"""

from urllib.parse import quote

import pytest

from harness import world
from harness.world import IP

ENCODED = ("a%20b%22%23%25%3C%3E%3F[%5C]%5E%7B%7C%7D%60"
           "'&+:;=@,!$()*~%C3%A9")
ODD_BASE = ("http://odd.test/~a%20b%22%3C%3E%5C%5E%7B%7C%7D%60%C3%A9%41"
            "?q#f&'")
DE_FR = "country = DE country = FR country = global "


# protocol

@pytest.mark.parametrize("wish, urls", [
    # absent or empty: the first https, http or ftp URL of each host
    (None, ["https://all.test/s/os/", "ftp://ftponly.test/f/os/"]),
    ("", ["https://all.test/s/os/", "ftp://ftponly.test/f/os/"]),
    ("%20", ["https://all.test/s/os/", "ftp://ftponly.test/f/os/"]),
    # N schemes: the first N URLs that have one of them
    ("https", ["https://all.test/s/os/"]),
    ("http", ["http://all.test/h1/os/"]),
    ("http,https", ["https://all.test/s/os/", "http://all.test/h1/os/"]),
    ("HTTP", ["http://all.test/h1/os/"]),
    ("http,HTTP,Http", ["http://all.test/h1/os/"]),
    ("%20http%20,,", ["http://all.test/h1/os/"]),
    ("http,zzz", ["http://all.test/h1/os/", "http://all.test/h2/os/"]),
    ("rsync", ["rsync://all.test/r/os/", "rsync://rsynconly.test/r/os/"]),
    ("gopher", ["gopher://all.test/g/os/"]),
    ("git,gopher", ["gopher://all.test/g/os/", "GIT://all.test/t/os/"]),
    ("ftp,rsync", ["ftp://all.test/f/os/", "rsync://all.test/r/os/",
                   "rsync://rsynconly.test/r/os/",
                   "ftp://ftponly.test/f/os/"]),
    # nothing matches: nobody, never another scheme
    ("zzz", []), (",", []), ("%20,%20", []), ("http:", []), ("htt", []),
])
def test_protocol_chooses_the_urls(site, wish, urls):
    more = [] if wish is None else ["protocol=" + wish]
    assert site.text("urls", *more, ip=IP.DE).urls == urls


@pytest.mark.parametrize("wish, shown", [
    ("http", "protocol = http"), ("HTTP,,https", "protocol = HTTP,,https"),
    (",", "protocol = ,"), ("%20a%20b%20", "protocol = a b"),
    ("%c3%a9%2C%26", "protocol = é,&"), ("", ""), ("%20", "")])
def test_the_header_line_ends_with_protocol(site, wish, shown):
    header = site.text("nobody", "protocol=" + wish, ip=IP.DE).header
    assert header == "# repo = nobody arch = x86_64 country = global " + shown


def test_the_header_names_countries_whatever_protocol_leaves(site):
    header = site.text("urls", "protocol=zzz", ip=IP.DE).header
    assert header.startswith("# repo = urls arch = x86_64 " + DE_FR)
    header = site.text("urls", "protocol=zzz&country=de,fr", ip=IP.DE).header
    assert header.startswith(
        "# repo = urls arch = x86_64 country = de country = fr ")


def test_a_metalink_has_all_public_urls_of_a_host(site):
    assert site.metalink("urls", ip=IP.DE).urls == [
        base + "/os/repodata/repomd.xml" for base in (
            "https://all.test/s", "http://all.test/h1", "http://all.test/h2",
            "ftp://all.test/f", "rsync://all.test/r", "gopher://all.test/g",
            "GIT://all.test/t", "rsync://rsynconly.test/r",
            "ftp://ftponly.test/f")]


def test_protocol_chooses_the_urls_of_a_metalink(site):
    answer = site.metalink("urls", "protocol=http,rsync", ip=IP.DE)
    assert answer.urls == [
        base + "/os/repodata/repomd.xml" for base in (
            "http://all.test/h1", "http://all.test/h2",
            "rsync://rsynconly.test/r")]
    assert site.metalink("urls", "protocol=zzz", ip=IP.DE).urls == []


# Bytes

def test_what_may_not_stand_in_a_url_is_percent_encoded(site):
    directory = f"pub/odd/{world.ODD}"
    answer = site.text(directory, ip=IP.DE)
    assert answer.header.startswith(f"# path = {directory} country = DE ")
    assert answer.urls == [f"{ODD_BASE}/{ENCODED}/"]
    for name in (world.ODD, "plain", "%41", "x+y"):
        encoded = ENCODED if name == world.ODD else name.replace("%", "%25")
        answer = site.text(f"{directory}/{name}", ip=IP.DE)
        assert answer.urls == [f"{ODD_BASE}/{ENCODED}/{encoded}"]
    assert site.text("odd-bytes", ip=IP.DE).urls == [f"{ODD_BASE}/{ENCODED}/"]


def test_what_may_not_stand_in_xml_is_escaped(site):
    answer = site.metalink(f"pub/odd/{world.ODD}/{world.ODD}", ip=IP.DE)
    assert answer.urls == [f"{ODD_BASE}/{ENCODED}/{ENCODED}"]
    files = answer.root.xpath("//*[local-name()='file']/@name")
    assert files == [world.ODD]
    body = answer.response.text
    escaped = world.ODD.replace("&", "&amp;").replace("<", "&lt;") \
        .replace(">", "&gt;").replace('"', "&quot;")
    assert f'<file name="{escaped}">' in body
    assert f">{ODD_BASE}/{ENCODED}/{ENCODED}<".replace("&", "&amp;") in body


@pytest.mark.parametrize("byte", range(0x20, 0x7f))
def test_each_printable_byte_in_a_path(site, byte):
    """The whole list of what is encoded, and nothing but it."""
    char = chr(byte)
    if char == "/":
        return
    url = site.text(f"pub/dirs/os/x{char}y", ip=IP.DE).urls[0]
    want = f"%{byte:02X}" if char in ' "#%<>?\\^{|}`' else char
    assert url == f"https://dirs1.test/dirs/os/x{want}y"


# Long lines

def line_of(size, filler="a"):
    """A question whose header line, uncut, is `size` bytes long."""
    start, middle = "# path = pub/nobody/os/", " country = global protocol = "
    rest = size - len(start + middle)
    first, second = rest // 2, rest - rest // 2
    path = "a" * first
    protocol = filler * (second // len(filler.encode()))
    protocol += "a" * (second - len(protocol.encode()))
    line = f"{start}{path}{middle}{protocol}"
    assert len(line.encode()) == size
    return f"path=pub/nobody/os/{path}&protocol={quote(protocol)}", line


@pytest.mark.parametrize("size", [3899, 3900])
def test_a_line_of_3900_bytes_is_whole(site, size):
    question, line = line_of(size)
    assert site.get("/mirrorlist?" + question).text == line + "\n"


@pytest.mark.parametrize("size", [3901, 3902, 3903, 4000])
def test_a_longer_line_keeps_its_first_3900_bytes(site, size):
    question, line = line_of(size)
    assert site.get("/mirrorlist?" + question).text == line[:3900] + "...\n"


@pytest.mark.parametrize("filler", ["é", "€", "\U0001f600"])
@pytest.mark.parametrize("size", range(3903, 3911))
def test_a_cut_line_keeps_characters_whole(site, size, filler):
    question, line = line_of(size, filler)
    cut = line.encode()[:3900].decode(errors="ignore")
    assert site.get("/mirrorlist?" + question).text == cut + "...\n"


def test_the_time_line_and_urls_follow_a_cut_line(site):
    question, line = line_of(3950)
    body = site.get(f"/mirrorlist?{question}&time").text
    assert body == (f"{line[:3900]}...\n"
                    f"# database creation time: {world.CREATED}\n")


@pytest.mark.parametrize("endpoint, following", [
    ("mirrorlist", "# following repositories are available:\n"),
    ("metalink", "# the repositories are listed at mirrorlist, "
                 "asked in the same way\n")])
def test_a_long_error_line_is_cut(site, endpoint, following):
    repo, arch = "é" * 1000, "b" * 2048
    response = site.get(f"/{endpoint}?repo={quote(repo)}&arch={arch}")
    assert response.status == 404
    line = f"# repo = {repo} arch = {arch}".encode()[:3900].decode() + "...\n"
    assert line + following in response.text


# time and redirect

def test_time_adds_the_creation_time(site):
    line = f"# database creation time: {world.CREATED}"
    for more in ("time", "time=", "time=0"):
        answer = site.text("golden", more, ip=IP.DE)
        assert answer.comments == [line]
        assert answer.response.lines[1] == line
        assert len(answer.urls) == 3
    assert site.text("golden", ip=IP.DE).comments == []
    assert site.text("nobody", "time").response.lines == [
        "# repo = nobody arch = x86_64 country = global ", line]


def test_time_changes_no_metalink(site):
    plain = site.metalink("golden", ip=IP.DE).urls
    assert site.metalink("golden", "time&redirect", ip=IP.DE).urls == plain


@pytest.mark.parametrize("topic, more, location", [
    ("redirect", "redirect", "https://web.test/s/os/"),
    ("redirect", "redirect=0", "https://web.test/s/os/"),
    ("redirect", "redirect=&time", "https://web.test/s/os/"),
    ("redirect", "redirect&protocol=http", "http://web.test/h/os/"),
    # https before http, whatever the order of the wish
    ("redirect", "redirect&protocol=http,https", "https://web.test/s/os/"),
    ("redirect", "redirect&protocol=ftp,http", "http://web.test/h/os/"),
    ("redirect", "redirect&country=us", "http://last.test/h/os/"),
    ("urls", "redirect&protocol=rsync,https", "https://all.test/s/os/"),
])
def test_redirect_goes_to_the_first_web_url(site, topic, more, location):
    response = site.get(
        f"/mirrorlist?repo={topic}&arch=x86_64&ip={IP.DE}&{more}")
    assert response.status == 302
    assert response["Location"] == location
    assert response.body == b""


def test_a_redirect_to_a_file(site):
    response = site.get("/mirrorlist?redirect&ip=" + IP.DE + "&path="
                        + quote(f"pub/odd/{world.ODD}/{world.ODD}"))
    assert response["Location"] == f"{ODD_BASE}/{ENCODED}/{ENCODED}"


@pytest.mark.parametrize("topic, more", [
    ("redirect", "redirect&protocol=ftp"), ("redirect", "redirect&protocol=,"),
    ("noweb", "redirect"), ("nobody", "redirect")])
def test_a_redirect_to_nowhere_is_404_without_body(site, topic, more):
    response = site.get(
        f"/mirrorlist?repo={topic}&arch=x86_64&ip={IP.DE}&{more}")
    assert (response.status, response.body) == (404, b"")
    assert response["Location"] is None

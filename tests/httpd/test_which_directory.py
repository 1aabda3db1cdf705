# SPDX-License-Identifier: Apache-2.0
"""Which directory and file a request means, and the answers without one."""

from urllib.parse import quote

import pytest

from harness import world
from harness.answers import Metalink


def repositories(rows):
    """prefix and arch of every repository row, as the listing spells them."""
    arches = {number: name for name, number in rows.arches.items()}
    return sorted({f"# repo={r['prefix']}&arch={arches[r['arch_id']]}".encode()
                   for r in rows.db.tables["repository"]})


@pytest.mark.parametrize("path, shown, url", [
    ("pub/dirs/os", "pub/dirs/os", "os/"),
    ("/pub/dirs/os/", "pub/dirs/os", "os/"),
    ("///pub//dirs///os//", "pub/dirs/os", "os/"),
    ("pub/dirs/os/repodata/repomd.xml", "pub/dirs/os/repodata/repomd.xml",
     "os/repodata/repomd.xml"),
    ("pub/dirs/os/none", "pub/dirs/os/none", "os/none"),
    ("pub/dirs/os//a.rpm/", "pub/dirs/os/a.rpm", "os/a.rpm"),
    ("pub/dirs", "pub/dirs", ""),
    ("pub/dirs/file", "pub/dirs/file", "file"),
])
def test_path_names_a_directory_or_a_file_in_one(site, path, shown, url):
    answer = site.text(path, ip=world.IP.DE)
    assert answer.header.startswith(f"# path = {shown} country = DE ")
    assert answer.urls == ["https://dirs1.test/dirs/" + url]


@pytest.mark.parametrize("path, shown", [
    ("pub/dirs/no/file", "pub/dirs/no/file"), ("pub", "pub"), ("x", "x"),
    ("/x//y/", "x/y"), ("", ""), ("///", ""), ("pub/Dirs/os", "pub/Dirs/os"),
    ("lost/os", "lost/os"),  # in no category
    ("topless/os", "topless/os"),  # its category has no top directory
    ("a -- b", "a -- b"),
])
def test_an_unknown_path_is_404(site, path, shown):
    text = site.get("/mirrorlist?path=" + quote(path))
    assert text.status == 404
    assert text.lines == [f"# path = {shown} error: invalid path"]
    link = site.get("/metalink?path=" + quote(path))
    assert link.status == 404
    assert Metalink(link).comment == (
        f" # path = {shown} error: invalid path\n".replace("--", "- -"))


def test_path_wins_over_repo(site):
    answer = site.text("geo", "path=pub/dirs/os", ip=world.IP.DE)
    assert answer.header.startswith("# path = pub/dirs/os ")
    assert answer.hosts == ["dirs1"]


def test_a_directory_without_hosts_is_known(site):
    answer = site.text("pub/nobody/os", ip=world.IP.DE)
    assert answer.header == "# path = pub/nobody/os country = global "
    assert answer.urls == []


def test_repo_and_arch_name_the_directory(site):
    answer = site.text("dirs", ip=world.IP.DE)
    assert answer.header == \
        "# repo = dirs arch = x86_64 country = DE country = global "
    assert answer.urls == ["https://dirs1.test/dirs/os/"]


@pytest.mark.parametrize("asked, shown, arch, path", [
    ("old", "dirs", "x86_64", "os/"),  # a chain of two
    ("middle", "dirs", "x86_64", "os/"),
    ("toversion", "dirs-1.0", "x86_64", "1.0/"),
    ("dirs-source", "dirs-source", "source", "source/"),
    ("old-source", "dirs-source", "source", "source/"),
])
def test_a_repo_is_redirected_and_source_decides_the_arch(
        site, asked, shown, arch, path):
    answer = site.text(asked, ip=world.IP.DE)
    assert answer.header.startswith(f"# repo = {shown} arch = {arch} ")
    assert answer.urls == ["https://dirs1.test/dirs/" + path]


def test_a_redirect_leaves_the_arch(site):
    answer = site.get("/mirrorlist?repo=old&arch=source&ip=" + world.IP.DE)
    assert answer.lines[0].startswith("# repo = dirs arch = source ")
    assert answer.lines[1:] == ["https://dirs1.test/dirs/source/"]


def test_the_source_rule_knows_lower_case_only(site):
    answer = site.get("/mirrorlist?repo=Source&arch=x86_64")
    assert answer.lines[0] == \
        "# repo = Source arch = x86_64 error: invalid repo or arch"


@pytest.mark.parametrize("repo, arch, shown", [
    ("off", "x86_64", "off"), ("off", "aarch64", "off"), ("off", "none", "off"),
    ("tooff", "x86_64", "off")])
def test_a_disabled_repo_says_so(site, repo, arch, shown):
    line = f"# repo = {shown} arch = {arch} repo disabled"
    text = site.get(f"/mirrorlist?repo={repo}&arch={arch}")
    assert (text.status, text.lines) == (200, [line])
    link = site.get(f"/metalink?repo={repo}&arch={arch}")
    assert link.status == 200
    assert Metalink(link).comment == f" {line}\n"


@pytest.mark.parametrize("repo, arch, repo_shown, arch_shown", [
    ("none", "x86_64", "none", "x86_64"), ("dirs", "none", "dirs", "none"),
    ("", "", "", ""), ("Dirs", "x86_64", "Dirs", "x86_64"),
    ("nosource", "x86_64", "nosource", "source"),
    ("x%20y%2f%26", "%c3%a9", "x y/&", "é"), ("a--b", "-->", "a--b", "-->"),
])
def test_an_unknown_repo_lists_the_repositories_that_may_be_meant(
        site, rows, repo, arch, repo_shown, arch_shown):
    """Those of its prefix if there are any; disabled ones too."""
    listed = repositories(rows)
    own = [line for line in listed
           if line.startswith(f"# repo={repo_shown}&".encode())]
    listing = b"".join(line + b"\n" for line in own or listed).decode()
    first = f"# repo = {repo_shown} arch = {arch_shown} " \
            "error: invalid repo or arch\n"
    text = site.get(f"/mirrorlist?repo={repo}&arch={arch}")
    assert text.status == 404
    assert text.text == \
        first + "# following repositories are available:\n" + listing
    if not own:
        assert "# repo=off&arch=x86_64\n" in listing
    link = site.get(f"/metalink?repo={repo}&arch={arch}")
    assert link.status == 404
    while "--" in first:
        first = first.replace("--", "- -")
    assert Metalink(link).comment == " " + first + \
        "# the repositories are listed at mirrorlist, asked in the same way\n"


@pytest.mark.parametrize("repo, directory", [
    ("dirs", "os/repodata"), ("repodata-itself", "os/repodata")])
def test_a_metalink_of_a_repo_is_for_its_repomd(site, repo, directory):
    answer = site.metalink(repo, ip=world.IP.DE)
    assert answer.urls == [f"https://dirs1.test/dirs/{directory}/repomd.xml"]


@pytest.mark.parametrize("repo, endpoint", [
    ("lost", "mirrorlist"), ("lost", "metalink"), ("topless", "mirrorlist"),
    ("topless", "metalink"), ("norepodata", "metalink")])
def test_a_repository_without_directory_is_404(site, repo, endpoint):
    line = f"# repo = {repo} arch = x86_64 " \
           "error: no directory for this repository"
    response = site.get(f"/{endpoint}?repo={repo}&arch=x86_64")
    assert response.status == 404
    if endpoint == "metalink":
        assert Metalink(response).comment == f" {line}\n"
    else:
        assert response.lines == [line]


def test_a_list_needs_no_repodata(site):
    answer = site.text("norepodata", ip=world.IP.DE)
    assert answer.urls == ["https://dirs1.test/dirs/bare/"]


def test_a_directory_in_several_categories_has_the_hosts_of_all(site):
    answer = site.text("both", ip=world.IP.DE)
    assert answer.urls == ["https://wide.test/both/os/",
                           "https://narrow.test/os/",
                           "https://twice.test/all/os/"]
    link = site.metalink("both", ip=world.IP.DE, at="")
    assert link.comment is None
    # the sub-category holds only its top directory, not the repodata
    assert link.hosts == ["wide", "twice"]


def test_a_host_in_several_categories_has_the_urls_of_all(site):
    answer = site.text("both", "protocol=https,http,ftp", ip=world.IP.US)
    assert answer.urls[:2] == ["https://twice.test/all/os/",
                               "https://twice.test/os/"]


def test_an_exclusive_directory_has_its_hosts_only(site):
    assert site.text("exclusive").hosts == ["onlythis"]
    assert site.metalink("exclusive").hosts in (
        ["onlythis", "notthis"], ["notthis", "onlythis"]), "repodata is free"


@pytest.mark.parametrize("question, header", [
    ("repo=dirs&version=1.0", "# repo = dirs-1.0 arch = x86_64 "),
    ("repo=dirs&version=", "# repo = dirs arch = x86_64 "),
    ("repo=redirected&version=2.0", "# repo = dirs-2.0 arch = x86_64 "),
    ("repo=dirs&version=source", "# repo = dirs-source arch = source "),
])
def test_version_belongs_to_the_repo_before_redirect_and_source(
        site, question, header):
    target = f"mirrorlist?{question}&arch=x86_64"
    assert site.get("/version/" + target).lines[0].startswith(header)


def test_version_is_ignored_unless_switched_on(site):
    answer = site.text("dirs", "version=1.0")
    assert answer.header.startswith("# repo = dirs arch = x86_64 ")

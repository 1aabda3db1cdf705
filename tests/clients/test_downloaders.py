# SPDX-License-Identifier: Apache-2.0
"""aria2, curl and wget: a file through a metalink, a list or a redirect.

aria2 goes on to the next mirror where nobody listens; curl and wget have the
one that they were sent to.
"""

import pytest

from clients.scene import PACKAGE, REPOMD, RPM, client

FILE = "path=pub" + PACKAGE


@pytest.fixture
def to(served):
    """to(mirrors, target) -> a URL of the module that names these mirrors."""
    return lambda mirrors, target: \
        f"http://127.0.0.1:{served(mirrors).port}/{target}"


@pytest.fixture
def package(states):
    return (states.new / PACKAGE[1:]).read_bytes()


# aria2

@pytest.fixture
def aria2(tmp_path):
    """aria2(url, *options) -> result; files come to aria2.folder."""
    def run(url, *options):
        return client("aria2c", "--no-conf", "--quiet",
                      "--follow-metalink=mem", f"--dir={run.folder}",
                      f"--log={tmp_path}/aria2.log", "--log-level=info",
                      *options, url)
    run.folder = tmp_path / "aria2"
    run.log = lambda: (tmp_path / "aria2.log").read_text(errors="replace")
    return run


# aria2 asks for either itself, and gets the older one.
METALINKS = pytest.mark.parametrize("form", ["", "&format=metalink4"])


@METALINKS
def test_aria2_follows_the_metalink(aria2, to, package, good, other, form):
    result = aria2(to([other, good], "metalink?" + FILE + form))
    assert result.returncode == 0, result.stdout
    assert ("Content-Type: application/metalink4+xml" in aria2.log()) \
        == bool(form)
    assert [file.name for file in aria2.folder.iterdir()] == [RPM]
    assert (aria2.folder / RPM).read_bytes() == package
    assert (other.asked(RPM), good.requests) == ([200], [])


@METALINKS
def test_aria2_passes_over_a_dead_mirror(aria2, to, states, dead, good, form):
    result = aria2(to([dead, good], "metalink?repo=e2e&arch=x86_64" + form))
    assert result.returncode == 0, result.stdout
    assert f"URI={dead.url}" in aria2.log()
    assert (aria2.folder / "repomd.xml").read_bytes() == \
        (states.new / REPOMD[1:]).read_bytes()
    assert 200 in good.asked(REPOMD)


@METALINKS
@pytest.mark.parametrize("kind", ["stale", "tampered"])
def test_aria2_refuses_what_has_other_hashes(request, aria2, to, good, kind,
                                             form):
    """It does not ask the next mirror, but it does compare."""
    bad = request.getfixturevalue(kind)
    result = aria2(to([bad, good], "metalink?repo=e2e&arch=x86_64" + form))
    assert result.returncode != 0
    assert 200 in bad.asked(REPOMD)
    assert good.requests == []


@pytest.mark.parametrize("protocol", ["http", "https"])
def test_aria2_may_prefer_a_protocol(aria2, to, secure, good, pem, protocol):
    result = aria2(to([(secure, good)], "metalink?" + FILE),
                   f"--metalink-preferred-protocol={protocol}",
                   f"--ca-certificate={pem}")
    assert result.returncode == 0, result.stdout
    assert good.asked(RPM) == [200] * (protocol == "http")
    assert secure.asked(RPM) == [200] * (protocol == "https")


# aria2 and a redirect, which names other mirrors and a hash

VERIFIED = "Verification finished successfully"


def test_aria2_checks_what_a_redirect_leads_to(aria2, to, package, good):
    result = aria2(to([good], f"mirrorlist?{FILE}&redirect"))
    assert result.returncode == 0, result.stdout
    assert (aria2.folder / RPM).read_bytes() == package
    assert VERIFIED in aria2.log()


def test_aria2_takes_the_mirrors_of_a_redirect(aria2, to, package, dead,
                                               good):
    """The first one is dead; nothing but the answer names the second."""
    result = aria2(to([dead, good], f"mirrorlist?{FILE}&redirect"))
    assert result.returncode == 0, result.stdout
    assert (aria2.folder / RPM).read_bytes() == package
    assert "Connection refused" in aria2.log()
    assert set(good.asked(RPM)) <= {200, 206} and good.asked(RPM)
    assert VERIFIED in aria2.log()


@pytest.mark.parametrize("kind", ["stale", "tampered"])
def test_aria2_refuses_the_wrong_file_of_a_redirect(request, aria2, to, dead,
                                                    kind):
    bad = request.getfixturevalue(kind)
    for mirrors in [bad], [dead, bad]:
        result = aria2(to(mirrors, f"mirrorlist?path=pub{REPOMD}&redirect"),
                       "--allow-overwrite")
        assert result.returncode == 32, "a checksum does not match"
        assert bad.asked(REPOMD)


# curl and wget

def curl(url, pem=None):
    options = ["--cacert", pem] if pem else []
    return client("curl", "-q", "-sS", "-f", "-L", *options, url, text=False)


def wget(url, pem=None):
    options = [f"--ca-certificate={pem}"] if pem else []
    return client("wget", "--no-config", "-q", "-O", "-", "--tries=1",
                  *options, url, text=False)


BOTH = pytest.mark.parametrize("program", [curl, wget])


@BOTH
def test_a_url_of_the_list_is_the_file(program, to, package, good, other):
    answer = program(to([other, good], "mirrorlist?" + FILE))
    urls = [line for line in answer.stdout.decode().splitlines()
            if not line.startswith("#")]
    assert [program(url).stdout for url in urls] == [package] * 2
    assert (other.asked(RPM), good.asked(RPM)) == ([200], [200])


@BOTH
def test_a_redirect_leads_to_the_first_mirror(program, to, package, good,
                                              other):
    result = program(to([other, good], f"mirrorlist?{FILE}&redirect=1"))
    assert (result.returncode, result.stdout) == (0, package), result.stderr
    assert other.requests == [(PACKAGE, 200)]
    assert good.requests == []


@pytest.mark.parametrize("protocol, scheme", [
    ("", "https"), ("&protocol=http,https", "https"),
    ("&protocol=http", "http")])
@BOTH
def test_a_redirect_prefers_https(program, to, package, secure, good, pem,
                                  protocol, scheme):
    result = program(to([(secure, good)],
                        f"mirrorlist?{FILE}&redirect{protocol}"), pem)
    assert (result.returncode, result.stdout) == (0, package), result.stderr
    taken, = [mirror for mirror in (secure, good) if mirror.requests]
    assert taken.url.startswith(scheme + ":")


@pytest.mark.parametrize("program, code", [(curl, 7), (wget, 4)])
def test_a_redirect_to_a_dead_mirror_is_a_failure(program, to, dead, good,
                                                  code):
    result = program(to([dead, good], f"mirrorlist?{FILE}&redirect"))
    assert result.returncode == code, "nobody listens"
    assert good.requests == []


@BOTH
def test_a_redirect_knows_no_hashes(program, to, states, stale, good):
    target = f"mirrorlist?path=pub{REPOMD}&redirect"
    assert program(to([stale, good], target)).stdout == \
        (states.old / REPOMD[1:]).read_bytes()


@pytest.mark.parametrize("program, code", [(curl, 22), (wget, 8)])
@pytest.mark.parametrize("target", [
    f"mirrorlist?{FILE}&redirect&protocol=https", "mirrorlist?path=none",
    "metalink?path=none", "mirrorlist?repo=%01"])
def test_an_error_is_a_failure(program, to, good, target, code):
    result = program(to([good], target))
    assert result.returncode == code, "the server answered 400 or 404"
    assert good.requests == []


def test_wget_fetches_what_a_list_names(tmp_path, to, package, dead, good,
                                        other):
    """From every mirror, whatever becomes of one of them."""
    result = client("wget", "--no-config", "-q", "--tries=1",
                    f"--directory-prefix={tmp_path}/wget", "--input-file",
                    to([good, dead, other], "mirrorlist?" + FILE))
    assert result.returncode == 4, "nobody listens at one of them"
    assert good.asked(RPM) + other.asked(RPM) == [200, 200]
    assert [(tmp_path / "wget" / name).read_bytes()
            for name in (RPM, RPM + ".1")] == [package] * 2


def test_wget_saves_under_the_name_of_the_file(tmp_path, to, package, good):
    result = client("wget", "--no-config", "-q", "--trust-server-names",
                    f"--directory-prefix={tmp_path}/wget",
                    to([good], f"mirrorlist?{FILE}&redirect=1"))
    assert result.returncode == 0
    assert (tmp_path / "wget" / RPM).read_bytes() == package

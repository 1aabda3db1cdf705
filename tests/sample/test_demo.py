# SPDX-License-Identifier: Apache-2.0
"""`make demo`'s script in a copy of the project, as root and as a user.

Holds it to what it shows: the commands that it prints are run. Knows nothing
of what an answer should be.
"""

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from harness.answers import Metalink, Text
from harness.httpd import BUILD, PATIENCE, ROOT, Response, processes, wait_for
from harness.ports import free_port

PRODUCTS = ("mod_mirrorlist.so", "mirrorlist-cachegen", "mirrorlist-query")
NEEDED = ("conf.d", "tests/harness", "tests/sample")
USERS = [None, "nobody"] if os.geteuid() == 0 else [None]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *about):
        return None


def fetch(url):
    """The answer, whatever its status."""
    opener = urllib.request.build_opener(NoRedirect)
    try:
        answer = opener.open(url, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        answer = error
    with contextlib.closing(answer):
        return Response(answer.status, answer.headers.items(), answer.read())


class Demo:
    """A copy of what the script needs, owned by who runs it."""

    def __init__(self, folder, user):
        self.folder = folder
        self.identity = {}
        for name in NEEDED:
            shutil.copytree(ROOT / name, folder / name)
        (folder / "build").mkdir()
        for name in PRODUCTS:
            shutil.copy(BUILD / name, folder / "build")
        if user:
            account = pwd.getpwnam(user)
            self.identity = dict(user=account.pw_uid, group=account.pw_gid,
                                 extra_groups=[])
            subprocess.run(["chown", "-R", user, folder], check=True)

    def call(self, command, **environment):
        """Output is read to its end: a server that held it would hang us."""
        about = {**os.environ, "LC_ALL": "C.UTF-8", "BUILD": "build",
                 **environment}
        return subprocess.run(command, cwd=self.folder, env=about, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE, **self.identity)

    def run(self, word, **environment):
        return self.call(["tests/sample/demo", word],
                         DEMO_PORT=str(self.port), **environment)

    def start(self):
        """On a free port; what it printed."""
        self.port = free_port()
        result = self.run("start")
        while "is in use" in result.stderr:
            self.port = free_port()
            result = self.run("start")
        assert result.returncode == 0, result.stderr
        return result

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def processes(self, word=""):
        """pid -> parent of all that were started from this folder."""
        found = {}
        for pid, parent, _ in processes():
            with contextlib.suppress(OSError):
                words = Path("/proc", str(pid), "cmdline").read_text()
                if str(self.folder) in words and word in words:
                    found[pid] = parent
        return found

    def servers(self):
        """The pids of httpds that have not been started by another one."""
        found = self.processes("httpd.conf")
        return {pid for pid, parent in found.items() if parent not in found}

    def wait_for_end(self):
        """Of the logs' writers too: they end when httpd has gone."""
        wait_for(lambda: not self.processes(), "all processes have ended")


@pytest.fixture(params=USERS)
def demo(request):
    folder = Path(tempfile.mkdtemp(prefix="mirrorlist-demo-"))
    demo = Demo(folder, request.param)
    demo.port = free_port()
    try:
        yield demo
    finally:
        demo.run("stop")
        demo.wait_for_end()
        shutil.rmtree(folder)


def test_start_shows_each_step_and_both_answers(demo):
    result = demo.start()
    steps = re.findall(r"^(\d)\. ", result.stdout, re.MULTILINE)
    assert steps == list("12345")
    assert "hosts of" in result.stdout
    assert re.search(r"^host_category_dir +\d+ rows", result.stdout,
                     re.MULTILINE)
    assert "skipped host_netblock" in result.stderr
    assert re.search(r"^cache .*mirrorlist.cache: \d+ directories",
                     result.stdout, re.MULTILINE)
    assert "\ngeneration 1 of mirrorlist.cache: " in result.stdout
    assert "\n# repo = fedora-42 arch = x86_64 country = DE" in result.stdout
    assert '\n<?xml version="1.0" encoding="utf-8"?>\n' in result.stdout
    assert "\n</metalink>\n" in result.stdout
    assert "\x1b" not in result.stdout + result.stderr
    assert result.stdout.endswith("make demo-stop\n")


def test_what_it_fetched_is_answered(demo):
    addresses = re.findall(r"^\$ curl '(.*)'$", demo.start().stdout,
                           re.MULTILINE)
    answers = [fetch(address) for address in addresses]
    assert [answer.status for answer in answers] == [200, 200]
    assert Text(answers[0]).urls
    assert Metalink(answers[1]).urls


def test_all_that_it_says_to_ask_is_answered(demo):
    shown = demo.start().stdout
    address = re.search(r"curl '(.*/mirrorlist.*)'", shown)[1]
    wishes = re.findall(r"^  (&\S+)  ", shown, re.MULTILINE)
    assert "&redirect" in wishes
    for more in wishes:
        answer = fetch(address + more)
        assert answer.status == (302 if more == "&redirect" else 200), more
        assert answer.status == 302 or Text(answer).urls, more
    others = re.findall(r"^  curl '(\S*)'", shown, re.MULTILINE)
    answers = [fetch(other) for other in others]
    assert [answer.status for answer in answers] == [404, 200, 200]
    assert "# repo=fedora-42&arch=x86_64" in answers[0].lines
    assert Metalink(answers[1]).urls
    assert b"</html>" in answers[2].body
    query = re.search(r"^  (build/mirrorlist-query .*)$", shown, re.MULTILINE)
    result = demo.call(["sh", "-c", query[1]])
    assert result.stdout.startswith("HTTP/1.1 200 OK\n"), result.stderr


def test_the_refresh_that_it_describes(demo):
    shown = demo.start().stdout
    commands = re.search(r"^Refresh.*\n\n((?:  .*\n)+)", shown, re.MULTILINE)
    result = demo.call(["sh", "-ec", commands[1]])
    assert result.returncode == 0, result.stderr
    log = demo.folder / "build/demo/logs/error_log"
    wait_for(lambda: "generation 2 of" in log.read_text(), "it is loaded")


def test_the_logs_are_where_it_says(demo):
    demo.start()
    logs = demo.folder / "build/demo/logs"
    assert "GET /metalink?" in (logs / "access_log").read_text()
    wait_for(lambda: [file for file in logs.glob("mirrorlist-statistics.*")
                      if "REPO: updates-released-f42;" in file.read_text()],
             "the statistics have a line")


def test_stop_leaves_nothing(demo):
    demo.start()
    assert len(demo.servers()) == 1
    result = demo.run("stop")
    assert result.returncode == 0, result.stderr
    assert not demo.servers()
    demo.wait_for_end()
    assert "No server" in demo.run("stop").stdout


def test_a_second_start_takes_the_place_of_the_first(demo):
    demo.start()
    first = demo.servers()
    result = demo.run("start")
    assert result.returncode == 0, result.stderr
    assert len(demo.servers()) == 1
    assert not first & demo.servers()
    assert fetch(f"{demo.url}/mirrorlist").status == 200


def test_a_port_that_is_taken_is_named(demo):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        demo.port = taken.getsockname()[1]
        result = demo.run("start")
    assert result.returncode == 1
    assert f"port {demo.port} is in use" in result.stderr
    assert "DEMO_PORT=" in result.stderr
    assert not demo.processes()


def test_a_project_that_is_not_built_is_told_so(demo):
    (demo.folder / "build/mirrorlist-cachegen").unlink()
    result = demo.run("start")
    assert result.returncode == 1
    assert "no build/mirrorlist-cachegen; run make" in result.stderr


def test_somebody_elses_pid_is_left_alone(demo):
    (demo.folder / "build/demo").mkdir()
    with subprocess.Popen(["sleep", "1000"], **demo.identity) as process:
        try:
            (demo.folder / "build/demo/httpd.pid").write_text(
                f"{process.pid}\n")
            assert "No server" in demo.run("stop").stdout
            assert process.poll() is None
        finally:
            process.kill()
    result = demo.run("stop")  # and now that of nobody
    assert "No server" in result.stdout and not result.stderr


@pytest.mark.parametrize("words", [[], ["restart"]])
def test_other_words_are_refused(demo, words):
    result = demo.call(["tests/sample/demo", *words])
    assert result.returncode == 64
    assert result.stderr == "usage: demo start | demo stop\n"

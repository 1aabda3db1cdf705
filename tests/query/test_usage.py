# SPDX-License-Identifier: Apache-2.0
"""The command line of mirrorlist-query, and --batch."""

import json

import pytest

from harness import tools

WHY = "/mirrorlist?repo=why&arch=x86_64"


@pytest.mark.parametrize("words, sentence", [
    ([], "give a request, or one of --batch, --check FILE and --info FILE"),
    ([WHY, "--batch"],
     "give a request, or one of --batch, --check FILE and --info FILE"),
    ([WHY, "--check", "f"],
     "give a request, or one of --batch, --check FILE and --info FILE"),
    (["--info", "f", "--check", "f"],
     "give a request, or one of --batch, --check FILE and --info FILE"),
    (["--batch", "--info", "f"],
     "give a request, or one of --batch, --check FILE and --info FILE"),
    ([WHY, WHY], f"one request at a time: '{WHY}'"),
    (["--check", "f", "--explain"], "--explain needs a request"),
    ([WHY, "--host", "a"], "--host needs --explain"),
    (["--info", "f", "--host", "a"], "--host needs --explain"),
    ([WHY, "--json"], "--json needs --explain or --info"),
    (["--check", "f", "--json"], "--json needs --explain or --info"),
    (["--explain", "/nothing"], "'/nothing' is no request: its path must end "
                                "in /mirrorlist or /metalink"),
    ([WHY, "--minimum=-1"], "--minimum: '-1' is not a valid value"),
    ([WHY, "--time=253402300800"],
     "--time: '253402300800' is not a valid value"),
    ([WHY, "--seed="], "--seed: '' is not a valid value"),
    ([WHY, "--seed=18446744073709551616"],
     "--seed: '18446744073709551616' is not a valid value"),
    ([WHY, "--client=here"], "--client: 'here' is not a valid value"),
    ([WHY, "--nearest=0.5"], "--nearest: '0.5' is not a valid value"),
    ([WHY, "--nearest=-1"], "--nearest: '-1' is not a valid value"),
    ([WHY, "--nearest=1e9"], "--nearest: '1e9' is not a valid value"),
    ([WHY, "--nearest=2147483648"],
     "--nearest: '2147483648' is not a valid value"),
    ([WHY, "--stable-order="], "--stable-order: '' is not a valid value"),
    ([WHY, "--schemes="], "--schemes: '' is not a valid value"),
    ([WHY, "--schemes=https http"],
     "--schemes: 'https http' is not a valid value"),
    ([WHY, "--schemes=https,,http"],
     "--schemes: 'https,,http' is not a valid value"),
    ([WHY, "--schemes=9p"], "--schemes: '9p' is not a valid value"),
    ([WHY, "--schemes=https://"], "--schemes: 'https://' is not a valid value"),
    ([WHY, "--ip-parameter=maybe"], "--ip-parameter: 'maybe' is not a valid "
                                    "value"),
    (["--nothing", WHY],
     "unknown option, or one that lacks its value: --nothing"),
    (["--explain", "--host"],
     "unknown option, or one that lacks its value: --host"),
])
def test_usage_error(cache, words, sentence):
    result = tools.run("mirrorlist-query", "--cache", cache, *words, text=True)
    assert (result.returncode, result.stdout) == (64, "")
    first, second = result.stderr.splitlines()
    assert first == f"mirrorlist-query: {sentence}"
    assert second == "Try 'mirrorlist-query --help'."


@pytest.mark.parametrize("words", [
    (WHY,), (WHY, "--explain"), (WHY, "--explain", "--json"), ("--batch",)])
def test_no_cache(tmp_path, words):
    result = tools.run("mirrorlist-query", "--cache", tmp_path / "none", *words,
                       text=True)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"mirrorlist-query: {tmp_path}/none: ")


@pytest.mark.parametrize("words, urls", [
    ([], 4), (["--schemes=all"], 4), (["--schemes=HTTPS,rsync"], 3),
    (["--schemes=http"], 1), (["--schemes=gopher"], 0)])
def test_schemes_that_may_be_shown(cache, words, urls):
    printed = tools.run("mirrorlist-query", "--cache", cache, *words,
                        f"{WHY}&country=de&protocol=https,http,rsync").stdout
    body = printed.partition(b"\n\n")[2]
    assert len(body.splitlines()) - 1 == urls


def test_nearest_draws_the_near_ones(cache):
    """Whoever has no place counts half, whatever the number."""
    near = tools.run("mirrorlist-query", "--cache", cache, "--explain",
                     "--json", "--nearest=7", WHY + "&country=de")
    weights = {host["weight"] for pool in json.loads(near.stdout)["pools"]
               for host in pool["hosts"] if "weight" in host}
    assert weights == {150, 50}


def test_stable_order_is_one_for_a_network(cache):
    order = {tools.run("mirrorlist-query", "--cache", cache, "--time=7",
                       "--stable-order=60", f"--client=192.0.2.{number}",
                       WHY + "&country=global").stdout
             for number in range(1, 30)}
    assert len(order) == 1


@pytest.mark.parametrize("words, media_type", [
    ([], "metalink+xml"),
    (["--accept=application/metalink4+xml"], "metalink4+xml"),
    (["--accept", "*/*"], "metalink+xml")])
def test_accept_chooses_the_form(cache, words, media_type):
    printed = tools.run("mirrorlist-query", "--cache", cache, *words,
                        "/metalink?repo=why&arch=x86_64", text=True).stdout
    assert f"\nContent-Type: application/{media_type}\n" in printed


def batch(cache, requests, *words):
    return tools.run("mirrorlist-query", "--cache", cache, "--batch", *words,
                     input=requests, stdin=None, text=True)


def test_batch_is_one_request_after_the_other(cache):
    requests = [WHY, "/metalink?repo=why&arch=x86_64", "/mirrorlist"]
    single = [tools.run("mirrorlist-query", "--cache", cache, "--seed=3",
                        "--time=5", request, text=True).stdout
              for request in requests]
    result = batch(cache, "\n".join(requests), "--seed=3", "--time=5")
    assert (result.returncode, result.stdout) == (0, "".join(single))
    assert batch(cache, "").stdout == ""


@pytest.mark.parametrize("mark, end", [
    ("", "\r\n"), ("\ufeff", "\n"), ("\ufeff", "\r\n")])
def test_batch_reads_the_lines_of_other_systems(cache, mark, end):
    requests = [WHY, "/metalink?repo=why&arch=x86_64", "/mirrorlist?x=%EF%BB"]
    plain = batch(cache, "\n".join(requests), "--seed=3", "--time=5").stdout
    for last in ("", end):
        result = batch(cache, mark + end.join(requests) + last, "--seed=3",
                       "--time=5")
        assert (result.returncode, result.stdout) == (0, plain)


@pytest.mark.parametrize("end", ["\t\n", "\r\r\n", "\v"])
def test_batch_takes_nothing_else_for_a_lines_end(cache, end):
    """It is a control byte of the request."""
    assert "HTTP/1.1 400" in batch(cache, f"{WHY}&x={end}").stdout


def test_batch_explains_one_document_a_line(cache):
    result = batch(cache, f"{WHY}\n/metalink\n", "--explain", "--json")
    assert [json.loads(line)["status"]
            for line in result.stdout.splitlines()] == [200, 200]


def test_batch_ends_at_what_is_no_request(cache):
    result = batch(cache, f"/mirrorlist\n\n{WHY}\n")
    assert result.returncode == 64
    assert result.stdout.count("HTTP/1.1") == 1
    assert "'' is no request" in result.stderr


def test_help_names_every_form():
    result = tools.run("mirrorlist-query", "--help", text=True)
    assert result.returncode == 0
    for words in ("--explain", "--host NAME", "--json", "--batch",
                  "--check FILE", "--info FILE", "--nearest KM", "--schemes LIST",
                  "--stable-order SECONDS", "--accept VALUE"):
        assert words in result.stdout

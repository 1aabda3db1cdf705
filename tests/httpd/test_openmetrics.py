# SPDX-License-Identifier: Apache-2.0
"""The status for Prometheus, read by the parser of its own client library."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from harness import world
from harness.httpd import Httpd
from httpd.status import CONFIG, TARGET, counters, generation

OPENMETRICS = TARGET + "?format=openmetrics"
LIST = f"/mirrorlist?repo=golden&arch=x86_64&ip={world.IP.DE}"


@pytest.fixture(scope="module")
def server(cache):
    with Httpd(CONFIG, cache=cache) as server:
        yield server


def families(server):
    """name -> family; the parser refuses what is not OpenMetrics."""
    found = list(text_string_to_metric_families(server.get(OPENMETRICS).text))
    assert len({family.name for family in found}) == len(found)
    return {family.name: family for family in found}


def samples(server):
    """(name, labels) -> value."""
    return {(sample.name, frozenset(sample.labels.items())): sample.value
            for family in families(server).values()
            for sample in family.samples}


def test_it_ends_with_its_end(server):
    text = server.get(OPENMETRICS).text
    assert text.endswith("\n# EOF\n")
    assert text.count("# EOF") == 1


def test_every_family_is_described_and_named_by_the_rules(server):
    for name, family in families(server).items():
        assert name.startswith("mirrorlist_")
        assert family.documentation.endswith(".")
        assert not name.endswith(("_total", "_info", "_created"))
        for unit in ("seconds", "bytes"):
            assert name.endswith(unit) == (family.unit == unit)
        ends = {"counter": ("_total", "_created"), "info": ("_info",),
                "gauge": ("",)}[family.type]
        assert {sample.name for sample in family.samples} <= {
            name + end for end in ends}


def test_the_counters_are_those_of_the_json_form(server):
    server.get(LIST)
    known = samples(server)
    for (family, value), n in counters(server).items():
        labels = {label for name, labels in known
                  if name == f"mirrorlist_{family}_total"
                  for label, _ in labels}
        found = known[f"mirrorlist_{family}_total",
                      frozenset((label, value) for label in labels)]
        assert found == n
    assert sum(name.endswith("_total") for name, _ in known) == len(
        counters(server))


def test_the_facts_are_those_of_the_json_form(server):
    about = generation(server)
    known = samples(server)
    label = frozenset({("file", about.pop("file"))})
    del about["state"], about["failure"], about["age_seconds"]
    for name, value in about.items():
        key = f"mirrorlist_generation_{name}", label
        assert known.get(key) == value, name
    assert ("mirrorlist_generation_age_seconds", label) in known


def test_no_request_makes_a_label(server):
    before = samples(server).keys()
    for query in ("repo=evil&arch=evil", "path=evil", "%zz", "country=EVIL",
                  "repo=golden&arch=x86_64&location=evil&protocol=evil",
                  "repo=golden&arch=x86_64&ip=99.9.9.9"):
        server.get(f"/mirrorlist?{query}")
        server.get(f"/metalink?{query}", {"Host": "evil.test",
                                          "User-Agent": "evil"})
    assert samples(server).keys() == before
    assert "evil" not in server.get(OPENMETRICS).text


def test_counters_only_rise_over_gracefuls(cache):
    with Httpd(CONFIG, cache=cache) as server:
        seen = []
        for _ in range(2):
            server.get(LIST)
            seen.append({key: n for key, n in samples(server).items()
                         if key[0].endswith(("_total", "_created"))})
            server.graceful()
        first, second = seen
        assert all(first[key] <= second[key] for key in first)
        asked = "mirrorlist_requests_total", frozenset({("answer", "list")})
        assert (first[asked], second[asked]) == (1, 2)
        assert all(first[key] == second[key] for key in first
                   if key[0].endswith("_created"))


def test_an_odd_file_name_is_one_label(tmp_path):
    odd = '/a"b\\c{d="e"} 1 #é'
    written = odd.replace("\\", "\\\\").replace('"', '\\"')
    with Httpd(f'MirrorlistCache "{written}"\n' + CONFIG) as server:
        assert {sample.labels["file"] for sample in
                families(server)["mirrorlist_generation_failing"].samples} == {
                    odd}
        assert families(server)["mirrorlist_generation_number"].samples == []


def test_nothing_configured():
    with Httpd(CONFIG) as server:
        assert "mirrorlist_requests" in families(server)

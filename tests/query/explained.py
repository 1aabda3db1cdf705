# SPDX-License-Identifier: Apache-2.0
"""mirrorlist-query --explain, called and read; and a world to ask about.

Each host of the world has one reason to be out of some answer, and its name
says which. Knows the form of an explanation, not what it must say.
"""

import json

from harness import tools
from harness.mirrormanager import Rows

COUNTRIES = {"77.1.0.0/16": "DE", "77.2.0.0/16": "FR", "77.3.0.0/16": "US",
             "77.4.0.0/16": "JP"}
CONTINENTS = [("DE", "EU"), ("FR", "EU"), ("US", "NA"), ("JP", "AS"),
              ("XX", "--")]
NETWORKS = [("77.1.5.0/24", 64500)]
DE, FR, JP, NOWHERE = "77.1.0.9", "77.2.0.9", "77.4.0.9", "99.9.9.9"
NEAR = "77.1.5.9"                 # in an ASN and in netblocks
CREATED = 1700000000


def add_inactive(topic):
    rows = topic.rows
    topic.host("noadmin", admin_active=False)
    topic.host("nouser", user_active=False)
    topic.host("nositeadmin", site=rows.site(admin_active=False))
    topic.host("nositeuser", site=rows.site(user_active=False),
               user_active=False)
    topic.host("nosite")
    rows.db.tables["host"][-1]["site_id"] = None


def build():
    rows = Rows()
    topic = rows.topic("why")
    topic.host("german", "DE", bandwidth=300)
    topic.host("german2", "DE", bandwidth=100,
               urls=["http://german2.test/why", "https://german2.test/why"])
    topic.host("french", "FR")
    topic.host("american", "US")
    topic.host("private", "DE", private=True)
    topic.host("japanonly", "DE", allowed=["jp", "XX"])
    topic.host("nobodys", "DE", allowed=[" "])
    topic.host("rsync", "DE", urls=["rsync://rsync.test/why"])
    topic.host("hiddenurl", urls=[("https://hiddenurl.test/why", True)])
    topic.host("near", "JP", asn=64500, asn_clients=True,
               netblocks=["77.1.5.0/24", "77.1.0.0/16"], location="lab")
    topic.carried_by(rows.host("stale"), ["https://stale.test/why"],
                     [topic.repodata])
    add_inactive(topic)
    rows.redirect("alias", "why")
    only = rows.topic("only")
    host = only.host("onlythis", "DE")
    for host_id in (host, 9999, host):  # one of them dangles, one is no news
        rows.add("directory_exclusive_host", directory_id=only.os,
                 host_id=host_id)
    only.host("notthis", "DE")
    only.host("overseas", "US")
    only.directory("os/more")
    nameless = rows.topic("nameless")
    nameless.host("", "")
    rows.db.tables["category"][-1]["name"] = None
    rows.topic("off", disabled=True)
    for network, country in (("2002:4d04::/32", "US"), ("77.1.6.0/24", "FR")):
        rows.add("netblock_country", netblock=network, country=country)
    rows.add("host_netblock", host_id=1, netblock="nonsense")
    return rows


def make(folder, rows=None, geoip=COUNTRIES, options=()):
    return tools.make_cache(folder, (rows or build()).db, geoip=geoip,
                            netblocks=NETWORKS, continents=CONTINENTS,
                            time=CREATED, options=options)


def run(cache, target, *words, **options):
    words = [*words, *(f"--{name.replace('_', '-')}={value}"
                       for name, value in options.items())]
    result = tools.run("mirrorlist-query", "--cache", cache, "--explain",
                       *words, target)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout.decode()


def explain(cache, target, **options):
    """The document for machines."""
    return json.loads(run(cache, target, "--json", **options))


def verdicts(document):
    """Every host that it speaks of, as often as it does."""
    if "hosts" in document:
        return document["hosts"]
    return [host for pool in document.get("pools", ())
            for host in pool["hosts"]] + document.get("left_out", [])


def by_name(document):
    return {verdict["name"]: verdict for verdict in verdicts(document)}


def pools(document):
    return {pool["name"]: pool for pool in document["pools"]}


def urls(document):
    """The answer's URLs, in its order."""
    listed = [verdict for verdict in verdicts(document) if "place" in verdict]
    assert sorted(verdict["place"] for verdict in listed) == \
        list(range(1, len(listed) + 1))
    listed.sort(key=lambda verdict: verdict["place"])
    return [url for verdict in listed for url in verdict["urls"]]

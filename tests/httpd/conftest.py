# SPDX-License-Identifier: Apache-2.0
"""One server an MPM, shared by all tests that only ask."""

import pytest

from harness import world
from harness.answers import Answers
from harness.httpd import Httpd

CONFIG = """
<Location "/minimum0">
    MirrorlistMinimum 0
</Location>
<Location "/minimum4">
    MirrorlistMinimum 4
</Location>
<Location "/minimum99">
    MirrorlistMinimum 99
</Location>
<Location "/maximum1">
    MirrorlistMaximum 1
</Location>
<Location "/maximum2">
    MirrorlistMaximum 2
</Location>
<Location "/noip">
    MirrorlistIpParameter Off
</Location>
<Location "/version">
    MirrorlistVersionParameter On
</Location>
LogFormat "%{X-Mark}i \
%{mirrorlist-client}n %{mirrorlist-country}n %{mirrorlist-repo}n \
%{mirrorlist-arch}n %{mirrorlist-date}n %{mirrorlist-found}n \
%{mirrorlist-hosts}n %{mirrorlist-log}n" notes
LogFormat "%{X-Mark}i \
%{MIRRORLIST_CLIENT}e %{MIRRORLIST_COUNTRY}e %{MIRRORLIST_REPO}e \
%{MIRRORLIST_ARCH}e %{MIRRORLIST_DATE}e %{MIRRORLIST_FOUND}e \
%{MIRRORLIST_HOSTS}e %{MIRRORLIST_LOG}e" variables
LogFormat "%{X-Mark}i IP: %{mirrorlist-client}n; DATE: %{mirrorlist-date}n; \
COUNTRY: %{mirrorlist-country}n; REPO: %{mirrorlist-repo}n; \
ARCH: %{mirrorlist-arch}n" statistics
LogFormat "%{X-Mark}i done" done
<VirtualHost *>
    ServerName localhost
    CustomLog notes.log notes
    CustomLog variables.log variables
    CustomLog statistics.log statistics env=MIRRORLIST_LOG
    CustomLog done.log done
</VirtualHost>
<VirtualHost *>
    ServerName behind-a-proxy.test
    RemoteIPHeader X-Forwarded-For
    RemoteIPInternalProxy 127.0.0.1
</VirtualHost>
"""


@pytest.fixture(scope="session")
def rows():
    return world.build()


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return world.make(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session", params=["event", "worker"])
def site(request, cache):
    """The world, served."""
    with Httpd(CONFIG, cache=cache, mpm=request.param) as server:
        yield Answers(server)

# SPDX-License-Identifier: Apache-2.0
"""MirrorManager's rows as a test thinks of them: topics, hosts, URLs.

A topic is a category with one repository of its own, so that the hosts of one
test stay out of the answers of the others. Knows nothing of what is answered.
"""

from harness.database import Database


class Topic:
    """Category `name` over pub/`name`, with pub/`name`/os and its repodata."""

    def __init__(self, rows, name, arch="x86_64", disabled=False,
                 details=True):
        self.rows = rows
        self.name = name
        self.category = rows.category(name, f"pub/{name}")
        self.os = self.directory("os")
        self.repodata = self.directory("os/repodata")
        self.repository = rows.repository(name, arch, self.os, disabled)
        if details:
            rows.details(self.repodata, "repomd.xml", timestamp=1000, size=10,
                         sha256="ab" * 32)

    def directory(self, path):
        return self.rows.directory(f"pub/{self.name}/{path}", self.category)

    def host(self, name, country="DE", urls=None, **about):
        """A host that carries all of the topic; `urls` default to one."""
        host = self.rows.host(name, country, **about)
        self.carried_by(host, urls or [f"https://{name}.test/{self.name}"])
        return host

    def carried_by(self, host, urls, directories=None):
        """directories: ids that are up to date there; None: always all."""
        self.rows.carry(host, self.category, urls, directories)


class Rows:
    """A database under construction."""

    def __init__(self):
        self.db = Database()
        self.sites = {}
        self.arches = {}
        self.locations = {}
        self.directories = {}

    def add(self, table, **columns):
        return self.db.add(table, **columns)

    def topic(self, name, **about):
        return Topic(self, name, **about)

    def site(self, private=False, admin_active=True, user_active=True):
        key = private, admin_active, user_active
        if key not in self.sites:
            self.sites[key] = self.add(
                "site", name=f"site{key}", private=private,
                admin_active=admin_active, user_active=user_active)
        return self.sites[key]

    def host(self, name, country="DE", site=None, bandwidth=100, private=False,
             asn=None, asn_clients=False, peers=(), netblocks=(), allowed=(),
             location=None, **columns):
        host = self.add("host", name=name, country=country, private=private,
                        site_id=site or self.site(), bandwidth_int=bandwidth,
                        asn=asn, asn_clients=asn_clients, **columns)
        for number in peers:
            self.add("host_peer_asn", host_id=host, asn=number)
        for netblock in netblocks:
            self.add("host_netblock", host_id=host, netblock=netblock)
        for code in allowed:
            self.add("host_country_allowed", host_id=host, country=code)
        if location:
            self.add("host_location", host_id=host,
                     location_id=self.location(location))
        return host

    def location(self, name):
        if name not in self.locations:
            self.locations[name] = self.add("location", name=name)
        return self.locations[name]

    def category(self, name, topdir):
        directory = self.directory(topdir)
        category = self.add("category", name=name, topdir_id=directory)
        self.add("category_directory", category_id=category,
                 directory_id=directory)
        return category

    def directory(self, name, *categories):
        """The directory of that name, from now on also in `categories`."""
        if name not in self.directories:
            self.directories[name] = self.add("directory", name=name)
        for category in categories:
            self.add("category_directory", category_id=category,
                     directory_id=self.directories[name])
        return self.directories[name]

    def repository(self, prefix, arch, directory, disabled=False):
        if arch not in self.arches:
            self.arches[arch] = self.add("arch", name=arch)
        return self.add("repository", name=f"{prefix}-{arch}", prefix=prefix,
                        arch_id=self.arches[arch], directory_id=directory,
                        version_id=self.add("version", name=f"{prefix}-{arch}"),
                        disabled=disabled)

    def redirect(self, source, target):
        self.add("repository_redirect", from_repo=source, to_repo=target)

    def details(self, directory, filename, **columns):
        self.add("file_detail", directory_id=directory, filename=filename,
                 **columns)

    def carry(self, host, category, urls, directories=None):
        """urls: texts; (text, True) is a private one."""
        carrier = self.add("host_category", host_id=host, category_id=category,
                           always_up2date=directories is None)
        for url in urls:
            text, private = url if isinstance(url, tuple) else (url, False)
            self.add("host_category_url", host_category_id=carrier, url=text,
                     private=private)
        for number, directory in enumerate(directories or ()):
            self.add("host_category_dir", host_category_id=carrier,
                     directory_id=directory, up2date=True, path=str(number))

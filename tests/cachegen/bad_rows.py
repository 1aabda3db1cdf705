# SPDX-License-Identifier: Apache-2.0
"""Good rows, and what makes them bad.

base() is a small database. good(TABLE, n) are rows with the id n that change
what its cache holds; a bad row is a good one with another value somewhere.
"""

from dataclasses import dataclass

from harness.mirrormanager import Rows

# The same directory, whatever slashes are added to its name.
SLASHES = {
    "before": lambda name: "/" + name, "behind": lambda name: name + "/",
    "twice inside": lambda name: name.replace("/", "//"),
    "everywhere": lambda name: f"///{name.replace('/', '////')}//"}
DANGLING = 98  # no row has this id


def base():
    """Topic t: category 1 over directory 1, os is 2, os/repodata 3."""
    rows = Rows()
    topic = rows.topic("t")
    rows.directory("pub/t/loose")  # 4, in no category
    rows.directory("elsewhere")    # 5
    rows.location("lab")
    topic.host("one", "DE", asn_clients=True)
    topic.carried_by(rows.host("two", "FR"), ["https://two.test/t"],
                     [topic.os])
    topic.carried_by(rows.host("three", "US"), [])
    rows.host("four", "US")
    return rows


def _url(n):
    return "host_category_url", dict(id=n, host_category_id=n,
                                     url=f"https://new{n}.test/t")


def _carrier(n, host, category=1):
    """host_category n, which carries everything, and its URL."""
    return [("host_category", dict(id=n, host_id=host, category_id=category,
                                   always_up2date=True)), _url(n)]


def _repository(n, **columns):
    return "repository", {**dict(
        id=n, name=f"new{n}", prefix=f"new{n}", version_id=1, arch_id=1,
        directory_id=2), **columns}


def good(table, n=99):
    """[(table, columns)]: a row of the table, then what makes it count."""
    host = ("host", dict(id=n, name=f"new{n}", country="DE", site_id=1))
    return {
        "site": lambda: [
            ("site", dict(id=n)), ("host", {**host[1], "site_id": n}),
            *_carrier(n, n)],
        "host": lambda: [host, *_carrier(n, n)],
        "host_peer_asn": lambda: [
            ("host_peer_asn", dict(id=n, host_id=1, asn=64500))],
        "host_country_allowed": lambda: [
            ("host_country_allowed", dict(id=n, host_id=1, country="FR"))],
        "directory": lambda: [
            ("directory", dict(id=n, name=f"pub/t/new{n}")),
            ("category_directory", dict(category_id=1, directory_id=n))],
        "category": lambda: [
            ("category", dict(id=n, name=f"new{n}", topdir_id=1)),
            ("category_directory", dict(category_id=n, directory_id=2)),
            *_carrier(n, 4, n)],
        "category_directory": lambda: [
            ("category_directory", dict(category_id=1, directory_id=4))],
        "host_category": lambda: _carrier(n, 4),
        "host_category_url": lambda: [
            ("host_category_url", {**_url(n)[1], "host_category_id": 3})],
        "host_category_dir": lambda: [
            ("host_category_dir", dict(id=n, host_category_id=2,
                                       directory_id=3, path="r"))],
        "directory_exclusive_host": lambda: [
            ("directory_exclusive_host", dict(id=n, directory_id=2,
                                              host_id=1))],
        "version": lambda: [("version", dict(id=n, name=f"new{n}")),
                            _repository(n, version_id=n)],
        "arch": lambda: [("arch", dict(id=n, name=f"new{n}")),
                         _repository(n, arch_id=n)],
        "repository": lambda: [_repository(n)],
        "repository_redirect": lambda: [
            ("repository_redirect", dict(id=n, from_repo=f"old{n}",
                                         to_repo="t"))],
        "file_detail": lambda: [
            ("file_detail", dict(id=n, directory_id=3, filename=f"new{n}",
                                 timestamp=1, size=1, md5="ab" * 16))],
        "location": lambda: [
            ("location", dict(id=n, name=f"new{n}")),
            ("host_location", dict(id=n, host_id=1, location_id=n))],
        "host_location": lambda: [
            ("host_location", dict(id=n, host_id=1, location_id=1))],
        "host_netblock": lambda: [
            ("host_netblock", dict(id=n, host_id=1,
                                   netblock="192.0.2.0/24"))],
        "netblock_country": lambda: [
            ("netblock_country", dict(id=n, netblock="192.0.2.0/24",
                                      country="SE"))],
        "country_continent_redirect": lambda: [
            ("country_continent_redirect", dict(id=n, country="DE",
                                                continent="XX"))],
    }[table]()


TABLES = ("site", "host", "host_peer_asn", "host_country_allowed",
          "directory", "category", "category_directory", "host_category",
          "host_category_url", "host_category_dir",
          "directory_exclusive_host", "version", "arch", "repository",
          "repository_redirect", "file_detail", "location", "host_location",
          "host_netblock", "netblock_country", "country_continent_redirect")


KEYS = {"category_directory": ("category_id", "directory_id"),
        "host_category_dir": ("host_category_id", "directory_id")}


def row_name(table, columns):
    """The row as messages name it."""
    if table not in KEYS:
        return f"{table} {columns['id']}"
    return f"{table} " + ", ".join(
        f"{key} {'NULL' if columns[key] is None else columns[key]}"
        for key in KEYS[table])


# The column by which a row refers to the one before it in good().
REFERENCE = {"host": "site_id", "host_category": "host_id",
             "host_category_url": "host_category_id"}


def broken(table, columns, column, wrong):
    """What is said of a reference that is none, after the row's name."""
    shown = "" if table in KEYS or columns[column] is None \
        else f': "{columns[column]}"'
    return f"{column} {wrong}{shown}"


@dataclass
class Bad:
    """A row of the table with some columns changed, and why it is skipped."""
    table: str
    columns: dict
    reason: str
    value: str = None  # that is shown with the reason

    def rows(self, n=99):
        (table, columns), *others = good(self.table, n)
        return [(table, {**columns, **self.columns}), *others]

    def lines(self, n=99):
        """What a run says of it, and of those that refer to it."""
        (table, columns), *others = self.rows(n)
        shown = "" if self.value is None else f': "{self.value}"'
        first = f"{row_name(table, columns)}: {self.reason}{shown}"
        if table == "category":  # is one, but no directory counts for it
            return [first]
        return [first, *(
            f"{row_name(*other)}: " + broken(
                *other, REFERENCE.get(other[0], f"{self.table}_id"),
                "names a row that was skipped") for other in others)]

    def __str__(self):
        values = ",".join(f"{column}={value!r}"
                          for column, value in self.columns.items())
        return f"{self.table}-{values}"


NEEDED = {
    "site": ("private", "admin_active", "user_active"),
    "host": ("admin_active", "user_active", "private", "asn_clients"),
    "host_peer_asn": ("asn",), "directory": ("name",),
    "host_category": ("always_up2date",), "location": ("name",),
    "host_category_url": ("url", "private"), "arch": ("name",),
    "repository": ("disabled",), "file_detail": ("filename",),
    "repository_redirect": ("from_repo", "to_repo"),
    "host_netblock": ("netblock",),
    "netblock_country": ("netblock", "country"),
    "country_continent_redirect": ("country", "continent"),
}
REFERRING = {
    "host_peer_asn": ("host_id",), "host_country_allowed": ("host_id",),
    "category": ("topdir_id",),
    "category_directory": ("category_id", "directory_id"),
    "host_category": ("host_id", "category_id"),
    "host_category_url": ("host_category_id",),
    "host_category_dir": ("host_category_id", "directory_id"),
    "directory_exclusive_host": ("directory_id",),
    "repository": ("version_id", "arch_id", "directory_id"),
    "file_detail": ("directory_id",),
    "host_location": ("host_id", "location_id"),
    "host_netblock": ("host_id",),
}
NETWORKS = {
    "one or two": "not an address or network",
    "192.0.2": "not an address or network",
    "10.1.2.3 8": "not an address or network",
    "192.0.2.0/2 4": "neither a length nor a netmask after the slash",
    "192.0.2.01": "not an address or network",
    "192.0.2.1-192.0.2.9": "not an address or network",
    "fe80::1%eth0": "not an address or network",
    "192.0.2.0/24/24": "neither a length nor a netmask after the slash",
    "192.0.2.0/": "neither a length nor a netmask after the slash",
    "192.0.2.0/33": "the length after the slash is too large",
    "2001:db8::/129": "the length after the slash is too large",
    "192.0.2.0/ffff::": "netmask of the other address family",
    "192.0.2.0/255.0.255.0": "netmask with holes",
    "192.0.2.0/0.0.0.255": "host mask instead of a netmask",
    "0.0.0.0/0": "network of all addresses", "::/0": "network of all addresses",
    "192.0.2.0/0.0.0.0": "network of all addresses",
    "::ffff:192.0.2.0/96": "network of all addresses",
    "127.0.0.1": "loopback network", "127.1.0.0/16": "loopback network",
    "127.0.0.0/8": "loopback network", "::1": "loopback network",
    "::ffff:127.0.0.1": "loopback network",
}
NO_NAMES = "a name (looked up only with --resolve)"
URLS = ("/", "//bad.test/t", "bad.test/t", "/bad", "https:/bad.test",
        "1s://bad.test", "ht tp://bad.test", "://bad.test", "https://",
        "https:///", "file:///")
NO_HOST = ("https:///t", "https://?t", "https://#t", "https://:443/t",
           "https://user@/t", "https://user:pass@:443/t", "https://[]/t",
           "HTTPS:///t/", "filed:///t", "rsync:///t")

BAD = [
    *(Bad(table, {column: None}, f"{column} is NULL")
      for table, columns in NEEDED.items() for column in columns),
    *(Bad(table, {column: None}, f"{column} is NULL")
      for table, columns in REFERRING.items() for column in columns),
    *(Bad(table, {column: DANGLING},
          broken(table, {column: DANGLING}, column,
                 "names a row that does not exist"))
      for table, columns in {**REFERRING, "host": ("site_id",)}.items()
      for column in columns),
    *(Bad(table, dict(netblock=text), reason, text)
      for table in ("host_netblock", "netblock_country")
      for text, reason in NETWORKS.items()),
    Bad("host_netblock", dict(netblock="mirror.example"), NO_NAMES,
        "mirror.example"),
    Bad("netblock_country", dict(netblock="mirror.example"),
        "not an address or network", "mirror.example"),
    *(Bad("host_category_url", dict(url=url),
          "a URL needs a scheme and something after it", url)
      for url in URLS),
    *(Bad("host_category_url", dict(url=url), "a URL needs a host", url)
      for url in NO_HOST),
    Bad("host_peer_asn", dict(asn=-1), "asn is out of range", -1),
    Bad("category_directory", dict(directory_id=5),
        "the directory is outside its category's top directory"),
    Bad("repository", dict(prefix="t", directory_id=3),
        "another row has this prefix and arch", "t x86_64"),
    Bad("file_detail", dict(filename=""), "filename is empty"),
    *(Bad(table, {column: blank}, f"{column} is NULL")
      for table, column in (
          ("host_category_url", "url"), ("arch", "name"), ("location", "name"),
          ("repository_redirect", "from_repo"),
          ("repository_redirect", "to_repo"), ("host_netblock", "netblock"),
          ("netblock_country", "netblock"), ("netblock_country", "country"),
          ("country_continent_redirect", "country"),
          ("country_continent_redirect", "continent"))
      for blank in ("", " \t\r\n\u00a0")),
]

# Where dirt costs the row, and what is said of it.
UNCLEAN = "is not UTF-8 or holds control bytes"
TEXTS = {
    **{(table, column): f"{column} {UNCLEAN}" for table, column in (
        ("host", "country"), ("directory", "name"),
        ("host_category_url", "url"), ("arch", "name"),
        ("repository", "prefix"), ("repository_redirect", "from_repo"),
        ("repository_redirect", "to_repo"), ("file_detail", "filename"),
        ("location", "name"), ("netblock_country", "country"),
        ("country_continent_redirect", "country"),
        ("country_continent_redirect", "continent"))},
    ("host_netblock", "netblock"): "not an address or network",
    ("netblock_country", "netblock"): "not an address or network",
}
DIRT = {"latin1": (b"a\xe9z", r"a\xe9z"), "cut": (b"a\xc3", r"a\xc3"),
        "surrogate": (b"a\xed\xa0\x80", r"a\xed\xa0\x80"),
        "overlong": (b"a\xc0\xaf", r"a\xc0\xaf"),
        "bell": ("a\x07z", r"a\x07z"), "newline": ("a\nz", r"a\x0az"),
        "tab": ("a\tz", r"a\x09z"), "delete": ("a\x7fz", r"a\x7fz"),
        "U+FFFE": ("a\ufffez", r"a\xef\xbf\xbez"),
        "U+FFFF": ("a\uffffz", r"a\xef\xbf\xbfz")}


def dirty(value, shown):
    """A bad row for each text that has to be clean."""
    for (table, column), reason in TEXTS.items():
        prefix = "x://" if column == "url" else ""
        raw = prefix.encode() + value if isinstance(value, bytes) \
            else prefix + value
        yield Bad(table, {column: raw}, reason, prefix + shown)


def add(rows, bad_rows, first=99):
    """Adds bad rows with ids of their own; the lines to be said of them."""
    lines = []
    for n, bad in enumerate(bad_rows, start=first):
        for table, columns in bad.rows(n):
            rows.add(table, **columns)
        lines += bad.lines(n)
    return lines

# SPDX-License-Identifier: Apache-2.0
"""MirrorManager's protobuf file of rows, as its own writer makes it.

Knows what the rows mean to that writer, and which of them the file can hold.
Knows nothing of what becomes of the file.
"""

import importlib.util
import subprocess
from collections import defaultdict
from pathlib import Path

PROTO = Path(__file__).with_name("mirrorlist_cache.proto.in")
DETAILS = {"TimeStamp": "timestamp", "Size": "size", "SHA1": "sha1",
           "MD5": "md5", "SHA256": "sha256", "SHA512": "sha512"}
BANDWIDTH_MAX = 10000  # Mbit/s that the writer lets stand


def message_types(folder, packed):
    """The module of the message's types; packed: numbers of a list."""
    name = "mirrorlist_packed" if packed else "mirrorlist_unpacked"
    text = PROTO.read_text().replace("PACKAGE", name).replace(
        "PACKED", "[packed = true]" if packed else "")
    (folder / f"{name}.proto").write_text(text)
    subprocess.run(["protoc", f"--proto_path={folder}",
                    f"--python_out={folder}", f"{name}.proto"], check=True)
    spec = importlib.util.spec_from_file_location(
        name, folder / f"{name}_pb2.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def confine(database):
    """Leaves only what the file can say: one category a directory, no peer
    ASNs, no exclusive directories, no names and places of hosts, at most
    10 Gbit/s, and no order of file details but by their time."""
    tables = database.tables
    tables.pop("host_peer_asn", None)
    tables.pop("directory_exclusive_host", None)
    rows = Rows(tables)
    tables["category_directory"] = [
        dict(category_id=category, directory_id=directory)
        for directory, category in rows.category_of.items()]
    for host in tables.get("host", []):
        host.update(name=None, latitude=None, longitude=None, bandwidth_int=min(
            host["bandwidth_int"] or 1, BANDWIDTH_MAX))
    for row in tables.get("file_detail", []):
        if (row["timestamp"] or 0) <= 0 or (row["size"] or 0) <= 0:
            row["timestamp"] = None
    return database


class Rows:
    """The tables by the keys by which they refer to each other."""

    def __init__(self, tables):
        self.tables = tables
        self.name = {row["id"]: row["name"] for row in self.all("directory")}
        self.sites = {row["id"]: row for row in self.all("site")}
        self.top = {row["id"]: self.name.get(row["topdir_id"])
                    for row in self.all("category")}
        self.category_of = {}
        for row in self.all("category_directory"):
            name = self.name.get(row["directory_id"])
            top = self.top.get(row["category_id"])
            if name and top and (name + "/").startswith(top + "/"):
                self.category_of.setdefault(row["directory_id"],
                                            row["category_id"])
        self.urls = defaultdict(list)
        for row in self.all("host_category_url"):
            if not row["private"]:
                self.urls[row["host_category_id"]].append(row["id"])
        self.up2date = {(row["host_category_id"], row["directory_id"])
                        for row in self.all("host_category_dir")
                        if row["up2date"]}
        self.hosts = {row["id"]: row for row in self.all("host")}

    def all(self, table):
        return self.tables.get(table, [])

    def is_active(self, host):
        site = self.sites.get(host["site_id"])
        return bool(site and site["admin_active"] and site["user_active"]
                    and host["admin_active"] and host["user_active"])

    def is_private(self, host):
        return host["private"] or self.sites[host["site_id"]]["private"]

    def carriers(self, directory):
        """host's id -> ids of its URLs there."""
        found = defaultdict(list)
        for row in self.all("host_category"):
            host = self.hosts.get(row["host_id"])
            if row["category_id"] == self.category_of[directory] and host \
                    and self.is_active(host) and (
                        row["always_up2date"]
                        or (row["id"], directory) in self.up2date):
                found[host["id"]] += self.urls[row["id"]]
        return found

    def grouped(self, table, column, names=None):
        """A column's values -> ids of their hosts."""
        found = defaultdict(list)
        for row in self.all(table):
            if row["host_id"] in self.hosts:
                value = row[column]
                found[names[value] if names else value].append(row["host_id"])
        return found

    def repositories(self):
        """Rows with all that a repository needs, smallest id first."""
        arches = {row["id"]: row["name"] for row in self.all("arch")}
        versions = {row["id"] for row in self.all("version")}
        for row in sorted(self.all("repository"), key=lambda row: row["id"]):
            if row["prefix"] and row["arch_id"] in arches \
                    and row["version_id"] in versions \
                    and row["directory_id"] in self.name:
                yield row, arches[row["arch_id"]]


def write(types, database, time):
    """The message for the rows."""
    rows, message = Rows(database.tables), types.MirrorList(Time=time)
    write_hosts(message, rows)
    write_places(message, rows)
    write_names(message, rows)
    write_files(message, rows)
    for directory in rows.category_of:
        write_directory(message.MirrorListCache.add(), rows, directory)
    return message


def fill(field, values):
    """key -> value or list into a field that stands for a map."""
    for key, value in values.items():
        entry = field.add(key=raw(key))
        if isinstance(value, list):
            entry.value.extend(map(raw, value))
        else:
            entry.value = raw(value)


def raw(value):
    return value.encode() if isinstance(value, str) else value


def write_hosts(message, rows):
    hosts = rows.hosts.values()
    fill(message.HCUrlCache, {row["id"]: row["url"] for row in
                              rows.all("host_category_url")
                              if not row["private"]})
    fill(message.HostMaxConnectionCache, {host["id"]: 1 for host in hosts})
    fill(message.HostCountryCache,
         {host["id"]: host["country"] for host in hosts})
    fill(message.HostBandwidthCache,
         {host["id"]: max(1, min(host["bandwidth_int"] or 1, BANDWIDTH_MAX))
          for host in hosts})
    asns = defaultdict(list)
    for host in hosts:
        if host["asn_clients"] and host["asn"] is not None:
            asns[host["asn"]].append(host["id"])
    fill(message.HostAsnCache, asns)
    allowed = defaultdict(list)
    for row in rows.all("host_country_allowed"):
        if row["host_id"] in rows.hosts:
            allowed[row["host_id"]].append(row["country"])
    fill(message.HostCountryAllowedCache, allowed)


def write_places(message, rows):
    locations = {row["id"]: row["name"] for row in rows.all("location")}
    fill(message.LocationCache, {
        **{name: [] for name in locations.values()},
        **rows.grouped("host_location", "location_id", locations)})
    fill(message.HostNetblockCache, rows.grouped("host_netblock", "netblock"))
    countries = {}
    for row in rows.all("netblock_country"):
        countries.pop(row["netblock"], None)  # the last one wins
        countries[row["netblock"]] = row["country"]
    fill(message.NetblockCountryCache, countries)
    fill(message.CountryContinentRedirectCache, {
        row["country"]: row["continent"]
        for row in rows.all("country_continent_redirect")})


def write_names(message, rows):
    directories, disabled = {}, {}
    for row, arch in rows.repositories():
        directories.setdefault(f"{row['prefix']}+{arch}",
                               rows.name[row["directory_id"]])
        if row["disabled"]:
            disabled[row["prefix"]] = True
    fill(message.RepoArchToDirectoryName, directories)
    fill(message.DisabledRepositoryCache, disabled)
    redirects = {}
    for row in rows.all("repository_redirect"):
        redirects.setdefault(row["from_repo"], row["to_repo"])
    fill(message.RepositoryRedirectCache, redirects)


def newest_first(row):
    timestamp = row["timestamp"]
    return -1 if timestamp is None or timestamp < 0 else timestamp


def write_files(message, rows):
    files = defaultdict(lambda: defaultdict(list))
    for row in sorted(rows.all("file_detail"), key=newest_first, reverse=True):
        if row["directory_id"] in rows.name:
            files[row["directory_id"]][row["filename"]].append(row)
    for directory, names in files.items():
        entry = message.FileDetailsCache.add(directory=raw(
            rows.name[directory]))
        for filename, versions in names.items():
            file = entry.FileDetailsCacheFiles.add(filename=raw(filename))
            for row in versions:
                detail = file.FileDetails.add()
                for name, column in DETAILS.items():
                    if row[column] is not None:
                        value = raw(row[column])
                        setattr(detail, name, value % 2 ** 64 if isinstance(
                            value, int) else value)


def write_directory(entry, rows, directory):
    name = rows.name[directory]
    entry.directory = raw(name)
    entry.Subpath = raw(name[len(rows.top[rows.category_of[directory]]):]
                        .lstrip("/"))
    entry.OrderedMirrorList = False
    countries = defaultdict(list)
    for host, urls in rows.carriers(directory).items():
        entry.ByHostId.add(key=host).value.extend(urls)
        if not rows.is_private(rows.hosts[host]):
            entry.Global.append(host)
            countries[rows.hosts[host]["country"].upper()].append(host)
    fill(entry.ByCountry, countries)


# --- the bytes ----------------------------------------------------------------

def varint(number):
    found = bytearray()
    while number > 0x7f:
        found.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(found + bytes([number]))


def text_field(number, data):
    """A field whose value is these bytes."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def read_varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7f) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return number, at


def split(data):
    """The outermost fields, each in its bytes."""
    found, at = [], 0
    while at < len(data):
        tag, end = read_varint(data, at)
        value, end = read_varint(data, end)
        end += value if tag & 7 == 2 else 0
        found.append(data[at:end])
        at = end
    return found

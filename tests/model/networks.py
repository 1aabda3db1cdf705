# SPDX-License-Identifier: Apache-2.0
"""Networks as people type them, and the longest match over a few of them.

Knows the text forms of a network and which networks are refused.  Knows
nothing of hosts, countries or requests.
"""

import ipaddress
import re
import socket

from model import texts

# What a global routing table does not have (RFC 6890).
PRIVATE = tuple(map(ipaddress.ip_network, (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
    "169.254.0.0/16", "fc00::/7", "fe80::/10")))
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1"))
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
TEREDO = ipaddress.ip_network("2001::/32")
# Where a country database repeats its IPv4 tree; such entries are left out.
ALIASES = (ipaddress.ip_network("::/96"), ipaddress.ip_network("::ffff:0:0/96"),
           TEREDO, SIX_TO_FOUR)


def parse_address(text):
    """One plain address, mapped ones as IPv4; None if it is not one."""
    if "%" in text or not text.isascii():
        return None
    try:
        return unmapped(ipaddress.ip_address(text))
    except ValueError:
        return None


def unmapped(address):
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def presentation(address):
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    return socket.inet_ntop(family, address.packed).encode()


def client_parameter(text):
    """The forms that `ip=` takes; None if it is none of them."""
    with_port = re.fullmatch(r"([0-9.]+):([1-9][0-9]{0,4})", text)
    if with_port and int(with_port[2]) <= 65535:
        return parse_address(with_port[1])
    bracketed = re.fullmatch(r"\[(.*:.*)\]", text)
    return parse_address(bracketed[1] if bracketed else text)


def parse_networks(value, allow_loopback):
    """Those of one field that can be used."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    value = (value or "").strip(texts.BLANKS)
    if len(value.encode("utf-8", "surrogateescape")) > texts.LONGEST:
        return []
    found = [parse_network(part, allow_loopback)
             for part in re.split("[,;]", value)]
    return [network for network in found if network]


def parse_network(text, allow_loopback, routed=False):
    """The network a person meant; None if it is refused or not one."""
    text = text.strip(texts.BLANKS)
    address_text, slash, length_text = text.partition("/")
    if re.search(r"[%\0-\x08\x0a-\x1f]", text) or (routed and not slash):
        return None
    address_text = address_text.strip(texts.BLANKS)
    length_text = length_text.strip(texts.BLANKS)
    if not (address_text + length_text).isascii():
        return None
    try:
        address = ipaddress.ip_address(address_text)
    except ValueError:
        return None
    width = address.max_prefixlen
    length = prefix_length(length_text, address.version) if slash else width
    if length is None or length > width:
        return None
    network = accepted(address, length, allow_loopback)
    return None if routed and network and inside(network, PRIVATE) else network


def prefix_length(text, version):
    """A length, or a netmask of the address's own family without holes."""
    if re.fullmatch(r"[0-9]+", text):
        return int(text)
    try:
        mask = ipaddress.ip_address(text)
    except ValueError:
        return None
    if mask.version != version:
        return None
    bits = format(int(mask), f"0{mask.max_prefixlen}b")
    return None if "01" in bits else bits.count("1")


def accepted(address, length, allow_loopback):
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None and length >= 96:
        address, length = mapped, length - 96
    if length == 0:
        return None
    network = ipaddress.ip_network(f"{address}/{length}", strict=False)
    return None if inside(network, LOOPBACK) and not allow_loopback else network


def inside(network, ranges):
    return any(network.version == outer.version and network.subnet_of(outer)
               for outer in ranges)


def longest(entries, address):
    """The value of the longest network around address, the last of equals."""
    best, value = -1, None
    for network, candidate in entries:
        if network.version == address.version and address in network \
                and network.prefixlen >= best:
            best, value = network.prefixlen, candidate
    return value


def translated_ipv4(address):
    """The IPv4 address of the client behind a NAT64 address."""
    if address.version == 6 and address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xffffffff)
    return None


def embedded_ipv4(address):
    """The IPv4 address of the client behind a 6to4 or Teredo address."""
    if address.version == 6 and address in SIX_TO_FOUR:
        return ipaddress.IPv4Address((int(address) >> 80) & 0xffffffff)
    if address.version == 6 and address in TEREDO:
        return ipaddress.IPv4Address(~int(address) & 0xffffffff)
    return None

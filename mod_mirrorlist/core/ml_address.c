/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts and bytes of addresses.  inet_pton() of POSIX already refuses leading
 * zeros and zones, so only the decoration around an address is handled here.
 */
#include "ml_address.h"

#include <arpa/inet.h>
#include <string.h>

static apr_uint64_t big_endian(const unsigned char *bytes, apr_size_t len)
{
    apr_uint64_t n = 0;

    while (len--) {
        n = n << 8 | *bytes++;
    }
    return n;
}

ml_address_t ml_address_from_bytes(const void *bytes, apr_size_t len)
{
    ml_address_t address = {ML_ADDRESS_NONE, 0, 0};

    if (len == 4) {
        address.family = ML_ADDRESS_V4;
        address.lo = big_endian(bytes, 4);
    }
    else if (len == 16) {
        address.family = ML_ADDRESS_V6;
        address.hi = big_endian(bytes, 8);
        address.lo = big_endian((const unsigned char *)bytes + 8, 8);
        if (address.hi == 0 && address.lo >> 32 == 0xffff) {
            address.family = ML_ADDRESS_V4;
            address.lo &= 0xffffffff;
        }
    }
    return address;
}

static int is_port(const char *text)
{
    apr_size_t len = strspn(text, "0123456789");
    unsigned int port = 0;

    if (len == 0 || len > 5 || text[len] != '\0' || text[0] == '0') {
        return 0;
    }
    while (*text) {
        port = port * 10 + (unsigned int)(*text++ - '0');
    }
    return port <= 65535;
}

ml_address_t ml_address_parse(const char *text)
{
    const ml_address_t none = {ML_ADDRESS_NONE, 0, 0};
    char copy[ML_ADDRESS_TEXT_LEN + 6]; /* brackets, or a colon and a port */
    apr_size_t len = strlen(text);
    unsigned char bytes[16];
    char *colon;

    if (len >= sizeof(copy)) {
        return none;
    }
    memcpy(copy, text, len + 1);
    if (copy[0] == '[' && copy[len - 1] == ']') {
        copy[len - 1] = '\0';
        return inet_pton(AF_INET6, copy + 1, bytes) == 1
                   ? ml_address_from_bytes(bytes, 16)
                   : none;
    }
    if (inet_pton(AF_INET6, copy, bytes) == 1) {
        return ml_address_from_bytes(bytes, 16);
    }
    colon = strchr(copy, ':');
    if (colon) {
        if (!is_port(colon + 1)) {
            return none;
        }
        *colon = '\0';
    }
    return inet_pton(AF_INET, copy, bytes) == 1
               ? ml_address_from_bytes(bytes, 4)
               : none;
}

/* Decimal, without leading zeros; where it ends. */
static char *put_octet(char *out, unsigned int octet)
{
    if (octet >= 100) {
        *out++ = (char)('0' + octet / 100);
    }
    if (octet >= 10) {
        *out++ = (char)('0' + octet / 10 % 10);
    }
    *out++ = (char)('0' + octet % 10);
    return out;
}

/* inet_ntop() goes through printf() for these. */
static void format_v4(char *out, apr_uint64_t address)
{
    int shift;

    for (shift = 24; shift >= 0; shift -= 8) {
        out = put_octet(out, address >> shift & 0xff);
        *out++ = shift ? '.' : '\0';
    }
}

void ml_address_format(char text[ML_ADDRESS_TEXT_LEN],
                       const ml_address_t *address)
{
    unsigned char bytes[16];
    int i;

    if (address->family == ML_ADDRESS_V4) {
        format_v4(text, address->lo);
        return;
    }
    for (i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(address->hi >> (56 - 8 * i));
        bytes[8 + i] = (unsigned char)(address->lo >> (56 - 8 * i));
    }
    inet_ntop(AF_INET6, bytes, text, ML_ADDRESS_TEXT_LEN);
}

ml_address_t ml_address_tunnelled(const ml_address_t *address)
{
    ml_address_t client = {ML_ADDRESS_NONE, 0, 0};

    if (address->family != ML_ADDRESS_V6) {
        return client;
    }
    if (address->hi >> 48 == 0x2002) {
        client.family = ML_ADDRESS_V4;
        client.lo = address->hi >> 16 & 0xffffffff;
    }
    else if (address->hi >> 32 == 0x20010000) {
        client.family = ML_ADDRESS_V4;
        client.lo = ~address->lo & 0xffffffff;
    }
    return client;
}

ml_address_t ml_address_translated(const ml_address_t *address)
{
    ml_address_t inside = {ML_ADDRESS_NONE, 0, 0};

    if (address->family == ML_ADDRESS_V6
        && address->hi == APR_UINT64_C(0x0064ff9b00000000)
        && address->lo >> 32 == 0) {
        inside.family = ML_ADDRESS_V4;
        inside.lo = address->lo;
    }
    return inside;
}

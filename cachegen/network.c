/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads networks as people type them.  inet_pton() judges the addresses (it
 * refuses leading zeros and zones); the mask is applied to the bytes before
 * they become an address, because a v4-mapped one changes its family there.
 */
#include "network.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "ml_text.h"

#define NAME_MAX_LEN 253 /* RFC 1035, without the final dot */
#define LABEL_MAX_LEN 63

static const char no_network[] = "not an address or network";

/* 4 or 16 bytes, or 0 if the text is no address. */
static int address_bytes(unsigned char bytes[16], const char *text,
                         apr_size_t len)
{
    char copy[INET6_ADDRSTRLEN];

    if (len >= sizeof(copy) || memchr(text, '\0', len)) {
        return 0;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (inet_pton(AF_INET, copy, bytes) == 1) {
        return 4;
    }
    return inet_pton(AF_INET6, copy, bytes) == 1 ? 16 : 0;
}

/* The one bits at the head of a mask; *holes unless only zeros follow. */
static int mask_length(const unsigned char *mask, int len, int *holes)
{
    int ones = 0, i;

    while (ones < len * 8 && mask[ones / 8] & 0x80 >> ones % 8) {
        ones++;
    }
    *holes = 0;
    for (i = ones; i < len * 8; i++) {
        *holes |= mask[i / 8] & 0x80 >> i % 8;
    }
    return ones;
}

static const char *parse_netmask(int *length, const char *text,
                                 apr_size_t text_len, int len)
{
    unsigned char mask[16];
    int holes, mask_len = address_bytes(mask, text, text_len);

    if (mask_len == 0) {
        return "neither a length nor a netmask after the slash";
    }
    if (mask_len != len) {
        return "netmask of the other address family";
    }
    *length = mask_length(mask, len, &holes);
    if (holes) {
        return *length == 0 ? "host mask instead of a netmask"
                            : "netmask with holes";
    }
    return NULL;
}

static const char *parse_length(int *length, const char *text,
                                apr_size_t text_len, int len)
{
    apr_size_t i;
    int n = 0;

    for (i = 0; i < text_len && text[i] >= '0' && text[i] <= '9'; i++) {
        n = n <= 128 ? n * 10 + text[i] - '0' : n;
    }
    if (i == 0 || i < text_len) {
        return parse_netmask(length, text, text_len, len);
    }
    *length = n;
    return n > len * 8 ? "the length after the slash is too large" : NULL;
}

static network_t masked(unsigned char *bytes, int len, int length)
{
    network_t network;
    int i;

    for (i = length; i < len * 8; i++) {
        bytes[i / 8] &= (unsigned char)~(0x80 >> i % 8);
    }
    network.first = ml_address_from_bytes(bytes, (apr_size_t)len);
    network.length = length;
    /* Shorter ones have lost the mark of a mapped address with their bits. */
    if (len == 16 && network.first.family == ML_ADDRESS_V4) {
        network.length -= 96;
    }
    return network;
}

static int is_before(const ml_address_t *a, const ml_address_t *b)
{
    return a->hi < b->hi || (a->hi == b->hi && a->lo < b->lo);
}

/* Whether one of the `n` ranges holds all of the network. */
static int is_inside(const network_t *network, const network_t *ranges, int n)
{
    const ml_address_t *first = &network->first;
    int i;

    for (i = 0; i < n; i++) {
        ml_address_t last = network_last(&ranges[i]);

        if (last.family == first->family && network->length >= ranges[i].length
            && !is_before(first, &ranges[i].first)
            && !is_before(&last, first)) {
            return 1;
        }
    }
    return 0;
}

#define V4(a, b, length) \
    {{ML_ADDRESS_V4, 0, (apr_uint64_t)(a) << 24 | (b) << 16}, length}
#define V6(a, length) {{ML_ADDRESS_V6, (apr_uint64_t)(a) << 48, 0}, length}

static const network_t loopback[] = {V4(127, 0, 8),
                                     {{ML_ADDRESS_V6, 0, 1}, 128}};

/* RFC 6890: private, shared and link-local. */
static const network_t not_routed[] = {
    V4(10, 0, 8),     V4(172, 16, 12), V4(192, 168, 16), V4(100, 64, 10),
    V4(169, 254, 16), V6(0xfc00, 7),   V6(0xfe80, 10),
};

#define LEN(array) ((int)(sizeof(array) / sizeof((array)[0])))

const char *network_refusal(const network_t *network, int flags)
{
    if (network->length == 0) {
        return "network of all addresses";
    }
    if (!(flags & NETWORK_ALLOW_LOOPBACK)
        && is_inside(network, loopback, LEN(loopback))) {
        return "loopback network";
    }
    if (flags & NETWORK_ROUTED
        && is_inside(network, not_routed, LEN(not_routed))) {
        return "private, shared or link-local network";
    }
    return NULL;
}

/* A tab beside the slash is a blank like others; a line end is not. */
static int has_control(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return 1;
        }
    }
    return 0;
}

const char *network_parse(network_t *network, const char *text, apr_size_t len,
                          int flags)
{
    unsigned char bytes[16];
    const char *slash, *mask = NULL, *refused = NULL;
    apr_size_t mask_len = 0;
    int address_len, length;

    ml_text_trim(&text, &len);
    if (has_control(text, len)) {
        return no_network;
    }
    slash = memchr(text, '/', len);
    if (slash) {
        mask = slash + 1;
        mask_len = (apr_size_t)(text + len - mask);
        ml_text_trim(&mask, &mask_len);
        len = (apr_size_t)(slash - text);
        ml_text_trim(&text, &len);
    }
    address_len = address_bytes(bytes, text, len);
    if (address_len == 0) {
        return no_network;
    }
    length = address_len * 8;
    if (slash) {
        refused = parse_length(&length, mask, mask_len, address_len);
    }
    else if (flags & NETWORK_ROUTED) {
        refused = "address without a length";
    }
    if (refused) {
        return refused;
    }
    *network = masked(bytes, address_len, length);
    return network_refusal(network, flags);
}

network_t network_of_address(const ml_address_t *address)
{
    network_t network = {*address, address->family == ML_ADDRESS_V4 ? 32 : 128};

    return network;
}

ml_address_t network_last(const network_t *network)
{
    ml_address_t last = network->first;
    int length = network->length;

    if (last.family == ML_ADDRESS_V4) {
        last.lo |= length < 32 ? 0xffffffffu >> length : 0;
    }
    else if (length < 64) {
        last.hi |= ~(apr_uint64_t)0 >> length;
        last.lo = ~(apr_uint64_t)0;
    }
    else {
        last.lo |= length < 128 ? ~(apr_uint64_t)0 >> (length - 64) : 0;
    }
    return last;
}

/* Letters, digits, underscores, and hyphens but at the ends (RFC 1123). */
static int is_label(const char *label, apr_size_t len)
{
    apr_size_t i;

    if (len == 0 || len > LABEL_MAX_LEN || label[0] == '-'
        || label[len - 1] == '-') {
        return 0;
    }
    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)label[i];

        if (c >= 0x80 || (!isalnum(c) && c != '-' && c != '_')) {
            return 0;
        }
    }
    return 1;
}

static int has_letter(const char *text)
{
    while (*text && !isalpha((unsigned char)*text)) {
        text++;
    }
    return *text != '\0';
}

int network_is_name(const char *text, apr_size_t len)
{
    char name[NAME_MAX_LEN + 1], *label = name, *dot;
    struct in_addr hex;

    ml_text_trim(&text, &len);
    if (len > 0 && text[len - 1] == '.') {
        len--;
    }
    if (len > NAME_MAX_LEN || memchr(text, '\0', len)) {
        return 0;
    }
    memcpy(name, text, len);
    name[len] = '\0';
    /* 0x7f.1 has a letter, but resolvers take it for an address. */
    if (inet_aton(name, &hex)) {
        return 0;
    }
    while ((dot = strchr(label, '.')) != NULL) {
        if (!is_label(label, (apr_size_t)(dot - label))) {
            return 0;
        }
        label = dot + 1;
    }
    return is_label(label, strlen(label)) && has_letter(label);
}

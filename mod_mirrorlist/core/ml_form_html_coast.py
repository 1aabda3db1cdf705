#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes ml_form_html_coast.c: Natural Earth's land at 1:110 million, as SVG.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    ./ml_form_html_coast.py package/land-110m.json > ml_form_html_coast.c

Knows the input's form (TopoJSON), and leaves out what is not seen on a map of
this width. No build runs it.
"""

import heapq
import json
import math
import sys
import textwrap

WIDTH = 1000  # of the map, from 180 degrees west to 180 degrees east
EQUATOR = 252  # where it is, from the top
LEAST_ISLAND = 12  # square units of the map
LEAST_CORNER = 4  # square units of the triangle that a point adds

HEAD = """\
/* SPDX-License-Identifier: Apache-2.0
 *
 * Made by ml_form_html_coast.py of Natural Earth's land at 1:110 million, which
 * is in the public domain (naturalearthdata.com), as world-atlas 2.0.2 has it.
 */
#include "ml_form_html.h"

const char ml_html_coast[] =
"""


def project(longitude, latitude):
    """The Natural Earth projection, as ml_form_html_map.c has it."""
    a = math.radians(latitude)
    a2 = a * a
    a4 = a2 * a2
    x = math.radians(longitude) * (
        0.8707 - 0.131979 * a2
        + a4 * (-0.013791 + a4 * (0.003971 * a2 - 0.001529 * a4)))
    y = a * (1.007226 + a2 * (
        0.015085 + a4 * (-0.044475 + 0.028874 * a2 - 0.005916 * a4)))
    unit = WIDTH / 2 / (math.pi * 0.8707)
    return WIDTH / 2 + x * unit, EQUATOR - y * unit


def rings(topology):
    """Lists of (longitude, latitude), outer rings and lakes alike."""
    scale, translate = (topology["transform"][name]
                        for name in ("scale", "translate"))
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + translate[0],
                           y * scale[1] + translate[1]))
        arcs.append(points)
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                points = []
                for number in ring:
                    points += arcs[number][:-1] if number >= 0 \
                        else arcs[~number][:0:-1]
                yield from cut(points)


def cut(ring):
    """Its parts on this map, where it goes over an edge."""
    flat = [ring[0]]
    for x, y in ring[1:] + ring[:1]:
        flat.append((x + 360 * round((flat[-1][0] - x) / 360), y))
    if abs(flat[-1][0] - flat[0][0]) > 1:  # around the pole
        flat += [(flat[-1][0], -90), (flat[0][0], -90)]
    for turn in (-360, 0, 360):
        part = [(x + turn, y) for x, y in flat]
        for side in (1, -1):
            part = inside(part, side)
        if len(part) > 2:
            yield part


def inside(ring, side):
    """What of it is west of 180 degrees, or east of -180 (Sutherland)."""
    kept = []
    for a, b in zip(ring[-1:] + ring[:-1], ring):
        if (side * a[0] > 180) != (side * b[0] > 180):
            share = (side * 180 - a[0]) / (b[0] - a[0])
            kept.append((side * 180, a[1] + share * (b[1] - a[1])))
        if side * b[0] <= 180:
            kept.append(b)
    return kept


def area(a, b, c):
    return abs((b[0] - a[0]) * (c[1] - a[1])
               - (c[0] - a[0]) * (b[1] - a[1])) / 2


def area_of(ring):
    return abs(sum(a[0] * b[1] - b[0] * a[1]
                   for a, b in zip(ring, ring[1:] + ring[:1]))) / 2


def simplified(ring):
    """Without the points that matter least, one by one (Visvalingam)."""
    n = len(ring)
    before, after = [i - 1 for i in range(n)], [i + 1 for i in range(n)]
    before[0], after[-1] = n - 1, 0
    alive = [True] * n
    weigh = lambda i: area(ring[before[i]], ring[i], ring[after[i]])  # noqa
    heap = [(weigh(i), i) for i in range(n)]
    heapq.heapify(heap)
    while heap and n > 3:
        least, i = heapq.heappop(heap)
        if not alive[i] or least != weigh(i):
            continue
        if least >= LEAST_CORNER:
            break
        alive[i] = False
        n -= 1
        after[before[i]], before[after[i]] = after[i], before[i]
        for j in (before[i], after[i]):
            heapq.heappush(heap, (weigh(j), j))
    return [point for i, point in enumerate(ring) if alive[i]]


def path(ring, start):
    """As SVG, after a ring that began at `start`; and where this one begins."""
    points = [(round(x), round(y)) for x, y in ring]
    steps = []
    last = start
    for point in points:
        if point != last:
            steps.append(f"{point[0] - last[0]} {point[1] - last[1]}")
        last = point
    text = f"m{steps[0]}l{' '.join(steps[1:])}z"
    return text.replace(" -", "-"), points[0]


def main():
    text, start = "", (0, 0)
    for ring in rings(json.load(open(sys.argv[1]))):
        drawn = [project(*point) for point in ring]
        if area_of(drawn) >= LEAST_ISLAND:
            part, start = path(simplified(drawn), start)
            text += part
    lines = textwrap.wrap(text.replace(" ", "~"), 74, break_on_hyphens=False)
    print(HEAD + "\n".join(
        f'    "{line}"' for line in lines).replace("~", " ") + ";")


if __name__ == "__main__":
    main()

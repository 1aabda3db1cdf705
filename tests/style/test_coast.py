# SPDX-License-Identifier: Apache-2.0
"""The land of the map lies where the map's projection puts places."""

import importlib.util
import re
from pathlib import Path

import pytest

CORE = Path(__file__).resolve().parents[2] / "mod_mirrorlist/core"


@pytest.fixture(scope="module")
def maker():
    """The script that made the land."""
    spec = importlib.util.spec_from_file_location(
        "coast", CORE / "ml_form_html_coast.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def land():
    """Rings of (x, y)."""
    source = (CORE / "ml_form_html_coast.c").read_text()
    path = "".join(re.findall(r'^    "(.*)";?$', source, re.M))
    assert re.fullmatch(r"(m-?\d+[ -]\d+l[\d -]+z)+", path)
    rings, start = [], (0, 0)
    for part in path.split("z")[:-1]:
        numbers = list(map(int, re.findall(r"-?\d+", part)))
        x, y = start
        ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2]):
            x, y = x + dx, y + dy
            ring.append((x, y))
        start = ring[0]
        rings.append(ring)
    return rings


def is_inside(ring, x, y):
    inside = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


@pytest.mark.parametrize("latitude, longitude, on_land", [
    (52, 13, True), (40, -100, True), (-25, 135, True), (-15, -55, True),
    (64, 100, True), (67, -176, True), (0, 25, True), (-85, 0, True),
    (72, -40, True), (52, -1, True), (36, 138, True), (-43, 171, True),
    (30, -40, False), (0, 0, False), (-30, 80, False), (0, 180, False),
    (0, -140, False), (42, 5, False), (58, 20, False), (43, 34, False)])
def test_places_are_where_they_should_be(maker, land, latitude, longitude,
                                         on_land):
    x, y = maker.project(longitude, latitude)
    assert any(is_inside(ring, x, y) for ring in land) == on_land


def test_all_land_is_on_the_map(land):
    points = [point for ring in land for point in ring]
    assert all(0 <= x <= 1000 and 0 <= y <= 512 for x, y in points)
    assert min(y for _, y in points) == 0 and max(y for _, y in points) == 512


def test_the_land_is_small(land):
    assert (CORE / "ml_form_html_coast.c").stat().st_size < 8192

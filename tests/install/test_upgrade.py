# SPDX-License-Identifier: Apache-2.0
"""What an administrator changed, through an upgrade and a removal.

One story, told once: installation, changes, upgrade, removal. Knows
what must outlive which step; each test looks at what one step left.
"""

import pytest

from install.building import NEXT_LINES
from install.rootfolder import PRESETS

MODULE = "/etc/httpd/conf.modules.d/10-mirrorlist.conf"
SERVER = "/etc/httpd/conf.d/mirrorlist.conf"
TOOL = "/etc/mirrormanager/mirrorlist-cachegen.conf"
STATE = "/var/lib/mirrormanager"
DATA = {f"{STATE}/mirrorlist.cache": b"cache",
        f"{STATE}/mirrorlist.cache.good": b"good",
        f"{STATE}/global_netblocks.txt": b"networks"}
OURS = b"# The administrator's.\n"
WANTS = "/etc/systemd/system"
RELOAD = f"{WANTS}/multi-user.target.wants/mirrorlist-reload.path"
REFRESH = f"{WANTS}/timers.target.wants/mirrorlist-refresh.timer"


def change(root, *paths):
    for path in paths:
        with open(root.path / path[1:], "ab") as file:
            file.write(OURS)


@pytest.fixture(scope="module")
def story(root, packages, next_packages):
    """step -> the files that it left: path -> content."""
    root.write(f"{PRESETS}/50-mirrorlist.preset", "enable mirrorlist-*\n")
    left = {}
    root.install(packages)
    left["installation"] = root.files()
    change(root, SERVER, TOOL)
    for path, content in DATA.items():
        root.write(path[1:], content.decode())
    root.run("systemctl", "disable", "mirrorlist-refresh.timer")
    root.install(next_packages)
    left["upgrade"] = root.files()
    root.run("systemctl", "enable", "mirrorlist-refresh.timer")
    root.rpm("-e", "mod_mirrorlist")
    left["removal of one"] = root.files()
    root.rpm("-e", "mirrorlist-cachegen", "mod_mirrorlist-common")
    left["removal"] = root.files()
    return left


# Upgrade

def test_changed_configuration_stays_and_the_new_one_lies_beside(story):
    shipped = story["installation"][SERVER]
    new = NEXT_LINES["mirrorlist.conf"].encode()
    assert story["upgrade"][SERVER] == shipped + OURS
    assert story["upgrade"][f"{SERVER}.rpmnew"] == shipped + new


def test_configuration_that_nobody_changed_is_replaced(story):
    shipped = story["installation"][MODULE]
    new = NEXT_LINES["10-mirrorlist.conf"].encode()
    assert story["upgrade"][MODULE] == shipped + new
    assert f"{MODULE}.rpmsave" not in story["upgrade"]


def test_nothing_new_lies_beside_configuration_that_is_shipped_as_before(story):
    assert story["upgrade"][TOOL] == story["installation"][TOOL] + OURS
    assert f"{TOOL}.rpmnew" not in story["upgrade"]


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize("step", ["upgrade", "removal"])
def test_data_outlive(story, step, path):
    assert story[step][path] == DATA[path]


# Units

def test_units_are_as_the_presets_say_after_the_installation(story):
    assert {RELOAD, REFRESH} <= set(story["installation"])


def test_units_are_as_the_administrator_said_after_the_upgrade(story):
    assert RELOAD in story["upgrade"]
    assert REFRESH not in story["upgrade"]


# Removal

def test_changed_configuration_is_saved_from_the_removal(story):
    for path in (SERVER, TOOL):
        assert story["removal"][f"{path}.rpmsave"] == story["upgrade"][path]


def test_the_removal_leaves_nothing_else(story):
    preset = f"/{PRESETS}/50-mirrorlist.preset"
    saved = {f"{path}.rpmsave" for path in (SERVER, TOOL)}
    assert set(story["removal"]) - {f"{SERVER}.rpmnew"} == \
        saved | set(DATA) | {preset}

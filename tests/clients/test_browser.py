# SPDX-License-Identifier: Apache-2.0
"""A real browser: people read a list there, whatever somebody linked to.

What a page holds is Chromium's own document after all scripts have run.
"""

from html import escape
from urllib.parse import quote

import pytest

from clients.scene import REPOMD
from harness import browser

MARKUP = """--><script xmlns="http://www.w3.org/1999/xhtml">\
document.documentElement.textContent = "ran"</script><b>&amp;é"""


@pytest.fixture
def page(tmp_path):
    """page(server, target) -> the document that the browser shows."""
    def show(server, target):
        shown, show.hosts = browser.show(
            tmp_path, f"http://127.0.0.1:{server.port}/{target}",
            "--dump-dom")
        return shown
    return show


def test_a_list_is_shown_as_text(page, served, good):
    shown = page(served([good]), "mirrorlist?repo=e2e&arch=x86_64")
    assert "<pre" in shown
    assert "# repo = e2e arch = x86_64 country = DE" in shown
    assert good.url + "/e2e/os/\n" in shown


@pytest.mark.parametrize("query, words", [
    ("arch=x86_64&repo=" + quote(MARKUP), f"repo = {MARKUP} arch"),
    ("repo=e2e&arch=x86_64&protocol=" + quote(MARKUP), f"protocol = {MARKUP}"),
    ("path=pub/e2e/os/" + quote(MARKUP), MARKUP.replace("//", "/"))],
    ids=("repo", "protocol", "path"))
def test_markup_in_a_list_is_text(page, served, good, query, words):
    server = served([good], config="AddDefaultCharset utf-8\n")
    shown = page(server, "mirrorlist?" + query)
    assert "<pre" in shown
    assert escape(words, quote=False) in shown


def test_markup_in_a_failing_metalink_is_no_page(page, served, good):
    """Chromium would show a document of XML, and run its scripts."""
    target = "metalink?arch=x86_64&repo=" + quote(MARKUP)
    assert page(served([good]), target).strip() == ""


def test_a_redirect_shows_the_file_of_a_mirror(page, served, good):
    shown = page(served([good]), f"mirrorlist?path=pub{REPOMD}&redirect")
    assert "<repomd" in shown
    assert good.asked(REPOMD) == [200]


# Gets into the page where no text of a row or of a request does.
SCRIPT = "<script>document.documentElement.textContent = 'ran'</script>"
INJECTED = f"""
<Location "/">
    SetOutputFilter SUBSTITUTE
    Substitute "s|</main>|{SCRIPT}</main>|n"
</Location>
<Location "/explain">
    SetHandler mirrorlist-explain
</Location>
"""


@pytest.mark.parametrize("config, runs", [
    ("", False), ("Header unset Content-Security-Policy\n", True)],
    ids=("policy", "no-policy"))
@pytest.mark.parametrize("path, words", [
    ("mirrorlist", "Your country, Germany"), ("explain", "client's country")])
def test_a_script_does_not_run_in_a_page(page, served, good, config, runs,
                                         path, words):
    server = served([good], config=INJECTED + config,
                    modules=("filter", "substitute"))
    shown = page(server, f"{path}?repo=e2e&arch=x86_64&format=html")
    assert (">ran</html>" in shown) == runs, shown
    assert (words in shown) != runs, shown
    assert page.hosts == {f"127.0.0.1:{server.port}"}

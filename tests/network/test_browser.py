"""A page in the real browser, of fifty lines, that asks two models."""

from __future__ import annotations

import os
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from antiphon_client import AntiphonClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from playwright.async_api import Page

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.slow


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def origin() -> Iterator[str]:
    """A site with the page."""
    handler = partial(_Silent, directory=str(Path(__file__).parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        thread = Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()
        thread.join()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A tab of Debian's Chromium."""
    if not CHROMIUM.exists() or find_spec("playwright") is None:
        if "CI" in os.environ:
            pytest.fail("no Chromium here")
        pytest.skip("no Chromium here")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield await browser.new_page()
        await browser.close()


async def test_a_page_of_an_allowed_site_shows_what_two_models_say(
    serve: Callable[..., Any], origin: str, page: Page
) -> None:
    async with serve("--allow-origin", origin) as server:
        given = urlencode({"url": server.url, "token": server.token})
        await page.goto(f"{origin}/page.html#{given}")
        await page.get_by_text("complete", exact=True).wait_for()
        shown = await page.locator("pre").all_text_contents()
        async with AntiphonClient.connect_ws(server.url, server.token) as client:
            (session,) = (await client.sessions()).sessions
            opened = await client.open_session(session.id)
            kept = [await client.content(pane.uri) for pane in opened.session.panes]
    assert len(shown) == 2
    assert sorted(shown) == sorted(kept)


async def test_a_page_of_another_site_is_refused_though_it_has_the_token(
    serve: Callable[..., Any], origin: str, page: Page
) -> None:
    async with serve("--allow-origin", "https://pages.example") as server:
        given = urlencode({"url": server.url, "token": server.token})
        await page.goto(f"{origin}/page.html#{given}")
        await page.get_by_text("closed 1006").wait_for()
        async with AntiphonClient.connect_ws(server.url, server.token) as client:
            assert (await client.sessions()).sessions == []

"""Hostile names in a real browser: none becomes a link, picture, element or script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from digitapp.runs import RunStore
from digitapp.text import escaping
from tests.browser.conftest import opened
from tests.browser.session import (
    PREDICTION,
    WAIT,
    Chromium,
    choose,
    draw,
    open_app,
    server,
    wait_until_up,
)
from tests.digits import DIGITS
from tests.hostile import BIDI, MARKUP
from tests.pages import hostile_store

# What a hostile text would turn into.
FOREIGN = r"""() => {
  const found = [];
  const seek = root => {
    for (const each of root.querySelectorAll('*')) {
      if (each.shadowRoot) seek(each.shadowRoot);
      const [name, text] = [each.localName, each.textContent];
      const link = String(each.href?.baseVal ?? each.href ?? '').replace(/#.*/, '');
      const address = `${link} ${each.src ?? ''}`;
      if (/evil|[/]x$/.test(address)) found.push(`${name} ${address}`);
      if (name === 'script' && /^alert/.test(text)) found.push('script');
      if (name === 'img' && /Streamlit logo/.test(each.alt)) found.push('logo');
      if (/^skull$|^😂$/.test(text)) found.push(`${name} ${text}`);
      const ours = name === 'h1' ? /^Run \d+: /.test(text) : /^live-/.test(each.className);
      if (/^(h1|li|blockquote|del)$/.test(name) && !ours && /item|heading|quote|^e$|^x$/.test(text))
        found.push(`${name} ${text}`);
      if (/^(b|em|strong|tspan|code)$/.test(name) && /^(bold|a|b|c|d|f)$/.test(text))
        found.push(`${name} ${text}`);
      if (each.classList.contains('katex')) found.push('katex');
    }
  };
  seek(document);
  return found;
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("hostile") / "runs.db"
    hostile_store.filled(RunStore(f"sqlite:///{store}"))
    with server("app.py", store) as url:
        wait_until_up(url)
        yield url


@pytest.fixture
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        shown.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        yield shown


def clean(page: Page, wanted: str) -> None:
    """Wait for `wanted`, then check that the page has nothing that should not be there."""
    page.get_by_text(wanted).first.wait_for(timeout=WAIT, state="attached")
    page.wait_for_timeout(500)
    assert not page.evaluate(FOREIGN)


def as_read(text: str) -> str:
    """Return a text as a browser shows it, without invisible characters."""
    return re.sub(r"\s+", " ", text.replace(escaping.JOINER, "")).strip()


def test_the_look_finds_what_markup_becomes(page: Page) -> None:
    page.set_content(
        "<a href='https://evil.example/a'>y</a><p><b>bold</b><h1>heading</h1>"
        "<span class='katex'></span><em>a</em>"
    )
    assert len(page.evaluate(FOREIGN)) == 5


def test_every_text_is_shown_letter_by_letter(page: Page) -> None:
    with server("tests/browser/hostile_page.py") as url:
        wait_until_up(url)
        page.goto(url)
        clean(page, "The end.")
        page.locator(".st-key-hostile .js-plotly-plot .legendtext").first.wait_for(timeout=WAIT)
        assert not page.evaluate(FOREIGN)
        for number, text in enumerate((*MARKUP, BIDI)):
            shown = page.locator(f".st-key-text-{number}").inner_text()
            assert as_read(shown) == as_read(escaping.plain(text))
        legend = page.locator(".st-key-hostile .legendtext").all_text_contents()
        assert [*map(as_read, legend)] == [*map(as_read, MARKUP)]
        page.goto("about:blank")  # so that no request is sent to the server after its end


def test_the_pages(page: Page, address: str) -> None:
    page.goto(f"{address}/train?run=3&lr={MARKUP[0]}")
    clean(page, "Run 3:")
    page.goto(f"{address}/train?preset={MARKUP[0]}&seed={MARKUP[4]}")
    clean(page, "cannot be used")
    every = ",".join(str(place + 1) for place in range(len(MARKUP)))
    page.goto(f"{address}/runs?runs={every}")
    page.locator(".st-key-overlay .legendtext").first.wait_for(timeout=WAIT)
    clean(page, "Solid lines")
    page.get_by_role("tab", name="What differs").click()
    clean(page, "Batch size")


def test_drawing_with_networks_of_hostile_classes(page: Page, address: str) -> None:
    open_app(page, address)
    draw(page, DIGITS[7])
    expect(page.locator(PREDICTION)).to_contain_text("after 2 strokes", timeout=WAIT)
    choose(page, page.get_by_label("Which network reads?"), "Run 5")
    clean(page, "Stroke by stroke")
    page.get_by_role("link", name="Stress test").click()
    page.locator(".st-key-endurance .legendtext").first.wait_for(timeout=WAIT)
    clean(page, "What the networks see on the way")

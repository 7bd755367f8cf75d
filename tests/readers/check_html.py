"""The HTML report in Chromium, without a network: with scripts and without, wide and narrow, light, dark and printed."""

import json
import os
import pathlib
import shutil
import tempfile

from common import files, not_checked
from playwright.sync_api import expect, sync_playwright

# Chromium's own traffic is switched off; what is left would be the page's.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SEVERITIES = ["critical", "high", "medium", "low", "info"]


def problems(report):
    return [f for f in report["findings"] if f["verdict"] in ("fail", "unknown")]


def worst_of_secrets(report):
    """ARN of a secret to the word that the page shows for it."""
    worst = {}
    for finding in problems(report):
        if finding["resource"]["type"] != "secret":
            continue
        rank = SEVERITIES.index(finding["severity"]) if finding["verdict"] == "fail" else len(SEVERITIES)
        arn = finding["resource"]["arn"]
        worst[arn] = min(rank, worst.get(arn, rank))
    words = [*SEVERITIES, "unknown"]
    return {arn: words[rank] for arn, rank in worst.items()}


class Page:
    """A page of the report that notes whatever goes wrong."""

    def __init__(self, browser, path, **options):
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.wrong = []
        self.page.on("console", lambda message: self.note(message))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self.asked(request.url, path))
        self.page.goto(path.as_uri())

    def note(self, message):
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def asked(self, url, path):
        if url.split("#")[0] != path.as_uri():
            self.wrong.append(f"asked for {url}")

    def close(self):
        self.context.close()
        assert not self.wrong, self.wrong


def shown(page):
    return page.locator("#secrets-list > details.s:visible")


def counts(page):
    """Failures, unknowns and accepted ones among the findings of all sections."""
    return page.evaluate(
        """() => {
            const all = [...document.querySelectorAll('.f')];
            const word = (f) => f.querySelector('.pill').textContent;
            return {
                unknown: all.filter((f) => word(f) === 'unknown').length,
                fail: all.filter((f) => word(f) !== 'unknown').length,
                accepted: all.filter((f) => [...f.querySelectorAll('.chip')].some((c) => c.textContent === 'accepted')).length,
            };
        }"""
    )


def check_counts(page, report):
    found = problems(report)
    expected = {
        "unknown": sum(f["verdict"] == "unknown" for f in found),
        "fail": sum(f["verdict"] == "fail" for f in found),
        "accepted": sum("exception" in f for f in found),
    }
    assert counts(page) == expected, (counts(page), expected)
    tiles = dict(zip([*SEVERITIES, "unknown"], page.locator(".tile b").all_text_contents()))
    for severity in SEVERITIES:
        assert int(tiles[severity].replace(",", "")) == report["summary"]["by_severity"].get(severity, 0)
    secrets = page.locator("#secrets-list > details.s").count()
    assert secrets == report["summary"]["secrets"], secrets


def check_search_and_filters(page, report):
    total = page.locator("#secrets-list > details.s").count()
    assert page.locator("#shown").text_content() == f"{total} shown"
    name = page.locator("#secrets-list > details.s summary b").nth(total // 2).text_content()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type(name.upper())
    expect(page.locator("#shown")).not_to_have_text(f"{total} shown")
    names = shown(page).locator("summary b").all_text_contents()
    assert name in names and len(names) < total, names
    page.keyboard.press("Escape")
    assert shown(page).count() == total
    listed = set(page.locator("#secrets-list > details.s > .in > p.arn").all_text_contents())
    listed = {arn.strip() for arn in listed}
    # Events tell of secrets that are gone as well; they stand apart.
    worst = {arn: word for arn, word in worst_of_secrets(report).items() if arn in listed}
    for word in ("critical", "unknown"):
        page.select_option("#by-severity", word)
        assert shown(page).count() == sum(found == word for found in worst.values()), word
    page.select_option("#by-severity", "clean")
    assert shown(page).count() == total - len(worst)
    page.click("#reset")
    for field in ("#by-owner", "#by-account", "#by-framework", "#by-rule"):
        option = page.locator(f"{field} option").nth(1).get_attribute("value") or page.locator(f"{field} option").nth(1).text_content()
        page.select_option(field, option)
        assert 0 < shown(page).count() <= total, (field, option)
        page.click("#reset")
    page.fill("#find", "nothing is called like this")
    page.wait_for_selector("#nothing:visible")
    page.click("#reset")
    assert shown(page).count() == total


def check_sorting(page):
    def column(key):
        return page.evaluate(
            "(key) => [...document.querySelectorAll('#secrets-list > details.s')].map((row) => Number(row.dataset[key] || -1))", key
        )

    for key in ("fails", "can", "age", "cost"):
        button = page.locator(f".cols [data-key={key}]")
        button.click()
        assert column(key) == sorted(column(key), reverse=True), key
        button.focus()
        page.keyboard.press("Enter")
        assert column(key) == sorted(column(key)), key
    page.locator(".cols [data-key=name]").click()
    names = page.evaluate("[...document.querySelectorAll('#secrets-list > details.s')].map((row) => row.querySelector('b').textContent)")
    assert names == sorted(names), names[:3]


def check_links(page):
    """Every link within the page has a target, and following one opens what it leads to."""
    dead = page.evaluate(
        """() => [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href').slice(1))
            .filter((id) => !document.getElementById(decodeURIComponent(id)))"""
    )
    assert not dead, dead[:5]
    link = page.locator("#risks .risk p a").first
    link.click()
    expect(page.locator(link.get_attribute("href"))).to_be_visible()
    fix = page.locator("details.s[open] details.fix").first
    fix.locator("summary").click()
    assert fix.locator("pre").is_visible() and fix.locator("pre").text_content().strip()
    fix.locator("button.copy").click()


def check_policy(page):
    """The page forbids itself scripts, styles and addresses that are not its own."""
    ran = page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            return window.ran === true;
        }"""
    )
    assert not ran, "a foreign script ran"


def check_with_scripts(browser, path, report):
    view = Page(browser, path, viewport={"width": 1280, "height": 900})
    check_counts(view.page, report)
    check_search_and_filters(view.page, report)
    check_sorting(view.page)
    check_links(view.page)
    assert not view.wrong, view.wrong
    check_policy(view.page)
    view.wrong = [text for text in view.wrong if "Content Security Policy" not in text]
    view.close()


def check_without_scripts(browser, path, report):
    view = Page(browser, path, viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page = view.page
    assert page.locator("#secrets-list > details.s").count() == report["summary"]["secrets"]
    assert not page.locator(".tools").is_visible() and not page.locator("button.copy").count()
    first = page.locator("#secrets-list > details.s").first
    first.locator("> summary").click()
    assert first.locator("dl").is_visible()
    view.close()


def check_sizes_and_media(browser, path):
    for width in (360, 768, 1280):
        view = Page(browser, path, viewport={"width": width, "height": 800})
        view.page.evaluate("document.querySelectorAll('details').forEach((one, at) => { one.open = at < 60; })")
        wide = view.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} px at {width}"
        view.close()
    colours = set()
    for scheme in ("light", "dark"):
        view = Page(browser, path, viewport={"width": 1280, "height": 900}, color_scheme=scheme)
        colours.add(view.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        view.close()
    assert len(colours) == 2, colours
    view = Page(browser, path, viewport={"width": 1280, "height": 900})
    view.page.emulate_media(media="print")
    assert not view.page.locator("nav.bar").is_visible()
    tall = view.page.evaluate("document.querySelector('#secrets-list > details.s > .in').getBoundingClientRect().height")
    assert tall > 100, "what is folded is not printed"
    view.close()


def screenshots(browser, path, folder):
    looks = {
        "desktop": {"viewport": {"width": 1280, "height": 900}},
        "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        "phone": {"viewport": {"width": 360, "height": 800}},
    }
    for name, options in looks.items():
        view = Page(browser, path, **options)
        view.page.screenshot(path=str(folder / f"html-{name}.png"))
        view.close()
    view = Page(browser, path, viewport={"width": 1280, "height": 900})
    view.page.emulate_media(media="print")
    view.page.screenshot(path=str(folder / "html-print.png"))
    view.close()


def main():
    (path,) = files(".html")
    path = path.resolve()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        not_checked("there is no Chromium, so the page was not opened")
    report = json.loads(path.with_suffix(".json").read_text("utf-8"))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        check_with_scripts(browser, path, report)
        check_without_scripts(browser, path, report)
        check_sizes_and_media(browser, path)
        screenshots(browser, path, pathlib.Path(os.environ.get("SCREENSHOTS", scratch)))
        browser.close()
    print(f"{report['summary']['secrets']} secrets clicked through in {pathlib.Path(chromium).name}, offline")


main()

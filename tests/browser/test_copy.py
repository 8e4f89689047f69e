"""Copy buttons: the clipboard holds what is typed, and nothing else."""

from playwright.sync_api import Page, expect


def test_every_block_with_a_command_has_one_button(page: Page) -> None:
    page.goto("workshop/02-building-an-image.html")
    typed = page.locator("div.highlight-transcript:has(.gp)")
    expect(typed.locator("button.copybtn")).to_have_count(typed.count())
    assert typed.count() > 10


def test_a_press_copies_the_command_without_prompt_and_output(page: Page) -> None:
    page.goto("workshop/02-building-an-image.html")
    block = page.locator("div.highlight-transcript").filter(has_text="docker image build").first
    block.hover()
    block.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("docker image build")
    assert "$" not in copied

"""What everybody must find in what is shown: in light, in dark, in a narrow window, by eye and by screen reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Error, Locator, ViewportSize, expect
from playwright.sync_api import TimeoutError as NotInTime

from workbench.settings import PATHS

SHOTS = PATHS.state / "screenshots"  # for a person to look at; no test reads them
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROW: ViewportSize = {"width": 320, "height": 2000}
# The lab says in its body which theme is on, the book in its root.
IN_COLOURS = """
(scheme) => scheme === (
    {true: "light", false: "dark"}[document.body.dataset.jpThemeLight] ?? document.documentElement.dataset.theme
)
"""
# The book's theme shows more on its two buttons than their names say: an icon for each mode, the key for the search.
# What xterm.js gives to screen readers lies over its screen and is invisible on purpose.
# Text in the very colour of its background is no violation to axe, but something to look at.
FINDINGS = """
async (element) => {
    // What is on its way from colour to colour comes to its end, and what moves for ever stops.
    for (const animation of document.getAnimations()) {
        if (animation.effect.getComputedTiming().endTime === Infinity) animation.cancel();
        else animation.finish();
    }
    const {violations, incomplete} = await axe.run(
        {include: element, exclude: [".search-button-field", ".theme-switch-button", ".xterm-accessibility-tree"]},
        {resultTypes: ["violations", "incomplete"]}
    );
    const unseen = incomplete.filter(({id}) => id === "color-contrast").map((finding) => ({...finding,
        nodes: finding.nodes.filter(({any}) => any.some(({data}) => data?.messageKey === "equalRatio"))}));
    return [...violations, ...unseen]
        .filter(({impact, nodes}) => ["serious", "critical"].includes(impact) && nodes.length)
        .map(({id, help, nodes}) => [`${id}: ${help}`, ...nodes.map((node) => node.html.slice(0, 300))]);
}
"""
# What is wide by itself, such as a table, may scroll in a box of its own; a control may not be cut off.
FITS = """
(element) => {
    const right = element.getBoundingClientRect().right + 1;
    const controls = [...element.querySelectorAll("button, input, select, textarea, summary")];
    return element.scrollWidth <= element.clientWidth && right <= innerWidth + 1
        && controls.every((control) => control.getBoundingClientRect().right <= right);
}
"""


@dataclass(frozen=True)
class Axe:
    """What parts of pages are looked at with.

    Attributes
    ----------
    script : str
        axe-core, which looks for what keeps people out.
    pictures : bool
        Whether to leave pictures in ``SHOTS`` for a person to look at, which takes as long as all the rest.
    """

    script: str
    pictures: bool


def look_at(shown: Locator, name: str, axe: Axe) -> None:
    """Look at a part of a page: nothing serious may be found, and it must fit into a narrow window.

    Parameters
    ----------
    shown : playwright.sync_api.Locator
    name : str
        For the pictures.
    axe : Axe
    """
    page = shown.page
    page.evaluate(axe.script)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(IN_COLOURS, arg=scheme)
        found = shown.evaluate(FINDINGS)
        if axe.pictures:
            _picture(shown, f"{name}-{scheme}")
        assert not found, f"in {scheme}: {found}"
    page.emulate_media(color_scheme="light")
    wide = page.viewport_size
    assert wide
    page.set_viewport_size(NARROW)
    fits = _fits(shown)
    if axe.pictures:
        _picture(shown, f"{name}-narrow")
    page.set_viewport_size(wide)
    assert fits, "it scrolls sideways in a narrow window"


def _picture(shown: Locator, name: str) -> None:
    """Take a picture; another one where the lab, which lays itself out anew, changed the node meanwhile."""
    try:
        shown.screenshot(path=SHOTS / f"{name}.png", animations="disabled")
    except Error:
        expect(shown).to_be_visible()
        shown.screenshot(path=SHOTS / f"{name}.png", animations="disabled")


def _fits(shown: Locator) -> bool:
    """Say whether it fits in the end; the lab needs a moment to lay itself out anew."""
    try:
        shown.page.wait_for_function(FITS, arg=shown.element_handle(), timeout=15_000)
    except NotInTime:
        return False
    return True

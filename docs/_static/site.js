// A block that scrolls sideways can be reached and scrolled with the keyboard in every browser.
addEventListener("load", () => {
  const look = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const block of document.querySelectorAll("pre, .table-wrapper")) look.observe(block);
});

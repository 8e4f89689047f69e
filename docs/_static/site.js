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

// What sphinx-copybutton uses of clipboard.js, which is as large as the rest of its script.
window.ClipboardJS = class {
  constructor(selector, { text }) {
    this.acts = {};
    document.addEventListener("click", async ({ target }) => {
      const trigger = target.closest(selector);
      if (!trigger) return;
      let event = "success";
      try {
        await navigator.clipboard.writeText(text(trigger));
      } catch {
        event = "error"; // a browser may forbid it, and does where the site has no TLS
      }
      this.acts[event]({ trigger });
    });
  }

  on(event, act) {
    this.acts[event] = act;
  }
};

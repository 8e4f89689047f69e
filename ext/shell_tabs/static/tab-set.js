/* Tabs after the ARIA pattern. A choice holds for all tabs of the site that have the same label, and is kept. */
window.addEventListener("DOMContentLoaded", () => {
  const KEY = "tab-set:";
  const all = [...document.querySelectorAll(".tab-set > [role=tablist]")].map((list) => [...list.children]);

  function kept(name, value) {
    try {
      if (value === undefined) return localStorage.getItem(KEY + name);
      localStorage.setItem(KEY + name, value);
    } catch {
      return null; // a browser may forbid it
    }
  }

  const nameOf = (tabs) => tabs.map((tab) => tab.dataset.label).join("|");

  function show(tabs, chosen) {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
    }
  }

  function choose(tabs, chosen) {
    const before = chosen.getBoundingClientRect().top;
    show(tabs, chosen);
    const label = chosen.dataset.label;
    for (const others of label ? all : []) {
      const same = others.find((tab) => tab.dataset.label === label);
      if (!same) continue;
      show(others, others === tabs ? chosen : same);
      kept(nameOf(others), label);
    }
    // tabs above have changed their height
    window.scrollBy({ top: chosen.getBoundingClientRect().top - before, behavior: "instant" });
  }

  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const panel = target?.closest("[role=tabpanel][hidden]");
    const tabs = panel && all.find((tabs) => tabs.some((tab) => tab.id === panel.getAttribute("aria-labelledby")));
    if (!tabs) return;
    show(tabs, tabs.find((tab) => tab.id === panel.getAttribute("aria-labelledby")));
    target.scrollIntoView();
  }

  for (const tabs of all) {
    const last = tabs.find((tab) => tab.dataset.label && tab.dataset.label === kept(nameOf(tabs)));
    if (last) show(tabs, last);
    tabs.forEach((tab, at) => {
      tab.addEventListener("click", () => choose(tabs, tab));
      tab.addEventListener("keydown", (event) => {
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        event.stopPropagation(); // the arrows also turn pages
        const next = tabs[(to + tabs.length) % tabs.length];
        choose(tabs, next);
        next.focus();
      });
    });
  }
  reveal();
  window.addEventListener("hashchange", reveal);
});

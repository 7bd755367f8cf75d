"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const list = document.getElementById("secrets-list");
  const all = list ? [...list.querySelectorAll(":scope > details.s")] : [];
  const text = new WeakMap();
  const rank = new Map(all.map((row, place) => [row, place]));
  const textOf = (row) => {
    if (!text.has(row)) {
      const parts = [row.firstElementChild, ...row.lastElementChild.querySelectorAll(":scope > p.arn, :scope > p > .chip")];
      text.set(row, parts.map((part) => part.textContent).join(" ").toLowerCase());
    }
    return text.get(row);
  };
  const get = (id) => document.getElementById(id);
  const fields = ["owner", "severity", "framework", "account", "rule"].map((name) => [name, get("by-" + name)]).filter(([, field]) => field);
  const find = get("find"), shown = get("shown"), none = get("nothing");
  // A rule that could not judge ends with a question mark, and fails no framework.
  const behind = new Map([...document.querySelectorAll("#by-rule option")].map((one) => [one.value, (one.dataset.frameworks || "").split(" ")]));
  const fits = (row, name, wanted) => {
    const has = row.dataset[name === "framework" ? "rule" : name] || "";
    if (name === "framework") return has.split(" ").some((rule) => (behind.get(rule) || []).includes(wanted));
    return name === "rule" ? has.split(" ").some((rule) => rule.replace("?", "") === wanted) : has === wanted;
  };
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = fields.filter(([, field]) => field.value !== "*");
    let count = 0;
    for (const row of all) {
      const fit = wanted.every(([name, field]) => fits(row, name, field.value)) && words.every((word) => textOf(row).includes(word));
      if (row.hidden === fit) row.hidden = !fit;
      count += fit ? 1 : 0;
    }
    shown.textContent = count === all.length ? `${all.length} shown` : `${count} of ${all.length} shown`;
    none.hidden = count > 0 || all.length === 0;
  };
  if (list && find) {
    let waiting;
    find.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
    fields.forEach(([, field]) => field.addEventListener("change", filter));
    get("reset").addEventListener("click", () => { find.value = ""; fields.forEach(([, field]) => { field.value = "*"; }); filter(); });
    filter();
    const heads = [...document.querySelectorAll(".cols [data-key]")];
    heads.forEach((head) => head.addEventListener("click", () => {
      const key = head.dataset.key, number = head.hasAttribute("data-number");
      const cell = head.parentElement;
      const down = cell.getAttribute("aria-sort") === "descending" ? false : cell.getAttribute("aria-sort") === "ascending" ? true : number;
      document.querySelectorAll(".cols [aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => number ? Number(row.dataset[key] || -1) : key === "rank" ? rank.get(row) : key === "name" ? row.querySelector("b").textContent : row.dataset[key];
      const order = number || key === "rank" ? (a, b) => a - b : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
      all.sort((a, b) => (down ? -1 : 1) * order(value(a), value(b)));
      // To move thousands of sections takes seconds; to say in which order they are shown takes none.
      if (all.length <= 2000) list.append(...all); else all.forEach((row, place) => { row.style.order = place; });
    }));
    document.querySelectorAll("[data-show-rule]").forEach((link) => link.addEventListener("click", () => {
      const field = get("by-rule");
      if (field) { field.value = link.dataset.showRule; filter(); }
    }));
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
        event.preventDefault();
        find.focus();
      }
      if (event.key === "Escape" && document.activeElement === find) { find.value = ""; filter(); }
    });
  }
  const open = () => {
    const at = location.hash.length > 1 && get(decodeURIComponent(location.hash.slice(1)));
    for (let up = at; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") { up.hidden = false; up.open = true; }
    }
    if (at) at.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
  // Each folded command gets its button when it is opened first.
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    if (!fold.open || !fold.classList.contains("fix") || fold.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "copy";
    fold.querySelector("pre").before(button);
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const code = button.nextElementSibling;
    const done = () => { button.textContent = "copied"; setTimeout(() => { button.textContent = "copy"; }, 1200); };
    const choose = () => { const range = document.createRange(); range.selectNodeContents(code); const now = getSelection(); now.removeAllRanges(); now.addRange(range); };
    if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, choose); else choose();
  });
  let closed = [];
  addEventListener("beforeprint", () => { closed = [...document.querySelectorAll("details:not([open])")].filter((one) => !one.hidden); if (closed.length < 3000) closed.forEach((one) => { one.open = true; }); });
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
})();

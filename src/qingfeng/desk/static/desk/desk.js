/* Small comforts; every page works without them. */
"use strict";

/* Menus: close on a click outside and on Escape, giving focus back. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* Bulk selection: <form data-bulk> with boxes .cb[name], one .cb[data-all] and a .bulk bar.
   The bar hides while nothing is ticked; [data-count] says how many; a reset button unticks all. */
function count(form) {
  const boxes = [...form.querySelectorAll("tbody .cb[name]")];
  const ticked = boxes.filter((box) => box.checked);
  for (const box of boxes) {
    box.closest("tr")?.classList.toggle("ticked", box.checked);
  }
  const all = form.querySelector(".cb[data-all]");
  if (all) {
    all.checked = boxes.length > 0 && ticked.length === boxes.length;
    all.indeterminate = ticked.length > 0 && !all.checked;
  }
  for (const place of form.querySelectorAll("[data-count]")) place.textContent = ticked.length;
  const bar = form.querySelector(".bulk");
  if (bar) bar.hidden = ticked.length === 0;
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-bulk]");
  if (!form) return;
  if (event.target.matches(".cb[data-all]")) {
    for (const box of form.querySelectorAll("tbody .cb[name]")) box.checked = event.target.checked;
  }
  count(form);
});
document.addEventListener("reset", (event) => {
  // The boxes change after the event.
  if (event.target.matches("form[data-bulk]")) setTimeout(count, 0, event.target);
});
function begin(root) {
  for (const form of root.querySelectorAll("form[data-bulk]")) count(form);
  /* The summary of what is wrong is read first. */
  root.querySelector("#errors")?.focus();
}
begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target));

/* Print opens the tables under the charts, and closes again those it opened. */
addEventListener("beforeprint", () => {
  for (const table of document.querySelectorAll(".chart details:not([open])")) {
    table.open = true;
    table.dataset.printed = "";
  }
});
addEventListener("afterprint", () => {
  for (const table of document.querySelectorAll("details[data-printed]")) {
    table.open = false;
    delete table.dataset.printed;
  }
});

/** An answer is a statement about a moment: one that has stood on the screen for two minutes says that it is old. */

export const OLD = 120000;
const EACH = 5000;

/** When rows came, by the page's own clock. @type {WeakMap<Element, number>} */
const came = new WeakMap();

/** Mark what is old. @param {number} now ms, of the page's clock */
export function mark(now) {
  for (const row of document.querySelectorAll("[data-as-of]")) {
    if (!came.has(row)) came.set(row, now - since(row));
    if (now - came.get(row) < OLD || row.classList.contains("stale")) continue;
    row.classList.add("stale");
    const small = Object.assign(document.createElement("small"), { className: "stale-word", textContent: row.dataset.stale ?? "" });
    (row.querySelector(".as-of") ?? row).append(" ", small);
  }
}

/** How old it was when it came; a clock that differs from the kiosk's makes it no younger than new. */
const since = (row) => Math.max(0, Date.now() - Date.parse(row.dataset.asOf) || 0);

export function start() {
  const look = () => mark(performance.now());
  look();
  setInterval(look, EACH);
  addEventListener("kiosk:rows", look);
}

/** Shortcuts by letter, their list, and the rows by arrow keys. A burst of the scanner never comes here: see `listen` in wedge.js. */

import { recall, retain } from "./shelf.js";
import { isField } from "./wedge.js";

/** Letters alone can be turned off (WCAG 2.1.4); Alt and the letter always work. */
let letters = recall("letters") !== "no";

const offered = () =>
  Array.from(document.querySelectorAll("[data-key]")).filter((one) => !one.disabled && !one.closest("[hidden]") && one.getClientRects().length);

const found = (key) => offered().find((one) => one.dataset.key.toLowerCase() === key.toLowerCase() && reachable(one));

/** Behind an open dialog nothing is done. */
const reachable = (one) => {
  const modal = document.querySelector("dialog:modal");
  return !modal || modal.contains(one);
};

function use(one) {
  if (isField(one)) return one.focus();
  if (one.matches("summary")) one.focus(); // what opens is reached from there
  one.click();
}

/** A key that no burst began with. @param {import("./wedge.js").Key} k @param {KeyboardEvent} event */
export function typed(k, event) {
  if (k.ctrl || k.meta || k.altgr || k.repeat || k.key.length !== 1) return;
  if (!k.alt && (isField(event.target) || k.key === " " || !letters)) return;
  const one = found(k.key) ?? (k.alt && found(letter(k)));
  if (one) use(one);
}

/** With Alt some keyboards give another sign than the letter on the key. */
const letter = (k) => k.code.replace(/^(Key|Digit)/, "").toLowerCase();

function name(one) {
  const copy = one.cloneNode(true);
  for (const other of copy.querySelectorAll("kbd, svg")) other.remove();
  return one.getAttribute("aria-label") ?? (copy.textContent.trim() || (one.labels?.[0]?.textContent.trim() ?? ""));
}

/** @param {HTMLDialogElement} dialog */
function list(dialog) {
  if (dialog.open) return dialog.close();
  const seen = new Set();
  const lines = offered().flatMap((one) => {
    const key = one.dataset.key.toUpperCase();
    if (seen.has(key)) return [];
    seen.add(key);
    const [term, says] = [document.createElement("dt"), document.createElement("dd")];
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    says.textContent = name(one);
    return [term, says];
  });
  dialog.querySelector("dl").replaceChildren(...lines);
  dialog.showModal();
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

/** @param {KeyboardEvent} event */
function move(event) {
  const row = event.target.closest?.("tbody#rows > tr");
  if (!row || event.altKey || event.ctrlKey || event.metaKey || isField(event.target)) return;
  if (event.key === "Delete") return row.querySelector("[data-remove]")?.click();
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = Array.from(row.parentElement.rows);
  const at = Math.min(Math.max(rows.indexOf(row) + step, 0), rows.length - 1);
  rows[at].focus();
}

/** One row at a time is reached by Tab: the one that had the focus, else the newest. */
function rove(body, chosen) {
  const rows = Array.from(body.rows).filter((row) => row.dataset.place);
  const now = chosen ?? rows.find((row) => row.contains(document.activeElement)) ?? rows.at(-1);
  for (const row of rows) row.tabIndex = row === now ? 0 : -1;
}

/** @param {HTMLElement | null} choice */
function offer(choice) {
  choice?.setAttribute("aria-pressed", String(letters));
  choice?.addEventListener("click", () => {
    letters = !letters;
    retain("letters", letters ? "yes" : "no");
    choice.setAttribute("aria-pressed", String(letters));
  });
}

export function start() {
  offer(document.querySelector("#letters"));
  const dialog = document.querySelector("dialog#keys");
  const opener = document.querySelector("#keys-open");
  if (dialog && opener) {
    opener.hidden = false;
    opener.addEventListener("click", () => list(dialog));
  }
  addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && !event.getModifierState("AltGraph") && found(letter({ code: event.code }))) event.preventDefault();
  });
  const body = () => document.querySelector("tbody#rows");
  const again = () => body() && rove(body());
  again();
  addEventListener("keydown", move);
  addEventListener("focusin", (event) => event.target.closest?.("tbody#rows > tr") && rove(body(), event.target.closest("tr")));
  addEventListener("kiosk:rows", again);
}

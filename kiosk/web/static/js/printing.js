/** The printer's lamp, and what is on its way to paper: asked again and again, said aloud when it changes. */

import { alarm, announce, hush } from "./announce.js";
import { ask } from "./ask.js";

const SOON = 1000;
const LATER = 5000;

/** @type {Map<string, string>} what stands on the page of each part */
const shown = new Map();

/** The same button in a newer part: whoever is about to press it is not robbed of it. @param {HTMLElement} part */
function again(part) {
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || !part.contains(at)) return () => {};
  const subject = at.closest("form")?.elements.namedItem("subject")?.value;
  const same = (one) => one.value === at.value && one.form.elements.namedItem("subject")?.value === subject;
  return () => ([...part.querySelectorAll("form button")].find(same) ?? part.querySelector("a, button"))?.focus();
}

/** @param {HTMLElement} root @param {string} name @param {string} html */
function put(root, name, html) {
  const part = root.querySelector(`[data-part=${name}]`);
  if (!part || shown.get(name) === html) return;
  const focus = again(part);
  shown.set(name, html);
  part.innerHTML = html;
  focus();
}

/** @param {string} said @param {boolean} open somebody has to decide */
function tell(said, open) {
  if (open) alarm("print", said);
  else hush("print");
  if (said && !open) announce(said);
}

/** @param {HTMLElement} root */
export function start(root) {
  let said = null;
  let timer = 0;
  const each = Number(root.dataset.each) || LATER;
  const look = async () => {
    clearTimeout(timer);
    let soon = each;
    if (!document.hidden) {
      const reply = await ask(root.dataset.url, { background: true });
      if (reply.kind === "ok") {
        put(root, "lamp", reply.body.lamp);
        put(root, "panel", reply.body.panel);
        if (said !== null && said !== reply.body.said) tell(reply.body.said, reply.body.open);
        said = reply.body.said;
        if (reply.body.moving) soon = SOON;
      }
    }
    timer = setTimeout(look, soon);
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-print=printer]")) return;
    for (const pause of [200, 600]) setTimeout(look, pause);
  });
  look();
}

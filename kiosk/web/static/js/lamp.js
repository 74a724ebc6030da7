/** The lamp at the foot of each page: whether the kiosk itself is well. A kiosk that can't be asked is not. */

import { ask } from "./ask.js";
import { say } from "./words.js";

const EACH = 60000;

/** @param {HTMLElement} lamp */
async function look(lamp) {
  if (document.hidden) return;
  const reply = await ask(lamp.href, { background: true });
  const now = reply.kind === "ok" && ["good", "unknown"].includes(reply.body.state) ? "well" : "ill";
  if (lamp.dataset.lamp === now) return;
  lamp.dataset.lamp = now;
  lamp.textContent = say(`lamp-${now}`);
}

/** @param {HTMLElement} lamp */
export function start(lamp) {
  look(lamp);
  setInterval(() => look(lamp), EACH);
}

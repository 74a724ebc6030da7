/** The session ends with the shift, or when nobody is there: told two minutes before, with a way to stay. */

import { alarm, hush } from "./announce.js";
import { ask, renew } from "./ask.js";
import { count, say } from "./words.js";

export const WARN = 120;
const EACH = 30000;

/** When to look again: often enough not to miss the warning. @param {number} left seconds @returns {number} ms */
export const pause = (left) => Math.max(1000, Math.min(EACH, (left - WARN) * 1000 + 500));

/** @param {{idle: number, shift: number}} told @returns {{left: number, can: boolean}} `can`: staying helps */
export const ending = ({ idle, shift }) => ({ left: Math.min(idle, shift), can: shift > idle });

function made() {
  const dialog = document.createElement("dialog");
  dialog.id = "leaving";
  dialog.setAttribute("aria-labelledby", "leaving-title");
  const title = Object.assign(document.createElement("h2"), { id: "leaving-title" });
  const stay = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: say("stay") });
  dialog.append(title, Object.assign(document.createElement("p"), { textContent: say("leaving-kept") }), stay);
  document.body.append(dialog);
  return { dialog, title, stay };
}

/** @param {string} url */
export function start(url) {
  const { dialog, title, stay } = made();
  let timer = 0;
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(look, ms);
  };
  const told = (reply) => {
    if (reply.kind === "login") {
      dialog.close();
      alarm("session", say("login"));
      return later(EACH);
    }
    if (reply.kind !== "ok") return later(EACH);
    hush("session");
    renew(reply.body.csrf);
    const { left, can } = ending(reply.body);
    if (left > WARN) dialog.close();
    else warn(left, can);
    later(left > WARN ? pause(left) : 5000);
  };
  const warn = (left, can) => {
    const minutes = Math.max(1, Math.ceil(left / 60));
    title.textContent = count(can ? "leaving-idle" : "leaving-shift", minutes);
    stay.hidden = !can;
    if (!dialog.open) dialog.showModal();
  };
  const look = async () => told(await ask(url, { background: true }));
  stay.addEventListener("click", async () => told(await ask(`${url}/stay`, { json: {} })));
  document.addEventListener("visibilitychange", () => document.hidden || look());
  look();
}

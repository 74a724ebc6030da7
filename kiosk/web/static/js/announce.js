/** What is said to those who listen: each row once, politely; an alarm at once, until it is over. */

const KEPT = 12;
const said = new Set();

/** @param {string} text @param {string} [key] said once */
export function announce(text, key) {
  const region = document.querySelector("#announce");
  if (!region || !text || (key && said.has(key))) return;
  if (key) said.add(key);
  const line = document.createElement("p");
  line.textContent = text;
  region.append(line);
  while (region.childElementCount > KEPT) region.firstElementChild.remove();
}

/** Rows that stood there when the page came are known. @param {string} key */
export const known = (key) => said.add(key);

/** @param {string} kind one alarm of a kind stands at a time @param {...(string | undefined)} texts */
export function alarm(kind, ...texts) {
  hush(kind);
  const region = document.querySelector("#alarm");
  for (const text of texts.filter(Boolean)) {
    const line = document.createElement("p");
    line.dataset.kind = kind;
    line.textContent = text;
    region?.append(line);
  }
}

/** The alarm is over. @param {string | RegExp} [kind] none: all of them */
export function hush(kind) {
  const over = (line) => !kind || (kind instanceof RegExp ? kind.test(line.dataset.kind) : line.dataset.kind === kind);
  for (const line of document.querySelectorAll("#alarm > *")) if (over(line)) line.remove();
}

/**
 * A keyboard-wedge scanner, heard anywhere on the page and told from a typist by its speed.
 *
 * `Wedge` decides and knows neither clock nor document; `listen` is its shell. A misread is worse than none: a burst with an unknown
 * key, a key held over another, a key that came up but never went down, a pause, another key shortly before it, a page that has only
 * just come or got the focus, or without the end that this scanner always sends, is a no-read, never a part of a number.
 *
 * @typedef {{key: string, code: string, t: number, ctrl?: boolean, alt?: boolean, meta?: boolean, altgr?: boolean, caps?: boolean,
 *   repeat?: boolean, composing?: boolean}} Key `t` in ms
 * @typedef {{kind: "scan", text: string, keyed: false, keys: string[], ms: number}} Scan
 * @typedef {{kind: "noread", why: string, keys: string[], ms: number}} NoRead
 * @typedef {{kind: "typed", held: string, first: Key, count: number}} Typed `held`: characters that were kept from the field
 * @typedef {Scan | NoRead | Typed} Heard
 */

/** Scanners send a key each 1 - 35 ms; a fast typist's come 60 ms apart. */
export const GAP = 45;
/** So long a pause inside a burst tears it. */
export const PAUSE = 80;
/** So long nothing else may have come before a burst, not even the page itself: it may have been the beginning; nor after one without an end. */
export const NEAR = 250;
/** After so many keys it can only be a scanner: keys are kept from the page. */
export const SURE = 3;
/** Without a terminator, so many keys make a scan. */
export const LEAST = 5;
/** An end so shortly after a burst belongs to it: the LF of CR LF. */
const TAIL = 100;
/** So much longer the page waits by its own clock: a busy machine brings keys late, but with their right times. */
const SLACK = 80;
/** And so much longer for an end that is sure to come, or may come for all that is known: half a number must not be taken for one. */
const SURE_SLACK = 400;
/** A text that came so often, each time without the accustomed end, is believed the next time: this scanner sends none. */
const UNLEARN = 3;

const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "OS", "CapsLock", "NumLock", "ScrollLock", "Fn"]);
/** Keys that no scanner begins with: whoever walks or edits may be as quick as he likes. */
const WALKS = /^(Arrow|Home|End|Page|Delete|Backspace|Escape|F\d)/;
const ENDS = new Set(["\r", "\n", "\t"]);

/** @param {string} c @returns {string} */
const swapped = (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase());

/** The character of a key, a terminator among them, or null where it has none. @param {Key} k @returns {string | null} */
export function character(k) {
  if (k.composing || k.meta) return null;
  if (k.key === "Enter") return "\r";
  if (k.key === "Tab") return "\t";
  if (k.key.length !== 1) return null;
  if (k.altgr) return k.key;
  if (k.alt) return null;
  if (k.ctrl) return /[a-z@[\\\]^_]/i.test(k.key) ? String.fromCharCode(k.key.toUpperCase().charCodeAt(0) & 31) : null;
  return k.caps && /[a-z]/i.test(k.key) ? swapped(k.key) : k.key;
}

/** Tells bursts from typing. Every call gives the time; `heard` gets what was understood. */
export class Wedge {
  /** @param {(heard: Heard) => void} heard @param {{since?: number, ended?: boolean}} [known] `ended`: whether this scanner sends a terminator; without it, nobody knows yet */
  constructor(heard, { since = -Infinity, ended } = {}) {
    this.heard = heard;
    this.ended = ended;
    this.unended = { text: "", n: 0 };
    this.deaf = since;
    this.run = null;
    this.last = -Infinity;
    this.glow = -Infinity;
    this.down = new Set();
  }

  /** Whether the next key is kept from the page. */
  get sure() {
    return this.run !== null && this.run.count >= SURE;
  }

  /** When the run that is open ends by silence. @returns {number} Infinity without one */
  get due() {
    return this.run ? this.run.last + (this.run.count < LEAST ? GAP : NEAR) : Infinity;
  }

  /** When to look whether it has ended. */
  get look() {
    return this.due + (this.ended !== false && this.sure ? SURE_SLACK : SLACK);
  }

  /** A key goes down. @param {Key} k @returns {boolean} whether the page must not get it */
  press(k) {
    this.quiet(k.t);
    if (MODIFIERS.has(k.key)) return this.#modifier(k);
    this.down.add(k.code);
    const c = character(k);
    if (!this.run && (k.repeat || WALKS.test(k.key))) {
      this.last = k.t;
      return false;
    }
    if (c !== null && ENDS.has(c) && !k.repeat) {
      if (this.sure || this.run?.fault === "cut") return this.#finish(k.t, true);
      if (k.t - this.glow <= TAIL) return true;
      if (!this.run) return false; // Tab and Enter walk the page: no number begins with them
    }
    const kept = this.sure;
    if (!this.run) this.#begin(k);
    const run = this.run;
    this.#pause(k);
    run.count += 1;
    run.last = k.t;
    run.keys.push(k.key);
    this.#check(k, c);
    if (kept && c !== null) run.held += c;
    return kept;
  }

  /** A key comes up. @param {Key} k @returns {boolean} */
  release(k) {
    this.quiet(k.t);
    if (!this.run) {
      if (!MODIFIERS.has(k.key) && !this.down.delete(k.code)) this.last = k.t; // it went down where nobody listened
      return false;
    }
    if (MODIFIERS.has(k.key)) this.run.last = k.t;
    if (k.key === "Alt" && this.run.pad) this.#padded();
    else if (!MODIFIERS.has(k.key) && !this.down.has(k.code) && k.code) this.run.fault ??= "lost";
    this.down.delete(k.code);
    this.run.mine.delete(k.code);
    return this.sure;
  }

  /** Time passes. @param {number} t */
  quiet(t) {
    if (this.run && t > this.due) this.#finish(this.run.last, false);
  }

  /** Keys may have gone elsewhere: the window lost the focus, or has just got it. @param {number} t */
  cut(t) {
    if (this.run) this.run.fault ??= "cut";
    this.deaf = t;
    this.down.clear();
    this.run?.mine.clear();
  }

  #modifier(k) {
    this.#pause(k);
    if (this.run) this.run.last = k.t;
    return this.sure;
  }

  #pause(k) {
    if (this.run && k.t - this.run.last > PAUSE) this.run.fault ??= "torn";
  }

  #begin(k) {
    const fault = k.t - this.deaf <= NEAR ? "cut" : k.t - this.last <= NEAR ? "torn" : null;
    this.run = { first: k, start: k.t, last: k.t, count: 0, text: "", held: "", keys: [], mine: new Set(), fault, pad: "" };
  }

  #check(k, c) {
    const run = this.run;
    if (k.repeat) run.fault ??= "stuck";
    else if (run.mine.size) run.fault ??= "overlap";
    run.mine.add(k.code);
    if (k.alt && !k.altgr && /^Numpad[0-9]$/.test(k.code)) run.pad += k.code.at(-1);
    else if (c === null) run.fault ??= "unknown";
    else run.text += c;
  }

  /** A character sent as Alt and its number on the keypad: layouts don't matter to it. */
  #padded() {
    const run = this.run;
    const code = Number(run.pad);
    run.pad = "";
    if (code === 0 || code > 126) run.fault ??= "unknown";
    else if (this.sure && ENDS.has(String.fromCharCode(code))) this.#finish(run.last, true);
    else run.text += String.fromCharCode(code);
  }

  #finish(t, ended) {
    const { first, start, count, text, held, keys, mine } = this.run;
    const fault = this.run.fault ?? (ended && mine.size ? "overlap" : null);
    this.run = null;
    const burst = ended || count >= LEAST || (count >= SURE && fault === "cut");
    this.last = ended ? -Infinity : t;
    if (!burst) this.heard({ kind: "typed", held, first, count });
    else if (fault ?? this.#torn(ended, text)) this.heard({ kind: "noread", why: fault ?? "torn", keys, ms: t - start });
    else this.heard({ kind: "scan", text, keyed: false, keys, ms: t - start });
    if (burst) this.glow = t;
    return burst;
  }

  /** Whether a burst lacks the end that this scanner sends. */
  #torn(ended, text) {
    this.unended = { text, n: ended ? 0 : text === this.unended.text ? this.unended.n + 1 : 1 };
    this.ended = ended || (this.ended === true && this.unended.n <= UNLEARN);
    return this.ended && !ended;
  }
}

/** Whether a first key may start what a burst must not: quick find, menus, tabs (Alt and the keypad). @param {Key} k */
const harmful = (k, at) =>
  k.key.length === 1 && !k.ctrl && !k.meta && ((k.key !== " " && !isField(at)) || (k.alt && k.code.startsWith("Numpad")));

/** @param {KeyboardEvent} e @returns {Key} */
function heardKey(e) {
  const on = (name) => e.getModifierState(name);
  return {
    key: e.key, code: e.code, t: e.timeStamp, ctrl: e.ctrlKey, alt: e.altKey, meta: e.metaKey, repeat: e.repeat,
    composing: e.isComposing || e.keyCode === 229, altgr: on("AltGraph"), caps: on("CapsLock"),
  };
}

/** What a field held before the first key of a run. @param {EventTarget | null} field */
function snapshot(field) {
  if (field instanceof HTMLSelectElement) return { field, value: field.value };
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return null;
  if (/^(checkbox|radio|file|button|submit|range|color)$/.test(field.type)) return null;
  return { field, value: field.value, from: field.selectionStart, to: field.selectionEnd };
}

function restore(before) {
  if (!before || before.field.value === before.value) return;
  before.field.value = before.value;
  if (before.from != null) before.field.setSelectionRange(before.from, before.to);
  before.field.dispatchEvent(new Event("input", { bubbles: true }));
}

function giveBack(before, held) {
  const field = before?.field;
  if (!held || !field || field instanceof HTMLSelectElement || field.readOnly || field.disabled) return;
  if (field.selectionStart == null) field.value += held;
  else field.setRangeText(held, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Whether keys typed there make text. @param {EventTarget | null} at */
export const isField = (at) =>
  at instanceof HTMLElement && (at.isContentEditable || at instanceof HTMLSelectElement || snapshot(at) !== null);

/**
 * Listen on the whole page.
 * @param {{scan: (s: Scan) => void, noread: (n: NoRead) => void, typed: (k: Key, event: KeyboardEvent) => void}} to
 *   `typed` gets a key only when it is sure that no burst began with it
 * @param {{ended?: boolean, learn?: (ended: boolean) => void}} [known]
 * @returns {Wedge}
 */
export function listen(to, { ended, learn = () => {} } = {}) {
  let timer = 0;
  let before = null;
  let first = null;
  const wedge = new Wedge((heard) => {
    if (heard.kind === "typed") {
      giveBack(before, heard.held);
      if (heard.count === 1 && first) to.typed(heard.first, first);
      return;
    }
    restore(before);
    learn(wedge.ended);
    if (heard.kind === "scan") to.scan(heard);
    else to.noread(heard);
  }, { since: performance.now(), ended });

  const wait = () => {
    clearTimeout(timer);
    if (wedge.run) timer = setTimeout(look, Math.max(5, wedge.look - performance.now()));
  };
  const look = () => {
    if (!navigator.scheduling?.isInputPending?.()) wedge.quiet(performance.now());
    wait();
  };
  const keep = (e) => {
    e.preventDefault();
    e.stopImmediatePropagation();
  };
  const on = (name, act) => addEventListener(name, act, true);
  on("keydown", (e) => {
    wedge.quiet(e.timeStamp);
    if (!wedge.run && !MODIFIERS.has(e.key)) [before, first] = [snapshot(e.target), e];
    const k = heardKey(e);
    if (wedge.press(k)) keep(e);
    else if (harmful(k, e.target)) e.preventDefault();
    wait();
  });
  on("keyup", (e) => {
    if (wedge.release(heardKey(e))) keep(e);
    wait();
  });
  on("beforeinput", (e) => wedge.sure && keep(e));
  on("blur", (e) => e.target === window && wedge.cut(e.timeStamp));
  on("focus", (e) => e.target === window && wedge.cut(e.timeStamp));
  on("pageshow", (e) => e.persisted && wedge.cut(e.timeStamp));
  on("visibilitychange", (e) => wedge.cut(e.timeStamp));
  return wedge;
}

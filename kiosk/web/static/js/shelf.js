/** Small choices kept in this browser; a browser that forbids it forgets them, and nothing else happens. */

/** @returns {Storage | null} null where the browser's settings forbid it */
export function shelf() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** @param {string} name @returns {string | null} */
export function recall(name) {
  try {
    return shelf()?.getItem(`kiosk.${name}`) ?? null;
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function retain(name, value) {
  try {
    shelf()?.setItem(`kiosk.${name}`, value);
  } catch {
    // Full or forbidden: only a choice is forgotten.
  }
}

/**
 * The page follows its sheet: a stream of events where there is room for one, else a question each 3 seconds.
 * A page that nobody sees holds no stream: a browser has six connections to a kiosk, and scans need one.
 */

import { entries, refresh } from "./rows.js";

export const POLL = 3000;
const RETRY = 30000;
/** Our own scan's answer is mostly on its way when the stream tells of it. */
const GRACE = 120;

let leave = () => {};

/** Follow this sheet, and no other. @param {string} url @param {() => string} sheet */
export function start(url, sheet) {
  leave();
  /** @type {EventSource | null} */
  let stream = null;
  let poll = 0;
  let retry = 0;
  const close = () => {
    stream?.close();
    stream = null;
    clearInterval(poll);
    clearTimeout(retry);
    poll = retry = 0;
  };
  const asking = () => (poll ||= setInterval(refresh, POLL));
  const open = () => {
    close();
    if (document.hidden) return;
    stream = new EventSource(`${url}${url.includes("?") ? "&" : "?"}entries=${entries()}`);
    stream.addEventListener("open", () => {
      clearInterval(poll);
      poll = 0;
    });
    stream.addEventListener("moved", (event) => {
      const moved = JSON.parse(event.data);
      const behind = () => moved.sheet === sheet() && moved.entries > entries();
      if (behind()) setTimeout(() => behind() && refresh(), GRACE);
    });
    stream.addEventListener("error", () => {
      asking();
      if (stream?.readyState === EventSource.CLOSED) retry ||= setTimeout(open, RETRY);
    });
  };
  const gone = new AbortController();
  const { signal } = gone;
  leave = () => {
    gone.abort();
    close();
  };
  addEventListener("pagehide", close, { signal });
  addEventListener("pageshow", (event) => event.persisted && (refresh(), open()), { signal });
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : (refresh(), open())), { signal });
  open();
}

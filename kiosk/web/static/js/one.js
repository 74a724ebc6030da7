/** Option 1: one document, one scan, one sheet; the answer fills the screen, and the next scan begins the next sheet. */

/** What stands on this page has its answer: another scan is another document. @param {HTMLElement} sheet */
export const taken = (sheet) => !sheet.dataset.sheet || sheet.querySelector("[data-place]") !== null;

/**
 * The page of another sheet, or of the same one with its new answer, put in the place of this one.
 * @param {string} url
 */
export async function show(url) {
  try {
    const answer = await fetch(url, { cache: "no-store", headers: { "X-Background": "1" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("#sheet");
    if (!answer.ok || !next) throw new Error(String(answer.status));
    document.querySelector("#sheet").replaceWith(document.adoptNode(next));
    document.title = page.title;
    history.replaceState(null, "", url);
  } catch {
    location.assign(url);
  }
}

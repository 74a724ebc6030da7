/** Where the stamp goes on the client's paper: dragged, moved by arrow keys, or typed in millimetres; the fields are what is sent. */

const STEP = 1;
const LEAP = 10;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** To the tenth of a millimetre, and never beyond the paper. @param {number} mm */
const tenth = (mm) => String(Math.floor(10 * mm + 1e-6) / 10);

/** @param {HTMLFormElement} form */
export function start(form) {
  const picture = form.querySelector("#placing");
  const stamp = form.querySelector("#placed");
  const { paper, across, x, y } = form.elements;
  const [w, h] = [Number(form.dataset.w), Number(form.dataset.h)];

  /** The paper as it lies, in mm. */
  const size = () => {
    const { w: wide, h: tall } = paper.selectedOptions[0].dataset;
    return across.value === "yes" ? [Number(tall), Number(wide)] : [Number(wide), Number(tall)];
  };

  const show = () => {
    stamp.setAttribute("transform", `translate(${x.value} ${y.value})`);
    stamp.setAttribute("aria-label", picture.dataset.said.replace("{x}", x.value).replace("{y}", y.value));
  };

  /** As near as the paper allows. @param {number} left @param {number} top */
  const move = (left, top) => {
    const [wide, tall] = size();
    x.value = tenth(Math.min(Math.max(left, 0), Math.max(wide - w, 0)));
    y.value = tenth(Math.min(Math.max(top, 0), Math.max(tall - h, 0)));
    show();
  };

  const turn = () => {
    const [wide, tall] = size();
    picture.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
    picture.querySelector(".paper").setAttribute("width", String(wide));
    picture.querySelector(".paper").setAttribute("height", String(tall));
    x.max = tenth(wide - w);
    y.max = tenth(tall - h);
    move(Number(x.value), Number(y.value));
  };

  /** A point of the screen on the paper, in mm. @param {PointerEvent} event */
  const at = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());

  let held = null;
  stamp.addEventListener("pointerdown", (event) => {
    const point = at(event);
    held = [point.x - Number(x.value), point.y - Number(y.value)];
    stamp.setPointerCapture(event.pointerId);
  });
  stamp.addEventListener("pointermove", (event) => {
    if (!held) return;
    const point = at(event);
    move(point.x - held[0], point.y - held[1]);
  });
  for (const end of ["pointerup", "pointercancel"]) stamp.addEventListener(end, () => (held = null));

  stamp.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const far = event.shiftKey ? LEAP : STEP;
    move(Number(x.value) + way[0] * far, Number(y.value) + way[1] * far);
  });
  for (const field of [x, y]) field.addEventListener("input", show);
  for (const field of [paper, across]) field.addEventListener("change", turn);
  turn();
}

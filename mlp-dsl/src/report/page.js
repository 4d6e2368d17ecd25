"use strict";
// Every element that is about something names its variables. Pointing at one lights up all that share a variable with
// it; a click or the Enter key keeps them lit until the next one, and Escape lets go.
const linked = [...document.querySelectorAll("[data-variable]")];
const variables = new Map(linked.map((element) => [element, element.dataset.variable.split(" ")]));
const panels = [...document.querySelectorAll(".panel")];
let kept = null;
let shown = null;

function light(element) {
  if (element === shown) return;
  shown = element;
  const wanted = new Set(element ? variables.get(element) : []);
  for (const other of linked) {
    other.classList.toggle("lit", variables.get(other).some((variable) => wanted.has(variable)));
    other.classList.toggle("direct", other === element);
  }
  if (element) reveal(element);
}

// Scrolls each other panel to the first element that is lit in it, unless one is in sight. The page itself stays.
function reveal(element) {
  for (const panel of panels) {
    if (panel.contains(element) || panel.scrollHeight <= panel.clientHeight) continue;
    const frame = panel.getBoundingClientRect();
    const places = [...panel.querySelectorAll(".lit")].map((lit) => lit.getBoundingClientRect());
    if (places.length === 0 || places.some((place) => place.top >= frame.top && place.bottom <= frame.bottom)) continue;
    panel.scrollTo({ top: panel.scrollTop + places[0].top - frame.top - frame.height / 3, behavior: "smooth" });
  }
}

const pointed = (event) => event.target.closest?.("[data-variable]") ?? null;

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "mouse") light(pointed(event) ?? kept);
});
document.addEventListener("focusin", (event) => light(pointed(event) ?? kept));
document.addEventListener("click", (event) => {
  const element = pointed(event);
  kept = element === kept ? null : element;
  light(kept);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && pointed(event)) kept = pointed(event);
  if (event.key === "Escape") light((kept = null));
});

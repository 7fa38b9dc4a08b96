// Keeps people inside the screens and their words out of the tablet's own memory: no menus, nothing
// copied to a clipboard that the next person could paste, nothing dragged in or out.
const CLOSED = ["contextmenu", "copy", "cut", "dragstart", "dragover", "drop"];

export function keepInside() {
  for (const way of CLOSED) document.addEventListener(way, (event) => event.preventDefault());
}

// Undoes the zoom of two fingers. No page may set it, but asking for another first scale resets it.
export function unzoom() {
  const asked = document.querySelector('meta[name="viewport"]');
  const usual = asked.content;
  asked.content = usual.replace("initial-scale=1", "initial-scale=1.01");
  requestAnimationFrame(() => requestAnimationFrame(() => (asked.content = usual)));
}

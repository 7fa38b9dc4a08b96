// Keeps people inside the screens and their words out of the tablet's own memory: no menus, nothing
// copied to a clipboard that the next person could paste, nothing dragged in or out.
const CLOSED = ["contextmenu", "copy", "cut", "dragstart", "dragover", "drop"];

export function keepInside() {
  for (const way of CLOSED) document.addEventListener(way, (event) => event.preventDefault());
}

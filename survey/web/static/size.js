// The size of text on the page: 100, 150 or 200 %.
const SIZES = ["100", "150", "200"];

const present = () => document.documentElement.dataset.size ?? SIZES[0];

export function setSize(size) {
  const chosen = SIZES.includes(size) ? size : SIZES[0];
  document.documentElement.dataset.size = chosen;
  for (const node of document.querySelectorAll('[data-slot="size"]')) node.textContent = chosen;
  return chosen;
}

// The next larger size, and after the largest the first again.
export const larger = () => setSize(SIZES[(SIZES.indexOf(present()) + 1) % SIZES.length]);

// Keeps the counts of a fieldwork page live: asks every five seconds while the page is looked at.
const EVERY = 5000;
const page = document.querySelector("[data-counts]");

async function refresh() {
  if (document.hidden) return;
  const reply = await fetch(page.dataset.counts, { headers: { "X-Passive": "1" } }).catch(() => null);
  if (!reply) return;
  if (!reply.ok || reply.redirected) return clearInterval(timer);
  const counts = await reply.json();
  for (const node of document.querySelectorAll("[data-count]")) {
    const count = counts[node.dataset.count];
    if (count !== undefined && node.textContent !== count) node.textContent = count;
  }
}

const timer = setInterval(refresh, EVERY);

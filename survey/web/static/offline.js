// Lets the page start without a network, where the browser can (https, or this machine itself).
const WORKER = "/k/worker.js";

export async function keepOffline() {
  if (!navigator.serviceWorker) return;
  const policy = globalThis.trustedTypes?.createPolicy("offline-shell", { createScriptURL: () => WORKER });
  const address = policy ? policy.createScriptURL("") : WORKER;
  await navigator.serviceWorker.register(address, { scope: "/k", updateViaCache: "none" });
}

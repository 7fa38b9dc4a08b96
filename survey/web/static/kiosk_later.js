// What a tablet needs after its first screen is shown: sending, counting, the PIN, starting offline.
export { DeclinedCount } from "./declined.js";
export { drawCode, earlyHash } from "./early_receipt.js";
export { isRight, note, secondsToWait } from "./kiosk_pin.js";
export { keepOffline } from "./offline.js";
export { openOutbox } from "./outbox.js";
export { keepSounds } from "./sounds_kept.js";

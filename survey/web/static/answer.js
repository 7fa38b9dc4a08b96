// Is an answer as it stands acceptable? The same judgement as the server's, one item at a time.
import { keeps } from "./flow.js";

const LONGEST = 4000;

// Returns the code of the fault of an item (a key of the texts on the page), or null.
export function faultOf(item, reading, walk, today) {
  if (reading.fault) return reading.fault;
  if (reading.missing) return null;
  if (reading.answer === undefined) return item.required === false ? null : "unanswered";
  if (typeof reading.answer === "string" && [...reading.answer].length > LONGEST) return "too-long";
  return keeps(item, reading.answer, walk, today) ? null : "constraint";
}

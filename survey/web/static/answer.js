// Is an answer as it stands acceptable? The same judgement as the server's, one item at a time.
import { keeps } from "./flow.js";

const LONGEST = 4000;

// Returns the code of the fault of an item (a key of the texts on the page), or null.
export function faultOf(item, reading, walk, today) {
  if (reading.fault) return reading.fault;
  if (reading.missing) return null;
  if (reading.answer === undefined) return item.required === false ? null : "unanswered";
  if (typeof reading.answer === "string" && [...reading.answer].length > LONGEST) return "too-long";
  if (item.span && !isStop(item.span, reading.answer)) return "constraint";
  return keeps(item, reading.answer, walk, today) ? null : "constraint";
}

// Whether a range offers a number. Twin: instruments/spans.py.
function isStop([start, end, step], number) {
  const steps = (number - start) / step;
  return start <= number && number <= end && Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, Math.abs(steps));
}

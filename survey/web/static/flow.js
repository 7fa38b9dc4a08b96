// The route through an instrument in the browser: the twin of survey/instruments/flow.py and
// piping.py. The instrument is the document that survey/instruments/document.py writes.

import { asText, codesOf, evaluate, holds } from "./evaluate.js";

const SELECTS = ["select_one", "select_multiple"];

// {path, values, options}: reached items and notes in form order, what each reads as, and the
// choices that each reached select offers. today is an ISO date.
export function reached(instrument, answers, missing, today, language) {
  const values = {};
  const options = {};
  const path = [];
  const labels = choiceLabels(instrument, language);
  const scope = { today, values, own: "", columns: {}, labels };
  for (const item of instrument.items) {
    if (!holds(item.relevant, scope)) continue;
    if (item.calculation) {
      values[item.name] = stored(evaluate(item.calculation, scope));
      continue;
    }
    path.push(item.name);
    values[item.name] = reading(item, answers, missing);
    if (item.options) options[item.name] = offered(item, scope);
  }
  return { path, values, options };
}

// Whether an answer keeps the item's constraint; blank answers do. walk is what reached returned.
export function keeps(item, answer, walk, today) {
  const own = readingOf(answer);
  const scope = { today, values: walk.values, own, columns: {}, labels: {} };
  return own === "" || holds(item.constraint, scope);
}

// What an answer reads as in an expression; nonsense reads as empty.
export function readingOf(answer) {
  if (Array.isArray(answer)) return answer.filter((code) => typeof code === "string").join(" ");
  const plain = typeof answer === "object" && answer ? answer.choice : answer;
  if (typeof plain === "string") return plain;
  const isNumber = plain === answer && typeof plain === "number";
  return isNumber && Math.abs(plain) <= Number.MAX_SAFE_INTEGER ? plain : "";
}

// What each reached item and calculation reads as to a person: name -> words.
export function spoken(instrument, answers, walk, language) {
  const labels = choiceLabels(instrument, language);
  const words = {};
  for (const item of instrument.items) {
    if (!Object.hasOwn(walk.values, item.name)) continue;
    const value = walk.values[item.name];
    words[item.name] = SELECTS.includes(item.kind)
      ? answers[item.name]?.text || labelled(labels[item.name], value)
      : plainWords(item, value, language);
  }
  return words;
}

// The text in a language, or in Vietnamese, or in whichever language it has.
function inLanguage(text, language) {
  return text[language] ?? text.vi ?? Object.values(text)[0] ?? "";
}

function choiceLabels(instrument, language = instrument.default_language) {
  const labels = {};
  for (const item of instrument.items) {
    if (!item.options) continue;
    const pairs = item.options.map((option) => [option.name, inLanguage(option.label ?? {}, language)]);
    labels[item.name] = Object.fromEntries(pairs);
  }
  return labels;
}

function labelled(labels, value) {
  return codesOf(value).map((code) => labels && Object.hasOwn(labels, code) ? labels[code] : code)
    .join(", ");
}

function plainWords(item, value, language) {
  const text = asText(value);
  if (item.kind === "date") return text.split("-").reverse().join("/");
  return typeof value === "number" && language === "vi" ? text.replace(".", ",") : text;
}

function reading(item, answers, missing) {
  if (item.kind === "note") return "";
  if (Object.hasOwn(answers, item.name)) return readingOf(answers[item.name]);
  const reason = missing[item.name];
  return (item.missing_options ?? []).includes(reason) ? reason : "";
}

function stored(value) {
  return typeof value === "number" && !Number.isFinite(value) ? "" : value;
}

function offered(item, scope) {
  return item.options
    .filter((option) => {
      const columns = { ...option.extra, name: option.name };
      return holds(item.choice_filter, { ...scope, columns });
    })
    .map((option) => option.name);
}

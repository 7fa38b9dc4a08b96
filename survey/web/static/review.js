// The page on which a person checks all answers: one row a question, each with a way to change it.
import { describe, read } from "./fields.js";

export function listAnswers(form, names, questions, change) {
  const pattern = document.querySelector("#answer-row > div");
  const rows = names.map((name) => row(pattern, name, questions.get(name), change));
  form.querySelector(".answers").replaceChildren(...rows);
}

function row(pattern, name, question, change) {
  const line = pattern.cloneNode(true);
  const given = line.querySelector(".given");
  line.querySelector("dt").append(...copies(question.querySelector(".words")));
  line.querySelector(".change-of").append(": ", ...copies(question.querySelector(".words")));
  const { answer, missing } = read(question);
  const reason = missing ?? (answer === undefined ? "blank" : null);
  given.classList.toggle("left-out", Boolean(reason));
  given.append(...(reason ? copies(document.querySelector(`[data-reason="${reason}"]`)) : describe(question)));
  line.querySelector("button").addEventListener("click", () => change(name));
  return line;
}

export const copies = (node) => [...node.childNodes].map((child) => child.cloneNode(true));

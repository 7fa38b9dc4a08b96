// Writes a finished interview as the document that the server takes (PUT /api/v1/interviews).
const HOUR = 3600 * 1000;
const VIETNAM = 7 * HOUR;

const inVietnam = () => new Date(Date.now() + VIETNAM).toISOString();

// The day in Vietnam, as skip logic and constraints read it.
export const answeredOn = () => inVietnam().slice(0, 10);

// Nothing finer than the hour stands beside answers.
const answeredHour = () => `${inVietnam().slice(0, 13)}:00+07:00`;

// What the logic reaches goes along, and nothing else; a question that may stay blank says so.
export function compose(form, { asked, items, answers, missing, seconds, assisted = false, state = "complete" }) {
  const { round, instrument, version, consent } = form.dataset;
  const given = { answers: {}, missing: {} };
  for (const name of asked) {
    if (name in missing) given.missing[name] = missing[name];
    else if (name in answers) given.answers[name] = answers[name];
    else if (items.get(name).kind === "text") given.answers[name] = "";
    else given.missing[name] = "refused";
  }
  return JSON.stringify({
    round,
    instrument,
    version,
    language: document.documentElement.lang,
    answered_hour: answeredHour(),
    seconds,
    assisted,
    consent,
    state,
    ...given,
  });
}

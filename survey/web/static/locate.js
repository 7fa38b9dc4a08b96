// Offers to ask the device where it is; where it may not or cannot say, the question stays as it is.
export function enable(question) {
  const box = question.querySelector(".locate");
  if (!box || !navigator.geolocation || !isSecureContext) return;
  const field = question.querySelector('[name$="-answer"]');
  const tell = (state) => {
    for (const line of box.querySelectorAll("[data-locating]")) line.hidden = line.dataset.locating !== state;
  };
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    tell("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = written(coords);
        field.dispatchEvent(new Event("input", { bubbles: true }));
        tell("found");
      },
      () => tell("failed"),
      { enableHighAccuracy: true, timeout: 30000, maximumAge: 60000 },
    );
  });
}

const written = ({ latitude, longitude, altitude, accuracy }) =>
  [latitude.toFixed(5), longitude.toFixed(5), (altitude ?? 0).toFixed(0), accuracy.toFixed(0)].join(" ");

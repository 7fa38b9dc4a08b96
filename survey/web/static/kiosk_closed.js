// A tablet without screens (its round is over, it was revoked) still sends what waits on it.
import { openOutbox } from "./outbox.js";

const said = document.getElementById("leftover");

const tell = ({ counts: { waiting, sending, refused } }) => {
  const left = waiting + sending + refused;
  said.hidden = !left;
  for (const slot of said.querySelectorAll('[data-slot="left"]')) slot.textContent = left;
};

openOutbox({ onChange: tell });

// Files from this computer: each is one request whose body is its bytes.

import { byId } from "./dom.js";

const SAYS = {
  quarantined: (name, answer) => `${name}: ${answer.reason}`,
  read: (name) => `${name} was here before and is read already.`,
};
const files = byId("files");

byId("upload").addEventListener("click", () => files.click());
files.addEventListener("change", async () => {
  const told = [];
  for (const file of files.files) {
    say(`Sending ${file.name} …`);
    told.push(await send(file));
  }
  files.value = "";
  say(told.join(" "));
});

function say(text) {
  byId("uploaded").textContent = text;
  byId("uploaded").hidden = !text;
}

async function send(file) {
  const headers = {
    "X-CSRF-Token": document.body.dataset.csrf,
    "X-Filename": encodeURIComponent(file.name),
    "Content-Type": "application/octet-stream",
  };
  try {
    const response = await fetch("/api/documents", { method: "POST", headers, body: file });
    const answer = await response.json();
    if (!response.ok) return `${file.name}: ${answer.message}`;
    return (SAYS[answer.state] ?? ((name) => `${name} came in and is read soon.`))(file.name, answer);
  } catch {
    return `${file.name} was not sent: the server cannot be reached. Try again.`;
  }
}

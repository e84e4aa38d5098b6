// Requests to our own API: JSON there and back, with the session's token.

const csrf = document.body.dataset.csrf ?? "";

/** What the server refused: `status`, a stable `code`, and a `message` that says what to do next. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** `isBackground`: the page asks by itself, nobody used it. */
export async function ask(method, path, body, isBackground = false) {
  const response = await request(method, path, body, isBackground);
  return response.status === 204 ? null : response.json().catch(() => ({}));
}

/** Save the file that the server answers with, under the name that it gives. */
export async function download(path) {
  const response = await request("POST", path, undefined, false);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "letter.pdf";
  link.click();
  URL.revokeObjectURL(link.href);
}

async function request(method, path, body, isBackground) {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (isBackground) headers["X-Background"] = "1";
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused(0, "offline", "The server cannot be reached. Nothing was lost: try again.");
  }
  if (!response.ok) {
    const answer = await response.json().catch(() => ({}));
    throw new Refused(response.status, answer.code ?? "error", answer.message ?? "The server failed: try again.");
  }
  return response;
}

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
  const headers = { Accept: "application/json", "X-CSRF-Token": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (isBackground) headers["X-Background"] = "1";
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused(0, "offline", "The server cannot be reached. Nothing was lost: try again.");
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refused(response.status, answer.code ?? "error", answer.message ?? "The server failed: try again.");
  }
  return answer;
}

// Who the merchant is, and what is asked of the server in the merchant's name.

const KEPT = "bailing-token";

let token = taken();

/** The token that the app put behind `#`: kept for this tab, and gone from the address. */
function taken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return kept();
  history.replaceState(null, "", location.pathname + location.search);
  try {
    sessionStorage.setItem(KEPT, given);
  } catch {
    // A web view that stores nothing: the token lives as long as the page.
  }
  return given;
}

function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** The app may give another while the page is open. */
export function onNewToken(begin) {
  addEventListener("hashchange", () => {
    if (!location.hash.startsWith("#token=")) return;
    token = taken();
    begin();
  });
}

export const isKnown = () => token !== null;

/** What the server refuses, with its stable code. */
export class Refused extends Error {
  constructor({ code, detail, status }) {
    super(detail ?? `status ${status}`);
    Object.assign(this, { code, status });
  }
}

async function answer(method, path, body, more) {
  const headers = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  const request = { method, headers, body: body && JSON.stringify(body), cache: "no-store", ...more };
  const response = await fetch(path, request);
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refused({ ...problem, status: response.status });
}

/** JSON of an answer; nothing of an empty one. */
export async function ask(method, path, body) {
  const response = await answer(method, path, body);
  return response.status === 204 ? undefined : response.json();
}

/** Bytes of an answer. */
export const bytes = async (path) => (await answer("GET", path)).blob();

/** Server-sent events, each with its name and its data, until the server ends them or `signal` does. */
export async function* events(path, signal) {
  const response = await answer("GET", path, undefined, { signal });
  if (response.status === 204) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (waiting + value).split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const of = (name) => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length).trim());
      const data = of("data:").join("\n");
      if (data !== "") yield { name: of("event:")[0] ?? "message", data: JSON.parse(data) };
    }
  }
}

// What a page needs of Jira's frame inside Connect: a fresh token for each call, the theme, ticket links.
const host = window.AP;
host?.theming?.initializeTheming();

// The token stands in the address only for the first request; it must not stay in history or reach a Referer.
history.replaceState(null, "", location.pathname);

const token = () => new Promise((resolve, reject) => {
  if (!host) reject(new Error("Jira's frame is not here"));
  else host.context.getToken(resolve);
});

globalThis.ask = async (address, request) => fetch(address, {
  method: request.method, body: request.body, signal: request.signal, credentials: "omit", redirect: "error",
  headers: { ...request.headers, Authorization: `JWT ${await token()}` },
});

document.addEventListener("htmx:config:request", event => { event.detail.ctx.fetch = globalThis.ask; });

document.addEventListener("teachback:say", event => {
  if (!host?.flag) return;
  event.preventDefault();
  host.flag.create({ title: "Knowledge transfer", body: event.detail, type: "error", close: "auto" });
});

document.addEventListener("click", event => {
  const link = event.target.closest("a[data-issue]");
  if (!link || !host?.navigator) return;
  event.preventDefault();
  host.navigator.go("issue", { issueKey: link.dataset.issue });
});

// The tab stands in Jira's own address, so that a link or a reload opens it again.
const kept = () => new Promise(resolve => {
  const now = host?.history?.getState?.("hash", resolve);
  if (typeof now === "string") resolve(now);
});
document.addEventListener("teachback:state", async event => {
  if (host?.history && await kept() !== event.detail) host.history.pushState(event.detail);
});
document.addEventListener("DOMContentLoaded", async () => {
  if (!host?.history || !document.querySelector("main[data-state]")) return;
  host.history.popState?.(moved => globalThis.openState(moved.newURL ?? ""));
  globalThis.openState(await kept() ?? "");
});

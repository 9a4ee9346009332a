// What a page needs of Jira's frame in the Connect door: a fresh token for each call, the theme, the drawer, ticket links.
const host = window.AP;
host?.theming?.initializeTheming();

// The token stands in the address only for the first request; it must not stay in history or reach a Referer.
history.replaceState(null, "", location.pathname);

const token = () => new Promise((resolve, reject) => {
  if (!host) reject(new Error("Jira's frame is not here"));
  else host.context.getToken(resolve);
});

const say = text => {
  if (host?.flag) host.flag.create({ title: "Knowledge transfer", body: text, type: "error", close: "auto" });
  else document.body.insertAdjacentHTML("beforeend", "<p class='flag' role='alert'></p>"), document.querySelector(".flag:last-child").textContent = text;
};

document.addEventListener("htmx:config:request", event => {
  event.detail.ctx.fetch = async (address, request) => fetch(address, {
    method: request.method, body: request.body, signal: request.signal, credentials: "omit", redirect: "error",
    headers: { ...request.headers, Authorization: `JWT ${await token()}` },
  });
});

document.addEventListener("htmx:before:swap", event => {
  if (event.detail.ctx?.response?.status >= 400) {
    event.preventDefault();
    say(event.detail.ctx.text?.slice(0, 300) || "That did not work. Try again in a minute.");
  }
});

document.addEventListener("htmx:after:swap", event => {
  const drawer = document.getElementById("drawer"), target = event.detail.ctx?.target;
  if (target === drawer && !drawer.open) drawer.showModal();
  // A morph keeps what was typed: after an act the field is ready for the next objective.
  if (target?.id === "panel") target.querySelectorAll(".tagging input").forEach(field => { field.value = ""; });
});

document.addEventListener("htmx:error", () => say("Teachback did not answer. Nothing is lost; try again in a minute."));

document.addEventListener("click", event => {
  const drawer = document.getElementById("drawer"), link = event.target.closest("a[data-issue]");
  if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
  else if (event.target.closest("a[href='#drawer']")) event.preventDefault();
  else if (link && host?.navigator) {
    event.preventDefault();
    host.navigator.go("issue", { issueKey: link.dataset.issue });
  }
});

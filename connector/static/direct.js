// What a page needs on our own address: the visitor's light or dark, which elsewhere Jira's frame says.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => { document.documentElement.dataset.colorMode = dark.matches ? "dark" : "light"; };
follow();
dark.addEventListener("change", follow);

// Where nothing is shown to the visitor any more, the page says so in place of what it showed. What somebody sends stays
// in its fields.
document.addEventListener("htmx:before:swap", event => {
  const { request, response } = event.detail.ctx ?? {};
  if (response?.status === 401 && request.method === "GET") location.reload();
});
document.addEventListener("teachback:refused", () => location.reload());

// The filters stand in the address, as the tab does.
document.addEventListener("teachback:state", event => {
  const address = new URL(location), chosen = new URLSearchParams(event.detail.state);
  [...address.searchParams.keys()].filter(name => name !== "project.key").forEach(name => address.searchParams.delete(name));
  chosen.forEach((value, name) => address.searchParams.set(name, value));
  history.replaceState(history.state, "", address);
});

// What a page needs on our own address: the visitor's light or dark, which elsewhere Jira's frame says.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => { document.documentElement.dataset.colorMode = dark.matches ? "dark" : "light"; };
follow();
dark.addEventListener("change", follow);

"""Pages in a real Chromium: looked at by axe, driven by the keyboard, under the policy that we send."""

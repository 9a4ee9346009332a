"""An app on the stand-in's site: installs, tokens, frames, Forge, and who calls whom."""

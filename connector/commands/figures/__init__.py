"""The commands that print figures: reports, snapshots, exit plan, and the rulesets behind them."""

"""The page for the leads of both sides: rules, feedback, pulses and agreements."""

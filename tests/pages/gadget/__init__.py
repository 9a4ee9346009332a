"""The dashboard gadget."""

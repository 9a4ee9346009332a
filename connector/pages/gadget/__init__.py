"""The dashboard gadget: an engagement's figures of a quarter at a fixed height, as its own part allows each viewer."""

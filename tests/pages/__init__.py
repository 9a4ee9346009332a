"""The pages as people meet them: signed frames and context tokens in, what they may see out."""

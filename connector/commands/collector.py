"""Python's garbage collector in a process that works for long."""

import gc


def freeze_startup() -> None:
    """Keep the garbage collector from what was made until now: modules above all, which stay for good.

    Each of its full walks over them took 0.1 s, for which a server held up every request.
    """
    gc.collect()
    gc.freeze()
